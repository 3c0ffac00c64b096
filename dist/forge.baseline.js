// src/forge/baseline.ts
const MOST_REPORT_BYTES = 268435456;
const MOST_TRIED = 40;
const BASELINE_TRIGGERS = [
	"push",
	"schedule",
	"parent_pipeline"
];
function isBaseline({ trigger, branch = "", defaultBranch = "" }) {
	return defaultBranch !== "" && untrustedBecause({
		trigger,
		branch
	}, { branch: defaultBranch }) === void 0;
}
function untrustedBecause({ run, trigger, branch, isElsewhere, isSuccessful }, looking) {
	if (run !== void 0 && run === looking.ownRun) return "it is of this run";
	if (isElsewhere) return "its run is of another repository's branch";
	if ((branch ?? looking.branch) !== looking.branch) return `its run is not of ${looking.branch}`;
	if (trigger !== void 0 && !BASELINE_TRIGGERS.includes(trigger)) return `its run was started by ${trigger}`;
	return isSuccessful === false ? "its run was not successful" : void 0;
}
async function* baselines(stored, looking, log) {
	let tried = 0;
	for await (const one of stored) {
		let run = one.listed;
		let why = one.unfit ?? untrustedBecause(run, looking);
		if (why === void 0) {
			if (++tried > MOST_TRIED) return;
			run = {
				...run,
				...await one.details?.()
			};
			why = untrustedBecause(run, looking);
		}
		const report = why ?? await one.read(run);
		const { commit = "", url, madeAt } = run;
		if (typeof report !== "string") yield {
			report,
			branch: looking.branch,
			commit,
			url,
			madeAt
		};
		else log.debug(`Baseline: ${one.label} is not taken: ${report}.`);
	}
}

export { BASELINE_TRIGGERS, MOST_REPORT_BYTES, baselines, isBaseline };