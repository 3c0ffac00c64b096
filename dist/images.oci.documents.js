import { createHash } from "./shared.thread.js";
import { orEmpty, platformName } from "./shared.scan.js";
import { isObject } from "./domain.json.is-object.js";
import { inconsistent } from "./images.fault.js";
import { array, base64, int, object, record, string, unknown } from "./package.zod.js";
import { parseStrictJson } from "./images.oci.strict-json.js";

// src/images/oci/documents.ts
const INDEX_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"]);
const MANIFEST_TYPES = /* @__PURE__ */ new Set(["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"]);
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/;
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const text = string().nullish().transform((value) => value || void 0);
const texts = orEmpty(array(string()), []);
const annotations = orEmpty(record(string(), string()), {});
const platform = object({
	os: text,
	architecture: text,
	variant: text,
	"os.version": text,
	"os.features": texts,
	features: unknown().optional()
});
const descriptor = object({
	digest,
	size: int().nonnegative(),
	mediaType: text,
	artifactType: text,
	platform: platform.nullish(),
	annotations,
	urls: texts,
	data: base64().nullish()
});
const descriptors = orEmpty(array(descriptor), []);
const common = {
	mediaType: text,
	artifactType: text,
	annotations,
	subject: descriptor.nullish()
};
const index = object({
	...common,
	manifests: descriptors
});
const manifest = object({
	...common,
	config: descriptor,
	layers: descriptors
});
const rootfs = object({
	type: text,
	diff_ids: orEmpty(array(digest), [])
});
const configuration = platform.extend({ rootfs });
const any = unknown();
const DOCUMENT = object({
	...index.shape,
	...manifest.shape,
	schemaVersion: any,
	fsLayers: any,
	history: any,
	signatures: any
});
const entry = object({
	created: any,
	created_by: any,
	author: any,
	comment: any,
	empty_layer: any
});
const CONFIG = configuration.extend({
	created: any,
	author: any,
	config: any,
	history: array(entry)
});
const NAMES = new Set([
	DOCUMENT,
	descriptor,
	platform,
	CONFIG,
	rootfs
].flatMap(({ shape }) => Object.keys(shape)));
function readDocument(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const value = readObject(bytes, what);
	return kindOf(value, expected.mediaType, what) === "index" ? indexOf(value, what) : manifestOf(value, what);
}
function readIndex(bytes, expected = {}) {
	const what = expected.what ?? "its index";
	const document = readDocument(bytes, {
		...expected,
		what
	});
	if (document.kind === "index") return document;
	throw inconsistent(`${what} is a manifest and no index`);
}
function readManifest(bytes, expected = {}) {
	const what = expected.what ?? "its manifest";
	const document = readDocument(bytes, {
		...expected,
		what
	});
	if (document.kind === "manifest") return document;
	throw inconsistent(`${what} is an index and no manifest`);
}
function readConfig(bytes, what = "its configuration") {
	const value = parseStrictJson(bytes, what, CONFIG);
	const { rootfs, ...own } = checked(configuration, value, what);
	if (rootfs.type !== void 0 && rootfs.type !== "layers") throw inconsistent(`${what} has a file system that does not come from layers`);
	return {
		imageId: sha256Of(bytes),
		diffIds: rootfs.diff_ids,
		platform: own.os === void 0 || own.architecture === void 0 ? void 0 : platformOf(own, what)
	};
}
function mayRun({ platform: at }) {
	return !(at?.os === "unknown" && at.architecture === "unknown");
}
const IMAGE_CONFIGS = /* @__PURE__ */ new Set([
	"application/vnd.oci.image.config.v1+json",
	"application/vnd.docker.container.image.v1+json",
	"application/octet-stream",
	"application/json"
]);
const EMPTY = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
async function isArtifact(entry, read) {
	if (entry.artifactType === void 0 || isIndexEntry(entry)) return false;
	const bytes = await read();
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	if (document?.kind !== "manifest" || document.config.digest !== EMPTY) return false;
	const { mediaType } = document.config;
	return mediaType !== void 0 && !IMAGE_CONFIGS.has(mediaType);
}
function isIndexEntry({ mediaType }) {
	if (mediaType !== void 0 && SCHEMA_1.test(mediaType)) throw schema1("a manifest in it");
	return mediaType !== void 0 && INDEX_TYPES.has(mediaType);
}
const WORD = /^[\w.-]{1,60}$/;
function listedPlatform({ platform: at }) {
	if (at === void 0) return void 0;
	const { os, architecture, variant, osVersion } = at;
	if (![
		os,
		architecture,
		variant,
		osVersion
	].filter((each) => each !== void 0).every((each) => WORD.test(each))) return void 0;
	return osVersion === void 0 ? platformName(at) : `${platformName(at)} ${osVersion}`;
}
function readObject(bytes, what) {
	const value = parseStrictJson(bytes, what, DOCUMENT);
	if (!isObject(value)) throw inconsistent(`${what} is not an object`);
	return value;
}
function kindOf(value, expected, what) {
	const has = (key) => Object.hasOwn(value, key);
	const own = typeof value.mediaType === "string" ? value.mediaType : void 0;
	if (value.schemaVersion === 1 || has("fsLayers") || [own, expected].some((type) => SCHEMA_1.test(type ?? ""))) throw schema1(what);
	if (value.schemaVersion !== void 0 && value.schemaVersion !== 2) throw inconsistent(`${what} has a schema version other than 2`);
	const isIndex = has("manifests");
	if (isIndex && (has("config") || has("layers"))) throw inconsistent(`${what} is an index and a manifest at once`);
	if (!isIndex && !has("config")) throw inconsistent(`${what} is neither an index nor a manifest of an image`);
	if (has("history") || has("signatures")) throw inconsistent(`${what} has parts of another format`);
	const others = isIndex ? MANIFEST_TYPES : INDEX_TYPES;
	if (others.has(own ?? "") || others.has(expected ?? "")) throw inconsistent(`${what} is ${isIndex ? "an index" : "a manifest"}, and its media type says something else`);
	return isIndex ? "index" : "manifest";
}
function schema1(what) {
	return inconsistent(`${what} has Docker's old format (schema 1), which names no configuration`);
}
function indexOf(value, what) {
	const { manifests, annotations: own } = checked(index, value, what);
	return indexWith(manifests.map((each) => descriptorOf(each, what)), own);
}
function indexWith(manifests, annotations) {
	return {
		kind: "index",
		manifests,
		images: manifests.filter(mayRun).map(listedImage),
		annotations
	};
}
function listedImage(entry) {
	return {
		digest: entry.digest,
		platform: listedPlatform(entry)
	};
}
function manifestOf(value, what) {
	const { config, layers, annotations: own } = checked(manifest, value, what);
	return {
		kind: "manifest",
		config: descriptorOf(config, what),
		layers: layers.map((each) => descriptorOf(each, what)),
		annotations: own
	};
}
function descriptorOf(found, what) {
	const { data, platform: at, digest: of, size, mediaType, artifactType, annotations: own } = found;
	const content = data == null ? void 0 : Buffer.from(data, "base64");
	if (content !== void 0 && (content.length !== size || sha256Of(content) !== of)) throw inconsistent(`${what} holds a content that is not the one of its digest`);
	return {
		digest: of,
		size,
		mediaType,
		artifactType,
		annotations: own,
		platform: at ? platformOf(at, what) : void 0
	};
}
function sha256Of(bytes) {
	return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
function platformOf(found, what) {
	const { os, architecture, variant, "os.version": osVersion } = found;
	if (os === void 0 && architecture === void 0) return void 0;
	if (os === void 0 || architecture === void 0) throw inconsistent(`${what} names half of a platform`);
	return {
		os,
		architecture,
		variant,
		osVersion
	};
}
function checked(schema, value, what) {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const path = result.error.issues[0]?.path.filter((each) => typeof each === "number" || NAMES.has(String(each)));
	throw inconsistent(`${what} has a wrong value at ${path?.length ? path.join(".") : "its top"}`);
}

export { IMAGE_CONFIGS, indexWith, isArtifact, isIndexEntry, listedImage, listedPlatform, mayRun, readConfig, readDocument, readIndex, readManifest, readObject, sha256Of };