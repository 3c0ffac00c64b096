import { Ut as judge, k as EMPTY_POLICY } from "./shared.js";

// src/domain/evidence/rejudge.ts
const SEAL = "Give the gate's output `report-digest` to this step: then the report is believed as it is.";
function rejudge(report, { today, policy }) {
	const wanted = report.provenance.policySha256;
	if (wanted !== void 0 && policy?.sha256 !== wanted) return unsealed(policy === void 0 ? "it was judged by a policy file that is not at hand" : "it was judged by another policy file than the one at hand");
	const known = wanted === void 0 ? EMPTY_POLICY : policy?.policy ?? EMPTY_POLICY;
	const unclear = report.findings.find(({ outcome, vex, exceptions = [] }) => outcome === "accepted" ? vex !== void 0 || exceptions.length === 0 : false);
	if (unclear !== void 0) return unsealed(`${unclear.id} was accepted by something other than an exception, such as a VEX document`);
	const verdict = judge(outcomesOf(report), {
		policy: {
			...known,
			count: "all",
			graceDays: void 0
		},
		limits: {},
		ignoreUnfixed: void 0,
		today,
		exploits: exploitsOf(report)
	});
	for (const [position, target] of report.targets.entries()) {
		const again = verdict.targets[position];
		const wrong = again && difference(report, position, again);
		if (wrong !== void 0) return {
			...wrong,
			what: `${wrong.what} (${target.label})`
		};
	}
}
function unsealed(why) {
	return {
		code: "report-unsealed",
		what: `The report has no seal, and cannot be judged again: ${why}`,
		remedy: SEAL
	};
}
function edited(how) {
	return {
		code: "report-edited",
		what: `The report is not what the gate judges: ${how}`,
		remedy: SEAL
	};
}
function difference(report, position, again) {
	const target = report.targets[position];
	if (again.answer === "error") return edited(`it says \`pass\`, and it is an error: ${again.error.what}`);
	const loose = looserLimit(target?.rows ?? [], again.rows) ?? looserLimit(target?.exploitRows ?? [], again.exploitRows ?? []);
	if (loose !== void 0) return edited(loose);
	if ((again.exploitRows?.length ?? 0) > (target?.exploitRows?.length ?? 0)) return edited("a limit of the policy on what attackers use is not in it");
	const hidden = hiddenFinding(report, position, again);
	if (hidden !== void 0) return edited(hidden);
	return again.answer === "pass" ? void 0 : edited("it says `pass`, and it fails");
}
function looserLimit(said, again) {
	const nameOf = ({ severity, kind, above }) => `${severity ?? kind}${above === void 0 ? "" : ` above ${above}`}`;
	const limits = new Map(again.map((row) => [nameOf(row), row.limit]));
	const loose = said.find((row) => isLooser(row.limit, limits.get(nameOf(row)) ?? 0));
	return loose && `its limit for ${nameOf(loose)} is ${loose.limit}, and by the policy it is ${limits.get(nameOf(loose)) ?? 0}; an input of the gate's step may have raised it, or an edit`;
}
function isLooser(limit, than) {
	if (than === "unlimited") return false;
	return limit === "unlimited" || limit > than;
}
function hiddenFinding({ findings, exceptions }, position, again) {
	const outcomes = new Map(again.findings.map((judged) => [judged.finding, judged]));
	const made = again.scan.findings;
	const said = findings.filter(({ target }) => target === position);
	for (const [at, { id, outcome, exceptions: held = [] }] of said.entries()) {
		const finding = made[at];
		const now = finding && outcomes.get(finding);
		if (now === void 0) return `${id} is not there`;
		if (outcome !== "open" && now.outcome === "open") return `${id} is ${outcome} in it, and counts by the policy of today`;
		if (outcome !== "accepted") continue;
		const exception = held[0] === void 0 ? void 0 : exceptions[held[0]];
		const [holder] = now.exceptions;
		if (now.outcome !== "accepted" || exception?.id !== holder?.id || exception?.expires !== holder?.expires) return `${id} is accepted in it by an exception that the policy does not have`;
	}
}
function outcomesOf({ targets, findings }) {
	const of = Map.groupBy(findings, ({ target }) => target);
	return targets.map((target, position) => ({
		target: targetOf(target),
		scan: {
			artifact: artifactOf(target),
			packages: [],
			layers: [],
			findings: (of.get(position) ?? []).map(findingOf),
			suppressed: 0,
			coverage: {
				rows: [],
				gaps: (target.coverage?.gaps ?? []).map(({ code, path }) => ({
					code,
					what: `${code} is not accepted`,
					remedy: "",
					path
				}))
			},
			provenance: { scanner: target.provenance?.scanner ?? "" }
		}
	}));
}
function targetOf({ kind, input, as, label }) {
	return {
		kind,
		input,
		as,
		label
	};
}
function artifactOf({ input, as }) {
	return {
		names: as === void 0 ? [input] : [as, input],
		packages: void 0
	};
}
function findingOf({ kind, id, severity, title, package: about, fixedVersions, status, path }) {
	return {
		kind,
		id,
		severity,
		title,
		package: about,
		fixedVersions,
		status,
		path
	};
}
function exploitsOf({ findings }) {
	const known = /* @__PURE__ */ new Map();
	for (const { id, exploitation } of findings) if (exploitation !== void 0) known.set(id, {
		...exploitation.kev && { kev: { ransomware: false } },
		epss: exploitation.epss
	});
	return (id) => known.get(id);
}

export { rejudge };