import { numbersJson, rescanResults } from "./shared.history.js";
import { plain } from "./shared.inputs.js";

// src/actions/rescan/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	"results",
	"images",
	"failing",
	"opened",
	"closed",
	"numbers",
	"state",
	"report",
	"matrix",
	"expected"
];
function outputsOf(view, reportFile) {
	const { verdict } = view.gate;
	const running = view.images.filter((image) => image.running.length > 0);
	const failing = running.filter((image) => image.running.some((one) => one.verdict.answer === "fail"));
	return {
		verdict: verdict.answer,
		reason: plain(verdict.reason),
		results: rescanResults(view).json,
		images: running.length === 0 ? "" : String(running.length),
		failing: verdict.answer === "error" ? "" : String(failing.length),
		opened: String((view.issues?.opened ?? 0) + (view.issues?.reopened ?? 0)),
		closed: String(view.issues?.closed ?? 0),
		numbers: numbersJson(view.numbers),
		state: "written" in view.state ? view.state.written : "",
		report: reportFile ?? "",
		matrix: "",
		expected: ""
	};
}
async function endPart(images, said, error, { outputs }) {
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
	return { exitCode: error === void 0 ? 0 : 1 };
}

export { OUTPUT_NAMES, endPart, outputsOf };