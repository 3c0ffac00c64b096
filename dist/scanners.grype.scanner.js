import { GateError, createWriteStream, existsSync, lstatSync, readdirSync, renameSync, rmSync, tryOr } from "./shared.thread.js";
import { PLACES, authorizationOf, credentialsFor, kept, logOldCopy } from "./shared.scanner.js";
import { databaseStore, hashedBeside, statusOf } from "./shared.start.js";
import { registryHost } from "./shared.names.js";
import { FinalError, HttpStatusError, get, isCertificateError, readBody, retrying } from "./shared.system.js";
import { number, object, string, union } from "./package.zod.js";
import { importedIn, lastWords, runGrype } from "./scanners.grype.process.run.js";
import { placesError } from "./shared.trivy.js";
import { FILE, FILES, answerOn, checkDatabase, kindsOf, knownKinds, knowsRelease, namesOf, notAnImage, requireYoung } from "./scanners.grype.scan.answer.js";
import { accountFor, coverageOf, disagreement, systemNamed } from "./shared.domain.js";
import { needsOf } from "./shared.answer.js";
import { applicationsIn, withManager } from "./scanners.applications.js";
import { answerNotes, sourcesFor } from "./scanners.grype.report.report.js";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";

// src/scanners/grype/database/errors.ts
var PlaceFailure = class extends Error {
	name = "PlaceFailure";
	reason;
	constructor(reason, cause, options) {
		super(cause, options);
		this.reason = reason;
	}
};
function failureOf(thrown) {
	if (thrown instanceof PlaceFailure) return {
		reason: thrown.reason,
		why: thrown.message
	};
	if (thrown instanceof HttpStatusError) {
		const { httpStatusCode: status } = thrown;
		return {
			reason: STATUSES[status] ?? "server",
			why: `HTTP ${status}`
		};
	}
	const why = thrown.message.replace(/\?\S*/g, "").slice(0, 300);
	return {
		reason: isCertificateError(thrown) ? "certificate" : "connection",
		why
	};
}
const STATUSES = {
	401: "denied",
	403: "denied",
	407: "denied",
	404: "not-found",
	410: "not-found"
};
function offlineWithoutDatabase() {
	return new GateError("grype-database-offline", "This machine has no usable Grype database, and `offline` forbids asking its public host", "Set `grype-db` to a mirror within your network, or to an archive with its SHA-256: docs/scanners.md shows how.");
}
function databaseError(faults, untried, timeoutMs) {
	const raise = `Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1e3)} s.`;
	const remedies = {
		...REMEDIES,
		timeout: [REMEDIES.timeout, raise]
	};
	return placesError({
		what: "No Grype database could be downloaded",
		codes: CODES,
		remedies,
		otherwise: CHECK
	}, faults, untried);
}
const CODES = {
	replaced: "grype-database-hash-mismatch",
	timeout: "grype-database-timeout",
	stale: "grype-database-stale",
	schema: "grype-database-schema",
	unavailable: "grype-database-unavailable"
};
const CHECK = "Check `grype-db`: a mirror serves `v6/latest.json` and the archive that it names, unchanged.";
const REACH = "Check that this machine can reach the host (HTTPS_PROXY is honoured), or set `grype-db` to your own copy.";
const REMEDIES = {
	connection: REACH,
	server: REACH,
	"not-found": CHECK,
	listing: CHECK,
	damaged: CHECK,
	empty: CHECK,
	timeout: "Open port 443 from this machine to the host (HTTPS_PROXY is honoured), or set `grype-db` to a copy that it can reach.",
	certificate: "Name the file of your certificate authority in the environment variable NODE_EXTRA_CA_CERTS.",
	"disk-full": "Free some disk space: the database needs about 2 GB.",
	schema: "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them.",
	stale: "Refresh the copy that `grype-db` names, or accept an older one with a higher `max-db-age`.",
	replaced: "Run again. If it happens again, it was replaced: compare `grype-db` with the archive publisher's own information, and find out who can write there.",
	checksum: "Set `grype-db` to a mirror whose listing has the SHA-256 of its archive, or to an archive with its SHA-256.",
	denied: "If it needs a login, log this machine in to its host (`docker login`): a host that `grype-db` names gets the Docker login for that host. Check that the login may read."
};

// src/scanners/grype/database/download.ts
const MAX_LISTING = 65536;
const MAX_ARCHIVE = 4 * 1024 ** 3;
const IMPORT_MS = 864e5;
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
async function newestArchive(base, asking) {
	const address = `${base}/v${"6"}/latest.json`;
	const text = await asked(address, asking, async (request) => (await readBody(await get(request), MAX_LISTING, request.signal)).toString("utf8"));
	const listing = listingSchema.safeParse(tryOr(() => JSON.parse(text), void 0)).data;
	if (listing === void 0) throw new PlaceFailure("listing", "its v6/latest.json is not a listing of Grype's databases");
	if (listing.status === "eol") throw new PlaceFailure("schema", "it says that its databases are no longer made (eol)");
	const [, model] = /^v?(\d+)(?:\.|$)/.exec(String(listing.schemaVersion)) ?? [];
	if (model !== "6") throw new PlaceFailure("schema", `its databases have the schema ${String(listing.schemaVersion).slice(0, 40)}, and this Grype reads ${"6"}`);
	const [, sha256] = /^sha256:([0-9a-fA-F]{64})$/.exec(listing.checksum ?? "") ?? [];
	if (sha256 === void 0) throw new PlaceFailure("checksum", "its listing names no SHA-256 of the archive, so the archive cannot be checked");
	const at = URL.canParse(listing.path, address) ? new URL(listing.path, address) : void 0;
	if (at?.origin !== new URL(address).origin) throw new PlaceFailure("listing", "its v6/latest.json names an archive that is elsewhere");
	return {
		at: at.href,
		sha256: sha256.toLowerCase()
	};
}
async function fetchDatabase(download, asking, world) {
	const { into, program } = download;
	const file = await fetched(download, asking, world);
	const result = await runGrype({
		program,
		args: [
			"db",
			"import",
			file
		],
		databaseFolder: into,
		timeoutMs: IMPORT_MS
	}, {
		...world,
		signal: asking.signal
	});
	rmSync(file, { force: true });
	const folder = importedIn(into);
	if (result.code !== 0 || !existsSync(folder)) throw new PlaceFailure(/no space left/.test(result.stderr) ? "disk-full" : "damaged", `Grype cannot import it (${lastWords(result)})`);
	requirePlainFiles(folder);
	for (const name of FILES) if (existsSync(join(folder, name))) renameSync(join(folder, name), join(into, name));
	rmSync(folder, { recursive: true });
}
function requirePlainFiles(folder) {
	const isFolder = lstatSync(folder).isDirectory();
	const other = isFolder ? readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile()) : void 0;
	if (!isFolder || other !== void 0) throw new PlaceFailure("damaged", `what it holds is not a plain file: ${(other?.name ?? "a link").slice(0, 100)}`);
}
async function fetched({ archive, into }, asking, world) {
	const path = isAddress(archive.at) ? new URL(archive.at).pathname : archive.at;
	const form = FORMS.find((each) => path.endsWith(each));
	if (form === void 0) throw new PlaceFailure("listing", `an archive ends in one of ${FORMS.join(", ")}`);
	const file = join(into, `archive${form}`);
	const sha256 = isAddress(archive.at) ? await asked(archive.at, asking, (request) => fetchedFrom(request, file, world)) : await copied(resolve(world.workspace, archive.at), file);
	if (sha256 !== archive.sha256) throw new PlaceFailure("replaced", `the archive has the SHA-256 ${sha256}, not ${archive.sha256}`);
	return file;
}
async function fetchedFrom(request, file, { log }) {
	const advance = {
		what: "Grype's database",
		unit: "bytes"
	};
	rmSync(file, { force: true });
	try {
		const message = await get(request);
		const of = Number(message.headers["content-length"]) || void 0;
		const counted = async function* (chunks) {
			let done = 0;
			for await (const chunk of chunks) {
				done += chunk.length;
				if (done > MAX_ARCHIVE) throw new FinalError(`it has more than ${MAX_ARCHIVE} bytes, which no database has`);
				log.advance?.({
					...advance,
					done,
					of
				});
				yield chunk;
			}
		};
		await pipeline(message, counted, createWriteStream(file, { flags: "wx" }), { signal: request.signal });
		return await hashedBeside({ path: file });
	} catch (error) {
		rmSync(file, { force: true });
		throw error;
	} finally {
		log.advance?.({
			...advance,
			done: 0,
			of: 0
		});
	}
}
async function copied(from, to) {
	if (statusOf(from)?.isFile() !== true) throw new PlaceFailure("not-found", "there is no such file");
	return hashedBeside({
		path: from,
		copy: to
	});
}
async function asked(address, { signal, loginTo }, work) {
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
}
const DENIED = /* @__PURE__ */ new Set([401, 403]);
const PUBLIC = placeOf("https://grype.anchore.io/databases");
function placeOf(line) {
	const [, at, sha256] = /^(.+)@sha256:([0-9a-fA-F]{64})$/.exec(line) ?? [];
	if (at === void 0 || sha256 === void 0) return {
		name: line.replace(/\/+$/, ""),
		shown: line
	};
	const archive = {
		at,
		sha256: sha256.toLowerCase()
	};
	return {
		name: `sha256:${archive.sha256}`,
		shown: at,
		archive
	};
}
function isAddress(text) {
	return /^https?:\/\//i.test(text);
}
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
const LOOK_AFTER_MS = 72e5;
async function prepareDatabase(request, grype, world) {
	const { store, problem } = databaseStore(world);
	if (problem !== void 0) world.log.info(`Databases are not kept on this machine: ${problem}.`);
	const set = dataSet(request, grype, world);
	const { value, folder, note, notRefreshed } = await kept(set, {
		...request,
		store
	}, world);
	if (notRefreshed !== void 0) logOldCopy(set, value.built, notRefreshed, world.log);
	return {
		...value,
		folder,
		sha256: note.files[FILE]
	};
}
function dataSet({ offline, timeout, minBytes, maxDbAge: maxAgeMs, dbRepository }, { path: program, version: grype }, world) {
	const places = dbRepository.length > 0 ? dbRepository.map(placeOf) : offline ? [] : [PUBLIC];
	const loginTo = loginsTo(world);
	const archives = new Set(places.map(({ archive }) => archive?.sha256 ?? ""));
	const isDue = (archive, checkedAt) => {
		if (archive !== void 0 && archives.has(archive)) return false;
		const since = world.now().getTime() - Date.parse(checkedAt);
		return since < 0 || since >= LOOK_AFTER_MS;
	};
	return {
		name: "grype-db",
		called: "Grype's database",
		files: FILES,
		cachePrefix: "grype-db-v6-",
		sources: places.length === 0 ? void 0 : places,
		async check(folder, { mark, checkedAt }) {
			const rules = {
				maxAgeMs,
				now: world.now(),
				minBytes,
				grype
			};
			const facts = await checkDatabase(folder, mark.grype, rules);
			return "why" in facts ? facts : {
				value: facts,
				dated: facts.built,
				isDue: isDue(mark.archive, checkedAt)
			};
		},
		async fetch(place, into, { signal, former }) {
			const asking = {
				signal,
				loginTo: place === PUBLIC ? void 0 : loginTo
			};
			const archive = place.archive ?? await newestArchive(place.name, asking);
			if (archive.sha256 === former?.mark.archive) return "unchanged";
			await fetchDatabase({
				archive,
				into,
				program
			}, asking, world);
			return {
				archive: archive.sha256,
				grype
			};
		},
		faultOf: failureOf,
		error: (faults, untried) => databaseError(faults, untried, timeout),
		offline: offlineWithoutDatabase
	};
}

// src/scanners/grype/scan/scan.ts
async function scanTarget(target, located, settings, world) {
	const { image, database } = settings;
	if (image === void 0) throw notAnImage(target, located);
	const { read, packages } = await answerOn(target, `oci-dir:${image.folder}`, settings, world);
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
	const { digest, index, digestUnknown, repoTags, platform, place } = image;
	const claims = place === "archive" || place === "layout" ? repoTags.slice(0, 1) : [];
	const { claims: _claims, ...own } = artifact;
	return {
		...result,
		artifact: {
			...own,
			...claims.length > 0 && { claims },
			...digest !== void 0 && {
				digest,
				index
			},
			platform,
			packages: packages.length
		},
		packages: packages.map(({ paths: _paths, ...each }) => each),
		coverage: await imageCoverage(read, packages, image, advised),
		...blindTo(packages, advised),
		provenance: {
			...namesOf(settings),
			databaseUpdatedAt: updatedAt,
			scannedAt: read.document.descriptor.timestamp ?? void 0,
			readAs: located.how,
			source: PLACES[place],
			scanners: ["vuln"],
			notes: [...answerNotes(read, updatedAt), ...image.notes],
			...digestUnknown !== void 0 && { digestUnknown }
		}
	};
}
const HOSTED = /* @__PURE__ */ new Set([
	"python",
	"npm",
	"gem",
	"java-archive",
	"jenkins-plugin",
	"php-composer"
]);
const BY_NAME = /* @__PURE__ */ new Set(["binary"]);
function isAdvised(type, kinds) {
	return kinds.has(type) || BY_NAME.has(type);
}
function blindTo(packages, { kinds }) {
	const unseen = packages.filter(({ system, type }) => system !== true && !isAdvised(type, kinds));
	return unseen.length === 0 ? {} : { blindTo: [...new Set(unseen.map(needsOf))].sort() };
}
async function imageCoverage({ system }, packages, image, { folder, kinds }) {
	const file = join(folder, FILE);
	const ofSystem = packages.filter((each) => each.system === true);
	const family = system && (systemNamed(system.name)?.name ?? system.name);
	const release = system !== void 0 && await knowsRelease(file, system) ? "known" : "unknown";
	const matching = sourcesFor(system) !== void 0 || release === "known" ? "yes" : "no";
	const applications = applicationsIn(packages);
	const listed = system && {
		family: family ?? system.name,
		name: system.version,
		endOfLife: false
	};
	const kernel = image.platform?.split("/")[0];
	return coverageOf({
		kind: "image",
		isImageSbom: false,
		scanners: ["vuln"],
		system: listed ?? (ofSystem.length > 0 ? "none" : void 0),
		otherKernel: kernel === void 0 || kernel === "linux" ? void 0 : kernel.slice(0, 20),
		matching,
		release,
		disagreement: listed && disagreement(listed, ofSystem.map(withManager)),
		systemPackages: ofSystem.length,
		applications,
		unmatchedTypes: new Set([...applications.keys()].filter((type) => !isAdvised(type, kinds))),
		hostedTypes: HOSTED,
		unread: [],
		listsUnread: false,
		accounting: accountFor({
			...image.inventory,
			entries: image.inventory.entries.map(marked)
		}, {
			system: listed === void 0 || matching === "no" ? "unmatched" : listed,
			packages: packages.flatMap(everywhere),
			unread: []
		})
	});
}
function everywhere(each) {
	return each.system === true || each.paths.length < 2 ? [each] : each.paths.map((path) => ({
		...each,
		path
	}));
}
const READ = /\.(?:jar|war|ear|par)$/;
const REMOVAL = /(?:^|\/)\.wh\./;
function marked(entry) {
	const { kind, path, archive = path, packages } = entry;
	const isEgg = kind === "python" && path.endsWith(".egg");
	if (packages !== void 0 || !(isEgg || kind === "jar")) return entry;
	if (REMOVAL.test(archive)) return {
		...entry,
		unread: entry.unread ?? REMOVED
	};
	if (isEgg) return {
		...entry,
		unread: entry.unread ?? NO_EGGS
	};
	return READ.test(archive) ? entry : {
		...entry,
		isRenamed: true
	};
}
const REMOVED = "Grype treats a folder whose name begins with .wh. as a removal";
const NO_EGGS = "Grype does not look into eggs";

// src/scanners/grype/scanner.ts
async function grypeScanner(program, wanted, world) {
	const { timeout: timeoutMs, maxDbAge: maxAgeMs, descriptions } = wanted;
	const database = await prepareDatabase(wanted, program, world);
	const settings = {
		program,
		database,
		timeoutMs,
		maxAgeMs,
		descriptions
	};
	return {
		name: "Grype",
		version: program.version,
		databaseUpdatedAt: database.built.toISOString(),
		readsImagesItself: true,
		async match(lists, { reportFile, spentMs, timeoutMs: most = timeoutMs }, own) {
			const { match } = await import("./scanners.grype.scan.match.js");
			return match(lists, {
				...settings,
				timeoutMs: Math.min(most, timeoutMs),
				reportFile,
				spentMs
			}, own);
		},
		session: () => ({ scan: (target, located, options, own) => scanTarget(target, located, {
			...settings,
			...options
		}, own) })
	};
}
const NO_SBOMS = { async make() {
	throw new GateError("sbom-not-made", "No SBOM is made from a scan by Grype alone", "Leave `scan-with` out for a run that writes SBOMs, or make them in their own run.");
} };

export { NO_SBOMS, grypeScanner };