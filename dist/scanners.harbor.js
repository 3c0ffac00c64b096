import { bestFor, parsePlatform, platformMatches, timeLimit } from "./shared.scan.js";
import { isDigest, registryHost } from "./shared.names.js";
import { artifactsPath, harborApi } from "./images.harbor.api.js";
import { basicAuthorization } from "./shared.scanner.js";
import { GateError, cancelled } from "./shared.thread.js";
import { array, number, object, record, string, unknown } from "./package.zod.js";
import { HttpStatusError } from "./shared.system.js";
import { unspecifiedCoverage } from "./shared.domain.js";
import { ReportSource, dateIn } from "./scanners.given-report.js";
import { LOWEST, REPORT_FORMATS, bestFormat, readReport, rowsOf, scannerOf, scannerSchema } from "./scanners.harbor.report.js";

// src/scanners/harbor/own-scan.ts
const summarySchema = object({
	scan_status: string(),
	complete_percent: number().nullish(),
	scanner: scannerSchema.nullish(),
	summary: object({ total: number().nullish() }).nullish()
});
const platformSchema = object({
	os: string().nullish(),
	architecture: string().nullish(),
	variant: string().nullish()
});
const artifactSchema = object({
	digest: string(),
	type: string(),
	references: array(object({
		child_digest: string(),
		platform: platformSchema.nullish()
	})).nullish(),
	extra_attrs: object({
		os: string().nullish().catch(void 0),
		architecture: string().nullish().catch(void 0)
	}).nullish().catch(void 0),
	scan_overview: record(string(), summarySchema).nullish()
});
const HOUR_MS = 36e5;
function ownScan(found, target, context) {
	const { digest, platform, summary, now } = context;
	const source = sourceOf(target);
	const report = readReport(found, source);
	const { rows, made } = report;
	if (rows.some(({ artifact_digests: of }) => of && of.length > 0 && !of.includes(digest))) throw source.invalid("has findings of another image");
	if (rows.length === 0 && (summary.summary?.total ?? 0) > 0) throw source.invalid("lists nothing, although its summary counts vulnerabilities");
	if (made === void 0) throw source.invalid("does not say when it was made");
	if (made.getTime() > now.getTime() + HOUR_MS) throw source.invalid("was made in the future");
	const scanner = report.scanner ?? summary.scanner ?? {};
	const database = databaseBefore(made, context.databaseOf(scanner));
	requireFresh(made, database, target, context);
	const provenance = {
		...scannerOf(scanner),
		databaseUpdatedAt: database,
		scannedAt: made.toISOString(),
		source: `the report of Harbor's own scan of ${made.toISOString().slice(0, 10)}`,
		digestUnknown: "Harbor's report was judged, and the image itself was not scanned"
	};
	const looked = unspecifiedCoverage();
	return source.scan(target, {}, {
		artifact: { platform },
		rows: rowsOf(rows),
		looked,
		provenance
	});
}
function databaseBefore(made, updatedAt) {
	const built = dateIn(updatedAt);
	return built !== void 0 && Date.parse(built) <= made.getTime() ? built : void 0;
}
function requireFresh(made, database, { label }, { now, maxAgeMs }) {
	const isOld = (date) => now.getTime() - Date.parse(date) > maxAgeMs;
	const [what, since, remedy] = isOld(made.toISOString()) ? [
		"report",
		made.toISOString(),
		"Let Harbor scan every day (Interrogation Services, Vulnerability, Schedule to scan all)"
	] : [
		"scanner's database",
		database,
		"Find out why the scanner does not renew its database"
	];
	if (since === void 0 || !isOld(since)) return;
	const hours = Math.round(maxAgeMs / HOUR_MS).toLocaleString("en-US");
	throw new GateError("harbor-report-stale", `Harbor's ${what} for ${label} is of ${since.slice(0, 16).replace("T", " ")} UTC, and so older than \`max-db-age\` allows (${hours} hours)`, `${remedy}, or raise \`max-db-age\`.`);
}
function sourceOf({ label }) {
	return new ReportSource({
		name: "Harbor",
		lowest: LOWEST,
		remedy: "Let Harbor scan the image again. If that does not help, scan it here: remove `harbor-report`.",
		refusal: {
			start: `Harbor's report on ${label} cannot be judged: it`,
			code: "harbor-report-invalid"
		}
	});
}
function invalid(target, why) {
	return sourceOf(target).invalid(why);
}

// src/scanners/harbor/index.ts
const MAX_ARTIFACT = 4194304;
const MAX_REPORT = 100663296;
const DEFAULT_PLATFORM = "linux/amd64";
function harborScanner(settings) {
	const databases = /* @__PURE__ */ new Map();
	const session = { scan: (target, located, _options, world) => scanOf(target, located, {
		...settings,
		databases
	}, world) };
	return {
		name: "Harbor",
		session: () => session
	};
}
async function scanOf(target, located, run, world) {
	const signal = AbortSignal.any([world.signal, timeLimit(run.timeoutMs)]);
	try {
		const [name = "", digest = ""] = located.location.split("@");
		const place = await placeOf(name, run, signal);
		const { artifact, summary } = await scannedImage(place, digest, target, located.platform);
		const asked = {
			path: `${artifactsPath(place.project, place.repository)}/${artifact.digest}/additions/vulnerabilities`,
			schema: record(string(), unknown()),
			maxBytes: MAX_REPORT,
			reports: REPORT_FORMATS
		};
		const [reports, databaseOf] = await Promise.all([place.api.one(asked), databaseIn(place, run)]);
		const report = bestFormat(reports);
		if (report === void 0) throw unfinished(target, "it has no report on it");
		const { os, architecture } = artifact.extra_attrs ?? {};
		const platform = os && architecture ? `${os}/${architecture}` : void 0;
		const { maxAgeMs } = run;
		const context = {
			digest: artifact.digest,
			platform,
			summary,
			now: world.now(),
			maxAgeMs,
			databaseOf
		};
		return ownScan(report, target, context);
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		throw thrown instanceof GateError ? thrown : unread(target, thrown, signal);
	}
}
async function placeOf(name, run, signal) {
	const host = registryHost(name);
	const origin = run.origins.get(host);
	const [project = "", ...rest] = name.slice(host.length + 1).split("/");
	if (origin === void 0 || rest.length === 0) throw new TypeError("its registry is not a Harbor");
	const login = await run.credentials(name);
	const authorization = login && basicAuthorization(login);
	return {
		api: harborApi(origin, authorization, signal),
		origin,
		project,
		repository: rest.join("/")
	};
}
async function scannedImage(place, digest, target, wanted) {
	const top = await artifactAt(place, digest, target);
	const children = top.references ?? [];
	const platform = wanted ?? DEFAULT_PLATFORM;
	if (children.length === 0) {
		const { os, architecture } = top.extra_attrs ?? {};
		if (os && architecture && !platformMatches(target.platform ?? `${os}/${architecture}`, nameOf({
			os,
			architecture
		}))) throw wrongPlatform(target, target.platform ?? "", "has another platform's image");
		return {
			artifact: top,
			summary: finishedScan(top, target)
		};
	}
	const named = children.flatMap((child) => {
		const of = parsePlatform(nameOf(child.platform ?? {}));
		return of === void 0 ? [] : [{
			child,
			of
		}];
	});
	const child = bestFor(platform, named, ({ of }) => of)[0]?.child;
	if (child === void 0) throw wrongPlatform(target, platform, `lists ${children.length} other images of it`);
	const artifact = await artifactAt(place, child.child_digest, target);
	if ((artifact.references ?? []).length > 0) throw invalid(target, "is about the image of its platform, which is an index again");
	return {
		artifact,
		summary: finishedScan(artifact, target)
	};
}
function nameOf({ os, architecture, variant }) {
	return [
		os ?? "",
		architecture ?? "",
		...variant ? [variant] : []
	].join("/");
}
function wrongPlatform({ label }, platform, has) {
	return new GateError("platform-mismatch", `${label} does not exist for ${platform}: Harbor ${has}`, "Build the image for this platform, or state in the source which platform runs.");
}
async function artifactAt({ api, project, repository }, digest, target) {
	if (!isDigest(digest)) throw invalid(target, "is about an image without a digest in Harbor");
	const asked = {
		path: `${artifactsPath(project, repository)}/${digest}?with_scan_overview=true`,
		schema: artifactSchema,
		maxBytes: MAX_ARTIFACT,
		reports: REPORT_FORMATS
	};
	const artifact = await api.one(asked);
	if (artifact.digest !== digest) throw invalid(target, "is about another digest");
	return artifact;
}
function finishedScan({ scan_overview: overview }, target) {
	const summary = bestFormat(overview);
	if (summary === void 0) throw unfinished(target, "it has not scanned it");
	const { scan_status: status, complete_percent: percent } = summary;
	if (status !== "Success") throw unfinished(target, `its scan has the status ${JSON.stringify(status.slice(0, 40))}`);
	if (percent != null && percent < 100) throw unfinished(target, "a part of its scan is missing");
	return summary;
}
function unfinished({ label }, why) {
	return new GateError("harbor-scan-unfinished", `Harbor has no finished scan of ${label}: ${why}`, "Scan it in Harbor (Scan Vulnerability), or let Harbor scan on push and every day; its log says why a scan failed. Or scan it here: remove `harbor-report`.");
}
const registrationSchema = object({ uuid: string().regex(/^[\w-]{1,64}$/) });
const metadataSchema = object({
	scanner: object({
		name: string(),
		version: string()
	}),
	properties: record(string(), string()).nullish()
});
const UPDATED_AT = "harbor.scanner-adapter/vulnerability-database-updated-at";
function databaseIn({ api, origin, project }, { databases }) {
	const key = `${origin}/${project}`;
	const asked = databases.get(key) ?? askDatabase(api, project).catch(() => () => void 0);
	databases.set(key, asked);
	return asked;
}
async function askDatabase(api, project) {
	const ask = (path, schema) => api.one({
		path,
		schema,
		maxBytes: MAX_ARTIFACT
	});
	const { uuid } = await ask(`/projects/${project}/scanner`, registrationSchema);
	const { scanner, properties } = await ask(`/scanners/${uuid}/metadata`, metadataSchema);
	return ({ name, version }) => name === scanner.name && version === scanner.version ? properties?.[UPDATED_AT] : void 0;
}
const WAY = "Check Harbor's address, and the network in between: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS). Or raise `timeout`.";
const LOGIN = "Log in first (`docker login`) with an account that may read artifacts and their additions (for a robot account: Artifact read, Artifact Addition read).";
function unread({ label }, cause, { aborted }) {
	const status = cause instanceof HttpStatusError ? cause.httpStatusCode : void 0;
	const told = status === void 0 ? "Harbor does not answer, or sends an unexpected answer" : `Harbor answers with HTTP ${status}`;
	const why = aborted ? "Harbor did not answer in time" : told;
	const remedy = !aborted && (status === 401 || status === 403) ? LOGIN : WAY;
	return new GateError("harbor-report-unread", `Harbor's report on ${label} cannot be read: ${why}`, remedy, { cause });
}

export { harborScanner };