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
		const known = unfit(one, looking) ?? untrustedBecause(one.listed, looking);
		if (known === void 0) tried += 1;
		if (tried > MOST_TRIED) return;
		const found = known ?? await taken(one, looking);
		if (typeof found === "string") log.debug(`Baseline: ${one.label} is not taken: ${found}.`);
		else yield found;
	}
}
function unfit({ isExpired, bytes = 0 }, { maxBytes }) {
	if (isExpired) return "it has expired, or its run is gone";
	return bytes > maxBytes ? `it has more than ${maxBytes} bytes` : void 0;
}
async function taken(stored, looking) {
	const { commit, url, madeAt, ...run } = await stored.details();
	const { branch } = looking;
	const why = untrustedBecause(run, looking);
	if (why !== void 0) return why;
	if (await stored.isOnBranch?.(commit) === false) return `its commit is not on ${branch}`;
	const found = await stored.read();
	return found === void 0 ? "it is not there any more, or was changed on the way" : {
		...found,
		branch,
		commit,
		url,
		madeAt
	};
}

export { BASELINE_TRIGGERS, NO_CHANGE, baselines, untrustedBecause };