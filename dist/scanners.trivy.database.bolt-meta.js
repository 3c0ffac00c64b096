import { readSync } from "./shared.thread.js";

// src/scanners/trivy/database/bolt-meta.ts
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

export { boltMeta };