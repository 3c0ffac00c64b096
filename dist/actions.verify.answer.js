import { oneLine } from "./shared.start.js";
import { plain, shorten } from "./shared.inputs.js";

// src/actions/verify/answer.ts
function decided({ refusals, verdict: attested }, context) {
	if (refusals === void 0) {
		const reason = `pass: ${context.pinned} is signed, and the gate's newest verdict of it passes`;
		return {
			...context,
			verdict: "pass",
			reason: oneLine(reason),
			attested,
			refusals: []
		};
	}
	const reasons = refusals.map(({ code, what }) => `[${code}] ${what}`).join("; ");
	return {
		...context,
		verdict: "refused",
		reason: oneLine(`refused: ${reasons}`),
		attested,
		refusals
	};
}
function broken({ code, what, remedy }, asked, now) {
	return {
		asked,
		now,
		verdict: "error",
		reason: oneLine(`error: [${code}] ${what}`),
		refusals: [{
			code,
			what,
			remedy
		}]
	};
}
const LONGEST = 4e3;
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	"image"
];
const EXIT_CODES = {
	pass: 0,
	refused: 1,
	error: 2
};
function outputsOf({ verdict, reason, pinned = "" }) {
	return {
		verdict,
		reason: shorten(plain(reason), LONGEST),
		image: verdict === "pass" ? pinned : ""
	};
}

export { EXIT_CODES, OUTPUT_NAMES, broken, decided, outputsOf };