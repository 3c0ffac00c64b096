import { bestFor, platformName } from "./shared.scan.js";
import { joined } from "./shared.inputs.js";
import { ImageFault, damaged, inconsistent, notAnImage } from "./images.fault.js";
import { IMAGE_CONFIGS, isArtifact, isIndexEntry, listedImage, listedPlatform, mayRun, readConfig, readDocument, readManifest, sha256Of } from "./images.oci.documents.js";
import { requireTarLayers, sociNotes } from "./images.layers.read-layer.js";

// src/images/resolve.ts
const TAG = "org.opencontainers.image.ref.name";
const MAX_DEPTH = 3;
const MOST_ENTRIES = 1e4;
async function resolveImage(source, wanted) {
	const leaves = await leavesOf(source);
	const { leaf, notes } = await chosen(leaves, wanted, source);
	const { entry, top, documents } = leaf;
	const manifest = readManifest(await present(source, entry, "manifest"), { mediaType: entry.mediaType });
	requireImage(manifest.config);
	requireTarLayers(manifest.layers);
	const config = await present(source, manifest.config, "configuration");
	requirePlatform(leaf, config, wanted.platform ?? source.usualPlatform);
	const annotations = [manifest.annotations, ...leaf.annotations];
	return {
		config,
		layers: manifest.layers.map((each) => source.layer(each)),
		documents,
		digest: entry.digest,
		index: indexAround(leaf, leaves),
		annotations,
		tag: top.annotations[TAG],
		notes: [...notes, ...sociNotes(annotations)]
	};
}
async function imagesOf(source) {
	const images = (await leavesOf(source)).map(({ entry }) => listedImage(entry));
	const platforms = new Set(images.map((each) => each.platform));
	return images.length < 2 || platforms.has(void 0) || platforms.size < images.length ? void 0 : { images };
}
async function leavesOf(source) {
	const walk = {
		source,
		known: /* @__PURE__ */ new Map(),
		left: MOST_ENTRIES
	};
	return await below(await source.top(), {
		documents: [],
		annotations: []
	}, walk);
}
async function below(entries, above, walk) {
	walk.left -= entries.length;
	if (walk.left < 0) throw inconsistent(`its indexes have more than ${MOST_ENTRIES} entries`);
	const leaves = [];
	const isMeant = (entry) => mayRun(entry) || above.top === void 0 && isNamed(entry);
	const mayHave = entries.filter(({ artifactType }) => artifactType !== void 0).length <= 40;
	for (const entry of entries.filter(isMeant)) {
		if (mayHave && await isArtifact(entry, () => held(walk.source, entry, "manifest"))) continue;
		const leaf = {
			entry,
			top: above.top ?? entry,
			documents: [...above.documents, entry.digest],
			annotations: [entry.annotations, ...above.annotations]
		};
		const index = await indexAt(entry, walk);
		if (index === void 0) {
			if (!isIndexEntry(entry)) leaves.push(leaf);
			continue;
		}
		if (above.documents.length >= MAX_DEPTH) throw inconsistent("its index is one of too many indexes within indexes");
		const inner = {
			...leaf,
			annotations: [index.annotations, ...leaf.annotations]
		};
		leaves.push(...await below(index.manifests, inner, walk));
	}
	return leaves;
}
function isNamed({ annotations }) {
	return [TAG, "io.containerd.image.name"].some((name) => Object.hasOwn(annotations, name));
}
async function indexAt(entry, { source, known }) {
	if (entry.mediaType !== void 0 && !isIndexEntry(entry)) return void 0;
	if (known.has(entry.digest)) return known.get(entry.digest);
	const bytes = await held(source, entry, "manifest");
	const document = bytes && readDocument(bytes, {
		mediaType: entry.mediaType,
		what: "a document in it"
	});
	const index = document?.kind === "index" ? document : void 0;
	known.set(entry.digest, index);
	return index;
}
async function present(source, of, what) {
	const bytes = await held(source, of, what);
	if (bytes === void 0) throw damaged(`its blob ${of.digest} is missing`);
	return bytes;
}
async function held(source, of, what) {
	const bytes = await source.bytes(of, what);
	if (bytes === void 0) return void 0;
	if (bytes.length !== of.size) throw damaged(`its blob ${of.digest} has ${bytes.length} bytes instead of ${of.size}`);
	const digest = sha256Of(bytes);
	if (digest !== of.digest) throw inconsistent(`its blob ${of.digest} is ${digest}`);
	return bytes;
}
async function chosen(leaves, wanted, source) {
	if (wanted.configuration !== void 0) return byConfiguration(leaves, wanted.configuration, source);
	const { platform, digest } = wanted;
	const meant = distinct(leaves.filter(({ entry }) => digest === void 0 || entry.digest === digest));
	const asked = platform ?? source.usualPlatform;
	const [only, ...others] = meant;
	if (only === void 0) throw asked === void 0 || digest ? inconsistent("its index lists no image") : noneFor(asked, []);
	if (digest !== void 0 || platform === void 0 && others.length === 0) return {
		leaf: only,
		notes: []
	};
	if (asked === void 0) throw ambiguous(meant);
	const leaf = forPlatform(meant, asked);
	await requireOtherPlatforms(meant, {
		leaf,
		asked
	}, source);
	return {
		leaf,
		notes: []
	};
}
async function configured(leaves, source) {
	const found = [];
	for (const leaf of leaves) {
		const bytes = await held(source, leaf.entry, "manifest");
		const about = {
			mediaType: leaf.entry.mediaType,
			what: "a manifest in it"
		};
		const own = bytes && await held(source, readManifest(bytes, about).config, "configuration");
		if (own !== void 0) found.push({
			leaf,
			config: readConfig(own, "a configuration in it")
		});
	}
	return found;
}
function isFor(asked, platform) {
	return bestFor(asked, [platform], (each) => each).length > 0;
}
async function requireOtherPlatforms(leaves, { leaf, asked }, source) {
	const named = leaves.filter((each) => each !== leaf && each.documents.length === 1);
	for (const { leaf: other, config } of await configured(named, source)) {
		const { platform: own } = config;
		if (own?.architecture === "arm" && other.entry.platform?.architecture === "arm") continue;
		if (own !== void 0 && isFor(asked, own)) throw ambiguous([leaf, other]);
	}
}
function forPlatform(leaves, asked) {
	const fitting = [...Map.groupBy(leaves, ({ top }) => top.annotations[TAG]).values()].flatMap((each) => bestFor(asked, each, ({ entry }) => entry.platform));
	const named = fitting.filter(({ entry }) => entry.platform !== void 0);
	const [leaf, ...others] = distinct(named.length > 0 ? named : fitting);
	if (leaf === void 0) throw noneFor(asked, leaves.map(({ entry }) => listedPlatform(entry)));
	if (others.length === 0) return leaf;
	if (others.some(({ top }) => top !== leaf.top)) throw ambiguous([leaf, ...others]);
	throw inconsistent(`its index has ${others.length + 1} images for ${shown(asked)}, of which engines take different ones`);
}
async function byConfiguration(leaves, configuration, source) {
	const found = await configured(distinct(leaves), source);
	const [one, ...more] = found.filter(({ config }) => config.imageId === configuration);
	const others = found.filter((each) => each !== one);
	const own = one?.config.platform;
	const isSame = ({ leaf: { entry }, config }) => own === void 0 || [config.platform, entry.platform ?? config.platform].some((at) => isFor(platformName(own), at));
	if (one === void 0 || more.length > 0 || others.some(isSame)) throw inconsistent("its manifest.json and its index.json mean different images");
	const platforms = others.map(({ config: { platform } }) => platform ? shown(platformName(platform)) : "");
	const note = `The file holds this image for other platforms too, which were not judged: ${[...new Set(platforms)].sort().join(", ")}.`;
	return {
		leaf: one.leaf,
		notes: others.length === 0 ? [] : [note]
	};
}
function requireImage({ mediaType }) {
	if (mediaType !== void 0 && !IMAGE_CONFIGS.has(mediaType)) throw notAnImage();
}
function requirePlatform({ entry, documents }, config, asked) {
	if (documents.length < 2 || entry.platform !== void 0 || asked === void 0) return;
	const { platform } = readConfig(config);
	if (platform === void 0 || isFor(asked, platform)) return;
	throw noneFor(asked, [platformName(platform)]);
}
function indexAround({ top, documents }, leaves) {
	const isNested = documents.length > 1;
	const beside = leaves.filter((each) => isNested ? each.top.digest === top.digest : each.top.annotations[TAG] === top.annotations[TAG]);
	if (!isNested && beside.length < 2) return void 0;
	const images = beside.map(({ entry }) => listedImage(entry));
	return {
		digest: isNested ? top.digest : void 0,
		images
	};
}
function distinct(leaves) {
	return [...new Map(leaves.toReversed().map((each) => [each.entry.digest, each])).values()].reverse();
}
function noneFor(asked, there) {
	const names = [...new Set(there.map((each) => each === void 0 ? "of no known platform" : shown(each)))];
	const here = names.length === 0 ? "" : `; it is there for ${names.slice(0, 20).join(", ")}`;
	return new ImageFault("platform-mismatch", `its index has nothing for ${shown(asked)}${here}`);
}
function ambiguous(leaves) {
	const names = leaves.slice(0, 10).map(leafName).join(", ") + (leaves.length > 10 ? ", …" : "");
	return new ImageFault("image-ambiguous", `it holds ${leaves.length} images, and none of them was chosen (${names})`);
}
function leafName({ top, entry }) {
	const tag = top.annotations["org.opencontainers.image.ref.name"] ?? "";
	const parts = [/^\w[\w.-]{0,127}$/.test(tag) ? `:${tag}` : "", entry.platform ? shown(platformName(entry.platform)) : ""];
	return joined(" ", parts) || entry.digest;
}
function shown(platform) {
	return /^[\w./-]{1,60}(?: [\w.-]{1,60})?$/.test(platform) ? platform : "an unknown one";
}

export { TAG, imagesOf, resolveImage };