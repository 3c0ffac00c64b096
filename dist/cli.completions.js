import { DEFAULT_COMMAND } from "./cli.list.js";

// src/cli/completions.ts
async function completions(program, line, describe) {
	const last = line.at(-1) ?? "";
	return (await offersFor(program, line.slice(0, -1), last, describe)).filter(([word]) => word.startsWith(last)).map(([word, about]) => `${word}\t${about}\n`).join("");
}
async function offersFor(program, before, last, describe) {
	const isHelp = before[0] === "help";
	let named = program;
	for (const word of isHelp ? before.slice(1) : before) {
		const next = named.commands.find((each) => each.name() === word);
		if (next === void 0) break;
		named = next;
	}
	const below = named !== program || (before.length === 0 || isHelp) && !last.startsWith("-") ? named.commands.filter((each) => !each.name().startsWith("__")) : [];
	if (below.length > 0) {
		const help = named === program && !isHelp ? [["help", "Explains a command"]] : [];
		return [...below.map((each) => [each.name(), each.description()]), ...help];
	}
	const parser = program.commands.find((each) => named === program && each.name() === DEFAULT_COMMAND.name) ?? named;
	await describe(parser);
	const [equals = "", long = before.at(-1) ?? ""] = /^(--[^=]+)=/.exec(last) ?? [];
	const valued = parser.options.find((option) => option.required && [option.short, option.long].includes(long));
	if (valued !== void 0) return (valued.argChoices ?? []).map((choice) => [`${equals}${choice}`, ""]);
	if (last.startsWith("-")) return parser.createHelp().visibleOptions(parser).map(({ long = "", description }) => [long, description]);
	return (parser.registeredArguments[0]?.argChoices ?? []).map((word) => [word, ""]);
}

export { completions };