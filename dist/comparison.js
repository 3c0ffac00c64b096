import { i as artifactName, n as whyNoArtifacts, r as REPORT_FILE, t as uploadArtifact } from "./artifact-process.js";
import { _ as unknown, c as literal, d as number, f as object, h as string, i as boolean, n as _enum, o as int, r as array } from "./zod.js";
import { Ct as perSeverity, Dt as asGateError, Et as GateError, F as compareVersions, I as compareText, M as remembering, St as SEVERITIES, V as readGivenFile, _ as pathWithoutVersion, d as AGGREGATING, et as repositoryName, m as compare, u as repeatedKey, v as parsePurl } from "./shared.js";
import { t as connect } from "./api.js";
import { h as defaultBranch, m as commitOfBranch, n as toScanResult, o as wholeDocument, p as platformMatches } from "./report.js";
import { r as quoted } from "./cache-warnings.js";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { crc32, inflateRawSync } from "node:zlib";
import { fileURLToPath } from "node:url";

// src/github/baseline-artifact.ts
const PERMISSION = "actions: read";
const MOST_PAGES = 3;
const MOST_RUNS = 40;
const EVENTS$1 = /* @__PURE__ */ new Set(["push", "schedule"]);
const artifactSchema = object({
	id: int().positive(),
	name: string(),
	size_in_bytes: int().nonnegative(),
	expired: boolean(),
	digest: string().nullish(),
	created_at: string().nullish(),
	workflow_run: object({
		id: int().positive().optional(),
		repository_id: int().optional(),
		head_repository_id: int().optional(),
		head_branch: string().nullish(),
		head_sha: string().optional()
	}).nullish()
});
const listSchema = object({ artifacts: array(artifactSchema) });
const runSchema = object({
	id: int(),
	event: string(),
	status: string().nullish(),
	conclusion: string().nullish(),
	head_branch: string().nullish(),
	head_sha: string().regex(/^[0-9a-f]{40,64}$/),
	html_url: string().optional(),
	repository: object({ id: int() }),
	head_repository: object({ id: int() }).nullish()
});
async function* keptArtifacts(api, search, passedOver) {
	const branch = await defaultBranch(api);
	let head;
	let asked = 0;
	for await (const artifact of listed(api, search.name)) {
		const why = unfit(artifact, branch, search);
		if (why !== void 0) {
			passedOver(artifact.id, why);
			continue;
		}
		asked += 1;
		if (asked > MOST_RUNS) return;
		const run = await runOf(api, artifact.workflow_run?.id ?? 0);
		const wrong = untrusted(run, artifact, branch);
		if (wrong !== void 0) {
			passedOver(artifact.id, wrong);
			continue;
		}
		head ??= await commitOfBranch(api, branch);
		if (!await isOnBranch(api, run.head_sha, head)) {
			passedOver(artifact.id, `its commit is not on ${branch}`);
			continue;
		}
		const zip = await archiveOf(api, artifact, search.maxBytes);
		if (zip === void 0) passedOver(artifact.id, "what was downloaded has another SHA-256 than GitHub says");
		else yield {
			zip,
			branch,
			commit: run.head_sha,
			url: run.html_url,
			madeAt: artifact.created_at ?? void 0
		};
	}
}
async function* listed(api, name) {
	for (let page = 1; page <= MOST_PAGES; page++) {
		const { data, more } = await api.call({
			route: "GET /repos/{owner}/{repo}/actions/artifacts",
			parameters: {
				name,
				per_page: 100,
				page
			},
			failed: "The artifacts of earlier runs could not be listed",
			permission: PERMISSION
		}, listSchema);
		yield* data.artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
		if (!more) return;
	}
}
function unfit({ expired, size_in_bytes: size, workflow_run: run }, branch, search) {
	if (expired) return "it has expired";
	if (run?.id === void 0) return "its run is gone";
	if (run.id === search.ownRun) return "it is of this run";
	if (run.head_branch !== branch) return `it is not of ${branch}`;
	if (run.repository_id === void 0 || run.head_repository_id !== run.repository_id) return "it is of another repository's branch";
	return size > search.maxBytes ? `it has more than ${search.maxBytes} bytes` : void 0;
}
async function runOf(api, id) {
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
		parameters: { run_id: id },
		failed: `The workflow run ${id} could not be read`,
		permission: PERMISSION
	}, runSchema);
	return data;
}
function untrusted(run, { workflow_run: told }, branch) {
	if (run.id !== told?.id || run.repository.id !== told.repository_id) return "its run is another one";
	if (run.head_repository?.id !== run.repository.id) return "its run is of another repository's branch";
	if (run.head_branch !== branch) return `its run is not of ${branch}`;
	if (!EVENTS$1.has(run.event)) return `its run was started by ${run.event}`;
	if (run.status !== "completed" || run.conclusion !== "success") return "its run was not successful";
}
async function isOnBranch(api, commit, head) {
	if (commit === head) return true;
	const { data } = await api.call({
		route: "GET /repos/{owner}/{repo}/compare/{basehead}",
		parameters: {
			basehead: `${commit}...${head}`,
			per_page: 1
		},
		failed: `The commit ${commit} could not be compared with the default branch`,
		permission: "contents: read"
	}, object({ status: string() }));
	return data.status === "ahead" || data.status === "identical";
}
async function archiveOf(api, { id, digest }, maxBytes) {
	const zip = await api.archive({
		route: "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
		parameters: {
			artifact_id: id,
			archive_format: "zip"
		},
		failed: `The artifact ${id} could not be downloaded`,
		permission: PERMISSION
	}, maxBytes);
	const wanted = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "")?.[1];
	return wanted === void 0 || createHash("sha256").update(zip).digest("hex") === wanted ? zip : void 0;
}

// src/baseline/problems.ts
function baselineMissing(given) {
	return new GateError("baseline-missing", `\`baseline\` ${JSON.stringify(given)} reads as a file, and there is none`, "Check the path, which is relative to the workspace, and that a step before this one writes it. An image reference does not start with `./` or `/` and does not end in `.json`.");
}
function baselineAmbiguous(given) {
	return new GateError("baseline-ambiguous", `\`baseline\` ${JSON.stringify(given)} is an image reference, and the workspace has a file of that name`, "A pull request may have added it, to be compared with something of its own. Remove the file; to name it as the baseline, write `./` in front.");
}
function baselineDamaged(name, why, cause) {
	return new GateError("baseline-damaged", `${name} ${why}`, "It must be a whole JSON document: Image Gate's `report`, Trivy's JSON, or a CycloneDX SBOM. Make it again, or set `baseline: none`.", { cause });
}
function baselineUnknown(name, why) {
	return new GateError("baseline-unknown", `${name} ${why}`, "Use Image Gate's `report` (version 1), Trivy's JSON (SchemaVersion 2), or a CycloneDX SBOM as JSON.");
}
function baselineSpdx(name) {
	return new GateError("baseline-spdx", `${name} is an SPDX document, and SPDX loses the paths at which packages lie, so that what is new could not be told`, "Make a CycloneDX SBOM instead (`trivy image --format cyclonedx`), or use Image Gate's `report`.");
}
function baselineIncomplete(name, why) {
	return new GateError("baseline-incomplete", `${name} ${why}, so that it cannot be matched with the database of this run`, "Make it again with a current Image Gate, or with a Trivy that lists all packages (`--list-all-pkgs`).");
}
function baselinePlatform(name, platform, wanted) {
	return new GateError("baseline-platform", `${name} is for ${platform}, but what is judged is for ${wanted}`, "Name a baseline of the same platform; images of several platforms need a step of their own for each.");
}
function baselineUnavailable(name, why, remedy, cause) {
	return new GateError("baseline-unavailable", `${name} could not be scanned: ${why}`, remedy, { cause });
}
function baselineOtherImage(name, image, label) {
	return new GateError("baseline-other-image", `${name} is of another image: ${JSON.stringify(image)}, not ${label}`, "The comparison stands, and says what differs between the two. Name a baseline of the same image if that is not what you want.");
}
function baselineUnused(why) {
	return new GateError("baseline-unused", `There is no baseline: ${why}`, "The verdict stands without it. See docs/baseline.md of Image Gate for what a baseline needs.");
}

// src/baseline/stored-baseline.ts
const KINDS$1 = {
	vuln: "vulnerability",
	misconfig: "misconfiguration",
	secret: "secret",
	license: "license"
};
function kindsOf(scanners = ["vuln"]) {
	return new Set(scanners.flatMap((name) => KINDS$1[name] ?? []));
}

// src/baseline/stored-report.ts
const text = string();
const packageSchema = object({
	name: text,
	version: text,
	type: text,
	purl: text.optional(),
	path: text.optional(),
	system: boolean().optional(),
	source: object({
		name: text,
		version: text
	}).optional(),
	modularity: text.optional(),
	thirdParty: boolean().optional()
});
const targetSchema = object({
	label: text,
	input: text.optional(),
	kind: _enum([
		"image",
		"path",
		"repository",
		"sbom",
		"trivy-report"
	]),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	artifact: object({
		names: array(text),
		platform: text.optional(),
		os: object({
			family: text,
			name: text,
			endOfLife: boolean()
		}).optional()
	}).optional(),
	packages: array(packageSchema).optional(),
	provenance: object({ scanners: array(text).optional() }).optional(),
	baseline: object({
		kind: text,
		trouble: boolean().optional()
	}).optional(),
	rows: array(object({
		severity: text,
		broken: boolean()
	})).optional(),
	exploitRows: array(object({
		kind: text,
		above: number().optional(),
		broken: boolean()
	})).optional()
});
const findingSchema = object({
	target: int().nonnegative(),
	kind: _enum([
		"vulnerability",
		"misconfiguration",
		"secret",
		"license"
	]),
	id: text,
	severity: _enum(SEVERITIES),
	title: text,
	url: text.optional(),
	package: object({
		name: text,
		version: text,
		purl: text.optional(),
		type: text
	}).optional(),
	path: text.optional(),
	outcome: text.optional(),
	spared: text.optional(),
	exploitation: object({
		kev: unknown().optional(),
		epss: number().optional()
	}).optional()
});
const storedReportSchema = object({
	version: literal(1),
	mode: text.optional(),
	count: text.optional(),
	generatedAt: text,
	targets: array(targetSchema),
	findings: array(findingSchema),
	provenance: object({
		commit: text.optional(),
		run: text.optional()
	})
});
function findingsOf$1(report, target) {
	const index = report.targets.indexOf(target);
	const earlier = [];
	const unsettled = /* @__PURE__ */ new Set();
	const isStock = tookStock(report, target);
	for (const each of report.findings) {
		if (each.target !== index) continue;
		const finding = {
			...each,
			fixedVersions: [],
			status: "unknown"
		};
		earlier.push(finding);
		if (!isLetIn(each, target, isStock)) unsettled.add(finding);
	}
	return {
		earlier,
		unsettled
	};
}
function isLetIn({ outcome, spared, severity, exploitation }, target, isStock) {
	if (outcome === "not-counted") return spared === "not-introduced";
	if (outcome !== "open") return false;
	if (isStock) return true;
	const { rows = [], exploitRows = [] } = target;
	if (rows.length === 0 || rows.some((row) => row.broken && row.severity === severity)) return false;
	return !exploitRows.some(({ broken, kind, above = 1 }) => broken && kind === "exploited" ? exploitation?.kev !== void 0 : broken && (exploitation?.epss ?? 0) > above);
}
function tookStock({ mode, count }, { baseline }) {
	const hadNone = baseline === void 0 || baseline.kind === "none" && baseline.trouble !== true;
	return mode === "warn" && (hadNone || count !== "introduced");
}

// src/baseline/report-baseline.ts
function baselineInReport(report, judged, source, name) {
	const stored = matching(report, judged);
	if (stored === void 0) throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
	if (stored.verdict === "error") throw baselineIncomplete(name, "is of a scan that did not happen");
	if (stored.packages === void 0) throw baselineIncomplete(name, "was made by an Image Gate that kept no packages");
	return {
		source: {
			image: stored.label,
			commit: report.provenance.commit,
			madeAt: report.generatedAt,
			...source
		},
		names: stored.artifact?.names ?? [],
		platform: stored.artifact?.platform,
		contents: {
			packages: stored.packages,
			os: stored.artifact?.os
		},
		...findingsOf$1(report, stored),
		kinds: kindsOf(stored.provenance?.scanners)
	};
}
function matching({ targets }, judged) {
	const { platform } = judged.scan.artifact;
	const typed = repositoryName(judged.target.input);
	const same = targets.filter(({ input, label }) => repositoryName(input ?? label) === typed);
	return same.filter((each) => platform === void 0 || platformMatches(platform, each.artifact?.platform))[0] ?? same[0] ?? (targets.length === 1 ? targets[0] : void 0);
}
function isSameImage(names, { target, scan }) {
	const own = new Set([target.input, ...scan.artifact.names].map(repositoryName));
	return names.some((name) => own.has(repositoryName(name)));
}

// src/baseline/unzip.ts
var UnusableArchive = class extends Error {
	name = "UnusableArchive";
};
const END = 101010256;
const END_BYTES = 22;
const CENTRAL = 33639248;
const CENTRAL_BYTES = 46;
const LOCAL = 67324752;
const LOCAL_BYTES = 30;
const ENCRYPTED = 1;
function onlyMember(zip, name, maxBytes) {
	const end = zip.lastIndexOf(Buffer.from("PK"));
	if (end === -1 || end + END_BYTES > zip.length || zip.readUInt32LE(end) !== END) throw new UnusableArchive("is no zip, or only a part of one");
	if (zip.readUInt16LE(end + 8) !== 1 || zip.readUInt16LE(end + 10) !== 1) throw new UnusableArchive("has not exactly one file in it");
	const at = zip.readUInt32LE(end + 16);
	if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL) throw new UnusableArchive("is damaged");
	const entry = {
		flags: zip.readUInt16LE(at + 8),
		method: zip.readUInt16LE(at + 10),
		crc: zip.readUInt32LE(at + 16),
		packed: zip.readUInt32LE(at + 20),
		size: zip.readUInt32LE(at + 24),
		name: zip.toString("utf8", at + CENTRAL_BYTES, at + CENTRAL_BYTES + zip.readUInt16LE(at + 28)),
		local: zip.readUInt32LE(at + 42)
	};
	if (entry.name !== name) throw new UnusableArchive("has another file in it");
	if (entry.size > maxBytes) throw new UnusableArchive(`is unpacked larger than ${maxBytes} bytes`);
	if ((entry.flags & ENCRYPTED) !== 0) throw new UnusableArchive("is encrypted");
	const data = unpacked(packedBytes(zip, entry.local, entry.packed), entry.method, maxBytes);
	if (data.length !== entry.size || crc32(data) !== entry.crc) throw new UnusableArchive("is damaged");
	return data;
}
function packedBytes(zip, at, length) {
	if (at + LOCAL_BYTES > zip.length || zip.readUInt32LE(at) !== LOCAL) throw new UnusableArchive("is damaged");
	const start = at + LOCAL_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
	if (start + length > zip.length) throw new UnusableArchive("is damaged");
	return zip.subarray(start, start + length);
}
function unpacked(packed, method, maxBytes) {
	if (method === 0) return packed;
	if (method !== 8) throw new UnusableArchive("is packed in a way that is not known");
	try {
		return inflateRawSync(packed, { maxOutputLength: maxBytes });
	} catch {
		throw new UnusableArchive("is damaged, or unpacked larger than it says");
	}
}

// src/baseline/automatic.ts
const MAX_BYTES = 268435456;
const TIMEOUT_MS = 2e4;
const BUDGET_MS = 3e4;
function automaticBaseline(options, world) {
	const { event, token, offline, name } = options;
	return async () => {
		if (event.name === "" || event.repository === void 0) return {
			none: "there is no GitHub repository whose default branch could be asked",
			quiet: true
		};
		if (offline) return {
			none: "`offline` forbids to ask GitHub for the default branch's report",
			quiet: true
		};
		if (!hasChange(event)) return {
			none: "this run is about no change",
			quiet: true
		};
		if (token === void 0 || token === "") return {
			none: "there is no `token` to ask GitHub with",
			trouble: true
		};
		try {
			return await newest({
				event,
				token,
				name
			}, world);
		} catch (thrown) {
			if (world.signal.aborted) throw thrown;
			const { what, remedy } = asGateError(thrown);
			world.log.info(`No baseline: ${what}. ${remedy}`);
			return {
				none: what,
				trouble: true
			};
		}
	};
}
function hasChange({ name, pullRequest, lookup }) {
	return pullRequest !== void 0 || lookup !== void 0 || name === "push" || name === "schedule";
}
async function newest({ event, token, name }, { env, log, signal }) {
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS,
		budgetMs: BUDGET_MS
	});
	const search = {
		name: artifactName(name),
		maxBytes: MAX_BYTES,
		ownRun: Number(env.GITHUB_RUN_ID) || void 0
	};
	const passedOver = (id, why) => log.debug(`Baseline: the artifact ${id} is not taken: ${why}.`);
	for await (const kept of keptArtifacts(api, search, passedOver)) {
		const report = readReport(kept);
		if ("unusable" in report) {
			log.info(`Baseline: the report of run ${kept.url ?? kept.commit} is not taken: it ${report.unusable}.`);
			continue;
		}
		const { branch, commit, url, madeAt } = kept;
		const source = {
			kind: "run",
			branch,
			commit,
			url,
			madeAt
		};
		return (judged) => baselineInReport(report, judged, source, `The report of ${branch}`);
	}
	return none(event);
}
function none({ defaultBranch }) {
	return { none: `no successful run on ${defaultBranch ?? "the default branch"} was found that has kept a report under this name` };
}
function readReport({ zip }) {
	try {
		const text = onlyMember(zip, REPORT_FILE, MAX_BYTES).toString("utf8");
		const report = storedReportSchema.parse(JSON.parse(text));
		return report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== void 0) ? report : { unusable: "lacks what a comparison needs" };
	} catch (error) {
		return { unusable: error instanceof UnusableArchive ? error.message : "is not a report that this Image Gate reads" };
	}
}

// src/trivy/cyclonedx.ts
function toCycloneDx({ name, os, packages }) {
	const root = component("root", "container", name, { SchemaVersion: "2" });
	const system = os && component("os", "operating-system", os.family, {
		Class: "os-pkgs",
		Type: os.family
	}, { version: os.name });
	const files = /* @__PURE__ */ new Map();
	const libraries = [];
	const below = /* @__PURE__ */ new Map();
	const put = (parent, child) => {
		const children = below.get(parent);
		if (children === void 0) below.set(parent, [child]);
		else children.push(child);
	};
	if (system) put(root["bom-ref"], system["bom-ref"]);
	for (const [index, each] of packages.entries()) {
		if (each.purl === void 0 || each.thirdParty === true) continue;
		const library = libraryOf(each, each.purl, index);
		libraries.push(library);
		if (each.system === true) put("os", library["bom-ref"]);
		else if (AGGREGATING.has(each.type)) put(root["bom-ref"], library["bom-ref"]);
		else put(fileOf(each, files, (ref) => put(root["bom-ref"], ref)), library["bom-ref"]);
	}
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		version: 1,
		metadata: { component: root },
		components: [
			...system ? [system] : [],
			...files.values(),
			...libraries
		],
		dependencies: [...below].map(([ref, dependsOn]) => ({
			ref,
			dependsOn
		}))
	};
}
function fileOf({ type, path = "" }, files, added) {
	const key = `${type}\0${path}`;
	const known = files.get(key);
	if (known !== void 0) return known["bom-ref"];
	const made = component(`file-${files.size}`, "application", path, {
		Class: "lang-pkgs",
		Type: type
	});
	files.set(key, made);
	added(made["bom-ref"]);
	return made["bom-ref"];
}
function libraryOf(each, purl, index) {
	const [epoch, version] = splitEpoch(each.source?.version ?? "");
	const properties = {
		FilePath: AGGREGATING.has(each.type) ? each.path : void 0,
		LayerDiffID: each.diffId,
		Modularitylabel: each.modularity,
		PkgID: each.id,
		PkgType: each.type,
		SrcName: each.source?.name,
		SrcVersion: version || void 0,
		SrcEpoch: epoch
	};
	const { name, group } = nameOf(each.name, purl);
	return component(`package-${index}`, "library", name, properties, {
		group,
		version: each.version,
		purl
	});
}
function nameOf(name, purl) {
	const parsed = parsePurl(purl);
	return parsed?.type === "maven" || parsed?.type === "npm" ? {
		name: parsed.name,
		group: parsed.namespace
	} : { name };
}
function splitEpoch(version) {
	const colon = version.indexOf(":");
	return colon === -1 ? [void 0, version] : [version.slice(0, colon), version.slice(colon + 1)];
}
function component(ref, type, name, properties, more = {}) {
	const given = Object.entries(properties).flatMap(([key, value]) => value === void 0 ? [] : [{
		name: `aquasecurity:trivy:${key}`,
		value
	}]);
	return {
		"bom-ref": ref,
		type,
		name,
		...more,
		properties: given
	};
}

// src/baseline/match.ts
async function matchBaseline(stored, judged, name, rescan, world) {
	checkPlatform(stored.platform, judged, name);
	const { contents, earlier = [], withoutPaths } = stored;
	const own = kindsOf(judged.scan.provenance.scanners);
	if ("reference" in contents) {
		const fromRegistry = (target) => rescan(target, {
			imageSource: ["remote"],
			beside: judged.target
		});
		const scan = await scanned(imageTarget(contents.reference, judged), name, fromRegistry, judged, world);
		checkPlatform(scan.artifact.platform, judged, name);
		const { packages, findings, provenance } = scan;
		const kinds = common(own, kindsOf(provenance.scanners));
		return {
			source: sourceOf(stored, judged, name, world),
			packages,
			findings,
			kinds
		};
	}
	const kinds = common(own, stored.kinds);
	const scan = kinds.has("vulnerability") ? await matchedSbom(stored, judged, name, rescan, world) : void 0;
	const matched = (scan?.findings ?? []).filter((finding) => finding.kind === "vulnerability");
	const others = earlier.filter((finding) => finding.kind !== "vulnerability");
	return {
		source: sourceOf(stored, judged, name, world),
		packages: "packages" in contents ? contents.packages : scan?.packages ?? [],
		findings: [...matched, ...others],
		earlier: stored.earlier,
		unsettled: stored.unsettled,
		kinds,
		withoutPaths
	};
}
function common(a, b) {
	return new Set([...a].filter((kind) => b.has(kind)));
}
function checkPlatform(platform, { scan }, name) {
	const wanted = scan.artifact.platform;
	if (platform === void 0 || wanted === void 0 || platformMatches(wanted, platform)) return;
	throw baselinePlatform(name, platform, wanted);
}
function sourceOf(stored, judged, name, { log }) {
	const { source, names } = stored;
	if (names.length === 0 || isSameImage(names, judged)) return source;
	const image = source.image ?? names[0] ?? "";
	log.warning(baselineOtherImage(name, image, judged.target.label).message);
	return {
		...source,
		notes: [...source.notes ?? [], `It is of another image: ${image}.`]
	};
}
function imageTarget(reference, { target, scan }) {
	return {
		kind: "image",
		input: reference,
		platform: target.platform ?? scan.artifact.platform,
		label: `${reference} (baseline)`
	};
}
async function matchedSbom({ contents }, judged, name, rescan, world) {
	if ("packages" in contents && contents.packages.length === 0) return void 0;
	const folder = mkdtempSync(join(world.runFolder, "baseline-"));
	try {
		const file = join(folder, "baseline.cdx.json");
		writeFileSync(file, textOf(contents), { mode: 384 });
		return await scanned({
			kind: "sbom",
			input: file,
			label: "the baseline"
		}, name, rescan, judged, world);
	} finally {
		rmSync(folder, {
			recursive: true,
			force: true
		});
	}
}
function textOf(contents) {
	if ("sbom" in contents) return contents.sbom;
	if ("packages" in contents) return JSON.stringify(toCycloneDx({
		name: "baseline",
		...contents
	}));
	throw new TypeError("an image has no text");
}
async function scanned(target, name, rescan, { scan }, { signal }) {
	try {
		return await rescan(target);
	} catch (cause) {
		if (signal.aborted || !(cause instanceof GateError)) throw cause;
		if (cause.code === "platform-mismatch") throw baselinePlatform(name, "another platform", target.platform ?? scan.artifact.platform ?? "one");
		throw baselineUnavailable(name, `[${cause.code}] ${cause.what}`, cause.remedy, cause);
	}
}

// src/baseline/read-file.ts
function isBaselineFile(given) {
	return /^(?:\.{1,2}\/|\/|[A-Za-z]:[\\/])|\.(?:json|cdx|xml|spdx)$/.test(given);
}
function readBaselineFile(given, world) {
	const name = `The baseline ${JSON.stringify(given)}`;
	const bytes = readBytes(given, world);
	const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
	if (/^\s*SPDXVersion:/.test(text) || /^\s*<[^>]*>?[\s\S]{0,2000}spdx\.org\/rdf/.test(text)) throw baselineSpdx(name);
	if (/^\s*</.test(text)) throw baselineUnknown(name, "is XML");
	const document = parse(text, name);
	if (repeatedKey(bytes) !== void 0) throw baselineDamaged(name, "has a key twice in one object");
	if ("spdxVersion" in document || "SPDXID" in document || isSpdx3(document)) throw baselineSpdx(name);
	if (document.bomFormat === "CycloneDX") return () => cycloneDx(document, bytes, given, name);
	if ("SchemaVersion" in document) return trivyReport(document, text, given, name);
	if ("version" in document && "targets" in document) return ownReport(document, given, name);
	throw baselineUnknown(name, "is neither Image Gate's report nor Trivy's nor a CycloneDX SBOM");
}
function readBytes(given, world) {
	try {
		return readGivenFile({
			what: "baseline",
			path: given
		}, world);
	} catch (error) {
		throw error instanceof GateError && error.code === "file-missing" ? baselineMissing(given) : error;
	}
}
function parse(text, name) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw baselineDamaged(name, text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", cause);
	}
	if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
	throw baselineUnknown(name, "is no JSON object");
}
function isSpdx3(document) {
	return JSON.stringify(document["@context"] ?? "").includes("spdx.org");
}
const sbomSchema = object({
	metadata: object({
		timestamp: string().optional(),
		component: object({ name: string().optional() }).optional()
	}).optional(),
	components: array(object({
		purl: string().optional(),
		properties: array(object({ name: string() })).optional()
	})).optional()
});
function cycloneDx(document, bytes, given, name) {
	const parsed = sbomSchema.safeParse(document);
	if (!parsed.success) throw baselineDamaged(name, `has a wrong value at ${keyOf(parsed.error)}`);
	const { metadata, components = [] } = parsed.data;
	if (components.length === 0) throw baselineIncomplete(name, "has no components");
	const isTrivys = components.some((each) => each.properties?.some(({ name: key }) => key.startsWith("aquasecurity:trivy:")));
	const image = metadata?.component?.name;
	return {
		source: {
			kind: "sbom",
			given,
			image,
			madeAt: metadata?.timestamp,
			notes: isTrivys ? void 0 : ["It was not made by Trivy and does not say where packages lie: a second copy elsewhere may not be seen as new."]
		},
		names: image === void 0 ? [] : [image],
		platform: platformOf(components.map((each) => each.purl)),
		contents: { sbom: bytes },
		kinds: /* @__PURE__ */ new Set(["vulnerability"]),
		withoutPaths: !isTrivys
	};
}
function platformOf(purls) {
	const found = new Set(purls.flatMap((purl) => /^pkg:(?:deb|apk|rpm)\/[^?]*\?(?:.*&)?arch=([\w-]+)/.exec(purl ?? "")?.[1] ?? []));
	for (const any of ["all", "noarch"]) found.delete(any);
	const [only] = found;
	return found.size === 1 && only !== void 0 ? `linux/${ARCHITECTURES[only] ?? only}` : void 0;
}
const ARCHITECTURES = {
	x86_64: "amd64",
	aarch64: "arm64",
	armhf: "arm",
	armv7: "arm",
	armel: "arm",
	i386: "386",
	i686: "386",
	x86: "386",
	ppc64el: "ppc64le"
};
function trivyReport(document, text, given, name) {
	if (document.SchemaVersion !== 2) throw baselineUnknown(name, "is a Trivy report of another SchemaVersion than 2");
	const { artifact, packages, findings, provenance } = readScan(text, given, name);
	if (packages.length === 0 && findings.length > 0) throw baselineIncomplete(name, "lists no packages");
	const names = artifact.names.slice(1);
	return () => ({
		source: {
			kind: "trivy-report",
			given,
			image: names.at(-1),
			madeAt: provenance.scannedAt
		},
		names,
		platform: artifact.platform,
		contents: {
			packages,
			os: artifact.os
		},
		earlier: findings,
		kinds: /* @__PURE__ */ new Set(["vulnerability", ...findings.map((finding) => finding.kind)])
	});
}
function readScan(text, given, name) {
	try {
		return toScanResult(wholeDocument(text), {
			kind: "trivy-report",
			input: given,
			label: given
		});
	} catch (cause) {
		if (!(cause instanceof GateError)) throw cause;
		throw baselineDamaged(name, `cannot be read: ${cause.what}`, cause);
	}
}
function ownReport(document, given, name) {
	if (document.version !== 1) throw baselineUnknown(name, "is an Image Gate report of another version than 1");
	const parsed = storedReportSchema.safeParse(document);
	if (!parsed.success) throw baselineDamaged(name, `has a wrong value at ${keyOf(parsed.error)}`);
	return (judged) => baselineInReport(parsed.data, judged, {
		kind: "report",
		given
	}, name);
}
function keyOf(error) {
	return (error.issues[0]?.path ?? []).map((key) => typeof key === "number" ? `[${key}]` : `.${String(key)}`).join("").replace(/^\./, "") || "the top";
}

// src/domain/package-changes.ts
const KINDS = [
	"gained",
	"downgraded",
	"changed",
	"upgraded",
	"lost"
];
function packageChanges(current, baseline) {
	const [now, before] = [placesOf(current.packages), placesOf(baseline.packages)];
	const [found, known] = [findingsOf(current.findings), findingsOf(baseline.findings)];
	const changes = [];
	for (const [place, versions] of now) for (const pair of pairs(versions, before.get(place))) changes.push(changeOf(pair, place, found, known));
	for (const [place, versions] of before) if (!now.has(place)) for (const pair of pairs(void 0, versions)) changes.push(changeOf(pair, place, found, known));
	const counts = {
		gained: 0,
		upgraded: 0,
		downgraded: 0,
		changed: 0,
		lost: 0
	};
	for (const { kind } of changes) counts[kind] += 1;
	return {
		changes: changes.sort(byWeight),
		counts
	};
}
function placesOf(packages) {
	const places = /* @__PURE__ */ new Map();
	for (const each of packages) {
		const place = placeOf(each, each.path);
		const versions = places.get(place);
		if (versions === void 0) places.set(place, /* @__PURE__ */ new Map([[each.version, each]]));
		else if (!versions.has(each.version)) versions.set(each.version, each);
	}
	return places;
}
function placeOf(about, path = "") {
	return `${about.type}\0${about.name}\0${pathWithoutVersion(path, about)}`;
}
function pairs(now, before) {
	const added = only(now, before);
	const gone = only(before, now);
	if (added.length === 0 && gone.length === 0) return [];
	return Array.from({ length: Math.max(added.length, gone.length) }, (_, index) => ({
		to: added[index],
		from: gone[index]
	}));
}
function only(side, other) {
	if (side === void 0) return [];
	const rest = [...side.values()].filter(({ version }) => other?.has(version) !== true);
	return rest.length < 2 ? rest : rest.sort((a, b) => compareVersions(a.type, a.version, b.version) || compareText(a.version, b.version));
}
const NONE = /* @__PURE__ */ new Map();
const NOTHING = {
	ids: [],
	bySeverity: perSeverity(() => 0)
};
function findingsOf(findings) {
	const known = /* @__PURE__ */ new Map();
	const advisoriesAt = (key) => {
		const advisories = known.get(key) ?? /* @__PURE__ */ new Map();
		known.set(key, advisories);
		return advisories;
	};
	const at = remembering((about) => remembering((path) => advisoriesAt(`${placeOf(about, path)}\0${about.version}`)));
	for (const { id, severity, package: about, path } of findings) if (about !== void 0) at(about)(path ?? "").set(id, severity);
	return known;
}
function changeOf({ from, to }, place, found, known) {
	const { name, type, path } = to ?? from;
	const after = (to && found.get(`${place}\0${to.version}`)) ?? NONE;
	const before = (from && known.get(`${place}\0${from.version}`)) ?? NONE;
	return {
		kind: kindOf(type, from?.version, to?.version),
		name,
		type,
		path,
		from: from?.version,
		to: to?.version,
		brought: difference(after, before),
		cleared: difference(before, after)
	};
}
function kindOf(type, from, to) {
	if (from === void 0) return "gained";
	if (to === void 0) return "lost";
	const order = compareVersions(type, from, to);
	if (order === void 0 || order === 0) return "changed";
	return order < 0 ? "upgraded" : "downgraded";
}
function difference(these, those) {
	if (these.size === 0) return NOTHING;
	const bySeverity = perSeverity(() => 0);
	const ids = [];
	for (const [id, severity] of these) {
		if (those.has(id)) continue;
		ids.push(id);
		bySeverity[severity] += 1;
	}
	return {
		ids,
		bySeverity
	};
}
function byWeight(a, b) {
	return weigh(b.brought, a.brought) || weigh(b.cleared, a.cleared) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compareText(a.name, b.name) || compareText(a.path ?? "", b.path ?? "");
}
function weigh({ bySeverity: a }, { bySeverity: b }) {
	return a.CRITICAL - b.CRITICAL || a.HIGH - b.HIGH || a.MEDIUM - b.MEDIUM || a.LOW - b.LOW || a.UNKNOWN - b.UNKNOWN;
}

// src/compare-targets.ts
async function compareTargets(baseline, { outcomes, rescan }, automatic, world) {
	const comparisons = /* @__PURE__ */ new Map();
	if (baseline === "none") return {
		outcomes,
		comparisons
	};
	const isAutomatic = baseline === "auto";
	const name = isAutomatic ? "The default branch's report" : `The baseline ${JSON.stringify(baseline)}`;
	let found;
	const find = () => {
		found ??= isAutomatic ? findAutomatic(automatic) : findNamed(baseline, world);
		return found;
	};
	const comparisonOf = async (judged) => {
		if (!isAutomatic && isBaselineFile(baseline)) await find();
		const why = incomparable(judged, baseline);
		if (why !== void 0 || rescan === void 0) return {
			none: why ?? "nothing was scanned",
			quiet: isAutomatic
		};
		const stored = (await find())(judged);
		if ("none" in stored) return stored;
		return besides(judged.scan, await matchBaseline(stored, judged, name, rescan, world));
	};
	const one = async (outcome) => {
		if ("error" in outcome) return outcome;
		try {
			comparisons.set(outcome.target, await comparisonOf(outcome));
			return outcome;
		} catch (thrown) {
			if (world.signal.aborted) throw thrown;
			const { code, what, remedy } = asGateError(thrown);
			if (!isAutomatic) return {
				target: outcome.target,
				error: {
					code,
					what,
					remedy
				}
			};
			world.log.warning(baselineUnused(what).message);
			comparisons.set(outcome.target, {
				none: what,
				trouble: true
			});
			return outcome;
		}
	};
	const compared = [];
	for (const outcome of outcomes) compared.push(await one(outcome));
	return {
		outcomes: compared,
		comparisons
	};
}
function besides(scan, baseline) {
	const compared = compare(scan.findings, baseline);
	return baseline.withoutPaths ? compared : {
		...compared,
		packages: packageChanges(scan, baseline)
	};
}
function changesOf(comparisons) {
	const compared = [...comparisons].flatMap(([target, each]) => "none" in each ? [] : [[target, each]]);
	return {
		changes: new Map(compared.map(([target, { changeOf }]) => [target, changeOf])),
		unsettled: new Map(compared.map(([target, { unsettled }]) => [target, unsettled]))
	};
}
function incomparable({ target }, baseline) {
	if (target.kind === "trivy-report") return "a report is judged as it is, and by which database it was made is not known";
	if (baseline === "auto" || target.kind === "image" || isBaselineFile(baseline)) return void 0;
	return "the baseline is an image, and this is none";
}
async function findNamed(baseline, world) {
	if (isBaselineFile(baseline)) return readBaselineFile(baseline, world);
	if (existsSync(resolve(world.workspace, baseline))) throw baselineAmbiguous(baseline);
	return () => ({
		source: {
			kind: "image",
			given: baseline,
			image: baseline
		},
		names: [baseline],
		contents: { reference: baseline },
		kinds: /* @__PURE__ */ new Set()
	});
}
async function findAutomatic(automatic) {
	const found = await automatic();
	return typeof found === "function" ? found : () => found;
}

// src/github/keep-baseline.ts
const DEADLINE_MS = 6e4;
const EVENTS = /* @__PURE__ */ new Set(["push", "schedule"]);
async function keepBaseline(options, world) {
	const { name, reportFile, event, deadlineMs = DEADLINE_MS } = options;
	const { env, log, signal } = world;
	if (!keepsBaseline(event, env) || signal.aborted) return;
	const program = options.program ?? fileURLToPath(new URL("./artifact-service.js", import.meta.url));
	const request = {
		name,
		files: [reportFile],
		folder: dirname(reportFile)
	};
	const answer = await uploadArtifact(program, request, deadlineMs, world);
	if (answer?.outcome === "kept") log.info(`Baseline: kept the report as the artifact ${name} (${(statSync(reportFile).size / 1e6).toFixed(1)} MB).`);
	if (answer?.outcome === "exists") log.info(`Baseline: this run has kept a report as ${name} already.`);
	if (answer?.outcome === "failed") log.warning(notKept(name, answer.reason).message);
}
function keepsBaseline({ name, defaultBranch }, env) {
	if (!EVENTS.has(name) || defaultBranch === void 0) return false;
	if (env.GITHUB_REF !== `refs/heads/${defaultBranch}`) return false;
	return whyNoArtifacts(env) === void 0;
}
function notKept(name, reason) {
	return new GateError("baseline-not-kept", `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(reason)}`, "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate), or set `baseline: none`.");
}

export { artifactName, automaticBaseline, changesOf, compareTargets, keepBaseline };