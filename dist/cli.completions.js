import { COMMANDS, DEFAULT_COMMAND } from "./cli.list.js";
import { optionsOf } from "./cli.options.js";

// src/cli/completions.ts
async function completions(line) {
	return (await offersFor(line)).filter(([word]) => word.startsWith(lastOf(line))).map(([word, about]) => `${word}\t${about}\n`).join("");
}
function lastOf(line) {
	const last = line.at(-1) ?? "";
	return last === "=" ? "" : last;
}
async function offersFor(line) {
	const before = line.slice(0, line.at(-1) === "=" || line.at(-2) !== "=" ? -1 : -2);
	const last = lastOf(line);
	const names = before.slice(0, 3).filter((word) => !word.startsWith("-"));
	const isHelp = names[0] === "help";
	const [first, second] = isHelp ? names.slice(1) : names;
	const group = COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
	if (first !== void 0 && second === void 0 && group.length > 0) return group.map(({ name, about }) => [name.split(" ")[1] ?? "", about]);
	if (first === void 0 && [last, before.at(-1) ?? ""].every((word) => !word.startsWith("-"))) return firstWords(isHelp);
	const command = await (COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`) ?? DEFAULT_COMMAND).load();
	const options = optionsOf(command);
	const [equals, long = ""] = /^--([^=]+)=/.exec(last) ?? [];
	const valued = optionNamed(equals === void 0 ? before.at(-1) ?? "" : `--${long}`, options);
	if (valued !== void 0 && valued.kind !== "switch") return (valued.choices ?? []).map((choice) => [`${equals ?? ""}${choice}`, ""]);
	if (last.startsWith("-")) return [...options.map(offerOf), ["--help", "This help."]];
	return (command.wordChoices ?? []).map((word) => [word, ""]);
}
function optionNamed(typed, options) {
	return options.find(({ name, short }) => typed === `--${name}` || typed === `-${short}`);
}
function offerOf({ name, kind, initially, about }) {
	return [`--${kind === "switch" && initially === "true" ? "no-" : ""}${name}`, about];
}
function firstWords(isHelp) {
	return [...new Map(COMMANDS.map(({ name, about }) => [name.split(" ")[0] ?? "", name.includes(" ") ? "" : about])), ...isHelp ? [] : [["help", "Explains a command"]]];
}

export { completions };