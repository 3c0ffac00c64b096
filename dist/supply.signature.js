import { GateError, cancelled, createHash, createWriteStream, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "./shared.start.js";
import { databaseStores, privateFolder, sha256OfFile } from "./shared.answer.js";
import { bytesOfStream, piecesOf, plainMembers } from "./system.tar.members.js";
import { TarProblem } from "./system.tar.problem.js";
import { array, int, strictObject, string } from "./package.zod.js";
import { getPatiently } from "./system.http.js";
import { partsOf } from "./system.store.parts.js";
import { slices } from "./system.tar.archive.js";
import { join } from "node:path";
import { createGunzip, createInflateRaw } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline as pipeline$1 } from "node:stream/promises";

// src/supply/archive.ts
const MAX_RELEASE_FILE = 1 << 30;
async function extractMember(archive, { name, member, to, invalid }) {
	const bytes = name.endsWith(".zip") ? zipMember(archive, member, invalid) : tarMember(archive, member, invalid);
	const hash = createHash("sha256");
	const file = createWriteStream(to, {
		flags: "wx",
		mode: 448
	});
	let isOurs = false;
	file.once("open", () => {
		isOurs = true;
	});
	try {
		await pipeline$1(bytes, async function* (chunks) {
			for await (const chunk of chunks) {
				hash.update(chunk);
				yield chunk;
			}
		}, file);
		return hash.digest("hex");
	} catch (cause) {
		if (isOurs) rmSync(to, { force: true });
		const { code = "" } = cause;
		if (cause instanceof GateError || code === "ENOSPC" || code === "EDQUOT") throw cause;
		throw invalid(cause instanceof TarProblem ? cause.clause : "is damaged", cause);
	}
}
async function* tarMember(archive, member, invalid) {
	const unpacking = createGunzip({ chunkSize: 1 << 20 });
	const done = pipeline$1(Readable.from(slices(archive)), unpacking);
	done.catch(() => {});
	try {
		let found = false;
		for await (const each of plainMembers(bytesOfStream(bounded(unpacking, invalid)))) {
			if (each.name !== member || each.kind !== "file") continue;
			if (found || each.size === 0) throw invalid(`does not hold exactly one file ${member} with something in it`);
			found = true;
			yield* piecesOf(each);
		}
		if (!found) throw invalid(`holds no file ${member}`);
		await done;
	} finally {
		unpacking.destroy();
	}
}
async function* bounded(chunks, invalid) {
	let length = 0;
	for await (const chunk of chunks) {
		length += chunk.length;
		if (length > 1073741824) throw invalid(`holds more than ${MAX_RELEASE_FILE} bytes`);
		yield chunk;
	}
}
async function* zipMember(archive, member, invalid) {
	const end = archive.lastIndexOf(Buffer.from([
		80,
		75,
		5,
		6
	]));
	if (end === -1) throw invalid("is no zip");
	let at = archive.readUInt32LE(end + 16);
	for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
		if (archive.readUInt32LE(at) !== 33639248) break;
		const nameLength = archive.readUInt16LE(at + 28);
		if ((archive.readUInt32LE(at + 38) >>> 16 & 28672) === 0 && archive.toString("utf8", at + 46, at + 46 + nameLength) === member) {
			yield* zipContent(archive, {
				entry: at,
				member
			}, invalid);
			return;
		}
		at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
	}
	throw invalid(`holds no file ${member}`);
}
async function* zipContent(archive, { entry, member }, invalid) {
	const method = archive.readUInt16LE(entry + 10);
	const packed = archive.readUInt32LE(entry + 20);
	const size = archive.readUInt32LE(entry + 24);
	const local = archive.readUInt32LE(entry + 42);
	if (size === 0 || size > 1073741824) throw invalid(`holds a file ${member} of ${size} bytes`);
	const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
	const bytes = archive.subarray(start, start + packed);
	if (bytes.length !== packed || method !== 0 && method !== 8) throw invalid("is damaged");
	const content = Readable.from(slices(bytes));
	let written = 0;
	for await (const chunk of method === 0 ? content : content.pipe(createInflateRaw())) {
		written += chunk.length;
		if (written > size) throw invalid("is damaged");
		yield chunk;
	}
	if (written !== size) throw invalid("is cut off");
}

// src/supply/known-archives.ts
const sha256 = string().regex(/^[0-9a-f]{64}$/);
const schema = strictObject({
	archive: sha256,
	version: string().regex(/^\d+\.\d+\.\d+$/),
	program: strictObject({
		sha256,
		size: int().positive(),
		parts: array(sha256).min(1).max(64)
	})
});
const MOST = 10;
const MAX_BYTES = 16384;
function knownProgram(archive, name, world) {
	const folder = folderOf(name, world);
	if (folder === void 0) return void 0;
	try {
		const path = join(folder, `${archive}.json`);
		if (statSync(path).size > MAX_BYTES) return void 0;
		const { program, version, ...entry } = schema.parse(JSON.parse(readFileSync(path, "utf8")));
		if (entry.archive !== archive) return void 0;
		return {
			sha256: program.sha256,
			version,
			parts: {
				size: program.size,
				sha256: program.parts
			}
		};
	} catch {
		return;
	}
}
async function keepKnown({ archive, program, name, version }, world) {
	const folder = folderOf(name, world);
	if (folder === void 0) return;
	try {
		const { size, sha256: parts } = await partsOf(program);
		const entry = {
			archive,
			version,
			program: {
				sha256: await sha256OfFile(program),
				size,
				parts
			}
		};
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
		const fresh = join(folder, `new-${process.pid}`);
		writeFileSync(fresh, `${JSON.stringify(schema.parse(entry))}\n`, { mode: 384 });
		renameSync(fresh, join(folder, `${archive}.json`));
		removeOldest(folder);
	} catch (error) {
		world.log.debug(`What is in the archive could not be kept: ${String(error)}`);
	}
}
function folderOf(name, world) {
	const { store, problem } = databaseStores(world);
	return problem === void 0 ? join(store, `${name}-archives`) : void 0;
}
function removeOldest(folder) {
	const files = readdirSync(folder).map((name) => join(folder, name)).map((path) => ({
		path,
		at: statSync(path).mtimeMs
	})).sort((a, b) => b.at - a.at);
	for (const { path } of files.slice(MOST)) rmSync(path, { force: true });
}

// src/supply/signature.ts
const REFRESH_MS = 3e4;
function signatureCheck({ trust, mayRefresh, signerOf, invalid }, world) {
	let newer;
	return async (file, version) => {
		const { verifySignature, SignatureFault } = await import("./supply.sigstore.verify.js");
		const verify = (root) => {
			try {
				verifySignature(file, signerOf(version), root);
				return;
			} catch (error) {
				if (error instanceof SignatureFault && error.isUnknownAuthority) return error.message;
				throw error instanceof SignatureFault ? invalid(file.name, error.message, error) : error;
			}
		};
		const unknown = verify(trust.root);
		if (unknown === void 0) return;
		if (!mayRefresh) throw invalid(file.name, `${unknown}, and must not ask Sigstore here`);
		newer ??= refreshed(trust, world);
		const still = verify(await newer.catch((error) => {
			if (world.signal.aborted) throw cancelled();
			throw invalid(file.name, `${unknown}, and Sigstore could not be asked: ${wordsOf(error)}`, error);
		}));
		if (still !== void 0) throw invalid(file.name, `${still}, and neither does Sigstore`);
	};
}
async function refreshed(trust, world) {
	world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
	const { newestTrustedRoot } = await import("./supply.sigstore.refresh.js");
	const signal = AbortSignal.any([world.signal, AbortSignal.timeout(REFRESH_MS)]);
	return newestTrustedRoot(privateFolder(world, "sigstore"), getPatiently, signal, trust.repository);
}
function wordsOf(error) {
	return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}
function checksumsOf(text, name) {
	return text.split(/\r?\n/).flatMap((line) => {
		const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
		return match?.[1] !== void 0 && match[2] === name ? [match[1]] : [];
	});
}

export { MAX_RELEASE_FILE, checksumsOf, extractMember, keepKnown, knownProgram, signatureCheck };