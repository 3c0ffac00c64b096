import { judge } from "./shared.answer.js";
import { toScan } from "./shared.evidence.js";
import { GateError } from "./shared.thread.js";

// src/documents/unjudged.ts
function unjudgedIn(document, file) {
	if (document.kind === "own") return unjudged(document.report);
	if (document.kind === "scan") {
		const { target, scan } = document;
		return {
			outcomes: [{
				target,
				scan
			}],
			settings: {},
			knowsExploits: false,
			reported: /* @__PURE__ */ new Map()
		};
	}
	throw new GateError("document-unknown", `${JSON.stringify(file)} is an SBOM, which has no findings`, "Judge it with `image-gate sbom --json`, and name that report.");
}
function judgedAgain(raw, policy, today, more = {}) {
	return judge(raw.outcomes, {
		policy,
		limits: {},
		ignoreUnfixed: void 0,
		today,
		...raw.settings,
		...more
	});
}
function unjudged(report) {
	const { targets, findings, count } = report;
	const scans = targets.map((_, index) => toScan(report, index));
	const reported = new Map(scans.flatMap((each) => [...each.reported]));
	const compared = scans.filter((each) => [...each.reported.values()].some(({ change }) => change !== void 0));
	const exploits = new Map(findings.flatMap(({ id, exploitation }) => exploitation ? [[id, exploitation]] : []));
	const unsettledIn = ({ findings: all }) => new Set(all.filter((each) => isUnsettled(reported.get(each), count)));
	return {
		outcomes: scans.map(({ target, scan }, index) => {
			const { verdict, error = UNFINISHED } = targets[index] ?? { verdict: "error" };
			return verdict === "error" ? {
				target,
				error
			} : {
				target,
				scan
			};
		}),
		settings: {
			changes: new Map(compared.map(({ target }) => [target, (finding) => reported.get(finding)?.change])),
			unsettled: new Map(compared.map(({ target, scan }) => [target, unsettledIn(scan)])),
			origins: new Map(scans.map(({ target }) => [target, (finding) => reported.get(finding)?.origin])),
			exploits: (id) => exploits.get(id),
			vex: (finding) => reported.get(finding)?.vex
		},
		knowsExploits: targets.some(({ exploitRows }) => exploitRows) || exploits.size > 0,
		reported
	};
}
const UNFINISHED = {
	code: "report-unfinished",
	what: "It was an error",
	remedy: ""
};
function isUnsettled(one, count) {
	if (one?.outcome === "open") return count === "introduced";
	return one?.outcome === "accepted" || one?.spared !== void 0 && one.spared !== "not-introduced";
}

export { judgedAgain, unjudgedIn };