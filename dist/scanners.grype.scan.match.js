import { writeFileSync } from "./shared.thread.js";
import { addTo, listSome } from "./shared.inputs.js";
import { needsOf } from "./shared.answer.js";
import { parsePurl, plainPurl } from "./shared.scan.js";
import { privateFolder, removedAtEnd } from "./shared.start.js";
import { FILE, answerOn, knownKinds, knowsRelease, namesOf, requireYoung } from "./scanners.grype.scan.answer.js";
import { answerNotes, findingsOf } from "./scanners.grype.report.report.js";
import { join } from "node:path";

// src/scanners/grype/scan/match.ts
async function match(lists, settings, world) {
	const answers = [];
	for (const list of lists) answers.push(await matchList(list, settings, world));
	return answers;
}
async function matchList(list, settings, world) {
	const { database, descriptions = false } = settings;
	const purls = purlList(list);
	const looked = {
		...await lookedAt(list, purls, settings),
		unread: unreadIn(purls, [])
	};
	const by = namesOf(settings);
	if (purls.lines.length === 0) return {
		...looked,
		found: /* @__PURE__ */ new Map(),
		notes: [],
		by: {
			...by,
			databaseUpdatedAt: database.built.toISOString()
		}
	};
	const label = list.subject ?? "a list of packages";
	const target = {
		kind: "sbom",
		input: label,
		label
	};
	const folder = privateFolder(world, "match");
	using _ = removedAtEnd(folder);
	const file = join(folder, "purls.txt");
	writeFileSync(file, `${purls.lines.join("\n")}\n`, { mode: 384 });
	const { read, packages } = await answerOn(target, `purl:${file}`, settings, world);
	const system = list.system && {
		name: list.system.family,
		version: list.system.name
	};
	const databaseUpdatedAt = await requireYoung({
		target,
		kinds: purls.kinds,
		system,
		told: read.database
	}, settings, world);
	return {
		...looked,
		found: foundIn(read, purls, descriptions),
		unread: unreadIn(purls, packages),
		suppressed: read.result.suppressed,
		notes: answerNotes(read, databaseUpdatedAt),
		by: {
			...by,
			databaseUpdatedAt
		}
	};
}
function foundIn({ matches }, { refs }, descriptions) {
	const found = /* @__PURE__ */ new Map();
	const context = {
		layers: /* @__PURE__ */ new Map(),
		isBySystem: () => false,
		descriptions
	};
	for (const [row, match] of matches.entries()) for (const ref of refs.get(keyOf(match.artifact.purl ?? void 0) ?? "") ?? [""]) found.set(ref, [...found.get(ref) ?? [], ...findingsOf(match, row, context)]);
	return found;
}
function unreadIn({ refs, unnamed }, seen) {
	const keys = new Set(seen.map(({ purl }) => keyOf(purl)));
	return /* @__PURE__ */ new Set([...unnamed, ...[...refs].flatMap(([key, own]) => keys.has(key) ? [] : own)]);
}
async function lookedAt({ packages, system: os }, { kinds }, { database: { folder } }) {
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
		what: `Grype's database has no advisories for ${os === void 0 ? "the distribution, which nothing names" : `${os.family} ${os.name}`}, so none of its packages was matched`,
		remedy: "Build on a published release, under the name that its distribution uses. If it is only days old, a newer database may cover it."
	});
	const rows = unknown.map(() => ({
		subject: "Grype's database",
		status: "not-known",
		detail: `has no advisories for ${listSome(unknown, 10)}`
	}));
	const isUnknown = packages.filter(({ system, purl = "" }) => system !== true && !known.has(kindOf(parsePurl(purl)?.type ?? "")));
	return {
		coverage: {
			rows: rows.slice(0, 1),
			gaps
		},
		...unknown.length > 0 && { blindTo: isUnknown.map(needsOf) }
	};
}
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
function purlList({ packages, system }) {
	const lines = /* @__PURE__ */ new Set();
	const refs = /* @__PURE__ */ new Map();
	const kinds = /* @__PURE__ */ new Set();
	const unnamed = [];
	for (const each of packages) {
		const key = keyOf(each.purl);
		const type = each.purl === void 0 ? void 0 : parsePurl(each.purl)?.type;
		if (key === void 0 || type === void 0) {
			if (each.version !== "") unnamed.push(each.ref);
		} else {
			addTo(refs, key, each.ref);
			lines.add(each.system === true ? systemLine(each, system) : each.purl);
			if (each.system !== true) kinds.add(kindOf(type));
		}
	}
	return {
		lines: [...lines],
		refs,
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

export { match };