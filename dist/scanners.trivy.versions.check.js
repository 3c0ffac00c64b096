import { GateError, createHash, readFileSync, statSync } from "./shared.start.js";
import { addTo, privateFolder, removedAtEnd, toSeverity } from "./shared.answer.js";
import { fixedVersionsIn, parsePurl, purlOfVersion } from "./shared.domain.js";
import { object, string } from "./package.zod.js";
import { release } from "./system.used-buffers.js";
import { linkDatabase } from "./scanners.trivy.database.link.js";
import { scanSbom } from "./scanners.trivy.process.sbom-scan.js";
import { cutDocument, parsed, vulnerabilitySchema, wholeDocument } from "./scanners.trivy.report.document.js";

// src/scanners/trivy/versions/sbom.ts
function versionsSboms(questions) {
	const asked = questions.map((question, index) => ({
		index,
		system: systemOf(question),
		question
	}));
	const bySystem = Map.groupBy(asked, ({ system }) => system?.key);
	const others = bySystem.get(void 0) ?? [];
	bySystem.delete(void 0);
	const [first = [], ...rest] = bySystem.values();
	return [[...first, ...others], ...rest].flatMap((each) => {
		const os = each.find(({ system }) => system !== void 0)?.system;
		const sbom = sbomOf(os, each);
		return sbom.components.size === 0 ? [] : [sbom];
	});
}
function systemOf({ installed, os }) {
	if (!installed?.system || os === void 0) return void 0;
	const { family, name } = os;
	return {
		key: JSON.stringify([family, name]),
		family,
		name
	};
}
function sbomOf(os, asked) {
	const known = /* @__PURE__ */ new Map();
	const components = [];
	for (const { index, question } of asked) {
		const component = componentOf(question);
		if (component === void 0) continue;
		const ref = createHash("sha256").update(identityOf(component, question)).digest("hex");
		const same = known.get(ref);
		if (same !== void 0) {
			same.questions.push(index);
			continue;
		}
		known.set(ref, {
			questions: [index],
			version: component.version,
			system: question.installed?.system === true
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
function identityOf({ name, purl, ...rest }, { package: about, installed }) {
	const isOfSource = installed?.system === true && DEBIAN.has(about.type);
	return JSON.stringify(isOfSource ? rest : {
		name,
		purl,
		...rest
	});
}
const DEBIAN = /* @__PURE__ */ new Set(["debian", "ubuntu"]);
function componentOf(question) {
	const { package: about, installed } = question;
	const purl = about.purl === void 0 ? void 0 : parsePurl(about.purl);
	if (purl === void 0) return void 0;
	const version = question.version === void 0 ? about.version : likeInstalled(question.version, about.version, purl);
	return {
		type: "library",
		...namesOf(about.name, purl),
		version,
		purl: purlOfVersion(purl, version),
		properties: [...installed?.system ? sourceProperties(question, version, purl) : [], ...installed?.modularity ? [property("Modularitylabel", installed.modularity)] : []]
	};
}
function namesOf(name, { type }) {
	const cut = type === "maven" ? name.indexOf(":") : -1;
	return cut < 0 ? { name } : {
		group: name.slice(0, cut),
		name: name.slice(cut + 1)
	};
}
function likeInstalled(version, installed, { type }) {
	return type === "golang" && /^v\d/.test(installed) && /^\d/.test(version) ? `v${version}` : version;
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
function sourceProperties({ package: about, installed, version: asked }, version, purl) {
	const source = installed?.source;
	const parts = partsOf(asked === void 0 ? source?.version ?? version : version, purl);
	return [
		property("SrcName", source?.name ?? about.name),
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

// src/scanners/trivy/versions/check.ts
const DEADLINE_MS = 2e4;
const MOST_BYTES = 67108864;
async function checkVersions(questions, { trivy, database, timeoutMs }, world) {
	const answers = questions.map(() => void 0);
	const end = performance.now() + Math.min(timeoutMs, DEADLINE_MS);
	const folder = privateFolder(world, "versions");
	using _ = removedAtEnd(folder);
	linkDatabase(folder, "vulnerability", database);
	for (const sbom of versionsSboms(questions)) {
		const { found, unread } = await scanned(sbom, {
			trivy,
			folder,
			deadlineMs: end - performance.now()
		}, world);
		for (const [ref, { questions, version, system }] of sbom.components) {
			if (unread.versions.has(version) || system && unread.systemVersion) continue;
			for (const question of questions) answers[question] = found.get(ref) ?? [];
		}
	}
	return answers;
}
async function scanned({ text }, { trivy, folder, deadlineMs }, world) {
	const unread = new UnreadVersions();
	const scan = {
		trivy,
		text,
		folder,
		timeoutMs: Math.max(1, deadlineMs),
		onLine: unread.line
	};
	const done = await scanSbom(scan, world);
	if ("output" in done) return {
		found: foundIn(done.output),
		unread
	};
	if (done.failed === "too-long") throw notChecked("the second scan took too long");
	throw notChecked(`the second scan failed: ${done.reason ?? "it gave no reason"}`);
}
var UnreadVersions = class {
	versions = /* @__PURE__ */ new Set();
	systemVersion = false;
	line = (line) => {
		const version = versionIn(line);
		if (version !== void 0) this.versions.add(version);
		if (/installed package version/i.test(line)) this.systemVersion = true;
	};
};
function versionIn(line) {
	const start = /\bversion error \(/.exec(line);
	if (start === null) return void 0;
	const from = start.index + start[0].length;
	const end = line.indexOf("): ", from);
	return end === -1 ? void 0 : line.slice(from, end);
}
function foundIn(output) {
	const { size } = statSync(output, { throwIfNoEntry: false }) ?? {};
	if (size === void 0) throw notChecked("the second scan wrote no report");
	if (size > MOST_BYTES) throw notChecked("the second scan found more than can be read");
	const bytes = readFileSync(output);
	const found = findingsByRef(cutDocument(bytes) ?? wholeDocument(bytes.toString("utf8")));
	release(bytes);
	return found;
}
function notChecked(why) {
	return new GateError("versions-not-checked", why, "The verdict stands. The plan names the versions that the advisories name, but nobody looked what these have themselves.");
}
const rowSchema = vulnerabilitySchema.extend({ PkgIdentifier: object({
	PURL: string().optional(),
	BOMRef: string().optional()
}).optional() });
function findingsByRef({ results }) {
	const found = /* @__PURE__ */ new Map();
	for (const { rows } of results) {
		let row = 0;
		for (const value of rows.get("Vulnerabilities") ?? []) {
			const each = parsed(rowSchema, value, ["Results", "Vulnerabilities"], row++);
			const ref = each.PkgIdentifier?.BOMRef ?? "";
			const finding = findingOf(each);
			addTo(found, ref, finding);
		}
	}
	return found;
}
function findingOf(row) {
	return {
		kind: "vulnerability",
		id: row.VulnerabilityID,
		severity: toSeverity(row.Severity),
		title: row.Title ?? "",
		url: row.PrimaryURL,
		fixedVersions: fixedVersionsIn(row.FixedVersion),
		status: row.Status ?? "unknown",
		publishedAt: row.PublishedDate
	};
}

export { checkVersions };