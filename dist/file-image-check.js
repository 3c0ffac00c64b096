import { a as manifestOf, d as bytesOfFile, f as damaged, i as configFacts, l as digestsOf, m as inconsistent, o as requireDigest, s as requireLayers, t as checkSavedImage, u as ImageProblem } from "./saved-image.js";
import { closeSync, constants, fstatSync, openSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";

// src/images/file/layout-image.ts
const MAX_TEXT = 8388608;
const AT_ONCE = 3;
async function checkLayoutImage({ folder, chain, roots }) {
	const read = (blob, isText) => readBlob(folder, blob, isText, roots);
	let manifest;
	for (const each of chain) ({text: manifest} = await read(each, true));
	const { config, layers } = manifestOf(manifest ?? Buffer.alloc(0), "its manifest");
	const { text = Buffer.alloc(0) } = await read(config, true);
	const facts = configFacts(text, "its configuration");
	const waiting = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
	const unpacked = /* @__PURE__ */ new Map();
	const work = async () => {
		for (let layer = waiting.shift(); layer !== void 0; layer = waiting.shift()) unpacked.set(layer.digest, (await read(layer, false)).unpacked);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	requireLayers(layers.map(({ digest }) => unpacked.get(digest) ?? ""), facts.diffIds);
	return {
		imageId: facts.imageId,
		notes: []
	};
}
async function readBlob(folder, { digest, size }, isText, roots) {
	const descriptor = openBlob(folder, digest, roots);
	try {
		const status = fstatSync(descriptor);
		if (!status.isFile()) throw inconsistent(`its blob ${digest} is no plain file`);
		if (size !== void 0 && status.size !== size) throw damaged(`its blob ${digest} has ${status.size} bytes instead of ${size}`);
		if (isText && status.size > MAX_TEXT) throw inconsistent(`its blob ${digest} has more than ${MAX_TEXT} bytes`);
		const bytes = bytesOfFile(descriptor);
		const parts = [];
		const digests = await digestsOf(async () => {
			const piece = await bytes.some(Number.MAX_SAFE_INTEGER);
			if (isText) parts.push(Buffer.from(piece));
			return piece;
		});
		requireDigest(digest, digests.digest);
		return isText ? {
			...digests,
			text: Buffer.concat(parts)
		} : digests;
	} finally {
		closeSync(descriptor);
	}
}
function openBlob(folder, digest, roots) {
	let path;
	try {
		path = realpathSync(join(folder, "blobs", "sha256", digest.slice(7)));
	} catch {
		throw damaged(`its blob ${digest} is missing`);
	}
	if (![folder, ...roots].some((root) => isBelow(root, path))) throw inconsistent(`its blob ${digest} is a link that leads out of the workspace`);
	return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}
function isBelow(folder, path) {
	const way = relative(folder, path);
	return way !== "" && way !== ".." && !way.startsWith(`..${sep}`);
}

// src/images/file/image-check.ts
async function checkImage(request) {
	try {
		return { image: await ("tar" in request ? checkSavedImage(request.tar) : checkLayoutImage(request.layout)) };
	} catch (error) {
		return { problem: problemOf(error) };
	}
}
function problemOf(error) {
	if (error instanceof ImageProblem) return {
		code: error.code,
		what: error.message
	};
	const { code = "" } = error;
	return {
		code: "image-damaged",
		what: /^Z/.test(code) ? `its compression is damaged: ${code}` : `it cannot be read: ${code || String(error)}`
	};
}

export { checkImage };