import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync, symlinkSync, tryOr } from "./shared.thread.js";
import { isoSeconds, spanWords } from "./shared.inputs.js";
import { datetime, number, object } from "./package.zod.js";
import { readSmallText } from "./shared.start.js";
import { join } from "node:path";

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
		artifact: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
		refreshAfterMs: HOUR_MS,
		cachePrefix: "trivy-db-v2-"
	},
	java: {
		name: "Java database",
		folder: "java-db",
		file: "trivy-java.db",
		schema: 1,
		minBytes: 1,
		artifact: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
		refreshAfterMs: 24 * HOUR_MS,
		cachePrefix: "trivy-java-db-v1-"
	}
};
function filesOf(kind) {
	return [KINDS[kind].file, METADATA];
}
const METADATA = "metadata.json";
const metadataSchema = object({
	Version: number(),
	UpdatedAt: datetime({ offset: true }),
	NextUpdate: datetime({ offset: true })
});
async function checkDatabase(folder, kind, rules) {
	try {
		const metadata = readMetadata(folder);
		if (metadata === void 0) return {
			reason: "damaged",
			why: "its metadata.json is unusable"
		};
		return await damageOf(folder, kind, metadata) ?? judgeAge(metadata, kind, rules);
	} catch (error) {
		return {
			reason: "damaged",
			why: `it cannot be read (${error.code ?? String(error)})`
		};
	}
}
async function damageOf(folder, kind, metadata) {
	const { file, schema, minBytes } = KINDS[kind];
	const path = join(folder, file);
	const status = statSync(path, { throwIfNoEntry: false });
	if (status?.isFile() !== true) return {
		reason: "damaged",
		why: `${file} is missing`
	};
	const { size } = status;
	if (metadata.Version !== schema) return {
		reason: "schema",
		why: `it has schema ${metadata.Version}, not ${schema}`
	};
	if (size < minBytes) return {
		reason: "empty",
		why: `it has only ${size} bytes, so it is empty`
	};
	const damage = kind === "java" ? sqliteDamage(path, size) : bboltDamage(path, size);
	if (damage !== void 0) return {
		reason: "damaged",
		why: damage
	};
	return kind === "java" ? jarsMissing(path) : void 0;
}
function judgeAge(metadata, kind, { now, maxAgeMs, checkedAt }) {
	const updatedAt = new Date(metadata.UpdatedAt);
	const nextUpdate = new Date(metadata.NextUpdate);
	const age = now.getTime() - updatedAt.getTime();
	if (age < -36e5) return {
		reason: "damaged",
		why: `it says it was built in the future (${isoSeconds(updatedAt)})`
	};
	if (age > maxAgeMs) return {
		reason: "stale",
		why: `it was built on ${isoSeconds(updatedAt)}, more than ${spanWords(maxAgeMs)} ago`
	};
	const sinceCheck = now.getTime() - Date.parse(checkedAt);
	const isFresh = sinceCheck <= KINDS[kind].refreshAfterMs && sinceCheck > -36e5;
	const isDue = now.getTime() >= nextUpdate.getTime() && !isFresh;
	return {
		value: {
			updatedAt,
			nextUpdate
		},
		dated: updatedAt,
		isDue
	};
}
const MOST_METADATA = 65536;
function readMetadata(folder) {
	const text = () => readSmallText(join(folder, METADATA), MOST_METADATA);
	return tryOr(() => metadataSchema.safeParse(JSON.parse(text()), { jitless: true }).data, void 0);
}
function bboltDamage(path, size) {
	using cleanup = new DisposableStack();
	const meta = boltMeta(cleanup.adopt(openSync(path, "r"), closeSync));
	if (meta === void 0) return "it is not a database";
	return meta.pages * meta.size > size ? "it is cut off" : void 0;
}
function sqliteDamage(path, size) {
	using cleanup = new DisposableStack();
	const head = Buffer.alloc(100);
	if (readSync(cleanup.adopt(openSync(path, "r"), closeSync), head, 0, 100, 0) < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is not a database";
	const stored = head.readUInt16BE(16);
	const pages = head.readUInt32BE(28);
	if (pages === 0) return "it is not a database";
	return (stored === 1 ? 65536 : stored) * pages > size ? "it is cut off" : void 0;
}
async function jarsMissing(path) {
	const { DatabaseSync } = await import("node:sqlite");
	try {
		const file = new DatabaseSync(path, { readOnly: true });
		try {
			return ["artifacts", "indices"].some((table) => !file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get()) ? {
				reason: "empty",
				why: "it knows no jar, so it is empty"
			} : void 0;
		} finally {
			file.close();
		}
	} catch {
		return {
			reason: "damaged",
			why: "it is no Java database of Trivy's"
		};
	}
}
function linkDatabase(cacheFolder, kind, database) {
	const path = join(cacheFolder, KINDS[kind].folder);
	mkdirSync(cacheFolder, {
		recursive: true,
		mode: 448
	});
	rmSync(path, {
		recursive: true,
		force: true
	});
	symlinkSync(database.folder, path, "junction");
}
function boltMeta(file) {
	const metaAt = (at) => {
		const meta = Buffer.alloc(80);
		if (!(readSync(file, meta, 0, 80, at) === 80) || meta.readUInt32LE(16) !== 3977042669 || meta.readUInt32LE(20) !== 2) return void 0;
		const [root, pages, transaction] = [
			meta.readBigUInt64LE(32),
			meta.readBigUInt64LE(56),
			meta.readBigUInt64LE(64)
		];
		return {
			size: meta.readUInt32LE(24),
			root: Number(root),
			pages: Number(pages),
			transaction
		};
	};
	const first = metaAt(0);
	return [first, metaAt(first?.size ?? 4096)].filter((meta) => meta !== void 0).sort((a, b) => Number(b.transaction - a.transaction))[0];
}

export { JAVA_MAX_AGE_MS, KINDS, METADATA, boltMeta, checkDatabase, filesOf, linkDatabase };