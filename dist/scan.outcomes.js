import { asGateError } from "./shared.thread.js";

// src/scan/outcomes.ts
async function settled(act, { signal }) {
	try {
		return await act();
	} catch (thrown) {
		if (signal.aborted) throw thrown;
		return { error: errorOf(thrown) };
	}
}
function errorOf(thrown) {
	const { code, what, remedy } = asGateError(thrown);
	return {
		code,
		what,
		remedy
	};
}
function sayEnds(of, progress, { advance }) {
	let count = 0;
	const show = () => advance?.({
		what: "scans",
		unit: "targets",
		done: count,
		of
	});
	if (of > 1) show();
	return ({ label, outcome, began }, log) => {
		if (of < 2) return;
		const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
		log.info(progress({
			count: ++count,
			of,
			label,
			result,
			milliseconds: performance.now() - began
		}));
		show();
	};
}

export { errorOf, sayEnds, settled };