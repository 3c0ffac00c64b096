import { closest } from "./shared.answer.js";
import { inputVariable } from "./shared.start.js";
import { rmSync } from "node:fs";
import { parseArgs } from "node:util";

// src/cli/verify/index.ts
const verify = {
	name: "verify",
	load: async () => (await import("./cli.verify.verify.js")).verifyCommand
};

// src/cli/list.ts
const COMMANDS = [verify];

// src/cli/words.ts
function readWords(args, { inputNames, inputOf, takesLists = false }) {
	if (args.some((arg) => arg === "--help" || arg === "-h")) return { help: true };
	const options = Object.fromEntries(inputNames.map((name) => [name, { type: "string" }]));
	const { tokens } = parseArgs({
		args: [...args],
		options,
		allowPositionals: true,
		strict: false,
		tokens: true
	});
	const inputs = /* @__PURE__ */ new Map();
	for (const token of tokens) {
		const typed = args[token.index] ?? "";
		const given = token.kind === "positional" ? wordIn(typed, inputOf) : optionIn(token, inputNames);
		if (given === void 0) return { mistake: notAnOption(typed, inputNames) };
		const { name, value } = given;
		const before = inputs.get(name);
		if (before !== void 0 && !takesLists) return { mistake: `\`${name}\` is there twice` };
		inputs.set(name, before === void 0 ? value : `${before}\n${value}`);
	}
	return { inputs };
}
function wordIn(word, inputOf) {
	return word.startsWith("-") ? void 0 : {
		name: inputOf(word),
		value: word
	};
}
function optionIn(token, inputNames) {
	return token.kind === "option" && token.inlineValue === true && inputNames.includes(token.name) ? {
		name: token.name,
		value: token.value
	} : void 0;
}
function notAnOption(arg, inputNames) {
	const name = arg.replace(/^-+/, "").replace(/=.*$/s, "");
	if (inputNames.includes(name)) return `${JSON.stringify(arg)} lacks its value: --${name}=VALUE`;
	const meant = closest(name, inputNames);
	return `${JSON.stringify(arg)} is not an option${meant === void 0 ? "" : `; did you mean --${meant}=…?`}`;
}

// src/cli/run.ts
const NO_COMMAND = 2;
async function runCommandLine([name, ...args], { world, platform, terminal }) {
	try {
		const entry = COMMANDS.find((command) => command.name === name);
		if (entry !== void 0) return await runCommand(await entry.load(), args, {
			world,
			platform,
			terminal
		});
		const isHelp = name === void 0 || name === "--help" || name === "-h";
		(isHelp ? terminal.out : terminal.err).write(`${isHelp ? "" : `${noCommand(name)}\n\n`}${usage()}\n`);
		return isHelp && name !== void 0 ? 0 : NO_COMMAND;
	} finally {
		rmSync(world.runFolder, {
			recursive: true,
			force: true
		});
	}
}
async function runCommand(command, args, { world, platform, terminal }) {
	const asked = readWords(args, command);
	if ("help" in asked) {
		terminal.out.write(`${command.usage}\n`);
		return 0;
	}
	if ("mistake" in asked) {
		terminal.err.write(`${asked.mistake}\n\n${command.usage}\n`);
		return command.wrongUse;
	}
	const others = Object.entries(world.env).filter(([variable]) => !/^INPUT_/i.test(variable));
	const given = [...asked.inputs].map(([input, value]) => [inputVariable(input), value]);
	const log = {
		...world.log,
		annotate: () => {}
	};
	return command.run({
		...world,
		log,
		env: Object.fromEntries([...others, ...given])
	}, platform, terminal);
}
function usage() {
	return `node dist/image-gate.js COMMAND …\n  Commands: ${COMMANDS.map((command) => command.name).join(", ")}. Each explains itself by --help.`;
}
function noCommand(name) {
	const meant = closest(name, COMMANDS.map((command) => command.name));
	return `${JSON.stringify(name)} is not a command${meant === void 0 ? "" : `; did you mean ${meant}?`}`;
}

export { runCommandLine };