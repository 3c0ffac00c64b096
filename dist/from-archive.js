import { a as exactly, i as damaged, n as bytesOfFile, o as inconsistent, s as quoted, t as ImageProblem } from "./bytes.js";
import { n as padding, r as readHeader, t as isZero } from "./tar-header.js";
import { b as requireSpelling, d as mayRun, g as readManifest, h as readIndex, m as readDocument, n as DocumentProblem, p as readConfig, r as RegistryError, u as isIndexEntry, v as isObject, y as parseStrictJson } from "./client2.js";
import { n as asGateError, t as GateError } from "./start.js";
import { n as HttpStatusError } from "./http2.js";
import { n as problemOf, t as BlobError } from "./blob-error.js";
import { closeSync, constants, createReadStream, createWriteStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";
import { pipeline } from "node:stream/promises";

// src/images/engine/failures.ts
var EngineProblem = class extends Error {
	code;
	constructor(code, what, options) {
		super(what, options);
		this.code = code;
	}
};
const REMEDIES = {
	"daemon-export-failed": "See the engine's own log; `docker save IMAGE` (or `podman save`) in a step before shows whether it can give the image at all.",
	"disk-full": "Free some space: an image of this machine is copied below RUNNER_TEMP, where its layers are unpacked, too.",
	"image-changed": "Let the step that builds it come to its end before this one, and let nothing remove it meanwhile.",
	"image-inconsistent": "Run again. Where it stays, save the image by `docker save` or `podman save` and give the tar's path as `image`.",
	"platform-mismatch": "Build or pull the image for this platform, or take it out of `platform`.",
	"reference-invalid": "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
	"scan-timeout": "Raise `timeout`, or save the image to a tar in a step before and give its path."
};
function engineFailure({ label, input }, problem) {
	if (problem instanceof EngineProblem) return new GateError(problem.code, `${label} was not scanned: ${problem.message}`, REMEDIES[problem.code], { cause: problem });
	if (problem.some(({ outcome }) => outcome.kind === "missing")) return new GateError("image-not-found", `There is no image ${label} on this machine`, `Build it in this job: docker/build-push-action leaves it there only with \`load: true\`. \`docker images\` must list ${input} exactly.`);
	const reasons = problem.flatMap(({ outcome }) => outcome.kind === "unreachable" ? [outcome.why] : []);
	return new GateError("daemon-unreachable", `${label} was not scanned: ${problem.map(({ source }) => source).join(", ")} cannot be reached on this machine (${reasons.join("; ")})`, "Start it before this step, or set DOCKER_HOST to its socket; `image-source: remote` asks the registry instead.");
}

// src/images/file/tar.ts
const MAX_EXTENDED = 1 << 20;
const MAX_NAMES = 16 << 20;
async function* tarMembers(source) {
	let override = {};
	let position = 0;
	let names = 0;
	for (;;) {
		const block = await exactly(source, 512);
		if (block.length === 0) return;
		if (block.length < 512) throw damaged("it is no tar, or cut off");
		if (isZero(block)) return await requireEnd(source);
		const header = readHeader(block, utf8);
		position += 512;
		if ("xgLK".includes(header.type)) {
			merge(override, await readExtended(source, header));
			position += header.size + padding(header.size);
			continue;
		}
		const { name = header.name, link = header.link, size = header.size } = override;
		override = {};
		const kind = kindOf(header.type, name, size);
		names += name.length + link.length;
		if (names > MAX_NAMES) throw new ImageProblem("image-too-large", `its names have more than ${MAX_NAMES} characters in sum`);
		let left = size;
		yield {
			name,
			kind,
			link,
			size,
			offset: position,
			async some() {
				if (left === 0) return Buffer.alloc(0);
				const part = await source.some(left);
				if (part.length === 0) throw damaged(`it is cut off within ${quoted(name)}`);
				left -= part.length;
				return part;
			}
		};
		await source.skip(left + padding(size));
		position += size + padding(size);
	}
}
async function requireEnd(source) {
	for (;;) {
		const block = await exactly(source, 512);
		if (block.length === 0) return;
		if (!isZero(block)) throw inconsistent("something lies behind its end");
	}
}
const utf8 = (bytes) => bytes.toString("utf8");
const KINDS = {
	"0": "file",
	"1": "hard-link",
	"2": "link",
	"3": "other",
	"4": "other",
	"5": "folder",
	"6": "other"
};
function kindOf(type, name, size) {
	const kind = KINDS[type];
	if (kind === void 0) throw inconsistent(`${quoted(name)} is stored in an unusual way (type ${quoted(type)})`);
	if (size === 0) return kind === "file" && name.endsWith("/") ? "folder" : kind;
	if (kind !== "file" || name.endsWith("/")) throw inconsistent(`${quoted(name)} has a content that is none of a file's`);
	return kind;
}
function merge(override, more) {
	for (const key of [
		"name",
		"link",
		"size"
	]) {
		if (more[key] === void 0) continue;
		if (override[key] !== void 0) throw inconsistent(`a member's ${key} is given twice`);
		Object.assign(override, { [key]: more[key] });
	}
}
async function readExtended(source, { type, size }) {
	if (size > MAX_EXTENDED) throw damaged("an extended header is too long");
	const body = await exactly(source, size);
	if (body.length < size) throw damaged("it is cut off");
	await source.skip(padding(size));
	if (type === "x" || type === "g") return readRecords(body, type);
	const end = body.indexOf(0);
	const text = body.toString("utf8", 0, end === -1 ? body.length : end);
	return type === "L" ? { name: text } : { link: text };
}
function readRecords(body, type) {
	const override = {};
	for (let at = 0; at < body.length;) {
		const [start = "", digits = ""] = /^(\d{1,7}) /.exec(body.toString("latin1", at, at + 8)) ?? [];
		const end = at + Number(digits);
		const equals = body.indexOf("=", at + start.length);
		if (!(start !== "" && equals !== -1 && equals < end && end <= body.length && body[end - 1] === 10)) throw damaged("an extended header is damaged");
		const change = changeOf(body.toString("utf8", at + start.length, equals), body.toString("utf8", equals + 1, end - 1));
		if (type === "g" && Object.keys(change).length > 0) throw inconsistent("one name or size is given to all members");
		merge(override, change);
		at = end;
	}
	return override;
}
function changeOf(keyword, value) {
	if (/^(?:GNU\.sparse\..*|SCHILY\.realsize|hdrcharset)$/.test(keyword)) throw inconsistent(`a member is stored in an unusual way (${keyword})`);
	if ((keyword === "path" || keyword === "linkpath") && (value === "" || value.includes("\0"))) throw inconsistent("a member's name can be read in two ways");
	if (keyword === "path") return { name: value };
	if (keyword === "linkpath") return { link: value };
	if (keyword !== "size") return {};
	if (!/^\d{1,15}$/.test(value)) throw damaged("a member's size is impossible");
	return { size: Number(value) };
}

// src/images/file/saved-files.ts
const MAX_MEMBERS = 2e5;
const MAX_TEXT = 8388608;
const MAX_TEXTS = 134217728;
const MAX_LINKS = 8;
const BLOB = /^blobs\/sha256\/([0-9a-f]{64})$/;
var SavedFiles = class {
	#entries = /* @__PURE__ */ new Map();
	#spelt = /* @__PURE__ */ new Set();
	#contentOf;
	constructor(contentOf) {
		this.#contentOf = contentOf;
	}
	add(member, entry) {
		const name = plainName(member.name);
		if (name === "") return;
		this.#spelt.add(member.name);
		const other = this.#entries.get(name);
		if (other !== void 0 && !isSame(other, entry, this.#contentOf)) throw inconsistent(`${quoted(name)} is in it more than once`);
		this.#entries.set(name, entry);
		if (this.#entries.size > MAX_MEMBERS) throw inconsistent(`it has more than ${MAX_MEMBERS} members`);
	}
	get(name) {
		return this.#entries.get(name);
	}
	fileAt(name, what) {
		let at = name;
		for (let links = 0; links <= MAX_LINKS; links++) {
			const entry = this.#entries.get(plainName(at));
			if (entry === void 0 || !this.#spelt.has(at)) throw damaged(`it has no ${what} ${quoted(at)}`);
			if (!("kind" in entry)) return {
				...entry,
				blob: blobDigest(plainName(at))
			};
			at = linkedName(at, entry, what);
		}
		throw inconsistent(`the ${what} ${quoted(name)} is a link that leads nowhere`);
	}
	textOf(name, what) {
		const entry = this.#entries.get(plainName(name));
		if (entry !== void 0 && "kind" in entry) throw inconsistent(`its ${what} is no plain file`);
		const { text, size } = this.fileAt(name, what);
		if (text === void 0) throw inconsistent(`its ${what} is no JSON, or has more than ${MAX_TEXT} bytes (${size})`);
		return text;
	}
	requireFolders() {
		for (const name of this.#entries.keys()) for (let slash = name.indexOf("/"); slash !== -1; slash = name.indexOf("/", slash + 1)) {
			const parent = this.#entries.get(name.slice(0, slash));
			if (parent !== void 0 && !("kind" in parent && parent.kind === "folder")) throw inconsistent(`${quoted(name)} lies below what is no folder`);
		}
	}
};
async function savedFiles(descriptor) {
	const files = new SavedFiles((file) => file.digest ?? contentDigest(descriptor, file));
	let room = MAX_TEXTS;
	const source = bytesOfFile(descriptor);
	const { size: end } = fstatSync(descriptor);
	for await (const member of tarMembers(source)) {
		const { kind, link, size } = member;
		const { position: offset } = source;
		if (offset + size > end) throw damaged(`it is cut off within ${quoted(member.name)}`);
		if (kind !== "file") {
			files.add(member, {
				kind,
				link
			});
			continue;
		}
		const text = size <= MAX_TEXT && size <= room ? textAt(descriptor, offset, size) : void 0;
		room -= text?.length ?? 0;
		files.add(member, {
			offset,
			size,
			text,
			digest: text && digestOf(plainName(member.name), text)
		});
	}
	files.requireFolders();
	return files;
}
function digestOf(name, text) {
	const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
	const called = blobDigest(name);
	if (called !== void 0 && called !== digest) throw inconsistent(`its blob ${called} is ${digest}`);
	return digest;
}
function blobDigest(name) {
	const [, hex] = BLOB.exec(name) ?? [];
	return hex && `sha256:${hex}`;
}
function contentDigest(descriptor, { offset, size }) {
	const hash = createHash("sha256");
	const piece = Buffer.alloc(1 << 20);
	for (let done = 0; done < size;) {
		const count = readSync(descriptor, piece, 0, Math.min(piece.length, size - done), offset + done);
		if (count === 0) throw damaged("it is cut off");
		hash.update(piece.subarray(0, count));
		done += count;
	}
	return `sha256:${hash.digest("hex")}`;
}
function textAt(descriptor, offset, size) {
	const start = Buffer.alloc(Math.min(64, size));
	readSync(descriptor, start, 0, start.length, offset);
	if (!/^\s*[[{]/.test(start.toString("latin1"))) return void 0;
	const text = Buffer.alloc(size);
	for (let done = 0; done < size;) {
		const count = readSync(descriptor, text, done, size - done, offset + done);
		if (count === 0) throw damaged("it is cut off");
		done += count;
	}
	return text;
}
function plainName(name) {
	const parts = name.split("/").filter((part) => part !== "" && part !== ".");
	if (parts.includes("..")) throw inconsistent(`${quoted(name)} leads out of it`);
	return parts.join("/");
}
function isSame(one, other, contentOf) {
	if ("kind" in one || "kind" in other) return "kind" in one && "kind" in other && one.kind === other.kind && one.link === other.link;
	return one.size === other.size && contentOf(one) === contentOf(other);
}
function linkedName(at, { kind, link }, what) {
	const folder = at.split("/").slice(0, -1);
	const isHard = kind === "hard-link";
	if (kind !== "link" && !isHard || link.startsWith("/") || link === "" || isHard && folder.length > 0) throw inconsistent(`its ${what} ${quoted(at)} is no plain file`);
	for (const part of link.split("/")) {
		if (part === "" || part === ".") continue;
		if (part === ".." && folder.pop() === void 0) throw inconsistent(`its ${what} ${quoted(at)} is a link that leads out of it`);
		if (part !== "..") folder.push(part);
	}
	return folder.join("/");
}

// src/images/registry/failures.ts
const LOGIN = "Log in before this step (docker/login-action)";
const AGAIN = "Push the image again, with a client that holds it to its digests (`docker push`, buildx, skopeo).";
const BETWEEN = "look at what is between this runner and the registry: a proxy, a mirror, a firewall that reads along";
const MISSING = {
	code: "image-not-found",
	why: "its registry does not have it",
	remedy: `Check name, tag and digest. If it was built in this job, push it first, or leave it on this machine: docker/build-push-action needs \`load: true\`.`
};
const NO_IMAGE = {
	code: "image-unreadable",
	why: "it is not a container image, or one that can be read in two ways",
	remedy: "Check name and tag: signatures, SBOMs and charts lie in registries as well."
};
const OTHER_BYTES = {
	code: "image-damaged",
	why: "its registry sends other bytes than those of the digest",
	remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`
};
const UNREACHABLE = {
	code: "registry-unreachable",
	why: "its registry does not answer as it should",
	remedy: "Open port 443 from this runner to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again."
};
const DISK_FULL = {
	code: "disk-full",
	why: "the disk is full",
	remedy: "Free some space where RUNNER_TEMP lies: an image's layers are stored there, packed as in the registry."
};
const FAULTS = {
	"digest-unknown": {
		code: "image-unreadable",
		why: "its manifest names a part by a digest that is neither SHA-256 nor SHA-512",
		remedy: AGAIN
	},
	missing: {
		code: "layer-missing",
		why: "its registry has the manifest, but not all of its parts",
		remedy: `${AGAIN} Registries lose parts by garbage collection while an image is pushed. Layers that lie elsewhere (\`urls\`) are never fetched.`
	},
	denied: {
		code: "image-denied",
		why: "its registry refuses it to this login",
		remedy: `${LOGIN} with a token that may read it; many registries answer so for an image that does not exist, too. A cloud's registry needs its own login step (aws-actions/amazon-ecr-login, \`gcloud auth configure-docker\`, \`az acr login\`): cloud variables alone are not a login.`
	},
	"rate-limit": {
		code: "registry-rate-limit",
		why: "its registry limits how often it may be asked",
		remedy: `${LOGIN}, which raises the limit, or run again later.`
	},
	unreachable: UNREACHABLE,
	certificate: {
		code: "registry-certificate",
		why: "its registry's TLS certificate is not trusted",
		remedy: "Name the file of your own certificate authority by the environment variable SSL_CERT_FILE or NODE_EXTRA_CA_CERTS."
	},
	redirected: {
		code: "registry-redirected",
		why: "its registry redirects to where Image Gate does not follow: a link-local address, a private network from outside of it, from https to http, or again and again",
		remedy: "Name the registry by an address of the same network as its storage, and let both use TLS."
	},
	"answer-unknown": UNREACHABLE,
	"range-wrong": UNREACHABLE,
	"cut-off": {
		code: "registry-broken-off",
		why: "the connection to its registry broke off again and again",
		remedy: `Run again; if it happens again, ${BETWEEN}.`
	},
	silent: {
		code: "registry-too-slow",
		why: "nothing came from its registry for a long time, again and again",
		remedy: `Run again; if it happens again, ${BETWEEN}.`
	},
	"too-large": {
		code: "layer-too-large",
		why: "its registry sends a part that is larger than the manifest says",
		remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`
	},
	"too-short": {
		...OTHER_BYTES,
		why: "its registry has a part that is smaller than the manifest says"
	},
	"other-bytes": OTHER_BYTES,
	"disk-full": DISK_FULL
};
function acquisitionFailure(error, { reference, timeoutMs }) {
	if (error instanceof GateError) return error;
	const as = ({ code, why, remedy }) => new GateError(code, `${reference} was not fetched: ${why}${detailOf(error)}`, remedy, { cause: error });
	if (isTimeout(error)) return timedOut(error, reference, timeoutMs);
	if (error instanceof BlobError) return as(FAULTS[error.kind]);
	if (error instanceof RegistryError) return error.cause instanceof GateError ? error.cause : as(manifestFault(error));
	const { code = "" } = error;
	return [
		"ENOSPC",
		"EDQUOT",
		"EFBIG"
	].includes(code) ? as(DISK_FULL) : asGateError(error);
}
function detailOf(error) {
	const { cause } = error;
	if (cause instanceof HttpStatusError) return ` (HTTP ${cause.httpStatusCode})`;
	const { code } = cause ?? {};
	return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
}
function isTimeout(error) {
	return error instanceof DOMException && error.name === "TimeoutError";
}
function timedOut(cause, reference, timeoutMs) {
	return new GateError("scan-timeout", `${reference} was not fetched within ${Math.round(timeoutMs / 1e3)} s`, "Raise `timeout`, and check that its registry answers this runner, and how fast.", { cause });
}
function manifestFault({ cause, content }) {
	if (content !== void 0) return content === "no-image" ? NO_IMAGE : OTHER_BYTES;
	if (isTimeout(cause)) return FAULTS.silent;
	const { kind } = problemOf(cause, { wasSilent: false });
	if (kind === "missing") return MISSING;
	return FAULTS[kind];
}

// src/images/acquire/failures.ts
function imageDamaged({ label }, why) {
	return new GateError("image-damaged", `${label} was not scanned: it is cut off or damaged (${why})`, "Make it again, and see that the step that writes it (or the download that brings it) came to its end and that the disk is not full.");
}
function imageInconsistent({ label }, why) {
	return new GateError("image-inconsistent", `${label} cannot be judged: it is not what it says, or can be read in two ways (${why})`, "Make it anew by `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. Where a tool of that kind wrote it as it is, judge the image by its reference and report this.");
}
function imageChanged({ label }) {
	return new GateError("image-changed", `${label} was changed while it was scanned`, "Let the step that writes it come to its end before this one, and let nothing write to it meanwhile.");
}
var NoImage = class extends ImageProblem {
	constructor(what) {
		super("image-inconsistent", what);
	}
};
var PlatformMissing = class extends NoImage {
	constructor() {
		super("its index has nothing for the platform");
	}
};
var NotAnImage = class extends NoImage {
	constructor() {
		super("it is another kind of artifact");
	}
};
var UnreadableFile = class extends NoImage {};
var SourceChanged = class extends NoImage {
	constructor() {
		super("it was changed meanwhile");
	}
};
var SeveralInFile = class extends NoImage {};
var ImageAmbiguous = class extends NoImage {
	names;
	constructor(names) {
		super("it holds several images");
		this.names = names;
	}
};
function scanTimeout({ label }, timeoutMs) {
	return new GateError("scan-timeout", `${label} was not scanned within ${Math.round(timeoutMs / 1e3)} s`, "Raise `timeout`; leave large folders out by `skip-dirs`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this runner.");
}
function acquisitionError(thrown, image, { platform, timeoutMs }) {
	if (thrown instanceof GateError) return thrown;
	if (thrown instanceof EngineProblem) return engineFailure(image, thrown);
	if (thrown instanceof NoImage) return noImage(thrown, image, platform);
	if (thrown instanceof DocumentProblem) return imageInconsistent(image, thrown.what);
	if (thrown instanceof ImageProblem) return PROBLEMS[thrown.code](image, thrown.message);
	const { code = "" } = thrown;
	if (/^Z/.test(code)) return imageDamaged(image, `its compression is damaged: ${code}`);
	return acquisitionFailure(thrown, {
		reference: image.label,
		timeoutMs
	});
}
const PROBLEMS = {
	"image-damaged": imageDamaged,
	"image-inconsistent": imageInconsistent,
	"image-too-large": ({ label }, why) => new GateError("image-too-large", `${label} cannot be judged: it is larger than what is read (${why})`, "Build it with fewer and smaller files; what is read of an image is bounded, so that none can keep a runner busy."),
	"unknown-compression": ({ label }, why) => new GateError("compression-unknown", `${label} cannot be judged: a layer is packed in a way that is not known (${why})`, "Build it with layers that are packed by gzip or zstd, or not at all (`docker buildx build --output type=image,compression=gzip`).")
};
const LOAD_HINT = "If it was built in this job, it must be in the local Docker or Podman under exactly this name: docker/build-push-action needs `load: true`.";
function notInRegistry(thrown, image, { tried, ...asked }) {
	const error = acquisitionError(thrown, image, asked);
	if (image.input.startsWith("localhost/") && error.code === "registry-unreachable" && tried.some(({ outcome }) => outcome.kind === "missing")) return engineFailure(image, tried);
	if (error.code === "image-not-found") return missing(image, tried.length > 0);
	return tried.length > 0 && HINTED.has(error.code) && !error.remedy.includes("load: true") ? new GateError(error.code, error.what, `${error.remedy} ${LOAD_HINT}`, { cause: error.cause }) : error;
}
const HINTED = /* @__PURE__ */ new Set([
	"image-denied",
	"registry-unreachable",
	"registry-broken-off"
]);
function missing({ label }, mayBeHere) {
	return new GateError("image-not-found", `There is no image ${label}${mayBeHere ? ", neither on this machine nor in its registry" : " in its registry"}`, `Check name and tag. ${LOAD_HINT}`);
}
function referenceInvalid({ label }) {
	return new GateError("reference-invalid", `${label} was not scanned: it is not an image reference`, "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.");
}
function noImage(problem, { label }, platform) {
	if (problem instanceof SourceChanged) return imageChanged({ label });
	if (problem instanceof ImageAmbiguous) return imageAmbiguous(label, problem.names);
	if (problem instanceof PlatformMissing) return new GateError("platform-mismatch", `${label} is not there: the image's index has nothing for ${platform ?? "linux/amd64"}`, "Build the image for this platform, or name one that it has by `platform`.");
	if (problem instanceof NotAnImage) return new GateError("image-unreadable", `${label} is not a container image, but another kind of artifact`, "Check name and tag: signatures, SBOMs and charts lie in registries as well.");
	if (problem instanceof UnreadableFile) return new GateError("image-unreadable", `${label} was not scanned: it is neither a \`docker save\` tar nor an OCI layout folder (${problem.message})`, "Make the tar with `docker save` or with buildx's `type=docker,dest=…`, or name an unpacked OCI layout folder; a tarred OCI layout is not read.");
	if (problem instanceof SeveralInFile) return new GateError("image-ambiguous", `${label} was not scanned: ${problem.message}, and a tar of images has no way to say which is meant`, "Save each image to a tar of its own (`docker save --output=app.tar IMAGE`, one name each), and name them one a line.");
	return imageInconsistent({ label }, problem.message);
}
function imageAmbiguous(label, images) {
	const shown = images.slice(0, 10).join(", ") + (images.length > 10 ? ", …" : "");
	return new GateError("image-ambiguous", `${label} was not scanned: it holds ${images.length} images, and nothing says which is meant (${shown})`, "Name the platforms by `platform`, one a line, or put an image's tag behind the folder: `./layout:1.0`.");
}

// src/images/oci/nested.ts
const MOST_ENTRIES = 1e4;
function chainsBelow(entries, read) {
	return below([], entries, {
		read,
		known: /* @__PURE__ */ new Map(),
		left: MOST_ENTRIES
	});
}
function below(above, entries, walk) {
	walk.left -= entries.length;
	if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
	return entries.filter(mayRun).flatMap((entry) => {
		const [top = entry, ...rest] = [...above, entry];
		const chain = [top, ...rest];
		const document = mayBeIndex(entry) ? documentOf(entry, walk) : void 0;
		if (document === void 0) return isIndexEntry(entry) ? [] : [chain];
		if (document.kind === "manifest") return [chain];
		if (above.length >= 3) throw inconsistent("its index is one of too many indexes within indexes");
		return below(chain, document.manifests, walk);
	});
}
function documentOf(entry, { read, known }) {
	if (known.has(entry.digest)) return known.get(entry.digest);
	const bytes = read(entry);
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	known.set(entry.digest, document);
	return document;
}
function mayBeIndex(entry) {
	return entry.mediaType === void 0 || isIndexEntry(entry);
}
function leafOf(chain) {
	return chain.at(-1) ?? chain[0];
}

// src/images/acquire/second-index.ts
async function requireSameImage(image, judged) {
	const { files } = image;
	const index = files.get("index.json");
	if (index === void 0) return [];
	if ("kind" in index || index.text === void 0) throw inconsistent("its index.json is no plain JSON file");
	const others = /* @__PURE__ */ new Set();
	let isThere = false;
	for (const { entry, manifest } of leavesOf(files, readIndex(index.text, { what: "its index.json" }).manifests)) {
		const { mediaType } = entry;
		const { config, layers } = readManifest(textOf(manifest), {
			mediaType,
			what: "a manifest in it"
		});
		if (config.digest === judged.imageId) {
			await requireLayers(image, layers, judged);
			isThere = true;
		} else {
			const platform = platformOfOther(files, entry, config, judged);
			if (platform !== void 0) others.add(platform);
		}
	}
	if (!isThere) throw inconsistent("its manifest.json and its index.json mean different images");
	if (others.size === 0) return [];
	return [`The file holds this image for other platforms too, which were not judged: ${[...others].sort().join(", ")}.`];
}
function sourceOf(file, at) {
	return {
		digest: at.blob,
		bytes: {
			file,
			offset: at.offset,
			length: at.size
		}
	};
}
function leavesOf(files, entries) {
	const read = (entry) => {
		const blob = blobOf(files, entry);
		return blob && textOf(blob);
	};
	return chainsBelow(entries, read).map(leafOf).flatMap((entry) => {
		const manifest = blobOf(files, entry);
		return manifest === void 0 ? [] : [{
			entry,
			manifest
		}];
	});
}
function textOf({ text }) {
	if (text === void 0) throw inconsistent("a document in it is no JSON, or too large");
	return text;
}
function blobOf(files, { digest }) {
	const entry = files.get(`blobs/${digest.replace(":", "/")}`);
	if (entry !== void 0 && "kind" in entry) throw inconsistent(`its blob ${digest} is no plain file`);
	return entry && {
		...entry,
		blob: digest
	};
}
async function requireLayers(image, layers, judged) {
	const { files, file, sources, reader, signal } = image;
	if (layers.length !== judged.diffIds.length) throw inconsistent(`it has ${layers.length} layers, and its configuration lists ${judged.diffIds.length}`);
	for (const [at, layer] of layers.entries()) {
		const blob = blobOf(files, layer);
		if (blob === void 0) throw inconsistent(`its layer ${layer.digest}, which its index.json leads to, is missing`);
		const source = sources[at]?.bytes;
		if (source !== void 0 && "file" in source && source.offset === blob.offset) continue;
		const { bytes } = sourceOf(file, blob);
		if (!("file" in bytes)) throw new TypeError("a blob of a tar is in its file");
		const { digest, diffId } = await reader.read(bytes, signal);
		if (layer.digest !== digest) throw inconsistent(`its blob ${layer.digest} is ${digest}`);
		if (diffId !== judged.diffIds[at]) throw inconsistent(`its layer ${at + 1} is ${diffId}, and its configuration says ${String(judged.diffIds[at]).slice(0, 80)}`);
	}
}
function platformOfOther(files, entry, config, judged) {
	const blob = blobOf(files, config);
	if (blob === void 0) return void 0;
	const own = processorOf(readConfig(textOf(blob), "a configuration in it").platform);
	const listed = entry.platform === void 0 ? own : processorOf(entry.platform);
	const ofJudged = processorOf(judged.platform);
	if (own !== void 0 && own !== ofJudged && listed !== ofJudged && ofJudged !== void 0) return shownPlatform(own);
	throw inconsistent("its manifest.json and its index.json mean different images");
}
function processorOf(platform) {
	if (platform === void 0) return void 0;
	const { os, architecture, variant } = platform;
	const whole = `${os}/${architecture}`;
	return architecture === "arm" && variant !== void 0 ? `${whole}/${variant}` : whole;
}
function shownPlatform(name) {
	return /^[\w./-]{1,60}$/.test(name) ? name : "an unknown one";
}

// src/images/acquire/unchanged.ts
function watchFiles(paths) {
	const before = stateOf(paths);
	return { hasChanged: () => stateOf(paths) !== before };
}
function stateOf(paths) {
	return paths.map((path) => `${path} ${fingerprint(path)}`).join("\n");
}
function fingerprint(path) {
	try {
		const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
		return [
			dev,
			ino,
			size,
			mtimeNs,
			ctimeNs
		].join(" ");
	} catch {
		return "unreadable";
	}
}

// src/images/acquire/from-archive.ts
async function findInArchive(path, options) {
	const { hasChanged } = watchFiles([path]);
	try {
		return {
			...await imageIn(path, options),
			hasChanged
		};
	} catch (thrown) {
		throw hasChanged() ? new SourceChanged() : thrown;
	}
}
async function imageIn(path, { scratch, reader, signal }) {
	const isPacked = isGzip(path);
	if (isPacked) await unpack(path, scratch, signal);
	const file = isPacked ? scratch : path;
	requireTar(file);
	const descriptor = openPlain(file);
	try {
		const files = await savedFiles(descriptor);
		const { config, layers, repoTags } = describedImage(files);
		const text = files.textOf(config, "configuration");
		const facts = readConfig(text);
		requireName(config, facts.imageId);
		const sources = layers.map((name) => sourceOf(file, files.fileAt(name, "layer")));
		return {
			config: text,
			layers: sources,
			annotations: [],
			repoTags,
			repoDigests: [],
			place: "archive",
			notes: await requireSameImage({
				files,
				file,
				sources,
				reader,
				signal
			}, facts)
		};
	} finally {
		closeSync(descriptor);
	}
}
const ENTRY = {
	Config: null,
	Layers: null,
	RepoTags: null,
	LayerSources: null,
	Parent: null
};
function savedTagsIn(manifest) {
	const images = parseStrictJson(manifest, "its manifest.json");
	if (!Array.isArray(images)) return [];
	return images.flatMap((image) => isObject(image) ? stringsOf(image.RepoTags, "RepoTags in its manifest.json") : []);
}
function openPlain(path) {
	const descriptor = openUnlinked(path);
	if (fstatSync(descriptor).isFile()) return descriptor;
	closeSync(descriptor);
	throw inconsistent("it is no plain file");
}
const GONE = /* @__PURE__ */ new Set([
	"ELOOP",
	"ENOENT",
	"ENOTDIR",
	"ENXIO"
]);
function openUnlinked(path) {
	try {
		return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
	} catch (error) {
		throw GONE.has(error.code) ? new SourceChanged() : error;
	}
}
function isGzip(path) {
	const descriptor = openPlain(path);
	try {
		const magic = Buffer.alloc(2);
		readSync(descriptor, magic, 0, 2, 0);
		return magic.readUInt16BE() === 8075;
	} finally {
		closeSync(descriptor);
	}
}
function requireTar(path) {
	const descriptor = openPlain(path);
	try {
		const block = Buffer.alloc(BLOCK);
		const count = readSync(descriptor, block, 0, BLOCK, 0);
		if (count === 0) throw new UnreadableFile("it is empty");
		const [, written] = /^[ \0]*([0-7]+)[ \0]*$/.exec(block.toString("latin1", SUM_START, SUM_END)) ?? [];
		const sum = block.reduce((total, byte, at) => total + (at >= SUM_START && at < SUM_END ? 32 : byte), 0);
		if (count < BLOCK || written === void 0 || Number.parseInt(written, 8) !== sum) throw new UnreadableFile("it does not begin like a tar");
	} finally {
		closeSync(descriptor);
	}
}
const BLOCK = 512;
const SUM_START = 148;
const SUM_END = 156;
async function unpack(path, scratch, signal) {
	const packed = createReadStream("", {
		fd: openPlain(path),
		highWaterMark: 1 << 20
	});
	const output = createWriteStream(scratch, {
		flags: "wx",
		mode: 384,
		highWaterMark: 1 << 20
	});
	await pipeline(packed, createGunzip({ chunkSize: 1 << 20 }), output, { signal });
}
function describedImage(files) {
	if (files.get("manifest.json") === void 0) throw new UnreadableFile("it has no manifest.json");
	const list = parseStrictJson(files.textOf("manifest.json", "manifest.json"), "its manifest.json");
	if (!Array.isArray(list)) throw inconsistent("its manifest.json is no list");
	if (list.length > 1) throw new SeveralInFile(`it holds ${list.length} images`);
	const [image] = list;
	requireSpelling(image, ENTRY, "its manifest.json");
	if (!isObject(image)) throw damaged("its manifest.json names no image");
	if (typeof image.Config !== "string") throw damaged("its manifest.json names no configuration");
	return {
		config: image.Config,
		layers: stringsOf(image.Layers, "Layers in its manifest.json"),
		repoTags: stringsOf(image.RepoTags, "RepoTags in its manifest.json")
	};
}
function requireName(config, imageId) {
	const [, named] = /(?:^|[/:])([0-9a-f]{64})(?:\.json)?$/.exec(config) ?? [];
	if (named !== void 0 && `sha256:${named}` !== imageId) throw inconsistent(`its configuration is called ${quoted(config)}, but is ${imageId}`);
}
function stringsOf(value, what) {
	if (value === void 0 || value === null) return [];
	if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
	throw inconsistent(`${what} is no list of texts`);
}

export { EngineProblem as _, leafOf as a, NotAnImage as c, imageChanged as d, notInRegistry as f, tarMembers as g, savedFiles as h, chainsBelow as i, PlatformMissing as l, scanTimeout as m, savedTagsIn as n, ImageAmbiguous as o, referenceInvalid as p, watchFiles as r, NoImage as s, findInArchive as t, acquisitionError as u, engineFailure as v };