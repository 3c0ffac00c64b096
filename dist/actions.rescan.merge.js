import { gatherShards } from "./fleet.gather.js";
import { readPlan } from "./fleet.shard-plan.js";
import { background } from "./system.background.js";
import { cacheFor, runOf } from "./actions.rescan.context.js";
import { loadHistory } from "./actions.rescan.history.js";
import { judgeRunning, loadRules } from "./actions.rescan.judging.js";
import { severityOf } from "./shared.domain.js";

// src/actions/rescan/merged-opinions.ts
function byRulesOf(policy, images) {
	const again = memoizedByFindings(policy);
	const outcomeOf = (outcome) => {
		if ("error" in outcome || outcome.scan.opinions === void 0) return outcome;
		const error = failureIn(outcome.scan, policy);
		return error === void 0 ? {
			...outcome,
			scan: again(outcome.scan)
		} : {
			target: outcome.target,
			error
		};
	};
	const scanned = images.scanned.map((each) => {
		const outcome = outcomeOf(each.outcome);
		return {
			...each,
			outcome,
			way: "error" in outcome ? void 0 : each.way
		};
	});
	return {
		...images,
		scanned
	};
}
function memoizedByFindings(policy) {
	const known = /* @__PURE__ */ new Map();
	return (scan) => {
		const findings = known.get(scan.findings) ?? scan.findings.map((finding) => finding.opinions === void 0 ? finding : {
			...finding,
			severity: severityOf(finding.opinions, policy)
		});
		known.set(scan.findings, findings);
		return {
			...scan,
			findings
		};
	};
}
function failureIn({ opinions = [] }, { optionalScanners = [] }) {
	const failed = opinions.find((each) => each.failed !== void 0 && !optionalScanners.includes(each.scanner.toLowerCase()));
	if (failed?.failed === void 0) return void 0;
	const { code, what } = failed.failed;
	return {
		code,
		what: `${failed.scanner}: ${what}`,
		remedy: "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though that of the shard did."
	};
}

// src/actions/rescan/merge.ts
async function* merge(inputs, now, platform, world) {
	const plan = readPlan(inputs.expected ?? "");
	await using work = background(world.signal);
	const cache = await cacheFor(inputs, platform);
	yield { cache };
	const loading = work.begin(() => loadHistory(inputs, now, platform, world));
	const rules = yield* loadRules({
		inputs,
		now,
		cache
	}, platform, world);
	yield { sources: plan.sources };
	const expected = {
		run: runOf(platform.change),
		now,
		maxAgeMs: inputs.maxDbAge
	};
	const gathered = gatherShards(plan, inputs.reports ?? "", expected, world);
	yield { history: await loading };
	const { policy } = rules.policy;
	const check = async (questions, at) => {
		const { beginScanner, imagesFor } = await import("./actions.rescan.scan-and-judge.entry.js");
		await using images = imagesFor(inputs, world);
		return await (await beginScanner({
			...inputs,
			scanWith: inputs.scanWith.slice(0, 1)
		}, {
			cache,
			work,
			images
		}, world)(policy)).checkVersions?.(questions, at) ?? [];
	};
	return yield* judgeRunning(byRulesOf(policy, gathered), check, {
		inputs,
		now,
		cache,
		rules
	}, world);
}

export { merge };