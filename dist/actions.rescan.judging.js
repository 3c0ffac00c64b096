import { ADVICE_MS, counted } from "./shared.inputs.js";
import { oncePer } from "./shared.start.js";
import { severityOf } from "./shared.domain.js";
import { judgeScans } from "./shared.judging.js";

// src/actions/rescan/judging.ts
async function judgeRunning(images, match, { inputs, run, rules }, world) {
	const outcomes = images.scanned.map(({ outcome }) => outcome);
	const { verdict, notes } = await judgeScans(outcomes, {
		inputs,
		run,
		rules,
		match: match && ((lists) => match(lists, { timeoutMs: 2e4 }, world))
	}, world);
	const rescanned = images.scanned.flatMap(({ image, way }, at) => {
		const one = verdict.targets[at];
		return one === void 0 ? [] : [{
			...image,
			way,
			verdict: one
		}];
	});
	const all = [
		...failedNotes(images),
		...images.notes,
		...notes
	];
	Object.assign(run, {
		sboms: images.sboms,
		rescanned,
		notes: all
	});
	return verdict;
}
function byRulesOf(policy, images) {
	const again = oncePer((findings) => findings.map((finding) => finding.opinions === void 0 ? finding : {
		...finding,
		severity: severityOf(finding.opinions, policy)
	}));
	const outcomeOf = (outcome) => {
		if ("error" in outcome || outcome.scan.opinions === void 0) return outcome;
		const { target, scan } = outcome;
		const error = failureIn(scan, policy);
		return error === void 0 ? {
			target,
			scan: {
				...scan,
				findings: again(scan.findings)
			}
		} : {
			target,
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
function failureIn({ opinions = [] }, policy) {
	const optional = policy.optionalScanners ?? [];
	const one = opinions.find(({ failed, scanner }) => failed !== void 0 && !optional.includes(scanner.toLowerCase()));
	if (one?.failed === void 0) return void 0;
	const { code, what } = one.failed;
	return {
		code,
		what: `${one.scanner}: ${what}`,
		remedy: "Start the failed jobs again. The policy of the merge does not say that this scanner is optional, though the policy of the shard did."
	};
}
function failedNotes({ scanned }) {
	const failed = scanned.flatMap(({ outcome }) => "scan" in outcome ? outcome.scan.opinions ?? [] : []).filter((opinion) => opinion.failed !== void 0);
	return [...Map.groupBy(failed, ({ scanner }) => scanner)].map(([scanner, all]) => {
		const { code = "", what = "" } = all[0]?.failed ?? {};
		return `${scanner} failed, and the policy says that it is optional: ${counted(all.length, "image")} judged without it, the first for this reason: [${code}] ${what}.`;
	});
}

export { byRulesOf, judgeRunning };