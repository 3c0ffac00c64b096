import { ONLY_IN_PARTS } from "./actions.rescan.inputs.js";
import { rescan } from "./actions.rescan.run.js";
import { reasonAndRemedies } from "./shared.inputs.js";
import { renderRescanAnswer } from "./shared.history.js";
import { harmless } from "./shared.start.js";
import { inputOptions, itemsOf } from "./cli.inputs.js";
import { exitCodeOf, judged, pasted } from "./cli.judged.js";

// src/cli/rescan/rescan.ts
const ONLY_IN_JOBS = ["part", ...ONLY_IN_PARTS];
const HERE = "docker";
const command = {
	words: "[SOURCE...]",
	options: inputOptions("rescan", ONLY_IN_JOBS),
	formats: [
		"table",
		"json",
		"markdown"
	],
	examples: [{
		line: "image-gate rescan docker --state-dir history",
		about: "Scans what runs here, with its history in a folder."
	}, {
		line: "image-gate rescan file:running.txt --json",
		about: "The images of a list, one a line."
	}],
	run
};
async function run({ words, options }, seat) {
	const { terminal } = seat;
	const inputs = new Map(options);
	const sources = [...itemsOf(words, {
		...seat.world,
		mayRename: false
	}), ...inputs.has("discover") ? [inputs.get("discover")] : []];
	inputs.set("discover", sources.length === 0 ? HERE : sources.join("\n"));
	seat.world.log.info("Looking for running images");
	const { view, show } = await judged("rescan", inputs, rescan, seat);
	const { verdict, mode } = view.gate;
	if (verdict.answer === "error") terminal.err.write(harmless(`${reasonAndRemedies(verdict)}\n`));
	show(() => renderRescanAnswer(view, terminal, pasted("rescan", words, Number.POSITIVE_INFINITY)));
	return exitCodeOf(verdict, mode);
}

export { command };