import { CHECKSUM_FILE, brokenChecksum, foreignSource, sourceWords, storedHash, writeChecksums } from "./supply.checksums.js";
import { GateError, asGateError, cancelled, closeSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, statSync, writeFileSync } from "./shared.start.js";
import { datedKey, unusableEntry } from "./system.shared-cache.js";
import { array, datetime, number, object, string } from "./package.zod.js";
import { whileLocked } from "./system.store.lock.js";
import { clearLeftovers, freshFolder, isoSeconds, listSome, privateFolder, readSmallText, registryHost, removedAtEnd, roundedSpan, storedFolder, swapIn } from "./shared.answer.js";
import { logins } from "./images.registry.login.js";
import { runProcess } from "./system.process.js";
import { downloadArguments } from "./scanners.trivy.process.arguments.js";
import { fatalMessage, shortened, trivyEnvironment } from "./scanners.trivy.process.process-output.js";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

// src/scanners/trivy/database/health.ts
const JAVA_MAX_AGE_MS = 2592e6;
const HOUR_MS = 36e5;
const MIB = 1048576;
const KINDS = {
	vulnerability: {
		name: "vulnerability database",
		folder: "db",
		file: "trivy.db",
		schema: 2,
		minBytes: MIB,
		refreshAfterMs: HOUR_MS,
		cachePrefix: "trivy-db-v2-"
	},
	java: {
		name: "Java database",
		folder: "java-db",
		file: "trivy-java.db",
		schema: 1,
		minBytes: 1,
		refreshAfterMs: 24 * HOUR_MS,
		cachePrefix: "trivy-java-db-v1-"
	}
};
const DATABASE_NAMES = {
	vulnerability: "Vulnerability database",
	java: "Java database"
};
function filesOf(kind) {
	return [KINDS[kind].file, METADATA];
}
const METADATA = "metadata.json";
const metadataSchema = object({
	Version: number(),
	UpdatedAt: datetime({ offset: true }),
	NextUpdate: datetime({ offset: true }),
	DownloadedAt: datetime({ offset: true })
});
async function checkDatabase(folder, kind, now, maxAgeMs) {
	try {
		return await look(folder, kind, now, maxAgeMs);
	} catch (error) {
		return {
			state: "damaged",
			why: `it cannot be read (${error.code ?? String(error)})`
		};
	}
}
async function look(folder, kind, now, maxAgeMs) {
	const rules = KINDS[kind];
	const found = lookAtFiles(folder, kind);
	if ("state" in found) return found;
	const path = join(folder, rules.file);
	const damage = kind === "java" ? sqliteDamage(path, found.size) : bboltDamage(path, found.size);
	if (damage !== void 0) return {
		state: "damaged",
		why: damage
	};
	const lack = kind === "java" ? await jarsMissing(path) : void 0;
	if (lack !== void 0) return lack;
	return judgeAge(folder, found.metadata, {
		maxAgeMs,
		...rules
	}, now);
}
function seemsUsable(folder, kind, now, maxAgeMs) {
	try {
		const found = lookAtFiles(folder, kind);
		if ("state" in found) return void 0;
		const health = judgeAge(folder, found.metadata, {
			maxAgeMs,
			...KINDS[kind]
		}, now);
		return health.state === "healthy" && !health.isDue ? health.database : void 0;
	} catch {
		return;
	}
}
function lookAtFiles(folder, kind) {
	const rules = KINDS[kind];
	const status = statSync(join(folder, rules.file), { throwIfNoEntry: false });
	if (status?.isFile() === false) return {
		state: "damaged",
		why: `${rules.file} is no file`
	};
	const size = status?.size;
	const metadata = readMetadata(join(folder, METADATA));
	if (size === void 0 && metadata === "missing") return { state: "missing" };
	if (size === void 0 || typeof metadata === "string") return {
		state: "damaged",
		why: size === void 0 ? `${rules.file} is missing` : "its metadata.json is unusable"
	};
	if (metadata.Version !== rules.schema) return {
		state: "schema",
		why: `it has schema ${metadata.Version}, not ${rules.schema}`
	};
	if (size < rules.minBytes) return {
		state: "empty",
		why: `it has only ${size} bytes, so it is empty`
	};
	return {
		size,
		metadata
	};
}
function judgeAge(folder, metadata, rules, now) {
	const updatedAt = new Date(metadata.UpdatedAt);
	const nextUpdate = new Date(metadata.NextUpdate);
	const age = now.getTime() - updatedAt.getTime();
	if (age < -36e5) return {
		state: "damaged",
		why: `it says it was built in the future (${isoSeconds(updatedAt)})`
	};
	if (age > rules.maxAgeMs) return {
		state: "stale",
		why: `it was built on ${isoSeconds(updatedAt)}, more than ${roundedSpan(rules.maxAgeMs)} ago`
	};
	const sinceDownload = now.getTime() - new Date(metadata.DownloadedAt).getTime();
	const isFresh = sinceDownload <= rules.refreshAfterMs && sinceDownload > -36e5;
	const isDue = now.getTime() >= nextUpdate.getTime() && !isFresh;
	return {
		state: "healthy",
		database: {
			folder,
			updatedAt,
			nextUpdate
		},
		isDue
	};
}
const MOST_METADATA = 65536;
function readMetadata(path) {
	try {
		const parsed = metadataSchema.safeParse(JSON.parse(readSmallText(path, MOST_METADATA)), { jitless: true });
		return parsed.success ? parsed.data : "invalid";
	} catch (error) {
		return error.code === "ENOENT" ? "missing" : "invalid";
	}
}
function firstBytes(path, count) {
	using cleanup = new DisposableStack();
	const file = cleanup.adopt(openSync(path, "r"), closeSync);
	const bytes = Buffer.alloc(count);
	return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
}
function bboltDamage(path, size) {
	const head = firstBytes(path, 131072);
	const first = bboltMeta(head, 0);
	const pageSize = first?.pageSize ?? 4096;
	const latest = [first, bboltMeta(head, pageSize)].filter((meta) => meta !== void 0).reduce((best, meta) => best === void 0 || meta.transaction > best.transaction ? meta : best, void 0);
	if (latest === void 0) return "it is no database";
	return latest.pages * BigInt(pageSize) > BigInt(size) ? "it is cut off" : void 0;
}
function bboltMeta(head, at) {
	const page = head.subarray(at, at + 16 + 64);
	if (page.length < 80 || page.readUInt32LE(16) !== 3977042669 || page.readUInt32LE(20) !== 2) return void 0;
	return {
		pageSize: page.readUInt32LE(24),
		pages: page.readBigUInt64LE(56),
		transaction: page.readBigUInt64LE(64)
	};
}
function sqliteDamage(path, size) {
	const head = firstBytes(path, 100);
	if (head.length < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is no database";
	const stored = head.readUInt16BE(16);
	const pages = head.readUInt32BE(28);
	if (pages === 0) return "it is no database";
	return (stored === 1 ? 65536 : stored) * pages > size ? "it is cut off" : void 0;
}
async function jarsMissing(path) {
	const { DatabaseSync } = await import("node:sqlite");
	try {
		const file = new DatabaseSync(path, { readOnly: true });
		try {
			return ["artifacts", "indices"].some((table) => !file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get()) ? {
				state: "empty",
				why: "it knows no jar, so it is empty"
			} : void 0;
		} finally {
			file.close();
		}
	} catch {
		return {
			state: "damaged",
			why: "it is no Java database of Trivy's"
		};
	}
}
function withStoredHash(database, kind) {
	const sha256 = storedHash(database.folder, KINDS[kind].file);
	return sha256 === void 0 ? database : {
		...database,
		sha256
	};
}

// src/scanners/trivy/database/errors.ts
const CODES = {
	vulnerability: {
		timeout: "database-timeout",
		stale: "database-stale",
		unavailable: "database-unavailable"
	},
	java: {
		timeout: "java-database-timeout",
		stale: "java-database-stale",
		unavailable: "java-database-unavailable"
	}
};
const MOST_NAMED = 10;
function offlineWithoutDatabase(kind) {
	const input = inputOf(kind);
	return new GateError(kind === "java" ? "java-database-offline" : "database-offline", `There is no ${KINDS[kind].name} that may be used on this machine, and \`offline\` forbids asking the public repositories`, `Set ${input} to a copy within your network: docs/air-gapped.md shows how to make one.`);
}
function inputOf(kind) {
	return kind === "java" ? "`java-db-repository`" : "`db-repository`";
}
function databaseError(asked, attempts) {
	const { kind, repositories } = asked;
	const reasons = new Set(attempts.map(({ reason }) => reason));
	const why = only(reasons, "timeout") ? "timeout" : only(reasons, "stale") ? "stale" : "unavailable";
	const untried = repositories.length - attempts.length;
	const show = ({ repository, cause }) => `${repository}: ${cause}`;
	const list = listSome(attempts, MOST_NAMED, {
		show,
		clauses: true
	});
	const rest = (attempts.length > MOST_NAMED ? ", in the log" : "") + (untried > 0 ? `; no time was left for ${untried} more` : "");
	return new GateError(CODES[kind][why], `No ${KINDS[kind].name} could be downloaded (${list}${rest})`, remedies(asked, reasons).join(" "));
}
function only(reasons, reason) {
	return reasons.size === 1 && reasons.has(reason);
}
function remedies({ kind, repositories, named, timeoutMs }, reasons) {
	const input = inputOf(kind);
	const remedy = [];
	if ([
		"timeout",
		"no-host",
		"no-connection",
		"reset",
		"server-error",
		"cut-off",
		"other"
	].some((each) => has(reasons, each))) remedy.push(`Open port 443${/:\d/.test(hosts(repositories)) ? " (or the port behind its name)" : ""} from this machine to ${hosts(repositories)} (HTTPS_PROXY and NO_PROXY are honoured), or set ${input} to a copy that it can reach.`);
	if (has(reasons, "timeout")) remedy.push(`Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1e3)} s.`);
	if (has(reasons, "certificate")) remedy.push("Name the file of your own certificate authority by the environment variable SSL_CERT_FILE.");
	if (has(reasons, "rate-limit")) remedy.push(`Run again in some minutes, or set ${input} to a copy of your own.`);
	if (has(reasons, "login")) remedy.push(named ? `Log in before this step (docker/login-action): a repository that ${input} names gets the Docker login of its own host.` : `The public repositories are asked without a login: see whether a proxy refuses it, or set ${input} to a copy of your own.`);
	if (has(reasons, "not-found") || has(reasons, "wrong-artifact") || has(reasons, "blob-gone")) remedy.push(`Check the names in ${input}.`);
	if (has(reasons, "disk-full")) remedy.push("Free some disk space: the databases need about 2 GB.");
	if ([
		"stale",
		"damaged",
		"empty",
		"schema"
	].some((each) => has(reasons, each))) remedy.push(named ? `Refresh the copy that ${input} names, or take it out to use the public ones.` : "The public ones are built every six hours; see github.com/aquasecurity/trivy-db for why they are late.");
	if (has(reasons, "stale") && kind === "vulnerability") remedy.push("Until then a higher `max-db-age` lets an older one through.");
	return remedy;
}
function has(reasons, reason) {
	return reasons.has(reason);
}
const MOST_HOSTS = 20;
const CONTENT_HOSTS = {
	"ghcr.io": ["pkg-containers.githubusercontent.com"],
	"public.ecr.aws": ["*.cloudfront.net"],
	"docker.io": [
		"index.docker.io",
		"registry-1.docker.io",
		"auth.docker.io",
		"production.cloudflare.docker.com",
		"production.cloudfront.docker.com",
		"docker-images-prod.*.r2.cloudflarestorage.com"
	]
};
function hosts(repositories) {
	const all = repositories.map(registryHost).flatMap((host) => [host, ...CONTENT_HOSTS[host] ?? []]);
	return listSome([...new Set(all)], MOST_HOSTS);
}
const schema = object({
	at: number(),
	asked: array(string()),
	error: object({
		code: string(),
		what: string(),
		remedy: string()
	})
});
const fileOf = ({ store, name }) => join(store, "locks", `${name}.failed.json`);
function noteFailure(note, { code, what, remedy }) {
	try {
		mkdirSync(join(note.store, "locks"), {
			recursive: true,
			mode: 448
		});
		const text = JSON.stringify({
			at: Date.now(),
			asked: note.asked,
			error: {
				code,
				what,
				remedy
			}
		});
		writeFileSync(fileOf(note), text, { mode: 384 });
	} catch {}
}
function failedMeanwhile(note, since) {
	try {
		const { at, asked, error } = schema.parse(JSON.parse(readFileSync(fileOf(note), "utf8")));
		if (at <= since || at > Date.now() || asked.join() !== note.asked.join()) return void 0;
		return new GateError(error.code, error.what, error.remedy);
	} catch {
		return;
	}
}

// src/scanners/trivy/database/registry-failures.ts
const REGISTRY_FAILURES = [
	{
		reason: "rate-limit",
		match: /TOOMANYREQUESTS|status code 429/,
		cause: "it limits how often it may be asked (HTTP 429)",
		retries: 1
	},
	{
		reason: "disk-full",
		match: /no space left on device/,
		cause: "the disk is full"
	},
	{
		reason: "certificate",
		match: /x509: |tls: (?!handshake timeout)|certificate (?:is|has|signed)/i,
		cause: "its TLS certificate is not trusted"
	},
	{
		reason: "login",
		match: /UNAUTHORIZED|DENIED|status code 40[137]|authentication required/,
		cause: "it wants a login, or refuses this one (HTTP 401 or 403)"
	},
	{
		reason: "login",
		match: /error getting credentials/,
		cause: "the credential helper that Docker's configuration names for it gave no login"
	},
	{
		reason: "blob-gone",
		match: /BLOB_UNKNOWN/,
		cause: "a part of it is gone from the registry (BLOB_UNKNOWN)",
		retries: 2
	},
	{
		reason: "not-found",
		match: /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|status code 404/,
		cause: "it does not exist there (HTTP 404)"
	},
	{
		reason: "server-error",
		match: /status code 5\d\d|UNAVAILABLE|UNKNOWN: (?!manifest|blob|repository)/,
		cause: "the registry has a fault (HTTP 5xx)",
		retries: 1
	},
	{
		reason: "no-host",
		match: /no such host|server misbehaving/,
		cause: "its name is not found (DNS)"
	},
	{
		reason: "timeout",
		match: /context deadline exceeded|i\/o timeout|Client\.Timeout|handshake timeout/,
		cause: "it did not answer in time"
	},
	{
		reason: "cut-off",
		match: /unexpected EOF|error verifying (?:sha256|size)|gzip: invalid|flate: corrupt/,
		cause: "what it sent was cut off or damaged",
		retries: 2
	},
	{
		reason: "wrong-artifact",
		match: /unacceptable media type|must be a single layer|unsupported artifact type|unsupported MediaType/i,
		cause: "what lies there is something else"
	},
	{
		reason: "reset",
		match: /connection reset|broken pipe|: EOF$|: EOF\s/,
		cause: "it cut the connection off",
		retries: 2
	},
	{
		reason: "no-connection",
		match: /": (?:Service Unavailable|Bad Gateway|Gateway Time-?out|Forbidden|Proxy Authentication Required)\s*$/,
		cause: "no connection to it is possible through the proxy, which refuses it"
	},
	{
		reason: "no-connection",
		match: /connection refused|no route to host|network is unreachable|proxyconnect/,
		cause: "no connection to it is possible"
	}
];
function registryFailure(message) {
	return REGISTRY_FAILURES.find(({ match }) => match.test(message)) ?? {
		reason: "other",
		cause: shortened(message)
	};
}
function retryAfterMs(message) {
	const [, number, unit = ""] = /retry-after: (\d+(?:\.\d+)?)(ns|µs|us|ms|s|m|h)\b/.exec(message) ?? [];
	return number === void 0 ? void 0 : Number(number) * (UNITS_MS[unit] ?? 0);
}
const UNITS_MS = {
	ns: 1e-6,
	µs: .001,
	us: .001,
	ms: 1,
	s: 1e3,
	m: 6e4,
	h: 36e5
};

// src/scanners/trivy/database/download.ts
const FIRST_PAUSE_MS = 1e3;
const GRACE_MS = 200;
const MAX_PAUSE_MS = 2e4;
async function downloadDatabase(download, trivy, world) {
	const end = performance.now() + download.timeoutMs;
	const failed = /* @__PURE__ */ new Map();
	clearLeftovers(download.store);
	const loginTo = download.named ? logins(world) : () => void 0;
	let waiting = download.repositories.map((repository) => ({
		repository,
		login: loginTo(repository)
	}));
	for (let round = 0; waiting.length > 0 && await pause(round, [...failed.values()], end, world); round++) {
		const outcome = await askEach(waiting, {
			...download,
			end,
			round
		}, trivy, world);
		if (!Array.isArray(outcome)) return outcome;
		for (const each of outcome) if (each.reason !== "timeout" || !failed.has(each.way.repository)) failed.set(each.way.repository, each);
		waiting = outcome.filter(({ retry }) => retry !== void 0 && round < retry.times).map(({ way }) => way);
	}
	throw databaseError(download, [...failed.values()]);
}
async function askEach(ways, download, trivy, world) {
	const failed = [];
	const waiting = [...ways];
	for (let way = waiting.shift(); way !== void 0; way = waiting.shift()) {
		const left = download.end - performance.now();
		if (left <= 0) break;
		const outcome = await attempt(way, {
			...download,
			...shareOf(left, waiting.length)
		}, trivy, world);
		if (!("cause" in outcome)) return outcome;
		if (outcome.refusedLogin) waiting.unshift({ repository: way.repository });
		else failed.push(outcome);
	}
	return failed;
}
function shareOf(left, others) {
	return {
		silenceMs: left / (others + 1),
		timeoutMs: others === 0 ? left : left / 2
	};
}
async function pause(round, failed, end, { signal }) {
	if (round === 0) return true;
	const asked = Math.min(...failed.flatMap(({ retry }) => retry ? [retry.afterMs] : []));
	const ms = Math.max(FIRST_PAUSE_MS * 3 ** (round - 1) * (.5 + Math.random()), asked);
	if (ms > MAX_PAUSE_MS || performance.now() + ms >= end) return false;
	await setTimeout(ms, void 0, { signal }).catch(() => {
		throw cancelled();
	});
	return true;
}
async function attempt(way, download, trivy, world) {
	const { kind, store } = download;
	const began = performance.now();
	const fresh = freshFolder(store);
	using _ = removedAtEnd(fresh);
	const outcome = await fetch(way, {
		...download,
		fresh
	}, trivy, world);
	const took = `${((performance.now() - began) / 1e3).toFixed(1)} s`;
	const from = `${DATABASE_NAMES[kind]}, ${way.repository}${way.login === void 0 ? "" : " (with its Docker login)"}`;
	if ("cause" in outcome) {
		world.log.info(`${from}: ${outcome.cause} (${took}).`);
		return outcome;
	}
	const folder = swapIn(store, KINDS[kind].folder, outcome.folder);
	world.log.info(`${from}: downloaded in ${took}, built ${outcome.updatedAt.toISOString()}.`);
	return {
		...outcome,
		folder
	};
}
async function fetch(way, { kind, timeoutMs, silenceMs, maxAgeMs, fresh }, trivy, world) {
	const { repository, login } = way;
	const env = login?.viaHelper ? trivyEnvironment(world, "private-database") : trivyEnvironment(world, "database");
	const temporary = env.TMPDIR ?? env.TMP ?? fresh;
	const advance = {
		what: DATABASE_NAMES[kind],
		unit: "bytes"
	};
	const written = () => {
		const bytes = bytesBelow(fresh) + bytesBelow(temporary);
		world.log.advance?.({
			...advance,
			done: bytes
		});
		return bytes;
	};
	const result = await runProcess(trivy.path, downloadArguments({
		kind,
		repository,
		cacheFolder: fresh,
		timeoutMs
	}), {
		cwd: privateFolder(world, "cwd"),
		env: login === void 0 ? env : {
			...env,
			DOCKER_CONFIG: login.folder
		},
		deadlineMs: timeoutMs,
		graceMs: GRACE_MS,
		idle: {
			afterMs: silenceMs,
			progress: written
		},
		signal: world.signal
	});
	world.log.advance?.({
		...advance,
		done: 0,
		of: 0
	});
	if (result.aborted) throw cancelled();
	if (result.timedOut) return {
		way,
		repository,
		reason: "timeout",
		cause: result.idle ? `nothing came for ${seconds(silenceMs)}` : `it was still sending after its ${seconds(timeoutMs)}`
	};
	if (result.code !== 0) return failure(way, result, world);
	const folder = join(fresh, KINDS[kind].folder);
	const health = await checkDatabase(folder, kind, world.now(), maxAgeMs);
	if (health.state === "missing") return {
		way,
		repository,
		reason: "other",
		cause: "Trivy downloaded nothing from it"
	};
	if (health.state !== "healthy") return {
		way,
		repository,
		reason: health.state,
		cause: health.why
	};
	await writeChecksums(folder, filesOf(kind), repository);
	return health.database;
}
function seconds(ms) {
	return `${Math.ceil(ms / 1e3)} s`;
}
function bytesBelow(folder) {
	try {
		return readdirSync(folder, {
			recursive: true,
			encoding: "utf8"
		}).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
	} catch {
		return 0;
	}
}
function failure(way, { stderr }, { log }) {
	const { repository, login } = way;
	const message = fatalMessage(stderr);
	const { reason, cause, retries: times } = registryFailure(message);
	log.debug(`${repository}: ${shortened(message)}`);
	return {
		way,
		repository,
		reason,
		cause,
		refusedLogin: login !== void 0 && reason === "login",
		retry: times === void 0 ? void 0 : {
			times,
			afterMs: retryAfterMs(message) ?? 0
		}
	};
}

// src/scanners/trivy/database/database.ts
const VULNERABILITY_REPOSITORIES = [
	"mirror.gcr.io/aquasec/trivy-db:2",
	"ghcr.io/aquasecurity/trivy-db:2",
	"public.ecr.aws/aquasecurity/trivy-db:2",
	"docker.io/aquasec/trivy-db:2"
];
const JAVA_REPOSITORIES = [
	"mirror.gcr.io/aquasec/trivy-java-db:1",
	"ghcr.io/aquasecurity/trivy-java-db:1",
	"public.ecr.aws/aquasecurity/trivy-java-db:1",
	"docker.io/aquasec/trivy-java-db:1"
];
async function prepareDatabase(request, trivy, world) {
	return withStoredHash(await prepare("vulnerability", request, trivy, world), "vulnerability");
}
function prepareJavaDatabase(request, trivy, world) {
	return prepare("java", {
		...request,
		maxAgeMs: JAVA_MAX_AGE_MS
	}, trivy, world);
}
function storedJavaDatabase(request, { now }) {
	for (const each of [request.store, ...request.readOnly ?? []]) {
		const folder = storedFolder(each, KINDS.java.folder);
		if (folder === void 0 || foreignSource(folder, askedBy("java", request)) !== void 0) continue;
		const database = seemsUsable(folder, "java", now(), JAVA_MAX_AGE_MS);
		if (database) return database;
	}
}
async function prepare(kind, request, trivy, world) {
	const { store, timeoutMs } = request;
	const before = storedFolder(store, KINDS[kind].folder);
	const stored = await checkStored(kind, request, world);
	if (stored.state === "healthy" && askedBy(kind, request) === void 0) world.log.info(`${DATABASE_NAMES[kind]}: ${sourceWords(stored.database.folder)}, kept on this machine.`);
	if (stored.state === "healthy" && !stored.isDue) return stored.database;
	const end = performance.now() + timeoutMs;
	const since = Date.now();
	const { folder: name, name: called } = KINDS[kind];
	const lock = {
		folder: store,
		name,
		what: `the ${called}`,
		waitMs: timeoutMs / 2
	};
	return whileLocked(lock, world, async () => {
		const now = storedFolder(store, KINDS[kind].folder) !== before ? await checkStored(kind, request, world) : stored;
		if (now.state === "healthy" && !now.isDue) {
			world.log.info(`${DATABASE_NAMES[kind]}: another run on this machine has downloaded it meanwhile.`);
			return now.database;
		}
		if (now.state !== "healthy" && now.state !== "missing") world.log.info(`The stored ${DATABASE_NAMES[kind].toLowerCase()} is not used: ${now.why}.`);
		return refresh({
			kind,
			stored: now
		}, {
			...request,
			timeoutMs: end - performance.now(),
			since
		}, trivy, world);
	});
}
async function refresh({ kind, stored }, request, trivy, world) {
	const restored = stored.state === "healthy" ? void 0 : await restore(kind, request, world);
	if (restored !== void 0 && !restored.isDue) return restored.database;
	const usable = stored.state === "healthy" ? stored.database : restored?.database;
	try {
		const database = await download(kind, request, trivy, world);
		if (stored.state !== "healthy" && database.updatedAt.getTime() !== usable?.updatedAt.getTime()) request.cache?.save(cacheEntry(kind, database), database.folder);
		return database;
	} catch (error) {
		if (usable === void 0 || world.signal.aborted) throw error;
		const words = `The ${DATABASE_NAMES[kind].toLowerCase()} of ${usable.updatedAt.toISOString()} is used`;
		const { code, message } = asGateError(error);
		if (code.endsWith("database-offline")) world.log.info(`${words}: \`offline\` names no repository to refresh it from.`);
		else world.log.warning(`${words}, as it could not be refreshed. ${message}`);
		return usable;
	}
}
async function download(kind, request, trivy, world) {
	const { repositories, offline: _offline, since, ...rest } = request;
	const named = repositories.length > 0;
	const asked = askedBy(kind, request);
	if (asked === void 0) throw offlineWithoutDatabase(kind);
	const note = {
		store: request.store,
		name: KINDS[kind].folder,
		asked
	};
	const failed = failedMeanwhile(note, since);
	if (failed !== void 0) throw failed;
	try {
		return await downloadDatabase({
			...rest,
			kind,
			named,
			repositories: asked
		}, trivy, world);
	} catch (error) {
		if (error instanceof GateError && !world.signal.aborted) noteFailure(note, error);
		throw error;
	}
}
function askedBy(kind, { repositories, offline }) {
	if (offline && repositories.length === 0) return void 0;
	if (repositories.length > 0) return [...new Set(repositories)];
	return kind === "java" ? JAVA_REPOSITORIES : VULNERABILITY_REPOSITORIES;
}
async function checkStored(kind, request, world) {
	let best = { state: "missing" };
	for (const store of [request.store, ...request.readOnly ?? []]) {
		const folder = storedFolder(store, KINDS[kind].folder);
		if (folder === void 0) continue;
		const health = await checkWithChecksum(folder, kind, request, world);
		if (health.state === "healthy" && !health.isDue) return health;
		if (best.state !== "healthy" && health.state !== "missing") best = health;
	}
	return best;
}
async function checkWithChecksum(folder, kind, request, world) {
	const { maxAgeMs } = request;
	const foreign = foreignSource(folder, askedBy(kind, request));
	if (foreign !== void 0) return {
		state: "stale",
		why: foreign
	};
	const health = await checkDatabase(folder, kind, world.now(), maxAgeMs);
	const broken = health.state === "healthy" ? await brokenChecksum(folder, filesOf(kind)) : void 0;
	return broken === void 0 ? health : {
		state: "damaged",
		why: broken
	};
}
async function restore(kind, request, world) {
	const { cache, store } = request;
	if (cache === void 0) return void 0;
	const folder = freshFolder(store);
	using _ = removedAtEnd(folder);
	const key = await cache.restore({
		key: KINDS[kind].cachePrefix,
		files: cachedFiles(kind)
	}, folder);
	if (key === void 0) return void 0;
	const health = await checkWithChecksum(folder, kind, request, world);
	const why = health.state === "healthy" ? misnamed(key, kind, health.database) : "why" in health ? health.why : "";
	if (health.state === "healthy" && why === void 0) {
		const place = swapIn(store, KINDS[kind].folder, folder);
		return {
			...health,
			database: {
				...health.database,
				folder: place
			}
		};
	}
	if (health.state === "stale") world.log.info(`Cache: ${key} is not used: ${health.why}.`);
	else world.log.warning(unusableEntry(key, why || "a file of it is missing").message);
}
function misnamed(key, kind, database) {
	return key === cacheEntry(kind, database).key ? void 0 : `it was built ${database.updatedAt.toISOString()}`;
}
function cacheEntry(kind, { updatedAt }) {
	return {
		key: datedKey(KINDS[kind].cachePrefix, updatedAt),
		files: cachedFiles(kind)
	};
}
function cachedFiles(kind) {
	return [...filesOf(kind), CHECKSUM_FILE];
}

export { JAVA_MAX_AGE_MS, KINDS, checkDatabase, prepareDatabase, prepareJavaDatabase, storedJavaDatabase };