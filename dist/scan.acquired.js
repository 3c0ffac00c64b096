import { GateError, accessSync, cancelled, closeSync, constants, createHash, fstatSync, isObject, linkSync, lstatSync, mkdirSync, open, openSync, quoted, readFileSync, readSync, readdirSync, realpathSync, renameSync, rm, rmSync, statSync, tryOr, utimesSync } from "./shared.start.js";
import { databaseStores, isDigest, isSameRepository, joined, openUnlinked, parseReference, privateFolder, referenceParts, repositoryName, statusOf } from "./shared.answer.js";
import { timeLimit } from "./system.background.js";
import { handedOn, runProcess } from "./system.process.js";
import { findProgram, programPath } from "./system.program-folders.js";
import { ownFolders } from "./system.own-environment.js";
import { orEmpty, platformMatches } from "./shared.domain.js";
import { array, boolean, literal, object, string, union, unknown } from "./package.zod.js";
import { engineAt, engineOf, isOpenToOthers, openEngine, wrongAnswer } from "./images.engine.client.js";
import { EngineProblem, ImageAmbiguous, NoImage, PlatformMissing, acquisitionError, engineFailure, imageChanged, notInRegistry, referenceInvalid, scanTimeout } from "./images.acquire.failures.js";
import { ImageProblem, damaged, inconsistent } from "./images.file.bytes.js";
import { chainsBelow, findInArchive, leafOf, savedFiles, watchFiles } from "./images.acquire.from-archive.js";
import { parseStrictJson, requireSpelling } from "./images.oci.strict-json.js";
import { RegistryError, platformName, readConfig, readIndex, readManifest, registryReader } from "./images.registry.client.js";
import { requireTarLayers, sociNotes, tableClaims } from "./images.layers.read-layer.js";
import { ImageStore, chooseImage, findInRegistry, layerReader, parsePlatform } from "./images.acquire.store.js";
import { blobFetcher } from "./images.registry.blobs.js";
import { credentialsFor } from "./images.registry.credentials.js";
import { locateTarget } from "./scan.targets.js";
import { join, relative, sep } from "node:path";

// src/images/engine/containerd-programs.ts
const CONTAINERD_PROGRAMS = [{
	name: "ctr",
	list: (reference) => [
		"images",
		"list",
		filterOf(reference)
	],
	listed: (table) => rowsOf(table, 1).map(([name = "", , digest = ""]) => ({
		name,
		digest
	})),
	save: ({ name, file, platform }) => [
		"images",
		"export",
		...platformOf(platform),
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
	listed: (table) => rowsOf(table, 0).map(([name = "", digest = ""]) => ({
		name,
		digest
	})),
	save: ({ name, file, platform }) => [
		"save",
		...platformOf(platform),
		"--output",
		file,
		"--",
		name
	]
}];
function platformOf(platform) {
	return platform === void 0 ? [] : ["--platform", platform];
}
function rowsOf(table, head) {
	return table.split("\n").slice(head).map((row) => row.trim().split(/\s+/));
}
function nameOf$1(reference) {
	if (/^sha256:[0-9a-f]{64}$/.test(reference)) return { digest: reference };
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
function meantIn(images, reference) {
	const wanted = nameOf$1(reference);
	return images.find(({ name, digest }) => {
		return (wanted.digest === void 0 ? name === wanted.name : !wanted.name || repositoryName(name) === wanted.name) && (wanted.digest === void 0 || digest === wanted.digest) && /^sha256:[0-9a-f]{64}$/.test(digest) && !name.startsWith("-");
	});
}

// src/images/engine/identity.ts
const MAX_DEPTH = 3;
async function identifyTar(file, id, roots) {
	try {
		const files = await filesIn(file);
		const { imageId: configuration, platform: at } = configurationIn(files);
		const platform = at && platformName(at);
		if (configuration === id) return {
			configuration,
			platform
		};
		const manifest = manifestOf(files, configuration, [id, ...roots]);
		if (manifest !== void 0) return {
			configuration,
			manifest,
			platform
		};
		throw new EngineProblem("image-inconsistent", `its engine was asked for ${id}, and gave the image ${configuration}`);
	} catch (error) {
		if (!(error instanceof ImageProblem)) throw error;
		const complaint = complaintIn(file);
		if (complaint !== void 0) throw new EngineProblem("daemon-export-failed", `its engine broke off: ${complaint}`, { cause: error });
		const code = error.code === "image-inconsistent" ? error.code : "daemon-export-failed";
		throw new EngineProblem(code, `what its engine gave cannot be read: ${error.message}`, { cause: error });
	}
}
const MAX_COMPLAINT = 4096;
function complaintIn(file) {
	const descriptor = openSync(file, "r");
	try {
		const end = Buffer.alloc(MAX_COMPLAINT);
		const start = Math.max(0, fstatSync(descriptor).size - MAX_COMPLAINT);
		const text = end.toString("utf8", 0, readSync(descriptor, end, 0, MAX_COMPLAINT, start));
		const { errorDetail } = JSON.parse(text.slice(text.lastIndexOf("{\"errorDetail\"")));
		return typeof errorDetail?.message === "string" ? quoted(errorDetail.message) : void 0;
	} catch {
		return;
	} finally {
		closeSync(descriptor);
	}
}
async function filesIn(file) {
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openSync(file, "r"), closeSync);
	return await savedFiles(descriptor);
}
function configurationIn(files) {
	const images = parseStrictJson(files.textOf("manifest.json", "manifest.json"), "its manifest.json");
	if (!Array.isArray(images) || images.length !== 1) throw new ImageProblem("image-inconsistent", "its manifest.json does not list one image");
	const { Config: name } = objectWith(images[0], ["Config", "Layers"], "its manifest.json");
	if (typeof name !== "string") throw new ImageProblem("image-damaged", "its manifest.json names no configuration");
	return readConfig(files.textOf(name, "configuration"));
}
function manifestOf(files, config, roots) {
	let wanted = [...new Set(roots)];
	for (let depth = 0; depth < MAX_DEPTH && wanted.length > 0; depth++) {
		const next = [];
		for (const digest of wanted) {
			const found = files.get(`blobs/${digest.replace(":", "/")}`);
			if (found === void 0 || "kind" in found || found.text === void 0 || found.digest !== digest) continue;
			const named = namedIn(parseStrictJson(found.text, "a document in it"));
			if (named.config === config) return digest;
			next.push(...named.children);
		}
		wanted = [...new Set(next)];
	}
}
function namedIn(value) {
	const { config, manifests } = objectWith(value, ["config", "manifests"], "a document in it");
	const children = Array.isArray(manifests) ? manifests.flatMap((each) => digestIn(each) ?? []) : [];
	return {
		config: digestIn(config),
		children
	};
}
function digestIn(value) {
	if (!isObject(value)) return void 0;
	const { digest } = objectWith(value, ["digest"], "a document in it");
	return typeof digest === "string" ? digest : void 0;
}
function objectWith(value, keys, what) {
	requireSpelling(value, object(Object.fromEntries(keys.map((key) => [key, unknown()]))), what);
	if (!isObject(value)) throw new ImageProblem("image-inconsistent", `${what} is no object`);
	return value;
}

// src/images/engine/inspect.ts
const MAX_TEXTS = 1e4;
const MAX_MANIFESTS = 1e3;
const text = string().max(4096);
const texts = orEmpty(array(text).max(MAX_TEXTS), []);
const word = string().regex(/^[\w.-]{1,60}$/);
const optionalWord = union([word, literal("")]).nullish().transform((value) => value || void 0);
const imageId = string().max(200).transform((id) => id.includes(":") ? id : `sha256:${id}`).refine(isDigest);
const platform = object({
	os: word,
	architecture: word,
	variant: optionalWord,
	"os.version": optionalWord
});
const manifest = object({
	Descriptor: object({ digest: string().refine(isDigest) }),
	Available: boolean(),
	Kind: string().max(60),
	ImageData: object({ Platform: platform }).nullish()
}).transform(({ Descriptor, Available: isHere, Kind, ImageData }) => Kind === "image" && ImageData ? [{
	digest: Descriptor.digest,
	platform: ImageData.Platform,
	isHere
}] : []);
const schema = object({
	Id: imageId,
	RepoTags: texts,
	RepoDigests: texts,
	Created: string().max(64).nullish(),
	Os: optionalWord,
	Architecture: optionalWord,
	Variant: optionalWord,
	Manifests: array(manifest).max(MAX_MANIFESTS).nullish()
}).transform(({ Id: id, RepoTags, RepoDigests, Created, Os: os, Architecture: architecture, Variant: variant, Manifests }) => ({
	id,
	repoTags: RepoTags.filter((tag) => tag !== NO_NAME),
	repoDigests: RepoDigests,
	created: Created || void 0,
	platform: os && architecture ? platformText({
		os,
		architecture,
		variant
	}) : void 0,
	manifests: (Manifests ?? []).flat()
}));
const NO_NAME = "<none>:<none>";
function platformText({ os, architecture, variant }) {
	return [
		os,
		architecture,
		...variant ? [variant] : []
	].join("/");
}
function parseInspected(json) {
	return schema.parse(json);
}

// src/images/engine/save.ts
async function saveStream(source, file, saving) {
	const { signal, onBytes, silenceMs } = saving;
	source.on("error", () => {});
	const stop = () => source.destroy(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	const silence = setTimeout(() => source.destroy(new EngineProblem("daemon-export-failed", `its engine gave nothing for ${silenceMs / 1e3} s`)), silenceMs);
	try {
		const output = await newFile(file);
		try {
			signal.throwIfAborted();
			for await (const piece of source) {
				silence.refresh();
				const bytes = await output.write(piece);
				onBytes?.(bytes);
			}
			return await output.end();
		} catch (error) {
			await output.discard();
			throw signal.aborted ? signal.reason : output.isOwn(error) ? error : brokenOff(error);
		}
	} catch (error) {
		throw ownFault(error);
	} finally {
		source.destroy();
		clearTimeout(silence);
		signal.removeEventListener("abort", stop);
	}
}
async function newFile(path) {
	const handle = await open(path, "wx", 384);
	const faults = /* @__PURE__ */ new Set();
	const noted = (work) => work.catch((error) => {
		faults.add(error);
		throw error;
	});
	let bytes = 0;
	return {
		async write(piece) {
			for (let at = 0; at < piece.length;) at += (await noted(handle.write(piece, at))).bytesWritten;
			bytes += piece.length;
			return bytes;
		},
		async end() {
			await noted(handle.close());
			return bytes;
		},
		async discard() {
			await handle.close().catch(() => {});
			await rm(path, { force: true });
		},
		isOwn: (error) => faults.has(error)
	};
}
function brokenOff(error) {
	if (error instanceof EngineProblem) return error;
	const { code = "no reason is known" } = error;
	return new EngineProblem("daemon-export-failed", `its engine broke off while it gave the image (${code})`, { cause: error });
}
function ownFault(error) {
	const { code = "" } = error;
	return code === "ENOSPC" || code === "EDQUOT" ? new EngineProblem("disk-full", "the disk is full", { cause: error }) : error;
}

// src/images/engine/export.ts
const MAX_INSPECT = 4194304;
const SILENCE_MS$1 = 12e4;
const NO_DEADLINE_MS$1 = 864e5;
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
		client = openEngine(address, world, NO_DEADLINE_MS$1);
		const image = await inspect(client, reference);
		if (image === void 0) return { kind: "missing" };
		return await exported$2(client, image, {
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
	return new EngineProblem("reference-invalid", "it is not an image reference");
}
function descriptionPath(reference) {
	requirePlain(reference);
	return `/images/${encodeURI(reference)}/json`;
}
function endOf({ reason }) {
	if (reason instanceof GateError || reason instanceof EngineProblem) return reason;
	return reason?.name === "TimeoutError" ? new EngineProblem("scan-timeout", "its engine did not give it in time") : cancelled();
}
async function inspect(client, reference) {
	const answer = await client.get(`${descriptionPath(reference)}?manifests=1`, MAX_INSPECT);
	if (answer === void 0) return void 0;
	try {
		return parseInspected(JSON.parse(answer.body.toString("utf8")));
	} catch (cause) {
		throw wrongAnswer(client.host, "describes the image in another way than Docker and Podman do", cause);
	}
}
async function exported$2(client, image, options) {
	const { file, platform, signal, onBytes, silenceMs = SILENCE_MS$1, address } = options;
	const manifest = chosen(image, platform);
	const found = {
		imageId: image.id,
		manifest: manifest?.digest,
		platform: manifest === void 0 ? image.platform : platformText(manifest.platform),
		repoTags: image.repoTags,
		repoDigests: image.repoDigests,
		created: image.created
	};
	const message = await begun(client, `/images/${image.id}/get${manifest && image.manifests.length > 1 ? platformQuery(manifest) : ""}`);
	const bytes = await saveStream(message, file, {
		signal,
		onBytes,
		silenceMs
	});
	const identity = await identified(file, image.id, {
		platform,
		manifest: manifest?.digest
	});
	const notes = isOpenToOthers(address) ? [`The engine at ${client.host} was asked without TLS: whoever is on the way could give another image.`] : [];
	return {
		kind: "exported",
		...found,
		...identity,
		bytes,
		notes
	};
}
async function identified(file, id, wanted) {
	try {
		const identity = await identifyTar(file, id, wanted.manifest === void 0 ? [] : [wanted.manifest]);
		const { manifest, platform } = identity;
		if (manifest !== void 0 && wanted.manifest !== void 0 && manifest !== wanted.manifest) throw new EngineProblem("image-inconsistent", `its engine gave ${manifest} for ${wanted.manifest}`);
		if (wanted.platform !== void 0 && !platformMatches(wanted.platform, platform)) throw otherPlatform(wanted.platform, platform);
		return identity;
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	}
}
function otherPlatform(wanted, here) {
	return new EngineProblem("platform-mismatch", `it is not here for ${wanted}: what is here is ${here || "of no known platform"}`);
}
function chosen(image, asked) {
	const { manifests, platform } = image;
	const wanted = asked ?? platform;
	const here = manifests.filter(({ isHere }) => isHere);
	const isRight = (found) => wanted === void 0 || found === void 0 || platformMatches(wanted, found);
	const fitting = here.filter(({ platform }) => isRight(platformText(platform)));
	if (manifests.length === 0) {
		if (asked !== void 0 && !isRight(platform)) throw otherPlatform(asked, platform);
		return;
	}
	if (fitting.length === 0) throw otherPlatform(wanted ?? "any platform", here.map(({ platform }) => platformText(platform)).join(", ") || "nothing");
	return fitting.find(({ platform }) => platformText(platform) === wanted) ?? fitting[0];
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
		throw new EngineProblem("daemon-export-failed", error.what, { cause: error });
	}
	throw new EngineProblem("image-changed", "it was removed before its engine could give it");
}

// src/images/engine/containerd.ts
const NO_PROGRAM = {
	kind: "scanner-only",
	why: "there is no program `ctr` or `nerdctl` on the PATH",
	note: "The scanner itself read the image from containerd, so nothing held its layers to their digests before: with `ctr` or `nerdctl` on the PATH they would be."
};
const LIST_MS = 6e4;
const SILENCE_MS = 12e4;
const NO_DEADLINE_MS = 864e5;
const LOOK_MS = 500;
async function exportFromContainerd(reference, options) {
	const { world, signal } = options;
	requirePlain(reference);
	if (signal.aborted) throw endOf(signal);
	const address = (world.env.CONTAINERD_ADDRESS || "/run/containerd/containerd.sock").replace(/^unix:\/\//, "");
	const namespace = world.env.CONTAINERD_NAMESPACE || "default";
	const why = whyNot(address, namespace);
	if (why !== void 0) return {
		kind: "unreachable",
		why
	};
	const found = programIn(world);
	if (found === void 0) return NO_PROGRAM;
	const { program, path } = found;
	const run = runnerOf(path, [
		"--address",
		address,
		"--namespace",
		namespace
	], world);
	const listed = await run(program.list(reference), {
		deadlineMs: LIST_MS,
		signal
	});
	if (listed.aborted) throw endOf(signal);
	if (listed.code !== 0) return {
		kind: "unreachable",
		why: `containerd at ${address}: ${saidBy(listed, program)}`
	};
	const image = meantIn(program.listed(listed.stdout), reference);
	if (image === void 0) return { kind: "missing" };
	return exported$1({
		run,
		program,
		image
	}, options);
}
function programIn(world) {
	for (const program of CONTAINERD_PROGRAMS) {
		const path = findProgram(program.name, world);
		if (path !== void 0) return {
			program,
			path
		};
	}
}
function engineImage({ name, digest }, platform) {
	return {
		imageId: digest,
		platform,
		repoTags: parseReference(name)?.tag === void 0 ? [] : [name],
		repoDigests: [`${repositoryName(name)}@${digest}`]
	};
}
function whyNot(address, namespace) {
	if (!address.startsWith("/")) return `the socket of containerd ${JSON.stringify(address)} is no absolute path`;
	if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(namespace) || namespace.length > 76) return `the namespace of containerd ${JSON.stringify(namespace)} is none`;
	try {
		accessSync(address, constants.R_OK | constants.W_OK);
		return statSync(address).isSocket() ? void 0 : `${address} is no socket`;
	} catch (error) {
		return error.code === "ENOENT" ? `there is no socket ${address}` : `the user of this run may not open the socket ${address}`;
	}
}
function runnerOf(program, own, world) {
	const env = {
		...handedOn(world.env, ["RUNNER_TRACKING_ID", "XDG_RUNTIME_DIR"]),
		PATH: programPath(world),
		...ownFolders(world)
	};
	return (args, limits) => runProcess(program, [...own, ...args], {
		cwd: world.runFolder,
		env,
		stdout: "capture",
		...limits
	});
}
async function exported$1({ run, program, image }, { file, platform, signal, onBytes, silenceMs = SILENCE_MS }) {
	await (await open(file, "wx", 384)).close();
	const size = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
	const timer = setInterval(() => onBytes?.(size()), LOOK_MS);
	try {
		const found = engineImage(image, platform);
		const limits = {
			deadlineMs: NO_DEADLINE_MS,
			signal,
			idle: {
				afterMs: silenceMs,
				progress: size
			}
		};
		const result = await run(program.save({
			name: image.name,
			file,
			platform
		}), limits);
		if (result.aborted) throw endOf(signal);
		if (result.code !== 0 || result.timedOut) throw failed(result, program, platform);
		const identity = await identified(file, found.imageId, { platform });
		const bytes = size();
		onBytes?.(bytes);
		return {
			kind: "exported",
			...found,
			...identity,
			bytes,
			notes: []
		};
	} catch (error) {
		await rm(file, { force: true });
		throw error;
	} finally {
		clearInterval(timer);
	}
}
function failed(result, program, platform) {
	const said = saidBy(result, program);
	if (result.timedOut) return new EngineProblem("daemon-export-failed", "containerd gave nothing for too long");
	if (/no space left on device|disk quota exceeded/.test(said)) return new EngineProblem("disk-full", "the disk is full");
	if (/no manifest found for platform|no match for platform/.test(said)) return new EngineProblem("platform-mismatch", `it is not here for ${platform ?? "this machine's platform"}`);
	if (/: not found$|no such image/.test(said) && /image/.test(said)) return new EngineProblem("image-changed", "it was removed before its engine could give it");
	return new EngineProblem("daemon-export-failed", `containerd cannot give all of it: ${said}`);
}
function saidBy({ stderr, code, signal }, { name }) {
	const last = stderr.trim().split("\n").at(-1) ?? "";
	const [, message = last] = /^time="[^"]*" level=\w+ msg="(.*)"$/.exec(last) ?? [];
	return quoted(message.replace(/^ctr: /, "")) || `${name} ended with ${code ?? signal}`;
}

// src/images/acquire/confirm-digest.ts
const MOST_ASKED = 40;
const PATIENCE_MS = 2e4;
async function confirmedDigest(reference, image, manifests) {
	const root = claimedDigest(reference, image.repoDigests);
	if (root === void 0) return {};
	try {
		const document = await manifests.read(reference, root);
		if (document.kind === "index") return await inIndex(reference, document, image, manifests);
		if (document.config === image.imageId) return asRead(document, {
			digest: document.digest,
			annotations: [document.annotations]
		});
		return { digestUnknown: "its registry has another image at the digest that this machine names" };
	} catch (error) {
		if (error instanceof RegistryError) return { digestUnknown: `its registry ${error.message}` };
		if (error instanceof ImageProblem) return { digestUnknown: "its registry has no image there that could be read" };
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
async function inIndex(reference, index, { imageId, platform }, manifests) {
	const isLikely = (image) => platform !== void 0 && image.platform !== void 0 && platformMatches(platform, image.platform);
	const ordered = [...index.images.filter(isLikely), ...index.images.filter((image) => !isLikely(image))];
	const matching = /* @__PURE__ */ new Map();
	const until = performance.now() + PATIENCE_MS;
	for (const image of ordered.slice(0, MOST_ASKED)) {
		if (performance.now() > until) return { digestUnknown: "its registry did not answer in time" };
		const manifest = await manifests.read(reference, image.digest);
		if (manifest.kind === "manifest" && manifest.config === imageId) matching.set(image.digest, {
			image,
			manifest
		});
		if (matching.size > 0 && isLikely(image)) break;
	}
	const [found, ...others] = matching.values();
	if (others.length > 0) return { digestUnknown: "its index has several manifests of one configuration" };
	if (found === void 0) return { digestUnknown: "its registry has another image at the digest that this machine names" };
	return asRead(found.manifest, {
		digest: found.manifest.digest,
		index: {
			digest: index.digest,
			images: index.images.map(({ digest, platform: at }) => ({
				digest,
				platform: at
			}))
		},
		annotations: [
			found.manifest.annotations,
			found.image.annotations,
			index.annotations
		]
	});
}
function asRead({ descriptors: { layers } }, confirmed) {
	requireTarLayers(layers);
	return layers.some((layer) => (tableClaims(layer)?.stargz.length ?? 0) > 0) ? { digestUnknown: "its layers in its registry have tables that were not compared" } : confirmed;
}

// src/images/acquire/layout.ts
const TAG = "org.opencontainers.image.ref.name";
const MAX_BYTES = 4194304;
function chosenInLayout(location, { platform, digest }) {
	const { folder } = parseLocation(location);
	const images = imagesIn(location).filter((chain) => digest === void 0 || leafOf(chain).digest === digest);
	const chain = platform === void 0 || digest !== void 0 ? images[0] : chosenOf(images, platform);
	return chain && {
		folder,
		chain
	};
}
function chosenOf(images, platform) {
	const wanted = parsePlatform(platform);
	const chosen = wanted && chooseImage({ manifests: images.map(leafOf) }, wanted);
	return images.find((chain) => leafOf(chain) === chosen);
}
function candidatesInLayout(location, platform) {
	const images = imagesIn(location);
	if (platform === void 0) return namesOfDistinct(images);
	const chosen = [...Map.groupBy(images, ([top]) => top).values()].map((inner) => chosenOf(inner, platform)).filter((chain) => chain !== void 0);
	const named = chosen.filter((chain) => leafOf(chain).platform !== void 0);
	return namesOfDistinct(named.length > 0 ? named : chosen);
}
function imagesInLayout(location) {
	const images = imagesIn(location).map(leafOf);
	const platforms = new Set(images.map(({ platform }) => platform && platformName(platform)));
	if (images.length < 2 || platforms.has(void 0) || platforms.size < images.length) return void 0;
	return { images: images.map(({ digest, platform }) => ({
		digest,
		platform: platform && platformName(platform)
	})) };
}
function imagesIn(location) {
	const { folder } = parseLocation(location);
	return chainsBelow(entriesOf(location), (entry) => bytesIn(blobOf(folder, entry)));
}
function entriesOf(location) {
	const { folder, wanted } = parseLocation(location);
	return entriesIn(join(folder, "index.json"), "its index.json").filter((each) => wanted === void 0 || wanted(each));
}
function indexInLayout(location, { chain }) {
	const [top] = chain;
	const all = imagesIn(location);
	const isNested = chain.length > 1;
	const images = (isNested ? all.filter(([first]) => first.digest === top.digest) : all.filter(([first]) => first.annotations[TAG] === top.annotations[TAG])).map(leafOf).map((each) => ({
		digest: each.digest,
		platform: each.platform && platformName(each.platform)
	}));
	return !isNested && images.length < 2 ? void 0 : {
		digest: isNested ? top.digest : void 0,
		images
	};
}
function tagOf({ annotations }) {
	return annotations[TAG];
}
function namesOfDistinct(images) {
	const names = /* @__PURE__ */ new Map();
	for (const chain of images) {
		const { digest } = leafOf(chain);
		if (!names.has(digest)) names.set(digest, shownName(chain[0], leafOf(chain)));
	}
	return [...names.values()];
}
function shownName(top, { platform, digest }) {
	const tag = top.annotations[TAG] ?? "";
	const name = platform === void 0 ? "" : platformName(platform);
	const parts = [/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "", /^[\w./-]{1,60}$/.test(name) ? name : ""];
	return joined(" ", parts) || digest;
}
function blobOf(folder, { digest }) {
	return join(folder, "blobs", ...digest.split(":"));
}
function parseLocation(location) {
	if (statusOf(location)?.isDirectory()) return { folder: location };
	const [, folder = location, digest, tag] = /^(.+?)(?:@(sha256:[0-9a-f]{64})|:([^:/]+))$/.exec(location) ?? [];
	return {
		folder,
		wanted: (each) => digest === void 0 ? each.annotations[TAG] === tag : each.digest === digest
	};
}
function entriesIn(file, what) {
	const bytes = bytesIn(file);
	return bytes === void 0 ? [] : readIndex(bytes, { what }).manifests;
}
function bytesIn(file) {
	try {
		const status = statSync(file);
		return status.isFile() && status.size <= MAX_BYTES ? readFileSync(file) : void 0;
	} catch {
		return;
	}
}

// src/images/acquire/from-layout.ts
const MAX_TEXT = 8388608;
function findInLayout({ location, platform, digest, roots }) {
	const names = digest === void 0 ? candidatesInLayout(location, platform) : [];
	if (names.length > 1) throw new ImageAmbiguous(names);
	const choice = chosenInLayout(location, {
		platform,
		digest
	});
	const image = choice?.chain.at(-1);
	if (choice === void 0 || image === void 0) throw noneIn(platform);
	const { folder, chain } = choice;
	const real = realpathSync(folder);
	const within = [real, ...roots.map((each) => realpathSync(each))];
	const watched = watchFiles([join(folder, "index.json"), ...chain.map((each) => blobOf(folder, each))]);
	const texts = chain.map((each) => textOf(real, each, within));
	const { mediaType } = image;
	const manifest = readManifest(texts.at(-1) ?? Buffer.alloc(0), { mediaType });
	requireTarLayers(manifest.layers);
	const tag = tagOf(chain[0]);
	const annotations = [manifest.annotations, ...chain.toReversed().map((each) => each.annotations)];
	return {
		config: textOf(real, manifest.config, within),
		layers: manifest.layers.map((each) => ({
			digest: each.digest,
			size: sizeOf(real, each, within),
			tables: tableClaims(each),
			bytes: { file: realBlob(real, each, within) }
		})),
		digest: image.digest,
		index: indexInLayout(location, choice),
		annotations,
		repoTags: tag === void 0 ? [] : [tag],
		repoDigests: [],
		place: "layout",
		notes: sociNotes(annotations),
		hasChanged: watched.hasChanged
	};
}
function noneIn(platform) {
	return platform === void 0 ? new NoImage("its index lists no image") : new PlatformMissing();
}
function textOf(folder, blob, within) {
	const { digest, size } = blob;
	using cleanup = new DisposableStack();
	const descriptor = cleanup.adopt(openBlob(folder, blob, within), closeSync);
	if (size > MAX_TEXT) throw inconsistent(`its blob ${digest} has more than ${MAX_TEXT} bytes`);
	const text = readFileSync(descriptor);
	const found = `sha256:${createHash("sha256").update(text).digest("hex")}`;
	if (found !== digest) throw inconsistent(`its blob ${digest} is ${found}`);
	return text;
}
function sizeOf(folder, blob, within) {
	closeSync(openBlob(folder, blob, within));
	return blob.size;
}
function openBlob(folder, blob, within) {
	const { digest, size } = blob;
	const descriptor = openUnlinked(realBlob(folder, blob, within));
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw inconsistent(`its blob ${digest} is no plain file`);
		if (status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
		return descriptor;
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
}
function realBlob(folder, blob, within) {
	let path;
	try {
		path = realpathSync(blobOf(folder, blob));
	} catch {
		throw damaged(`its blob ${blob.digest} is missing`);
	}
	if (within.some((root) => isBelow(root, path))) return path;
	throw inconsistent(`its blob ${blob.digest} is a link that leads out of the workspace`);
}
function isBelow(folder, path) {
	const way = relative(folder, path);
	return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
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
			reader,
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
		async [Symbol.asyncDispose]() {
			closing.abort();
			await reader.close();
			await Promise.allSettled(begun.values());
			rmSync(folder, {
				recursive: true,
				force: true
			});
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
	const fetchers = /* @__PURE__ */ new Map();
	return {
		manifests: registryReader({
			credentials,
			signal: world.signal,
			deadlineMs: MANIFEST_MS
		}),
		blobs(reference) {
			const fetcher = fetchers.get(reference) ?? blobFetcher(reference, { credentials });
			fetchers.set(reference, fetcher);
			return fetcher;
		}
	};
}
async function acquired(run) {
	const { target, located, settings, scratch, store, world } = run;
	const signal = AbortSignal.any([world.signal, timeLimit(settings.timeoutMs)]);
	mkdirSync(scratch, {
		recursive: true,
		mode: 448
	});
	let found;
	using progress = progressLog(target.label, world.log);
	try {
		found = await find(run, signal);
		if ("scannerOnly" in found) return found;
		const image = await store.add(found, progress, signal);
		if (found.hasChanged?.() === true) throw imageChanged(target);
		return await withDigest(image, run);
	} catch (thrown) {
		if (world.signal.aborted) throw cancelled();
		if (signal.aborted) throw scanTimeout(target, settings.timeoutMs);
		throw found !== void 0 && "hasChanged" in found && found.hasChanged?.() === true ? imageChanged(target) : acquisitionError(thrown, target, {
			platform: located.platform,
			timeoutMs: settings.timeoutMs
		});
	} finally {
		rmSync(scratch, {
			recursive: true,
			force: true
		});
	}
}
async function find(run, signal) {
	const { located, scratch, reader, world } = run;
	const { location, platform, digest } = located;
	if (located.how === "archive") return findInArchive(location, {
		scratch: join(scratch, "unpacked.tar"),
		reader,
		signal
	});
	if (located.how === "layout") return findInLayout({
		location,
		platform,
		digest,
		roots: [world.workspace, world.temp]
	});
	return findReference(run, signal);
}
async function findReference(run, signal) {
	const { target, located, registry, scratch, settings } = run;
	const { location: reference, platform, digest } = located;
	if (parseReference(reference) === void 0 && !isDigest(reference)) throw referenceInvalid(target);
	const tried = [];
	const sources = sourcesOf(run);
	for (const [at, source] of sources.entries()) {
		if (source === "remote") return orAborted(findInRegistry({
			reference,
			platform,
			digest
		}, registry, join(scratch, "config"), signal), signal).catch((thrown) => {
			throw signal.aborted ? thrown : notInRegistry(thrown, target, {
				platform,
				timeoutMs: settings.timeoutMs,
				tried
			});
		});
		const local = await exported(source, run, signal);
		if (local.kind === "found") return local.image;
		if (local.kind === "scanner-only") return {
			scannerOnly: "containerd",
			rest: sources.slice(at + 1)
		};
		tried.push({
			source,
			outcome: local
		});
	}
	throw engineFailure(target, tried);
}
function sourcesOf({ options, settings }) {
	if (options.anonymous === true) return ["remote"];
	const asked = options.imageSource ?? settings.imageSource;
	return asked.length === 0 ? USUAL_ORDER : asked;
}
async function exported(source, run, signal) {
	const { located, options, scratch, reader, world } = run;
	const { location: reference, platform } = located;
	const file = join(scratch, `${source}.tar`);
	const asked = {
		world,
		file,
		platform,
		signal,
		host: options.host
	};
	const given = source === "containerd" ? await exportFromContainerd(reference, asked) : await exportFromEngine(source, reference, asked);
	if (given.kind !== "exported") return given;
	const saved = await findInArchive(file, {
		scratch: join(scratch, "unpacked.tar"),
		reader,
		signal
	});
	const { repoTags, repoDigests, notes } = given;
	return {
		kind: "found",
		image: {
			...saved,
			repoTags,
			repoDigests,
			place: source,
			notes: [...notes, ...saved.notes],
			hasChanged: void 0
		}
	};
}
async function withDigest(image, run) {
	const { located, options, settings, registry } = run;
	if (!isLocal(image) || image.repoDigests.length === 0) return image;
	if (!(!settings.offline && options.host === void 0 && sourcesOf(run).includes("remote"))) return {
		...image,
		digestUnknown: "its registry was not asked"
	};
	return {
		...image,
		...await confirmedDigest(located.location, image, registry.manifests)
	};
}
async function orAborted(work, signal) {
	const { promise, reject } = Promise.withResolvers();
	const stop = () => reject(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	try {
		return await Promise.race([work, promise]);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}
function isLocal({ place }) {
	return place === "docker" || place === "podman" || place === "containerd";
}

// src/scan/every-platform.ts
const SHOWN_DIGEST = 19;
const MOST_PLATFORMS = 40;
async function expandPlatforms(targets, settings, world) {
	if (!targets.some(({ everyPlatform }) => everyPlatform)) return targets;
	const reader = registryReader({
		credentials: credentialsFor(world),
		signal: world.signal
	});
	const expanded = targets.map(async (target) => {
		const index = target.everyPlatform && await indexOf(target, settings, reader).catch(() => void 0);
		return index ? targetsOf(target, index) : [target];
	});
	return (await Promise.all(expanded)).flat();
}
async function indexOf(target, { imageSource, locate }, reader) {
	const { how, location } = locate(target);
	if (how === "layout") return imagesInLayout(location);
	const parts = how === "reference" ? parseReference(location) : void 0;
	const mayAsk = imageSource.length === 0 || imageSource.includes("remote");
	if (parts === void 0 || !mayAsk) return void 0;
	const document = await reader.read(location, parts.digest ?? parts.tag ?? "latest");
	return document?.kind === "index" ? document : void 0;
}
function targetsOf(target, { digest, images }) {
	if (images.length === 0 || images.length > MOST_PLATFORMS) return [target];
	const index = {
		digest,
		images: images.map((each) => ({
			digest: each.digest,
			platform: each.platform
		}))
	};
	const byDigest = new Map(index.images.map((image) => [image.digest, image]));
	const times = Map.groupBy(byDigest.values(), ({ platform }) => platform);
	return [...byDigest.values()].map((image) => {
		const start = image.digest.slice(0, SHOWN_DIGEST);
		const isTwin = image.platform !== void 0 && (times.get(image.platform)?.length ?? 0) > 1;
		const shown = `${image.platform ?? start}${isTwin ? `, ${start}` : ""}`;
		const platform = image.platform?.split(" ")[0];
		return {
			...target,
			platform,
			label: `${target.label} (${shown})`,
			listed: {
				digest: image.digest,
				index
			}
		};
	});
}
function requireEveryPlatform(target, result, fromRegistry) {
	if (!target.everyPlatform) return result;
	const { artifact, provenance } = result;
	const { listed } = target;
	if (listed === void 0) {
		if (!fromRegistry || artifact.digest !== void 0 && artifact.index === void 0) return result;
		throw platformsUnknown(target, provenance.digestUnknown ?? "its index could not be read");
	}
	if (artifact.digest === listed.digest) return {
		...result,
		artifact: {
			...artifact,
			index: listed.index
		}
	};
	if (artifact.digest === void 0 || provenance.source?.startsWith("the local ") === true) throw platformsUnknown(target, `it was found in ${provenance.source ?? "another place"}, while the platforms are those of its index`);
	throw new GateError("image-moved", `${target.label} was not judged: its index listed another image for this platform a moment ago`, "Its tag was moved meanwhile: run again, or name the image by its digest.");
}
function platformsUnknown({ label }, why) {
	return new GateError("platforms-unknown", `${label} was not judged: which platforms it has is not known (${why})`, "Log in before this step (docker/login-action), set `image-source: remote` for an image in a registry, or name the platforms by `platform`, one a line.");
}

// src/scan/acquired.ts
function onAcquiredImages(scanner, images) {
	const around = (session) => ({
		scan: (target, located, options, world) => isImage(located) ? scanAcquired({
			target,
			located,
			options,
			session,
			images
		}, world) : session.scan(target, located, options, world),
		fork: (folder) => around(session.fork(folder))
	});
	return {
		...scanner,
		session: (folder) => around(scanner.session(folder))
	};
}
function acquireFirst(targets, images, world) {
	const first = targets.find(({ kind }) => kind === "image");
	if (first === void 0) return;
	try {
		images.ahead(first, locateTarget(first, world), {}, world);
	} catch {}
}
function isImage({ how }) {
	return how === "reference" || how === "archive" || how === "layout";
}
async function scanAcquired(scan, world) {
	const { target, located, options, session, images } = scan;
	const began = performance.now();
	const image = await images.acquire(target, located, options, world);
	if ("scannerOnly" in image) return scannersOwn(scan, image, world);
	try {
		const spentMs = performance.now() - began;
		const result = await session.scan(target, located, {
			...options,
			image,
			spentMs
		}, world);
		return requireEveryPlatform(target, result, image.place === "remote");
	} finally {
		image.release();
	}
}
async function scannersOwn(scan, { rest }, world) {
	const { target, located, options, session } = scan;
	try {
		const result = await session.scan(target, located, options, world);
		const notes = [...result.provenance.notes ?? [], UNVERIFIED];
		return requireEveryPlatform(target, {
			...result,
			provenance: {
				...result.provenance,
				notes
			}
		}, false);
	} catch (thrown) {
		if (!(thrown instanceof GateError && MISSES.has(thrown.code) && rest.length > 0)) throw thrown;
		return scanAcquired({
			...scan,
			options: {
				...options,
				imageSource: rest
			}
		}, world);
	}
}
const MISSES = /* @__PURE__ */ new Set(["image-not-found", "daemon-unreachable"]);
const UNVERIFIED = "The scanner read this image from containerd by itself: its layers were not held to their digests, and nothing was counted in them. With `ctr` or `nerdctl` on the PATH they are.";

export { acquireFirst, expandPlatforms, imageAcquirer, onAcquiredImages };