import { GateError, accessSync, cancelled, constants, linkSync, lstatSync, mkdirSync, open, readdirSync, renameSync, rm, rmSync, statSync, tryOr, utimesSync } from "./shared.thread.js";
import { isDigest, isSameRepository, parseReference, referenceParts, repositoryName } from "./shared.names.js";
import { bestFor, memoize, platformMatches, platformName, timeLimit } from "./shared.scan.js";
import { databaseStores, findProgram, privateFolder, programPath, quoted } from "./shared.start.js";
import { ImageFault, diskFull, imageChanged, imageError, scanTimeout } from "./images.fault.js";
import { ImageStore, findInRegistry, layerReader } from "./images.acquire.store.js";
import { blobFetcher } from "./images.registry.blobs.js";
import { registryReader, untilAborted } from "./images.registry.client.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { ownFolders } from "./system.own-environment.js";
import { handedOn, runProcess } from "./system.process.js";
import { SparseFile } from "./images.layers.output.sparse-file.js";
import { engineAt, engineOf, isOpenToOthers } from "./images.engine.address.js";
import { inspectedImage, openEngine } from "./images.engine.inspect.js";
import { readConfig, sha256Of } from "./images.oci.documents.js";
import { findInTar } from "./images.sources.saved-tar.js";
import { findInLayout } from "./scan.acquired.js";
import { RegistryFault } from "./images.registry.fault.js";
import { join } from "node:path";
import { addAbortSignal } from "node:stream";

// src/images/engine/export.ts
const MAX_INSPECT = 4194304;
async function exportFromEngine(source, reference, options) {
	const { signal, host } = options;
	requirePlain(reference);
	if (signal.aborted) throw endOf(signal);
	const world = {
		...options.world,
		signal
	};
	let client;
	try {
		const address = host === void 0 ? engineOf(source, world) : engineAt(host, world);
		client = openEngine(address, world);
		const path = `/images/${encodeURI(reference)}/json?manifests=1`;
		const image = await client.read(path, MAX_INSPECT, inspectedImage);
		if (image === void 0) return { kind: "missing" };
		return await exported(client, image, {
			...options,
			address
		});
	} catch (error) {
		if (signal.aborted) throw endOf(signal);
		if (!(error instanceof GateError) || !error.code.startsWith("discovery-")) throw error;
		if (/invalid reference format|repository name must be lowercase/.test(error.what)) throw notPlain();
		return {
			kind: "unreachable",
			why: error.what
		};
	} finally {
		client?.[Symbol.dispose]();
	}
}
function requirePlain(reference) {
	if (!(/^[\w[][\w.:@/[\]-]{0,599}$/.test(reference) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(reference))) throw notPlain();
}
function notPlain() {
	return new ImageFault("reference-invalid", "it is not an image reference");
}
function endOf({ reason }) {
	if (reason instanceof GateError || reason instanceof ImageFault) return reason;
	return reason?.name === "TimeoutError" ? new ImageFault("scan-timeout", "its engine did not give it in time") : cancelled();
}
async function exported(client, image, options) {
	const { file, platform, signal, address } = options;
	const manifest = chosen(image, platform);
	await save(await begun(client, `/images/${image.id}/get${manifest && image.manifests.length > 1 ? platformQuery(manifest) : ""}`), file, signal);
	const { id, repoTags, repoDigests } = image;
	const notes = isOpenToOthers(address) ? [`The engine at ${client.host} was asked without TLS: anyone on the network path could give another image.`] : [];
	return {
		kind: "exported",
		id,
		manifest: manifest?.digest,
		repoTags,
		repoDigests,
		notes
	};
}
function removedMeanwhile() {
	return new ImageFault("image-changed", "it was removed before its engine could give it", { says: "was not scanned: %" });
}
function otherPlatform(wanted, here) {
	return new ImageFault("platform-mismatch", `it is not here for ${wanted}: what is here is ${here || "of no known platform"}`);
}
function chosen(image, asked) {
	const { manifests, platform } = image;
	if (manifests.length === 0) {
		if (asked !== void 0 && platform !== void 0 && !platformMatches(asked, platform)) throw otherPlatform(asked, platform);
		return;
	}
	const wanted = asked ?? platform;
	const here = manifests.filter(({ isHere }) => isHere);
	const [best] = wanted === void 0 ? here : bestFor(wanted, here, ({ platform }) => platform);
	if (best !== void 0) return best;
	const names = here.map(({ platform }) => platformName(platform)).join(", ");
	throw otherPlatform(wanted ?? "any platform", names || "nothing");
}
function platformQuery({ platform }) {
	return `?platform=${encodeURIComponent(JSON.stringify(platform))}`;
}
async function begun(client, path) {
	try {
		const message = await client.stream(path);
		if (message !== void 0) return message;
	} catch (error) {
		if (!(error instanceof GateError) || error.code === "run-cancelled") throw error;
		throw new ImageFault("daemon-export-failed", error.what, { cause: error });
	}
	throw removedMeanwhile();
}
async function save(source, file, signal) {
	const output = new SparseFile(file);
	let isWriting = false;
	try {
		for await (const piece of addAbortSignal(signal, source)) {
			isWriting = true;
			output.write(piece);
			isWriting = false;
		}
	} catch (cause) {
		output.discard();
		if (isWriting) throw cause;
		const { code = "no reason is known" } = cause;
		throw new ImageFault("daemon-export-failed", `its engine broke off while it gave the image (${code})`, { cause });
	}
	output.finish();
}

// src/images/engine/containerd.ts
const LIST_MS = 6e4;
const NO_DEADLINE_MS = 864e5;
const PROGRAMS = [{
	name: "ctr",
	list: (reference) => [
		"images",
		"list",
		filterOf(reference)
	],
	save: (name, file, platform) => [
		"images",
		"export",
		...platform,
		"--",
		file,
		name
	]
}, {
	name: "nerdctl",
	list: () => [
		"images",
		"--no-trunc",
		"--format",
		"{{.Name}} {{.Digest}}"
	],
	save: (name, file, platform) => [
		"save",
		...platform,
		"--output",
		file,
		"--",
		name
	]
}];
function nameOf$1(reference) {
	if (isDigest(reference)) return { digest: reference };
	const { tag, digest } = parseReference(reference) ?? {};
	const repository = repositoryName(reference);
	return {
		name: digest === void 0 ? `${repository}:${tag ?? "latest"}` : repository,
		digest
	};
}
function filterOf(reference) {
	const { name, digest } = nameOf$1(reference);
	return digest === void 0 ? `name==${JSON.stringify(name)}` : `target.digest==${digest}`;
}
function meantIn(table, reference) {
	const wanted = nameOf$1(reference);
	for (const row of table.split("\n")) {
		const [name = "", ...words] = row.trim().split(/\s+/);
		const digest = words.find(isDigest);
		if (digest === void 0 || name.startsWith("-")) continue;
		const isNamed = wanted.name === void 0 || name === wanted.name;
		if (wanted.digest === void 0 ? isNamed : digest === wanted.digest && (isNamed || repositoryName(name) === wanted.name)) return {
			name,
			digest
		};
	}
}
async function exportFromContainerd(reference, { world, signal, file, platform }) {
	requirePlain(reference);
	if (signal.aborted) throw endOf(signal);
	const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
	const why = whyNot(address);
	if (why !== void 0) return {
		kind: "unreachable",
		why
	};
	const program = PROGRAMS.find(({ name }) => findProgram(name, world) !== void 0);
	const path = program && findProgram(program.name, world);
	if (program === void 0 || path === void 0) return {
		kind: "unreachable",
		why: `${address} needs \`ctr\` or \`nerdctl\` on the PATH`,
		isHere: true
	};
	const own = [
		"--address",
		address,
		"--namespace",
		world.env.CONTAINERD_NAMESPACE || "default"
	];
	const env = {
		...handedOn(world.env, ["RUNNER_TRACKING_ID", "XDG_RUNTIME_DIR"]),
		PATH: programPath(world),
		...ownFolders(world)
	};
	const run = async (args, deadlineMs) => {
		const options = {
			cwd: world.runFolder,
			env,
			stdout: "capture",
			deadlineMs,
			signal
		};
		const result = await runProcess(path, [...own, ...args], options);
		if (result.aborted) throw endOf(signal);
		return result;
	};
	const listed = await run(program.list(reference), LIST_MS);
	if (listed.code !== 0) return {
		kind: "unreachable",
		why: `containerd at ${address}: ${saidBy(listed)}`
	};
	const image = meantIn(listed.stdout, reference);
	if (image === void 0) return { kind: "missing" };
	const { name, digest } = image;
	await (await open(file, "wx", 384)).close();
	try {
		const wanted = platform === void 0 ? [] : ["--platform", platform];
		const result = await run(program.save(name, file, wanted), NO_DEADLINE_MS);
		if (result.code !== 0) throw failed(saidBy(result), platform);
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	}
	return {
		kind: "exported",
		id: digest,
		repoTags: parseReference(name)?.tag === void 0 ? [] : [name],
		repoDigests: [`${repositoryName(name)}@${digest}`],
		notes: []
	};
}
function whyNot(address) {
	try {
		if (!(address.startsWith("/") && statSync(address).isSocket())) return `${JSON.stringify(address)} is not the absolute path of a socket`;
		accessSync(address, constants.R_OK | constants.W_OK);
		return;
	} catch (error) {
		return error.code === "ENOENT" ? `there is no socket ${address}` : `the user of this run may not open the socket ${address}`;
	}
}
function failed(said, platform) {
	if (/no space left on device|disk quota exceeded/.test(said)) return diskFull();
	if (/no manifest found for platform|no match for platform/.test(said)) return new ImageFault("platform-mismatch", `it is not here for ${platform ?? "this machine's platform"}`);
	if (/: not found$|no such image/.test(said) && /image/.test(said)) return removedMeanwhile();
	return new ImageFault("daemon-export-failed", `containerd cannot give all of it: ${said}`);
}
function saidBy({ stderr, code, signal }) {
	const last = stderr.trim().split("\n").at(-1) ?? "";
	const [, message = last] = /^time="[^"]*" level=\w+ msg="(.*)"$/.exec(last) ?? [];
	return quoted(message.replace(/^ctr: /, "")) || `it ended with ${code ?? signal}`;
}

// src/images/sources/engine.ts
async function findInEngine(source, reference, options) {
	const { file, scratch, signal, platform } = options;
	const given = source === "containerd" ? await exportFromContainerd(reference, options) : await exportFromEngine(source, reference, options);
	if (given.kind !== "exported") return given;
	try {
		const image = await findInTar(file, {
			scratch,
			signal,
			platform
		}).catch((thrown) => {
			throw asExportFault(thrown);
		});
		requireMeant(image, given, platform);
		const { repoTags, repoDigests, notes } = given;
		const { documents: _, tag: __, ...found } = image;
		const unproven = {
			digest: void 0,
			index: void 0,
			hasChanged: void 0
		};
		return {
			...found,
			...unproven,
			repoTags,
			repoDigests,
			place: source,
			notes: [...notes, ...found.notes]
		};
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	}
}
function requireMeant({ config, documents }, { id, manifest }, wanted) {
	const { imageId, platform } = readConfig(config);
	const own = documents.at(-1);
	if (imageId !== id) {
		if (manifest !== void 0 && own !== void 0 && own !== manifest) throw otherImage(`its engine gave ${own} for ${manifest}`);
		if (own === void 0 || own !== manifest && !documents.includes(id)) throw otherImage(`its engine was asked for ${id}, and gave the image ${imageId}`);
	}
	const here = platform && platformName(platform);
	if (wanted !== void 0 && !platformMatches(wanted, here)) throw otherPlatform(wanted, here);
}
function otherImage(why, cause) {
	return new ImageFault("image-inconsistent", why, {
		says: "was not scanned: %",
		remedy: "Run again. If it happens again, save the image with `docker save` or `podman save`, and have the tar scanned.",
		cause
	});
}
function asExportFault(thrown) {
	if (!(thrown instanceof ImageFault)) return thrown;
	const why = `what its engine gave cannot be read: ${thrown.message}`;
	if (thrown.code === "image-inconsistent") return otherImage(why, thrown);
	return thrown.code === "image-damaged" || thrown.code === "image-unreadable" ? new ImageFault("daemon-export-failed", why, { cause: thrown }) : thrown;
}

// src/images/acquire/confirm-digest.ts
async function confirmedDigest(reference, { repoDigests, imageId, platform }, access, signal) {
	const root = claimedDigest(reference, repoDigests);
	if (root === void 0) return {};
	const asked = {
		reference: `${repositoryName(reference)}@${root}`,
		platform
	};
	try {
		const { config, layers, digest, index, annotations } = await findInRegistry(asked, access, signal);
		if (sha256Of(config) !== imageId) return { digestUnknown: "its registry has another image at the digest that this machine names" };
		if (layers.some(({ tables }) => (tables?.stargz.length ?? 0) > 0)) return { digestUnknown: "its layers in its registry have tables that were not compared" };
		return {
			digest,
			index,
			annotations
		};
	} catch (error) {
		if (error instanceof RegistryFault) return { digestUnknown: error.message };
		if (error instanceof ImageFault) return { digestUnknown: "its registry has no image there that could be read" };
		throw error;
	}
}
function claimedDigest(reference, repoDigests) {
	const asked = parseReference(reference)?.digest;
	const own = repoDigests.flatMap((each) => {
		const { digest = "" } = referenceParts(each);
		return isDigest(digest) && isSameRepository(each, reference) ? [digest] : [];
	});
	return own.find((each) => each === asked) ?? own[0];
}

// src/images/acquire/kept-layers.ts
const MOST_BYTES = 1e10;
const BLOCK = 512;
const NAME = /^([0-9a-f]{64})-(\d{1,15})-([0-9a-f]{64})\.2$/;
function keptLayers(folder, mostBytes = MOST_BYTES) {
	const pathOf = (layer) => join(folder, nameOf(layer));
	return {
		find(digest) {
			for (const name of namesIn(folder)) {
				const [, packed, size, unpacked] = NAME.exec(name) ?? [];
				if (`sha256:${packed}` === digest) return {
					digest,
					size: Number(size),
					diffId: `sha256:${unpacked}`
				};
			}
		},
		take(layer, path) {
			const kept = pathOf(layer);
			try {
				if (!lstatSync(kept).isFile()) return false;
				linkSync(kept, path);
				utimesSync(path, /* @__PURE__ */ new Date(), /* @__PURE__ */ new Date());
				return true;
			} catch {
				return false;
			}
		},
		keep(layer, file) {
			const bytes = bytesOf(lstatSync(file, { throwIfNoEntry: false }));
			if (!NAME.test(nameOf(layer)) || bytes > mostBytes) return;
			try {
				mkdirSync(folder, {
					recursive: true,
					mode: 448
				});
				makeRoom(folder, mostBytes - bytes);
				renameSync(file, pathOf(layer));
			} catch {}
		},
		discard: (layer) => rmSync(pathOf(layer), {
			force: true,
			recursive: true
		})
	};
}
function nameOf({ digest, size, diffId }) {
	return `${[
		digest.replace("sha256:", ""),
		size,
		diffId.replace("sha256:", "")
	].join("-")}.2`;
}
function namesIn(folder) {
	return tryOr(() => readdirSync(folder), []);
}
function bytesOf(status) {
	return (status?.blocks ?? 0) * BLOCK;
}
function makeRoom(folder, most) {
	const files = readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		const status = lstatSync(path, { throwIfNoEntry: false });
		return status === void 0 ? [] : [{
			path,
			size: bytesOf(status),
			usedAt: status.mtimeMs
		}];
	});
	let bytes = files.reduce((sum, { size }) => sum + size, 0);
	for (const { path, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
		if (bytes <= most) return;
		rmSync(path, { force: true });
		bytes -= size;
	}
}

// src/images/acquire/not-found.ts
function notOnThisMachine(input, tried) {
	if (tried.some(({ outcome }) => outcome.kind === "missing")) return new ImageFault("image-not-found", "not on this machine", {
		says: "is %",
		remedy: `Build it here: Buildx leaves it there only with \`--load\` (\`load: true\`). \`docker images\` must list ${input} exactly.`
	});
	const reasons = tried.flatMap(({ outcome }) => outcome.kind === "unreachable" ? [outcome.why] : []);
	return new ImageFault("daemon-unreachable", `${tried.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`);
}
const LOAD_HINT = "If it was built here, it must be in the local Docker or Podman under exactly this name: Buildx needs `--load` (`load: true`).";
function notInRegistry(thrown, { label, input }, { tried, timeoutMs }) {
	const error = imageError(thrown, label, timeoutMs);
	if (input.startsWith("localhost/") && error.code === "registry-unreachable" && tried.some(({ outcome }) => outcome.kind === "missing")) return notOnThisMachine(input, tried).asError(label);
	const isMissing = error.code === "image-not-found";
	if (!isMissing && (tried.length === 0 || !HINTED.has(error.code))) return error;
	const where = tried.length > 0 ? ", neither on this machine nor in its registry" : " in its registry";
	const what = isMissing ? `There is no image ${label}${where}` : error.what;
	const asked = tried.flatMap(({ source, outcome }) => "isHere" in outcome ? [` ${source} was not asked: ${outcome.why}.`] : []);
	const remedy = `${isMissing ? "Check name and tag." : error.remedy} ${LOAD_HINT}${asked.join("")}`;
	return new GateError(error.code, what, remedy, { cause: error.cause });
}
const HINTED = /* @__PURE__ */ new Set([
	"image-denied",
	"registry-unreachable",
	"registry-broken-off"
]);

// src/images/acquire/progress.ts
const EVERY_MS = 1e4;
const MB = 1e6;
function progressLog(label, log) {
	const state = {
		layers: 0,
		bytes: void 0,
		done: 0,
		fetched: 0
	};
	const timer = setInterval(() => {
		const { layers, bytes, done, fetched } = state;
		const of = bytes === void 0 ? "" : ` of ${megabytes(bytes)}`;
		const came = fetched === 0 ? "" : `, ${megabytes(fetched)}${of} fetched`;
		log.info(`${label}: ${done} of ${layers} layers read${came}.`);
	}, EVERY_MS);
	timer.unref();
	const show = () => log.advance?.({
		what: label,
		unit: "bytes",
		done: state.fetched,
		of: state.bytes
	});
	return {
		begin(layers, bytes) {
			state.layers = layers;
			state.bytes = bytes;
		},
		fetched(bytes) {
			state.fetched += bytes;
			show();
		},
		layerDone(unfetched) {
			state.done += 1;
			if (state.bytes !== void 0) state.bytes -= unfetched;
			if (state.fetched > 0) show();
		},
		[Symbol.dispose]() {
			clearInterval(timer);
			log.advance?.({
				what: label,
				unit: "bytes",
				done: state.fetched,
				of: state.fetched
			});
		}
	};
}
function megabytes(bytes) {
	return `${Math.ceil(bytes / MB)} MB`;
}

// src/images/acquire/acquire.ts
const SPARE_BYTES = 8e9;
const MANIFEST_MS = 6e4;
const USUAL_ORDER = [
	"docker",
	"containerd",
	"podman",
	"remote"
];
function imageAcquirer(settings, world) {
	const folder = privateFolder(world, "images");
	const reader = layerReader();
	const kept = settings.isKept === true ? keptLayers(join(databaseStores(world).store, "layers")) : void 0;
	const store = new ImageStore({
		folder: join(folder, "store"),
		reader,
		spareBytes: SPARE_BYTES,
		kept
	});
	const access = (isAnonymous) => accessTo(isAnonymous, world);
	const logins = /* @__PURE__ */ new Map();
	const begun = /* @__PURE__ */ new Map();
	const closing = new AbortController();
	let scratches = 0;
	let removing;
	const remove = async () => {
		closing.abort();
		await reader.close();
		await Promise.allSettled(begun.values());
		await rm(folder, {
			recursive: true,
			force: true
		});
	};
	const bring = async (target, located, options, at) => {
		const isAnonymous = options.anonymous === true;
		const registry = logins.get(isAnonymous) ?? access(isAnonymous);
		logins.set(isAnonymous, registry);
		return acquired({
			target,
			located,
			options,
			settings,
			registry,
			scratch: join(folder, `scratch-${++scratches}`),
			store,
			world: at
		});
	};
	return {
		async acquire(target, located, options, at) {
			const key = keyOf(located, options);
			const early = begun.get(key);
			begun.delete(key);
			return early ?? bring(target, located, options, at);
		},
		ahead(target, located, options, at) {
			const early = bring(target, located, options, {
				...at,
				signal: AbortSignal.any([at.signal, closing.signal])
			});
			early.catch(() => {});
			begun.set(keyOf(located, options), early);
		},
		finish() {
			removing ??= remove();
			removing.catch(() => {});
		},
		async [Symbol.asyncDispose]() {
			removing ??= remove();
			await removing;
		}
	};
}
function keyOf(located, { imageSource, anonymous = false, host }) {
	return JSON.stringify([
		located,
		imageSource,
		anonymous,
		host
	]);
}
function accessTo(isAnonymous, world) {
	const credentials = isAnonymous ? async () => void 0 : credentialsFor(world);
	const fetcherOf = memoize((repository) => blobFetcher(repository, { credentials }));
	return {
		manifests: registryReader({
			credentials,
			signal: world.signal,
			deadlineMs: MANIFEST_MS
		}),
		blobs: (reference) => fetcherOf(repositoryName(reference))
	};
}
async function acquired(run) {
	const { target, settings, scratch, store, world } = run;
	const signal = AbortSignal.any([world.signal, timeLimit(settings.timeoutMs)]);
	mkdirSync(scratch, {
		recursive: true,
		mode: 448
	});
	let found;
	using progress = progressLog(target.label, world.log);
	try {
		found = await find(run, signal);
		const image = await store.add(found, progress, signal);
		if (found.hasChanged?.() === true) throw imageChanged();
		return await withDigest(image, run);
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		if (signal.aborted) throw scanTimeout(target, settings.timeoutMs);
		const cause = found?.hasChanged?.() === true ? imageChanged() : thrown;
		throw imageError(cause, target.label, settings.timeoutMs);
	} finally {
		rmSync(scratch, {
			recursive: true,
			force: true
		});
	}
}
async function find(run, signal) {
	const { located, scratch, world } = run;
	const { how, location, platform, digest } = located;
	if (how === "archive") return findInTar(location, {
		scratch: join(scratch, "unpacked.tar"),
		platform,
		digest,
		signal
	});
	if (how === "layout") return findInLayout({
		location,
		platform,
		digest,
		roots: [world.workspace, world.temp]
	});
	return findReference(run, signal);
}
async function findReference(run, signal) {
	const { target, located, options, registry, scratch, settings, world } = run;
	const { location: reference, platform, digest } = located;
	if (parseReference(reference) === void 0 && !isDigest(reference)) throw new ImageFault("reference-invalid", "it is not an image reference");
	const tried = [];
	for (const source of sourcesOf(run)) {
		if (source === "remote") {
			const asked = findInRegistry({
				reference,
				platform,
				digest
			}, registry, signal);
			return untilAborted(withNotes(asked, tried), signal).catch((thrown) => {
				throw signal.aborted ? thrown : notInRegistry(thrown, target, {
					tried,
					timeoutMs: settings.timeoutMs
				});
			});
		}
		const [file, unpacked] = [join(scratch, `${source}.tar`), join(scratch, "unpacked.tar")];
		const asked = {
			world,
			file,
			scratch: unpacked,
			platform,
			signal,
			host: options.host
		};
		const found = await findInEngine(source, reference, asked);
		if (!("kind" in found)) return found;
		tried.push({
			source,
			outcome: found
		});
	}
	throw notOnThisMachine(target.input, tried);
}
async function withNotes(asked, tried) {
	const image = await asked;
	const notes = tried.flatMap(({ source, outcome }) => "isHere" in outcome ? [`Not looked for in ${source}: ${outcome.why}.`] : []);
	return {
		...image,
		notes: [...notes, ...image.notes]
	};
}
function sourcesOf({ options, settings }) {
	if (options.anonymous === true) return ["remote"];
	const asked = options.imageSource ?? settings.imageSource;
	return asked.length === 0 ? USUAL_ORDER : asked;
}
async function withDigest(image, run) {
	const { located, options, settings, registry } = run;
	if (!isLocal(image) || image.repoDigests.length === 0) return image;
	if (!(!settings.offline && options.host === void 0 && sourcesOf(run).includes("remote"))) return {
		...image,
		digestUnknown: "its registry was not asked"
	};
	const signal = AbortSignal.any([run.world.signal, timeLimit(MANIFEST_MS)]);
	return {
		...image,
		...await confirmedDigest(located.location, image, registry, signal)
	};
}
function isLocal({ place }) {
	return place === "docker" || place === "podman" || place === "containerd";
}

export { imageAcquirer };