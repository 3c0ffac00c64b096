import { writeFileSync } from "./shared.start.js";
import { listSome, privateFolder, removedAtEnd } from "./shared.answer.js";
import { parsePurl, plainPurl } from "./shared.domain.js";
import { FILE, blindToThese, documentIn, knownKinds, knowsRelease, packagesIn, requireYoung, started, withoutSettings } from "./scanners.grype.scan.packages.js";
import { GRYPE, evidenceNotes, findingsOf, oldestNote, readDocument } from "./scanners.grype.report.report.js";
import { join } from "node:path";

// src/scanners/grype/scan/listed.ts
const IDS = {
	alma: "almalinux",
	amazon: "amzn",
	"cbl-mariner": "mariner",
	oracle: "ol",
	redhat: "rhel"
};
function distributionId(family) {
	return Object.hasOwn(IDS, family) ? IDS[family] : family;
}
const KINDS = {
	cargo: "rust-crate",
	composer: "php-composer",
	golang: "go-module",
	maven: "java-archive",
	nuget: "dotnet",
	pub: "dart-pub",
	pypi: "python"
};
function keyOf(purl) {
	const parsed = purl === void 0 ? void 0 : parsePurl(purl);
	return parsed?.version === void 0 ? void 0 : plainPurl(parsed);
}
function purlList(packages, os) {
	const lines = /* @__PURE__ */ new Set();
	const byKey = /* @__PURE__ */ new Map();
	const kinds = /* @__PURE__ */ new Set();
	const unnamed = [];
	for (const each of packages) {
		const key = keyOf(each.purl);
		const type = each.purl === void 0 ? void 0 : parsePurl(each.purl)?.type;
		if (key === void 0 || type === void 0) {
			if (each.version !== "") unnamed.push(each);
		} else {
			byKey.set(key, [...byKey.get(key) ?? [], each]);
			lines.add(each.system === true ? systemLine(each, os) : each.purl);
			if (each.system !== true) kinds.add(kindOf(type));
		}
	}
	return {
		lines: [...lines],
		packages: byKey,
		kinds,
		unnamed
	};
}
function kindOf(type) {
	return Object.hasOwn(KINDS, type) ? KINDS[type] : type;
}
function systemLine({ purl = "", source, version }, os) {
	const [base = "", query = ""] = purl.split("#")[0]?.split("?") ?? [];
	const qualifiers = new URLSearchParams(query);
	if (os !== void 0) qualifiers.set("distro", `${distributionId(os.family)}-${os.name.split(" ")[0]}`);
	if (source !== void 0 && source.name !== "") qualifiers.set("upstream", upstreamOf(source, version, base));
	return `${base}?${[...qualifiers].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}
function upstreamOf(source, version, base) {
	if (base.startsWith("pkg:rpm/")) return `${source.name}-${source.version.replace(/^\d+:/, "")}.src.rpm`;
	return source.version === "" || source.version === version ? source.name : `${source.name}@${source.version}`;
}

// src/scanners/grype/scan/match.ts
async function matchListed(target, listed, settings, world) {
	const { program, database, reportFile, descriptions = false } = settings;
	const { os } = listed.artifact;
	const list = purlList(listed.packages, os);
	const folder = privateFolder(world, "match");
	using _ = removedAtEnd(folder);
	const [purls, report] = [join(folder, "purls.txt"), join(folder, "report.json")];
	const seen = join(folder, "seen.json");
	writeFileSync(purls, `${list.lines.join("\n")}\n`, { mode: 384 });
	if (list.lines.length === 0) return await withoutPackages(listed, list, settings);
	await started(target, settings, [
		`purl:${purls}`,
		"-o",
		`json=${report}`,
		"-o",
		`cyclonedx-json=${seen}`
	], world);
	const document = documentIn(report);
	const read = readDocument(document, target, descriptions);
	writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 384 });
	const system = os && {
		name: os.family,
		version: os.name
	};
	const updatedAt = await requireYoung({
		target,
		kinds: list.kinds,
		system,
		told: read.database
	}, settings, world);
	return {
		...listed,
		findings: findingsAt(read, list, listed, descriptions),
		suppressed: read.result.suppressed,
		...await lookedAt(listed, list, unseenIn(list, packagesIn(documentIn(seen))), database),
		provenance: {
			...listed.provenance,
			scanner: GRYPE.name,
			scannerVersion: program.version,
			scannerSha256: program.sha256,
			databaseUpdatedAt: updatedAt,
			databaseSha256: database.sha256,
			scanners: ASKED,
			notes: [
				...listed.provenance.notes ?? [],
				listedBy(listed),
				...oldestNote(read.database, updatedAt),
				...evidenceNotes(read.matches)
			]
		}
	};
}
const ASKED = ["vuln"];
function findingsAt({ matches }, { packages }, { layers: diffIds }, descriptions) {
	const layers = new Map(diffIds.map((diffId, index) => [diffId, {
		diffId,
		number: index + 1
	}]));
	const context = {
		layers: /* @__PURE__ */ new Map(),
		ownerOf: () => void 0,
		isBySystem: () => false,
		descriptions
	};
	return matches.flatMap((match, row) => {
		const places = packages.get(keyOf(match.artifact.purl ?? void 0) ?? "");
		const found = findingsOf(match, row, context);
		return places === void 0 ? found : found.flatMap((finding) => places.map((each) => placed(finding, each, layers)));
	});
}
function listedBy({ provenance: { scanner, scannerVersion = "" } }) {
	return `The packages are those that ${`${scanner} ${scannerVersion}`.trim()} has listed; Grype's database was asked about them.`;
}
async function withoutPackages(listed, list, { program, database }) {
	const notes = [...listed.provenance.notes ?? [], listedBy(listed)];
	const own = {
		scanner: GRYPE.name,
		scannerVersion: program.version,
		scannerSha256: program.sha256
	};
	const data = {
		databaseUpdatedAt: database.built.toISOString(),
		databaseSha256: database.sha256,
		scanners: ASKED
	};
	const looked = await lookedAt(listed, list, [], database);
	return {
		...listed,
		findings: [],
		...looked,
		provenance: {
			...listed.provenance,
			...own,
			...data,
			notes
		}
	};
}
function placed(finding, each, layers) {
	const { name, version, type, ecosystem, purl, path, diffId } = each;
	return {
		...finding,
		package: {
			name,
			version,
			type,
			ecosystem,
			purl
		},
		path,
		layer: diffId === void 0 ? void 0 : layers.get(diffId) ?? { diffId }
	};
}
function unseenIn(list, seen) {
	const keys = new Set(seen.map(({ purl }) => keyOf(purl)));
	return [...list.packages].flatMap(([key, packages]) => keys.has(key) ? [] : packages);
}
async function lookedAt({ coverage, artifact: { os }, packages }, { unnamed, kinds }, unseen, { folder }) {
	const gaps = [];
	const known = await knownKinds(join(folder, FILE));
	const unknown = [...kinds].filter((kind) => !known.has(kind)).sort();
	const hasSystem = packages.some(({ system }) => system === true);
	const release = os && {
		name: distributionId(os.family),
		version: os.name.split(" ")[0] ?? ""
	};
	if (hasSystem && (release === void 0 || !await knowsRelease(join(folder, "vulnerability.db"), release))) gaps.push({
		code: "os-release-unknown",
		what: `Grype's database has no advisories for ${os === void 0 ? "the distribution, which nothing names" : `${os.family} ${os.name}`}, so that none of its packages was matched`,
		remedy: "Build on a release that is out and named as its distribution names it. Of a release of the last days a newer database may know."
	});
	if (unnamed.length > 0) gaps.push({
		code: "packages-skipped",
		what: `${unnamed.length} packages have no package URL, by which alone Grype's database can be asked: ${listSome(unnamed.map(({ name }) => name), 5)}`,
		remedy: "Scan the image by `scan-with: grype`, which reads its packages itself."
	});
	if (unseen.length > 0) gaps.push({
		code: "packages-skipped",
		what: `Grype has left out ${unseen.length} packages of the list, whose package URL it does not understand: ${listSome(unseen.map(({ name }) => name), 5)}`,
		remedy: "Scan the image by `scan-with: grype`, which reads its packages itself, or mend the SBOM's package URLs."
	});
	const rows = gaps.map(({ what }) => ({
		subject: "Grype's database",
		status: "gap",
		detail: what
	}));
	if (unknown.length > 0) rows.push({
		subject: "Grype's database",
		status: "not-known",
		detail: `has no advisories for ${listSome(unknown, 10)}`
	});
	const isUnknown = ({ system, purl = "" }) => system !== true && !known.has(kindOf(parsePurl(purl)?.type ?? ""));
	return {
		coverage: {
			rows: [...rows, ...coverage?.rows ?? []],
			gaps: [...gaps, ...coverage?.gaps ?? []]
		},
		...blindToThese([
			...unnamed,
			...unseen,
			...unknown.length === 0 ? [] : packages.filter(isUnknown)
		])
	};
}

export { matchListed };