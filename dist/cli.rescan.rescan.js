import { readFileSync } from "./shared.thread.js";
import { ONLY_IN_PARTS } from "./actions.rescan.inputs.js";
import { rescan } from "./actions.rescan.run.js";
import { reasonAndRemedies } from "./shared.inputs.js";
import { reasonLine } from "./shared.answer.js";
import { printText } from "./shared.scan.js";
import { bodyLines } from "./shared.history.js";
import { policyLine } from "./shared.render.js";
import { harmless } from "./shared.start.js";
import { harmlessDocument } from "./cli.answers.js";
import { inputOptions, itemsOf, worldWithInputs } from "./cli.inputs.js";
import { join } from "node:path";

// src/render/terminal/rescan-answer.ts
function renderRescanAnswer(view, look, command) {
	const { mode, verdict } = view.gate;
	const lines = [
		...[
			reasonLine(view.gate),
			policyLine(view.gate),
			mode === "warn" && verdict.answer === "fail" ? "mode: warn: the exit code is 0." : void 0
		].filter((line) => line !== void 0),
		"",
		...bodyLines(view, look),
		moreLine(view, command)
	];
	return printText(lines, look);
}
function moreLine({ gate: { verdict } }, command) {
	const name = verdict.targets.flatMap(({ answer, target }) => answer === "fail" ? [target.input] : []).find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
	return `More: image-gate ${name === void 0 ? `${command} --json` : `image ${name}`}`;
}

// src/cli/rescan/rescan.ts
const ONLY_IN_JOBS = ["part", ...ONLY_IN_PARTS];
const HERE = "docker";
const rescanCommand = {
	words: "[SOURCE...]",
	options: inputOptions("rescan", ONLY_IN_JOBS),
	formats: [
		"table",
		"json",
		"markdown"
	],
	exitCodes: {
		0: "pass; also a fail with --mode warn",
		1: "fail: the policy says no of an image",
		2: "could not judge, or a wrong command line"
	},
	examples: [{
		line: "image-gate rescan docker --state-dir history",
		about: "What runs here, with its history in a folder."
	}, {
		line: "image-gate rescan file:running.txt --json",
		about: "The images of a list, one a line."
	}],
	run
};
async function run({ words, options }, seat) {
	const { format, terminal, platform } = seat;
	const inputs = new Map(options);
	const sources = [...itemsOf(words, {
		...seat.world,
		mayRename: false
	}), ...inputs.has("discover") ? [inputs.get("discover")] : []];
	inputs.set("discover", sources.length === 0 ? HERE : sources.join("\n"));
	if (format === "markdown") inputs.set("summary", "true");
	const world = worldWithInputs("rescan", inputs, seat.world);
	seat.world.log.info("Looking for running images");
	const pages = [];
	const summary = {
		mostBytes: Number.POSITIVE_INFINITY,
		write: async (text) => void pages.push(text)
	};
	const views = [];
	await rescan(world, {
		...platform,
		...format === "markdown" && { summary }
	}, (shown) => void views.push(shown));
	const [view] = views;
	if (view === void 0) throw new Error("the rescan has no answer");
	const { verdict, mode } = view.gate;
	if (verdict.answer === "error") terminal.err.write(harmless(`${reasonAndRemedies(verdict)}\n`));
	if (format === "json") seat.answer(harmlessDocument(readFileSync(join(world.runFolder, "report.json"), "utf8")));
	else if (format === "markdown") seat.answer(`${pages.join("\n")}\n`);
	else {
		const command = ["rescan", ...words];
		const isPlain = command.every((word) => /^[\w./:@+-]{1,80}$/.test(word));
		seat.answer(`${renderRescanAnswer(view, terminal, isPlain ? command.join(" ") : "rescan …")}\n`);
	}
	if (verdict.answer === "error") return 2;
	return verdict.answer === "fail" && mode === "enforce" ? 1 : 0;
}

export { rescanCommand };