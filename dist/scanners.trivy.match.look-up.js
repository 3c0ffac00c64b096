import { GateError, cancelled, createHash, readFileSync, statSync } from "./shared.thread.js";
import { addTo } from "./shared.inputs.js";
import { toSeverity } from "./shared.names.js";
import { removedAtEnd } from "./shared.start.js";
import { NO_DESCRIPTIONS, addFindings, advisedAs, checkedReport, packagesOf, parse, textOf } from "./scanners.trivy.report.packages.js";
import { LogListener } from "./shared.trivy.js";
import { fatalMessage, listTrivy, logGroup, shortened } from "./shared.scanner.js";
import { parsePurl, purlOfVersion } from "./shared.scan.js";

// src/scanners/trivy/match/list-document.ts
function listDocuments(lists) {
	const numbered = lists.map(({ packages, system }, list) => ({
		list,
		system,
		entries: packages.flatMap((each) => {
			return each.thirdParty !== true && (each.system !== true || system !== void 0) ? [{
				list,
				each
			}] : [];
		})
	}));
	const bySystem = Map.groupBy(numbered, ({ system }) => system && JSON.stringify([system.family, system.name]));
	const others = bySystem.get(void 0) ?? [];
	bySystem.delete(void 0);
	const [first = [], ...rest] = bySystem.values();
	return [[...first, ...others], ...rest].flatMap((own) => {
		const system = own[0]?.system;
		const document = documentOf(system, own.flatMap((each) => each.entries));
		if (system === void 0 && document.components.size === 0) return [];
		return [{
			...document,
			lists: own.map(({ list }) => list)
		}];
	});
}
function documentOf(os, entries) {
	const known = /* @__PURE__ */ new Map();
	const components = [];
	for (const entry of entries) {
		const component = componentOf(entry.each);
		if (component === void 0) continue;
		const ref = createHash("sha256").update(identityOf(component, entry.each)).digest("hex");
		const same = known.get(ref);
		if (same !== void 0) {
			same.entries.push(entry);
			continue;
		}
		known.set(ref, {
			entries: [entry],
			version: component.version,
			system: entry.each.system === true
		});
		components.push({
			"bom-ref": ref,
			...component
		});
	}
	const system = os && {
		"bom-ref": "operating-system",
		type: "operating-system",
		name: os.family,
		version: os.name,
		properties: [property("Class", "os-pkgs"), property("Type", os.family)]
	};
	const document = {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { tools: { components: [{
			type: "application",
			group: "aquasecurity",
			name: "trivy"
		}] } },
		components: [...system ? [system] : [], ...components]
	};
	return {
		text: JSON.stringify(document),
		components: known
	};
}
function componentOf(each) {
	const purl = each.purl === void 0 ? void 0 : parsePurl(each.purl);
	if (purl === void 0) return void 0;
	return {
		type: "library",
		...namesOf(each.name, purl),
		version: each.version,
		purl: purlOfVersion(purl, each.version),
		properties: [...each.system ? sourceProperties(each, purl) : [], ...each.modularity ? [property("Modularitylabel", each.modularity)] : []]
	};
}
function namesOf(name, { type }) {
	const cut = type === "maven" ? name.indexOf(":") : -1;
	return cut < 0 ? { name } : {
		group: name.slice(0, cut),
		name: name.slice(cut + 1)
	};
}
const WITH_RELEASE = /* @__PURE__ */ new Set(["deb", "rpm"]);
function partsOf(version, { type }) {
	if (!WITH_RELEASE.has(type)) return {
		epoch: "",
		version,
		release: ""
	};
	const [, epoch = "", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
	const cut = rest.lastIndexOf("-");
	const [upstream, release] = cut < 0 ? [rest, ""] : [rest.slice(0, cut), rest.slice(cut + 1)];
	return {
		epoch: /^0*$/.test(epoch) ? "" : epoch,
		version: upstream,
		release
	};
}
function sourceProperties({ name, version, source }, purl) {
	const parts = partsOf(source?.version ?? version, purl);
	return [
		property("SrcName", source?.name ?? name),
		property("SrcVersion", parts.version),
		...parts.release === "" ? [] : [property("SrcRelease", parts.release)],
		...parts.epoch === "" ? [] : [property("SrcEpoch", parts.epoch)]
	];
}
function property(name, value) {
	return {
		name: `aquasecurity:trivy:${name}`,
		value
	};
}
function identityOf({ name, purl, ...rest }, { type, system }) {
	const isOfSource = system === true && DEBIAN.has(type);
	return JSON.stringify(isOfSource ? rest : {
		name,
		purl,
		...rest
	});
}
const DEBIAN = /* @__PURE__ */ new Set(["debian", "ubuntu"]);

// src/scanners/trivy/match/look-up.ts
async function lookUp(lists, settings, world) {
	const silence = new LogListener().facts();
	const found = lists.map(() => ({
		rows: /* @__PURE__ */ new Map(),
		incomparable: /* @__PURE__ */ new Set(),
		log: silence
	}));
	const end = performance.now() + settings.timeoutMs;
	for (const document of listDocuments(lists)) {
		const timeoutMs = Math.max(1, Math.floor(end - performance.now()));
		const { report, log } = await scanned(document, {
			...settings,
			timeoutMs
		}, world);
		for (const list of document.lists) found[list] = {
			...found[list],
			log,
			report
		};
		const rows = rowsIn(report, document);
		const versions = new Set(log.unreadVersions);
		for (const [ref, { entries, version, system }] of document.components) {
			const own = rows.get(ref);
			const isComparable = !versions.has(version) && !(system && log.unreadSystemVersion !== void 0);
			for (const { list, each } of entries) {
				if (own !== void 0 && needsSame(each, own.type)) found[list]?.rows.set(each.ref, own.rows);
				if (!isComparable) found[list]?.incomparable.add(each.ref);
			}
		}
	}
	return found;
}
async function scanned({ text, lists }, { waiting, ...settings }, world) {
	const { title, timeoutMs } = settings;
	const group = title === void 0 ? void 0 : logGroup(`Trivy: ${title(lists)}, by SBOM`, world.log);
	const trivy = group === void 0 && await waiting?.take() || listTrivy(settings, world, group);
	using _ = removedAtEnd(trivy.folder);
	const { code, stderr, timedOut, aborted } = await trivy.read(text, timeoutMs).finally(() => group?.end());
	if (aborted) throw cancelled();
	if (timedOut) throw notMatched("the second scan took too long");
	if (code !== 0) throw notMatched(`the second scan failed: ${shortened(fatalMessage(stderr))}`);
	return {
		report: reportIn(trivy.output),
		log: trivy.facts()
	};
}
function reportIn(output) {
	if (!statSync(output, { throwIfNoEntry: false })?.isFile()) throw notMatched("the second scan wrote no report");
	const bytes = readFileSync(output);
	return parse(textOf(bytes));
}
function notMatched(why) {
	return new GateError("versions-not-checked", why, "Run again. The verdict does not depend on the fix plan, whose versions were not looked up in this run.");
}
function rowsIn(report, { components }) {
	const found = /* @__PURE__ */ new Map();
	const types = /* @__PURE__ */ new Map();
	for (const result of checkedReport(report).Results) {
		const read = packagesOf([result]);
		for (const [index, row] of (result.Packages ?? []).entries()) {
			const ref = refOf(row.Identifier);
			const meant = components.get(ref)?.entries[0]?.each;
			const own = read[index];
			if (meant !== void 0 && own !== void 0 && isSame(meant, own)) types.set(ref, own.type);
		}
		for (const row of result.Vulnerabilities ?? []) addTo(found, refOf(row.PkgIdentifier), row);
	}
	if ([...found.keys()].some((ref) => !components.has(ref))) throw notMatched("the second scan has findings for a package that is not in the list");
	return new Map([...types].map(([ref, type]) => [ref, {
		type,
		rows: found.get(ref) ?? []
	}]));
}
function refOf(identifier) {
	const ref = identifier?.BOMRef;
	return typeof ref === "string" ? ref : "";
}
function needsSame({ type }, readAs) {
	const wanted = advisedAs(type);
	return wanted === void 0 || wanted === advisedAs(readAs);
}
function isSame(meant, read) {
	if (meant.name.toLowerCase() !== read.name.toLowerCase() || meant.version !== read.version) return false;
	if (meant.system !== true) return true;
	const source = meant.source ?? meant;
	return source.name === read.source?.name && source.version === read.source.version && meant.modularity === read.modularity;
}
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

export { lookUp, match, refOf };