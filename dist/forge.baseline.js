// src/forge/baseline.ts
const MOST_TRIED = 40;
const BASELINE_TRIGGERS = [
	"push",
	"schedule",
	"parent_pipeline"
];
const NO_CHANGE = {
	none: "this run is about no change",
	quiet: true
};
function untrustedBecause({ run, trigger, branch, isTag, isElsewhere, isSuccessful }, looking) {
	if (run !== void 0 && run === looking.ownRun) return "it is of this run";
	if (isElsewhere) return "its run is of another repository's branch";
	if (isTag || (branch ?? looking.branch) !== looking.branch) return `its run is not of ${looking.branch}`;
	if (trigger !== void 0 && !BASELINE_TRIGGERS.includes(trigger)) return `its run was started by ${trigger}`;
	return isSuccessful === false ? "its run was not successful" : void 0;
}
async function* baselines(stored, looking, log) {
	let tried = 0;
	for await (const one of stored) {
		let why = unfit(one, looking);
		if (why === void 0 && ++tried > MOST_TRIED) return;
		const run = {
			...one.listed,
			...why === void 0 && await one.details?.()
		};
		why ??= untrustedBecause(run, looking);
		const { commit = "", url, madeAt } = run;
		if (why === void 0 && await one.isOnBranch?.(commit) === false) why = `its commit is not on ${looking.branch}`;
		const found = why === void 0 ? await one.read() : void 0;
		if (found !== void 0) yield {
			...found,
			branch: looking.branch,
			commit,
			url,
			madeAt
		};
		else log.debug(`Baseline: ${one.label} is not taken: ${why ?? "it is not there any more, or was changed on the way"}.`);
	}
}
function unfit({ isExpired, bytes = 0, listed }, looking) {
	if (isExpired) return "it has expired, or its run is gone";
	if (bytes > looking.maxBytes) return `it has more than ${looking.maxBytes} bytes`;
	return untrustedBecause(listed, looking);
}

export { BASELINE_TRIGGERS, NO_CHANGE, baselines, untrustedBecause };