// src/cli/options.ts
const COMMON = [
	{
		name: "quiet",
		short: "q",
		kind: "switch",
		about: "Only the answer, and errors."
	},
	{
		name: "verbose",
		kind: "switch",
		about: "Every step, on standard error."
	},
	{
		name: "color",
		kind: "switch",
		initially: "true",
		about: "No colours; so does the variable NO_COLOR."
	},
	{
		name: "progress",
		kind: "switch",
		initially: "true",
		about: "No progress line."
	},
	{
		name: "config",
		kind: "text",
		value: "FILE",
		about: "Options as YAML, by their names; those given here win."
	}
];
const ANSWERING = [
	{
		name: "json",
		kind: "switch",
		about: "Short for `--format json`."
	},
	{
		name: "format",
		short: "f",
		kind: "text",
		value: "FORMAT",
		about: "How the answer is written."
	},
	{
		name: "output",
		short: "o",
		kind: "text",
		value: "FILE",
		about: "Write the answer into this file; - is standard output."
	}
];
function optionsOf({ options, formats }) {
	const answering = ANSWERING.map((one) => one.name === "format" ? {
		...one,
		choices: formats
	} : one);
	return [
		...options,
		...formats === void 0 ? [] : answering,
		...COMMON
	];
}
const FORMAT_WORD = /^(?:json|table|markdown|sarif|template|cyclonedx(?:-json|-xml)?|spdx(?:-json|-tag-value)?)(?=$|=)/;
function contradiction(given, formats = []) {
	const format = given.get("format");
	if (given.get("json") === "true" && format !== void 0 && format !== "json") return `--json and --format ${format} ask for two answers`;
	const output = given.get("output") ?? "";
	const [word] = FORMAT_WORD.exec(output) ?? [];
	if (word === void 0) return void 0;
	const instead = formats.some((one) => one === word) ? `--format ${word}` : "--reports FORMAT=PATH";
	return `--output names a file, and ${JSON.stringify(word)} is a format: use ${instead}. A file of that name is ./${output}`;
}
function groupHelp(group, commands) {
	return [
		`Usage: image-gate ${group} COMMAND [options]`,
		"",
		...listOf(commands),
		"",
		`Each command explains itself: image-gate ${group} COMMAND --help`
	].join("\n");
}
function listOf(commands) {
	const width = Math.max(...commands.map(({ name }) => name.length));
	return ["Commands:", ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)];
}
function usage(commands) {
	const options = COMMON.map(({ name, initially }) => `--${initially === "true" ? "no-" : ""}${name}`);
	return [
		"May this image run? Scans images, and holds the findings against limits and exceptions.",
		"",
		"Usage: image-gate [image] NAME… [options]",
		"       image-gate COMMAND [options]",
		"",
		...listOf(commands),
		"",
		`Options of every command: ${options.join(", ")}, --help; image-gate --version`,
		"Each command explains itself: image-gate COMMAND --help",
		"Exit codes: 0 pass, 1 fail, 2 could not judge, 130 and 143 for signals."
	].join("\n");
}
const TYPED = [
	"image",
	"path",
	"repository",
	"sbom",
	"report",
	"discover"
];
function optionWords(message, names) {
	return message.replace(/`([a-z][a-z0-9-]*)(?:: ([^`\n]+))?`( must be)?/g, (text, name, value, wrong = "") => {
		const isMeant = value !== void 0 || name.includes("-") || wrong !== "" && !TYPED.includes(name);
		if (!names.has(name) || !isMeant) return text;
		return `\`--${name}${value === void 0 ? "" : ` ${value}`}\`${wrong}`;
	});
}

export { contradiction, groupHelp, optionWords, optionsOf, usage };