import { toSeverity } from "./shared.names.js";
import { NO_DESCRIPTIONS, addFindings } from "./scanners.trivy.report.schema.js";
import { lookUp } from "./scanners.trivy.match.look-up.js";

// src/scanners/trivy/match/match.ts
async function match(lists, { version, ...settings }, world) {
	const { updatedAt, sha256 } = settings.database;
	const by = {
		scanner: "Trivy",
		scannerVersion: version,
		databaseUpdatedAt: updatedAt.toISOString(),
		databaseSha256: sha256
	};
	return (await lookUp(lists, settings, world)).map(({ rows, incomparable }, at) => {
		const unread = (lists[at]?.packages.filter(({ thirdParty }) => thirdParty !== true) ?? []).map(({ ref }) => ref).filter((ref) => !rows.has(ref) || incomparable.has(ref));
		const some = [...rows].filter(([, own]) => own.length > 0);
		return {
			found: new Map(some.map(([ref, own]) => [ref, findingsIn(own)])),
			unread: new Set(unread),
			notes: [],
			by
		};
	});
}
function findingsIn(rows) {
	const findings = [];
	const nothing = () => void 0;
	addFindings({ Vulnerabilities: rows }, 0, {
		artifactName: void 0,
		layers: /* @__PURE__ */ new Map(),
		ownerOf: nothing,
		packageAt: nothing,
		severityOf: toSeverity,
		describe: NO_DESCRIPTIONS
	}, findings);
	return findings.map(({ package: _package, path: _path, layer: _layer, owner: _owner, ...finding }) => finding);
}

export { match };