import { numbersJson, rescanResults } from "./shared.history.js";
import { actionOutputs, attempt, clearRunFolder, plain } from "./shared.inputs.js";

// src/actions/rescan/outputs.ts
const { names: OUTPUT_NAMES, outputsOf } = actionOutputs({
	verdict: ({ gate }) => gate.verdict.answer,
	reason: ({ gate }) => plain(gate.verdict.reason),
	results: (view) => rescanResults(view).json,
	images: ({ images }) => String(images.filter(({ running }) => running.length > 0).length || ""),
	failing: ({ gate, images }) => gate.verdict.answer === "error" ? void 0 : String(images.filter(isFailing).length),
	opened: ({ issues }) => String((issues?.opened ?? 0) + (issues?.reopened ?? 0)),
	closed: ({ issues }) => String(issues?.closed ?? 0),
	numbers: ({ numbers }) => numbersJson(numbers),
	state: ({ state }) => "written" in state ? state.written : void 0,
	report: (_, reportFile) => reportFile,
	matrix: () => void 0,
	expected: () => void 0
});
function isFailing({ running }) {
	return running.some(({ verdict }) => verdict.answer === "fail");
}
async function endPart({ images, error, ...said }, { cache }, { outputs }, world) {
	const none = Object.fromEntries(OUTPUT_NAMES.map((name) => [name, ""]));
	const wrong = error !== void 0 && {
		verdict: "error",
		reason: plain(error)
	};
	await outputs?.({
		...none,
		...said,
		images: String(new Set(images.map(({ name }) => name)).size),
		...wrong
	});
	await attempt(world, "run-not-tidied", () => cache?.settle());
	clearRunFolder(world);
	return error === void 0 ? 0 : 1;
}

export { OUTPUT_NAMES, endPart, outputsOf };