import { GateError, cancelled, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "./shared.start.js";
import { clearLeftovers, copyHashed, databaseStores, freshFolder, isoSeconds, listSome, privateFolder, registryHost, removedAtEnd, sha256OfFile, statusOf, storedFolder, swapIn } from "./shared.answer.js";
import { CHECKSUM_FILE, foreignSource, storedHash, writeChecksums } from "./supply.checksums.js";
import { number, object, string, union } from "./package.zod.js";
import { datedKey, unusableEntry } from "./system.shared-cache.js";
import { whileLocked } from "./system.store.lock.js";
import { authorizationOf, fetchFile } from "./supply.release-source.js";
import { HttpStatusError, get, readBody, retrying } from "./system.http.js";
import { importedIn, lastWords, runGrype } from "./scanners.grype.process.run.js";
import { ARCHIVE_NOTE, FILE, FILES, blindTo, checkDatabase, checkStored, documentIn, imageCoverage, kindsOf, knownKinds, notAnImage, noteIn, packagesIn, requireYoung, started, withoutSettings } from "./scanners.grype.scan.packages.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { platformMatches } from "./shared.domain.js";
import { GRYPE, evidenceNotes, oldestNote, readDocument } from "./scanners.grype.report.report.js";
import { dirname, join, resolve } from "node:path";

// src/scanners/grype/database/errors.ts
var PlaceFailure = class extends Error {
	name = "PlaceFailure";
	reason;
	constructor(reason, cause, options) {
		super(cause, options);
		this.reason = reason;
	}
};
function offlineWithoutDatabase() {
	return new GateError("grype-database-offline", "There is no database of Grype's that may be used on this machine, and `offline` forbids asking its public host", "Set `grype-db` to a mirror within your network, or to an archive with its SHA-256: docs/scanners.md shows how.");
}
function databaseError(failed, timeoutMs) {
	const reasons = new Set(failed.map(({ failure }) => failure.reason));
	const [only] = reasons.size === 1 ? reasons : [];
	const list = failed.map(({ place, failure }) => `${place.name}: ${failure.message}`);
	return new GateError(CODES.get(reasons.has("replaced") ? "replaced" : only) ?? "grype-database-unavailable", `No database of Grype's could be had (${listSome(list, 10, { clauses: true })})`, [...reasons].map((reason) => remedyFor(reason, timeoutMs)).join(" "));
}
const CODES = /* @__PURE__ */ new Map([
	["replaced", "grype-database-hash-mismatch"],
	["timeout", "grype-database-timeout"],
	["stale", "grype-database-stale"],
	["schema", "grype-database-schema"]
]);
function remedyFor(reason, timeoutMs) {
	switch (reason) {
		case "timeout": return `Open port 443 from this machine to the host (HTTPS_PROXY is honoured), set \`grype-db\` to a copy that it can reach, or raise \`timeout\`, which is ${Math.round(timeoutMs / 1e3)} s.`;
		case "certificate": return "Name the file of your own certificate authority by the environment variable NODE_EXTRA_CA_CERTS.";
		case "disk-full": return "Free some disk space: the database needs about 2 GB.";
		case "schema": return "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them.";
		case "stale": return "Refresh the copy that `grype-db` names, or let an older one through by a higher `max-db-age`.";
		case "replaced": return "Run again. Where it stays, somebody has replaced it: compare `grype-db` with what the archive's publisher says, and find out who can write there.";
		case "checksum": return "Name a place by `grype-db` whose listing has the SHA-256 of its archive, or an archive with its SHA-256.";
		case "denied": return "Where it wants a login, log this machine in to its host (`docker login`, `docker/login-action`): a host that `grype-db` names gets the Docker login of its own. Check that the login may read.";
		case "connection":
		case "server": return "See whether this machine may reach the host (HTTPS_PROXY is honoured), or set `grype-db` to a copy of your own.";
		default: return "Check `grype-db`: a mirror serves `v6/latest.json` and the archive that it names, unchanged.";
	}
}

// src/scanners/grype/database/places.ts
const PUBLIC = mirrorAt("https://grype.anchore.io/databases");
function mirrorAt(name) {
	return {
		kind: "mirror",
		name,
		base: name.replace(/\/+$/, "")
	};
}
function placeOf(line) {
	const [, at, sha256] = /^(.+)@sha256:([0-9a-fA-F]{64})$/.exec(line) ?? [];
	if (at === void 0 || sha256 === void 0) return mirrorAt(line);
	return {
		kind: "archive",
		name: at,
		at,
		sha256: sha256.toLowerCase()
	};
}
function isAddress(text) {
	return /^https?:\/\//i.test(text);
}

// src/scanners/grype/database/download.ts
const MAX_LISTING = 65536;
const MAX_ARCHIVE = 4 * 1024 ** 3;
const FORMS = [
	".tar.zst",
	".tar.gz",
	".tar.xz",
	".db"
];
const listingSchema = object({
	status: string(),
	schemaVersion: union([string(), number()]),
	built: string(),
	path: string().min(1).max(500),
	checksum: string().nullish()
});
async function newestArchive(base, { endsAt, loginTo }, world) {
	const address = `${base}/v${"6"}/latest.json`;
	const text = await asked(address, {
		endsAt,
		loginTo
	}, world, async (request) => (await readBody(await get(request), MAX_LISTING, request.signal)).toString("utf8"));
	const listing = listingSchema.safeParse(parsed(text)).data;
	if (listing === void 0) throw new PlaceFailure("listing", "its v6/latest.json is no listing of Grype's databases");
	if (listing.status === "eol") throw new PlaceFailure("schema", "it says that its databases are not made any more (eol)");
	const [, model] = /^v?(\d+)(?:\.|$)/.exec(String(listing.schemaVersion)) ?? [];
	if (model !== "6") throw new PlaceFailure("schema", `its databases have the schema ${String(listing.schemaVersion).slice(0, 40)}, and this Grype reads ${"6"}`);
	const [, sha256] = /^sha256:([0-9a-fA-F]{64})$/.exec(listing.checksum ?? "") ?? [];
	if (sha256 === void 0) throw new PlaceFailure("checksum", "its listing names no SHA-256 of the archive, so that nobody can tell what its bytes should be");
	const at = URL.canParse(listing.path, address) ? new URL(listing.path, address) : void 0;
	if (at?.origin !== new URL(address).origin) throw new PlaceFailure("listing", "its v6/latest.json names an archive that lies elsewhere");
	return {
		at: at.href,
		sha256: sha256.toLowerCase()
	};
}
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
async function downloadDatabase(download, world) {
	const { archive, store, place, rules } = download;
	clearLeftovers(store);
	const fresh = freshFolder(store);
	const folder = importedIn(fresh);
	try {
		await importArchive(await fetched(download, fresh, world), fresh, download, world);
		requirePlainFiles(folder);
		writeFileSync(join(folder, ARCHIVE_NOTE), JSON.stringify({
			sha256: archive.sha256,
			grype: rules.grype
		}), {
			flag: "wx",
			mode: 384
		});
		const health = await checkDatabase(folder, rules);
		if (health.state !== "healthy") throw new PlaceFailure(health.state === "missing" ? "damaged" : health.state, "why" in health ? health.why : "it holds no database");
		await writeChecksums(folder, FILES, place.kind === "mirror" ? place.base : `sha256:${place.sha256}`);
		world.log.info(`Grype's database of ${isoSeconds(health.database.built)} is fetched from ${place.name}.`);
		return {
			...health.database,
			sha256: storedHash(folder, FILE)
		};
	} catch (error) {
		rmSync(fresh, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
function requirePlainFiles(folder) {
	const isFolder = lstatSync(folder).isDirectory();
	const other = isFolder ? readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile()) : void 0;
	if (!isFolder || other !== void 0) throw new PlaceFailure("damaged", `what it holds is no plain file: ${(other?.name ?? "a link").slice(0, 100)}`);
	rmSync(join(folder, ARCHIVE_NOTE), { force: true });
}
async function fetched({ archive, ...asking }, fresh, world) {
	const path = isAddress(archive.at) ? new URL(archive.at).pathname : archive.at;
	const form = FORMS.find((each) => path.endsWith(each));
	if (form === void 0) throw new PlaceFailure("listing", `an archive ends in one of ${FORMS.join(", ")}`);
	const file = join(fresh, `archive${form}`);
	const sha256 = isAddress(archive.at) ? await asked(archive.at, asking, world, (request) => fetchedFrom(request, file, world)) : await copied(resolve(world.workspace, archive.at), file);
	if (sha256 !== archive.sha256) throw new PlaceFailure("replaced", `the archive has the SHA-256 ${sha256}, not ${archive.sha256}`);
	return file;
}
async function fetchedFrom(request, file, { log }) {
	const advance = {
		what: "Grype's database",
		unit: "bytes"
	};
	const onBytes = (done, of) => log.advance?.({
		...advance,
		done,
		of
	});
	rmSync(file, { force: true });
	try {
		await fetchFile({
			file,
			maxBytes: MAX_ARCHIVE,
			what: "no database of Grype's",
			onBytes
		}, request);
	} finally {
		log.advance?.({
			...advance,
			done: 0,
			of: 0
		});
	}
	return sha256OfFile(file);
}
async function copied(from, to) {
	if (statusOf(from)?.isFile() !== true) throw new PlaceFailure("not-found", "there is no such file");
	return copyHashed(from, to, 384);
}
async function importArchive(file, databaseFolder, { program, endsAt }, world) {
	mkdirSync(databaseFolder, {
		recursive: true,
		mode: 448
	});
	const timeoutMs = Math.max(1, endsAt - performance.now());
	const result = await runGrype({
		program,
		args: [
			"db",
			"import",
			file
		],
		databaseFolder,
		timeoutMs
	}, world);
	rmSync(file, { force: true });
	if (result.timedOut) throw late();
	if (result.code !== 0 || !existsSync(importedIn(databaseFolder))) throw new PlaceFailure(/no space left/.test(result.stderr) ? "disk-full" : "damaged", `Grype cannot import it (${lastWords(result)})`);
}
const late = () => new PlaceFailure("timeout", "it did not answer in time");
async function asked(address, { endsAt, loginTo }, world, work) {
	return inTime(endsAt, world, async (signal) => {
		const authorization = await loginTo?.(address);
		const once = (login) => retrying(() => work({
			address,
			authorization: login,
			signal
		}), signal);
		if (authorization === void 0) return once(void 0);
		return once(authorization).catch((error) => {
			if (!(error instanceof HttpStatusError) || !DENIED.has(error.httpStatusCode)) throw error;
			return once(void 0);
		});
	});
}
const DENIED = /* @__PURE__ */ new Set([401, 403]);
async function inTime(endsAt, { signal }, work) {
	if (signal.aborted) throw cancelled();
	const clock = AbortSignal.timeout(Math.max(1, Math.ceil(endsAt - performance.now())));
	try {
		return await work(AbortSignal.any([signal, clock]));
	} catch (error) {
		if (signal.aborted) throw cancelled();
		if (clock.aborted) throw late();
		throw failureOf(error);
	}
}
function failureOf(error) {
	if (error instanceof PlaceFailure) return error;
	if (error instanceof HttpStatusError) return statusFailure(error.httpStatusCode, error);
	const { code = "", message } = error;
	const words = message.replace(/\?\S*/g, "").slice(0, 300);
	if (code === "ENOSPC" || code === "EDQUOT") return new PlaceFailure("disk-full", "the disk is full");
	const reason = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${words} ${code}`) ? "certificate" : "connection";
	return new PlaceFailure(reason, words, { cause: error });
}
function statusFailure(status, cause) {
	if (status === 404 || status === 410) return new PlaceFailure("not-found", `it does not exist there (HTTP ${status})`, { cause });
	if (status === 401 || status === 403 || status === 407) return new PlaceFailure("denied", `it was refused (HTTP ${status})`, { cause });
	return new PlaceFailure("server", `HTTP ${status}`, { cause });
}

// src/scanners/grype/database/logins.ts
function loginsTo(world) {
	const credentials = credentialsFor(world);
	const warned = /* @__PURE__ */ new Set();
	return async (address) => {
		const { protocol, host, port, pathname } = new URL(address);
		if (protocol !== "https:" && port === "" || registryHost(`${host}/`) !== host) return void 0;
		const login = await credentials(`${host}${pathname}`);
		if (login === void 0 || !("username" in login)) return void 0;
		if (protocol !== "https:" && !warned.has(host)) {
			warned.add(host);
			world.log.warning(`The Docker login of ${host} is sent unencrypted, as \`grype-db\` names it by http.`);
		}
		return authorizationOf(`${login.username}:${login.password}`, world.log);
	};
}

// src/scanners/grype/database/database.ts
const NAME = "grype-db";
const LOOKED_NOTE = "looked.json";
const LOOK_AFTER_MS = 72e5;
const CACHE_PREFIX = "grype-db-v6-";
async function prepareDatabase(request, { path: program, version: grype }, world) {
	const { store, problem } = databaseStores(world);
	if (problem !== void 0) world.log.info(`Databases are not kept on this machine: ${problem}.`);
	const places = request.places.length > 0 ? request.places.map(placeOf) : request.offline ? [] : [PUBLIC];
	const rules = {
		maxAgeMs: request.maxAgeMs,
		now: world.now(),
		minBytes: request.minBytes,
		grype
	};
	const means = {
		...request,
		store,
		program,
		rules,
		places
	};
	const stored = await fromStore(means, world);
	if (stored.database !== void 0 && !stored.isDue) return stored.database;
	if (places.length === 0) {
		if (stored.replaced !== void 0) throw databaseError([replacedIn("this machine's store", stored.replaced)], 0);
		if (stored.database === void 0) throw offlineWithoutDatabase();
		return stored.database;
	}
	const lock = {
		folder: store,
		name: NAME,
		what: "Grype's database",
		waitMs: request.timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const now = await fromStore(means, world, false);
		if (now.database !== void 0 && !now.isDue) return now.database;
		const cached = now.database === void 0 ? await fromCache(means, world) : {};
		const replaced = [...now.replaced === void 0 ? [] : [replacedIn("this machine's store", now.replaced)], ...cached.replaced === void 0 ? [] : [replacedIn("the shared cache", cached.replaced)]];
		return refresh({
			usable: now.database ?? cached.database,
			replaced
		}, means, world);
	});
}
function replacedIn(name, why) {
	return {
		place: { name },
		failure: new PlaceFailure("replaced", why)
	};
}
async function fromStore({ store, rules, places }, world, says = true) {
	const folder = storedFolder(store, NAME);
	if (folder === void 0) return {};
	const foreign = foreignSource(folder, places.length === 0 ? void 0 : places.map(sourceOf));
	const health = foreign === void 0 ? await checkStored(folder, rules) : {
		state: "foreign",
		why: foreign
	};
	if (health.state === "healthy" && "database" in health) return {
		database: health.database,
		isDue: !isLookedAt(folder, places, world.now())
	};
	if (!("why" in health)) return {};
	const isReplaced = health.state === "replaced";
	if (says) world.log[isReplaced ? "warning" : "info"](`The stored database of Grype's is not used: ${health.why}.`);
	return isReplaced ? { replaced: health.why } : {};
}
function sourceOf(place) {
	return place.kind === "mirror" ? place.base : `sha256:${place.sha256}`;
}
function isLookedAt(folder, places, now) {
	const archive = archiveOf(folder);
	if (places.some((place) => place.kind === "archive" && place.sha256 === archive)) return true;
	try {
		const { at } = JSON.parse(readFileSync(join(folder, LOOKED_NOTE), "utf8"));
		const since = now.getTime() - new Date(at).getTime();
		return since >= 0 && since < LOOK_AFTER_MS;
	} catch {
		return false;
	}
}
function noteLook(folder, now) {
	try {
		writeFileSync(join(folder, LOOKED_NOTE), JSON.stringify({ at: now.toISOString() }), { mode: 384 });
	} catch {}
}
function archiveOf(folder) {
	return noteIn(folder, ARCHIVE_NOTE)?.sha256;
}
async function refresh({ usable, replaced }, means, world) {
	const { places, timeoutMs, store } = means;
	const end = performance.now() + timeoutMs;
	const failed = [...replaced];
	const loginTo = loginsTo(world);
	for (const [index, place] of places.entries()) {
		const endsAt = performance.now() + (end - performance.now()) / (places.length - index);
		try {
			const asking = {
				endsAt,
				loginTo: place === PUBLIC ? void 0 : loginTo
			};
			const archive = await archiveAt(place, asking, world);
			if (usable !== void 0 && archiveOf(usable.folder) === archive.sha256) {
				noteLook(usable.folder, world.now());
				return usable;
			}
			const fresh = await downloadDatabase({
				...means,
				...asking,
				archive,
				place
			}, world);
			const folder = swapIn(store, NAME, fresh.folder);
			rmSync(dirname(fresh.folder), {
				recursive: true,
				force: true
			});
			noteLook(folder, world.now());
			const database = {
				...fresh,
				folder
			};
			means.cache?.save(cacheEntry(database), folder);
			return database;
		} catch (failure) {
			if (!(failure instanceof PlaceFailure)) throw failure;
			const level = failure.reason === "replaced" ? "warning" : "info";
			world.log[level](`Grype's database, ${place.name}: ${failure.message}`);
			failed.push({
				place,
				failure
			});
		}
	}
	const error = databaseError(failed, timeoutMs);
	if (usable === void 0) throw error;
	world.log.warning(`Grype's database of ${isoSeconds(usable.built)} is used, as it could not be refreshed. ${error.message}`);
	return usable;
}
async function archiveAt(place, asking, world) {
	return place.kind === "archive" ? place : newestArchive(place.base, asking, world);
}
async function fromCache({ cache, store, rules, places }, world) {
	if (cache === void 0) return {};
	const folder = freshFolder(store);
	using _ = removedAtEnd(folder);
	const key = await cache.restore({
		key: CACHE_PREFIX,
		files: CACHED
	}, folder);
	if (key === void 0 || !existsSync(folder)) return {};
	const foreign = foreignSource(folder, places.map(sourceOf));
	const health = foreign === void 0 ? await checkStored(folder, rules) : {
		state: "foreign",
		why: foreign
	};
	if (health.state === "healthy" && "database" in health) {
		if (cacheEntry(health.database).key === key) return { database: {
			...health.database,
			folder: swapIn(store, NAME, folder)
		} };
		world.log.warning(unusableEntry(key, `it was built ${isoSeconds(health.database.built)}`).message);
		return {};
	}
	const why = "why" in health ? health.why : "a file of it is missing";
	if (health.state === "stale" || health.state === "foreign") world.log.info(`Cache: ${key} is not used: ${why}.`);
	else world.log.warning(unusableEntry(key, why).message);
	return health.state === "replaced" ? { replaced: why } : {};
}
const CACHED = [...FILES, CHECKSUM_FILE];
function cacheEntry({ built }) {
	return {
		key: datedKey(CACHE_PREFIX, built),
		files: CACHED
	};
}

// src/scanners/grype/scan/scan.ts
async function scanTarget(target, located, settings, world) {
	const { image } = settings;
	if (image === void 0) throw notAnImage(target, located);
	const folder = privateFolder(world, "scan");
	using _ = removedAtEnd(folder);
	return await scanImage({
		target,
		located,
		image,
		folder,
		settings
	}, world);
}
async function scanImage(scan, world) {
	const { target, image, folder, settings } = scan;
	const { database, reportFile, descriptions = false } = settings;
	rmSync(reportFile, { force: true });
	const [report, list] = [join(folder, "report.json"), join(folder, "packages.json")];
	await started(target, settings, [
		`oci-dir:${image.folder}`,
		"-o",
		`json=${report}`,
		"-o",
		`cyclonedx-json=${list}`
	], world);
	const document = documentIn(report);
	const read = readDocument(document, target, descriptions);
	requireSame(scan, read);
	const packages = packagesIn(documentIn(list));
	writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 384 });
	const kinds = kindsOf(packages);
	const updatedAt = await requireYoung({
		target,
		kinds,
		system: read.system,
		told: read.database
	}, settings, world);
	const advised = {
		...database,
		kinds: await knownKinds(join(database.folder, FILE))
	};
	const { artifact, ...result } = read.result;
	const { digest, index, digestUnknown, repoTags } = image;
	const claims = image.place === "archive" || image.place === "layout" ? repoTags.slice(0, 1) : [];
	const { claims: _, ...own } = artifact;
	return {
		...result,
		artifact: {
			...own,
			...claims.length > 0 && { claims },
			...digest !== void 0 && {
				digest,
				index
			},
			platform: image.platform,
			packages: packages.length
		},
		packages: packages.map(({ paths: _, ...each }) => each),
		coverage: await imageCoverage(read, packages, image, advised),
		...blindTo(packages, advised),
		provenance: {
			...provenanceOf(scan, read, updatedAt),
			...digestUnknown !== void 0 && { digestUnknown }
		}
	};
}
function requireSame({ target: { label, platform }, image }, read) {
	const { imageID: found, manifestDigest } = read.image ?? {};
	if (found !== image.imageId) throw otherImage(label, found ?? "no image", `its configuration is ${image.imageId}`);
	const given = manifestIn(image.folder);
	if (manifestDigest && manifestDigest !== given) throw otherImage(label, `the manifest ${manifestDigest}`, `Grype was given ${given}`);
	const own = read.result.artifact.platform;
	const isSame = own === void 0 || image.platform === void 0 || `${image.platform}/`.startsWith(`${own}/`);
	const isWanted = platform === void 0 || image.platform === void 0 || platformMatches(platform, image.platform);
	if (isSame && isWanted) return;
	const there = image.platform ?? "of no platform";
	throw new GateError("platform-mismatch", isSame ? `${label} is ${there}, and not ${platform}, for which it was asked` : `${label} is ${own ?? "of no platform"} to Grype, and ${there} by its configuration`, "Name the platform that the image has, or leave `platform` out.");
}
function otherImage(label, found, given) {
	return new GateError("image-inconsistent", `${label} cannot be judged: what Grype read of it is ${found}, and ${given}`, "Run again. Where it stays, report this: the scanner was given the image’s own bytes.");
}
function manifestIn(folder) {
	const { manifests } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
	return manifests[0].digest;
}
function provenanceOf({ located, image, settings }, read, updatedAt) {
	const { program, database } = settings;
	return {
		scanner: GRYPE.name,
		scannerVersion: program.version,
		scannerSha256: program.sha256,
		databaseUpdatedAt: updatedAt,
		databaseSha256: database.sha256,
		scannedAt: read.document.descriptor.timestamp ?? void 0,
		readAs: located.how,
		source: PLACES[image.place],
		scanners: ["vuln"],
		notes: [
			...oldestNote(read.database, updatedAt),
			...evidenceNotes(read.matches),
			...image.notes
		]
	};
}
const PLACES = {
	docker: "the local Docker",
	containerd: "the local containerd",
	podman: "the local Podman",
	remote: "the registry",
	archive: "a `docker save` tar",
	layout: "an OCI layout folder"
};

// src/scanners/grype/scanner.ts
async function grypeScanner(program, wanted, world) {
	const { timeout: timeoutMs, maxDbAge: maxAgeMs, dbRepository: places, descriptions, onStarted } = wanted;
	const database = await prepareDatabase({
		...wanted,
		places,
		timeoutMs,
		maxAgeMs
	}, program, world);
	const settings = {
		program,
		database,
		timeoutMs,
		maxAgeMs,
		descriptions,
		onStarted
	};
	const session = {
		scan: (target, located, options, own) => scanTarget(target, located, {
			...settings,
			...options
		}, own),
		fork: () => session
	};
	return {
		name: "Grype",
		version: program.version,
		databaseUpdatedAt: database.built.toISOString(),
		readsImagesItself: true,
		async matchListed(target, listed, { reportFile, spentMs }, own) {
			const { matchListed } = await import("./scanners.grype.scan.match.js");
			return matchListed(target, listed, {
				...settings,
				reportFile,
				spentMs
			}, own);
		},
		session: () => session
	};
}
const NO_SBOMS = { async make() {
	throw new GateError("sbom-not-made", "No SBOM is made from a scan by Grype alone", "Leave `scan-with` out for a run that writes SBOMs, or make them in a run of their own.");
} };

export { NO_SBOMS, grypeScanner };