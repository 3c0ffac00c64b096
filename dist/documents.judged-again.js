import { GateError } from "./shared.start.js";

// src/documents/judged-again.ts
function unjudgedIn(document, file, remedy) {
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
			given: /* @__PURE__ */ new Map()
		};
	}
	throw new GateError("document-unknown", `${JSON.stringify(file)} is an SBOM, which has no findings`, remedy);
}
function unjudged(report) {
	const given = /* @__PURE__ */ new Map();
	const outcomes = report.targets.map((each, index) => {
		const target = targetOf(each);
		if (each.verdict === "error") return {
			target,
			error: each.error ?? {
				code: "report-unfinished",
				what: "It was an error",
				remedy: ""
			}
		};
		return {
			target,
			scan: scanOf(each, report.findings.filter((one) => one.target === index).map((one) => {
				const finding = findingOf(one, each, report);
				given.set(finding, one);
				return finding;
			}))
		};
	});
	return {
		outcomes,
		settings: settingsOf(report, outcomes, given),
		knowsExploits: knowsExploits(report),
		given
	};
}
function knowsExploits({ targets, findings }) {
	return targets.some(({ exploitRows }) => exploitRows) || findings.some(({ exploitation }) => exploitation);
}
function targetOf({ kind, input, as, label, platform }) {
	return {
		kind,
		input,
		as,
		label,
		platform
	};
}
function scanOf({ input, as, artifact, packages, provenance, coverage }, findings) {
	return {
		artifact: {
			names: artifact?.names ?? (as === void 0 ? [input] : [as, input]),
			digest: artifact?.digest,
			platform: artifact?.platform,
			os: artifact?.os,
			packages: packages?.length
		},
		packages: packages ?? [],
		layers: [],
		findings,
		suppressed: 0,
		...coverage && { coverage: coverageOf(coverage) },
		provenance: {
			...provenance,
			scanner: provenance?.scanner ?? ""
		}
	};
}
function coverageOf({ gaps }) {
	return {
		rows: [],
		gaps: gaps.map(({ code, what, remedy, path }) => ({
			code,
			what,
			remedy,
			path
		}))
	};
}
function findingOf(one, { layers }, { exceptions }) {
	const { kind, id, severity, title, url, package: about, fixedVersions, status, path, line, owner } = one;
	const named = [...one.exceptions ?? [], ...one.ended === void 0 ? [] : [one.ended]];
	const aliases = [...new Set(named.flatMap((index) => exceptions[index]?.id ?? []))].filter((each) => each.toLowerCase() !== id.toLowerCase());
	return {
		kind,
		id,
		severity,
		title,
		url,
		package: about,
		fixedVersions,
		status,
		path,
		line,
		owner,
		...aliases.length > 0 && { aliases },
		...one.spared === "not-agreed" && { missedBy: [] },
		...one.layer !== void 0 && { layer: layers?.[one.layer] }
	};
}
function settingsOf({ count }, outcomes, given) {
	const compared = outcomes.flatMap((outcome) => "scan" in outcome ? [outcome] : []).filter(({ scan }) => scan.findings.some((each) => given.get(each)?.change !== void 0));
	const exploits = /* @__PURE__ */ new Map();
	for (const { id, exploitation } of given.values()) if (exploitation !== void 0) exploits.set(id, exploitation);
	return {
		changes: new Map(compared.map(({ target }) => [target, (finding) => given.get(finding)?.change])),
		unsettled: new Map(compared.map(({ target, scan }) => [target, new Set(scan.findings.filter((each) => isUnsettled(given.get(each), count)))])),
		exploits: (id) => exploits.get(id),
		vex: (finding) => given.get(finding)?.vex
	};
}
function isUnsettled(one, count) {
	if (one?.outcome === "open") return count === "introduced";
	return one?.outcome === "accepted" || one?.spared !== void 0 && one.spared !== "not-introduced";
}

export { unjudged, unjudgedIn };