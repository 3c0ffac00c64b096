import { parseReference, registryHost, repositoryName } from "./shared.names.js";
import { listSome } from "./shared.inputs.js";
import { ImageFault, imageError } from "./images.fault.js";
import { kept, tellOld } from "./supply.kept.js";
import { GateError, createReadStream, createWriteStream, readFileSync, rmSync, writeFileSync } from "./shared.thread.js";
import { TarProblem, damagedTar } from "./system.tar.problem.js";
import { blobFetcher } from "./images.registry.blobs.js";
import { registryReader } from "./images.registry.client.js";
import { RegistryFault } from "./images.registry.fault.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { bytesOfStream, piecesOf, plainMembers } from "./system.tar.members.js";
import { JAVA_MAX_AGE_MS, KINDS, METADATA, checkDatabase, filesOf } from "./scanners.trivy.database.health.js";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline as pipeline$1 } from "node:stream/promises";

// src/images/registry/artifact.ts
const IDLE_TRIES = 5;
const MAX_SILENCE_MS = 3e4;
async function fetchArtifact(wanted, access) {
	try {
		return await fetchOnce(wanted, access);
	} catch (error) {
		if (await access.credentials(repositoryName(wanted.reference)) === void 0 || !isDenied(error) || access.signal.aborted) throw error;
		return await fetchOnce(wanted, {
			...access,
			credentials: async () => void 0
		});
	}
}
function isDenied(error) {
	return error instanceof ImageFault && error.code === "image-denied";
}
async function fetchOnce({ reference, tag, mediaType, maxBytes, known, file }, { credentials, signal, silenceMs, onBytes }) {
	const parsed = parseReference(reference);
	const other = new RegistryFault("image-unreadable", "has something else there");
	if (parsed === void 0) throw other;
	const document = await registryReader({
		credentials,
		signal,
		deadlineMs: silenceMs
	}).read(reference, parsed.digest ?? parsed.tag ?? tag);
	const [layer, ...more] = document.kind === "manifest" ? document.layers : [];
	if (layer?.mediaType !== mediaType || more.length > 0 || layer.size > maxBytes) throw other;
	const { digest, size } = layer;
	if (digest === known) return digest;
	let done = 0;
	const counted = (bytes) => {
		done += bytes;
		onBytes?.(done, size);
	};
	await blobFetcher(reference, {
		credentials,
		silenceMs: Math.min(MAX_SILENCE_MS, Math.ceil(silenceMs / IDLE_TRIES))
	}).fetch({
		digest,
		size,
		file,
		onBytes: counted
	}, signal);
	return digest;
}

// src/scanners/trivy/database/download.ts
const MAX_BYTES = 16 * 1024 ** 3;
async function fetchDatabase({ kind, repository, named, into }, { signal, silenceMs, former }, world) {
	const { artifact, schema, name } = KINDS[kind];
	const advance = {
		what: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
		unit: "bytes"
	};
	const file = join(into, "archive");
	const known = former?.mark.digest;
	const wanted = {
		reference: repository,
		tag: String(schema),
		mediaType: artifact,
		maxBytes: MAX_BYTES,
		known,
		file
	};
	const credentials = named ? credentialsFor({
		...world,
		signal
	}) : async () => void 0;
	try {
		const digest = await fetchArtifact(wanted, {
			credentials,
			signal,
			silenceMs,
			onBytes: (done, of) => world.log.advance?.({
				...advance,
				done,
				of
			})
		});
		if (digest === known) return "unchanged";
		await unpack(file, filesOf(kind), into, signal);
		noteDownload(join(into, METADATA), world.now());
		return { digest };
	} finally {
		rmSync(file, { force: true });
		world.log.advance?.({
			...advance,
			done: 0,
			of: 0
		});
	}
}
async function unpack(archive, names, into, signal) {
	const unpacking = createGunzip({ chunkSize: 1 << 20 });
	const done = pipeline$1(createReadStream(archive, { highWaterMark: 1 << 20 }), unpacking, { signal });
	done.catch(() => {});
	try {
		for await (const member of plainMembers(bytesOfStream(unpacking))) {
			const name = names.find((each) => each === member.name.replace(/^\.\//, ""));
			if (name === void 0 || member.kind !== "file") continue;
			if (member.size > MAX_BYTES) throw damagedTar(`${name} has more than ${MAX_BYTES} bytes`);
			const to = createWriteStream(join(into, name), {
				flags: "wx",
				mode: 384
			});
			await pipeline$1(Readable.from(piecesOf(member)), to, { signal });
		}
		await done;
	} finally {
		unpacking.destroy();
	}
}
function noteDownload(path, now) {
	try {
		const metadata = JSON.parse(readFileSync(path, "utf8"));
		writeFileSync(path, JSON.stringify({
			...metadata,
			DownloadedAt: now.toISOString()
		}), { mode: 384 });
	} catch {}
}

// src/scanners/trivy/database/database.ts
const repositoriesOf = (name) => [
	"mirror.gcr.io/aquasec",
	"ghcr.io/aquasecurity",
	"public.ecr.aws/aquasecurity",
	"docker.io/aquasec"
].map((project) => `${project}/${name}`);
const VULNERABILITY_REPOSITORIES = repositoriesOf("trivy-db:2");
const JAVA_REPOSITORIES = repositoriesOf("trivy-java-db:1");
function prepareDatabase(request, world) {
	return prepare("vulnerability", request, world);
}
function prepareJavaDatabase(request, world) {
	return prepare("java", {
		...request,
		maxAgeMs: JAVA_MAX_AGE_MS
	}, world);
}
async function prepare(kind, request, world) {
	const set = dataSet(kind, request, world);
	const { value, folder, sha256, notRefreshed } = await kept(set, request, world);
	if (notRefreshed !== void 0) tellOld(set, value.updatedAt, notRefreshed, world.log);
	return {
		...value,
		folder,
		sha256: sha256[KINDS[kind].file]
	};
}
function dataSet(kind, request, world) {
	const { repositories, offline, timeoutMs, maxAgeMs } = request;
	const named = repositories.length > 0;
	const asked = named ? [...new Set(repositories)] : DEFAULTS[kind];
	const { folder: name, cachePrefix, name: called } = KINDS[kind];
	return {
		name,
		called: `the ${called}`,
		files: filesOf(kind),
		cachePrefix,
		sources: offline && !named ? void 0 : asked.map((repository) => ({ name: repository })),
		check: (folder, { checkedAt }) => checkDatabase(folder, kind, {
			now: world.now(),
			maxAgeMs,
			checkedAt
		}),
		fetch: ({ name: repository }, into, asking) => fetchDatabase({
			kind,
			repository,
			named,
			into
		}, asking, world),
		faultOf,
		error: (faults, untried) => databaseError({
			kind,
			repositories: asked,
			named,
			timeoutMs
		}, faults, untried),
		offline: () => offlineWithoutDatabase(kind, world)
	};
}
const DEFAULTS = {
	vulnerability: VULNERABILITY_REPOSITORIES,
	java: JAVA_REPOSITORIES
};
const REASONS = {
	"registry-too-slow": "timeout",
	"scan-timeout": "timeout"
};
function faultOf(thrown) {
	if (thrown instanceof TarProblem || /^Z_/.test(thrown.code ?? "")) return {
		reason: "damaged",
		why: "what it sent is cut off or damaged"
	};
	const { code, what } = imageError(thrown, "", 0);
	if (code === "image-unreadable" || code === "image-inconsistent") return {
		reason: "image-unreadable",
		why: "what lies there is something else"
	};
	return {
		reason: REASONS[code] ?? code,
		why: what.replace(/^ was not fetched: /, "")
	};
}
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
function offlineWithoutDatabase(kind, { isAtTerminal }) {
	const copy = `et ${inputOf(kind)} to a copy within your network: docs/air-gapped.md shows how to make one.`;
	const update = `image-gate db update${kind === "java" ? " --java" : ""}`;
	return new GateError(kind === "java" ? "java-database-offline" : "database-offline", `There is no ${KINDS[kind].name} that may be used on this machine, and \`offline\` forbids asking the public repositories`, isAtTerminal ? `Run \`${update}\` while there is a network, or s${copy}` : `S${copy}`);
}
function inputOf(kind) {
	return kind === "java" ? "`java-db-repository`" : "`db-repository`";
}
function databaseError(asked, faults, untried) {
	const { kind } = asked;
	const reasons = new Set(faults.map(({ reason }) => reason));
	const [only, ...others] = [...reasons].filter((reason) => reason !== "replaced");
	const why = others.length === 0 && (only === "timeout" || only === "stale") ? only : "unavailable";
	const list = listSome(faults, MOST_NAMED, {
		show: ({ place, why: cause }) => `${place}: ${cause}`,
		clauses: true
	});
	const rest = (faults.length > MOST_NAMED ? ", in the log" : "") + (untried > 0 ? `; no time was left for ${untried} more` : "");
	return new GateError(CODES[kind][why], `No ${KINDS[kind].name} could be downloaded (${list}${rest})`, remedies(asked, reasons).join(" "));
}
function remedies({ kind, repositories, named, timeoutMs }, reasons) {
	const input = inputOf(kind);
	const reach = `Open port 443${/:\d/.test(hosts(repositories)) ? " (or the port behind its name)" : ""} from this machine to ${hosts(repositories)} (HTTPS_PROXY and NO_PROXY are honoured), or set ${input} to a copy that it can reach.`;
	const names = `Check the names in ${input}.`;
	const refresh = named ? `Refresh the copy that ${input} names, or take it out to use the public ones.` : "The public ones are built every six hours; see github.com/aquasecurity/trivy-db for why they are late.";
	const later = kind === "java" ? [] : ["Until then a higher `max-db-age` lets an older one through."];
	const advice = {
		timeout: [reach, `Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1e3)} s.`],
		"registry-certificate": ["Name the file of your own certificate authority by the environment variable SSL_CERT_FILE."],
		"registry-rate-limit": [`Run again in some minutes, or set ${input} to a copy of your own.`],
		"image-denied": [`Log in first (\`docker login\`): a repository that ${input} names gets the Docker login of its own host, and the public ones are asked without.`],
		"image-not-found": [names],
		"image-unreadable": [names],
		"layer-missing": [names],
		"disk-full": ["Free some disk space: the databases need about 2 GB."],
		damaged: [refresh],
		empty: [refresh],
		schema: [refresh],
		stale: [refresh, ...later],
		replaced: []
	};
	return [...new Set([...reasons].flatMap((reason) => advice[reason] ?? [reach]))];
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

export { prepareDatabase, prepareJavaDatabase };