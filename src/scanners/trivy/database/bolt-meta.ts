import { readSync } from "node:fs";

/**
 * The one of bbolt's two meta pages with the later transaction (magic 0xED0CDAED, version 2; bbolt's page.go and
 * db.go). Undefined: there is none.
 */
export function boltMeta(file: number) {
  const metaAt = (at: number) => {
    const meta = Buffer.alloc(80);
    const isWhole = readSync(file, meta, 0, 80, at) === 80;
    if (!isWhole || meta.readUInt32LE(16) !== 0xed0cdaed || meta.readUInt32LE(20) !== 2) return undefined;
    const [root, pages, transaction] = [meta.readBigUInt64LE(32), meta.readBigUInt64LE(56), meta.readBigUInt64LE(64)];
    return { size: meta.readUInt32LE(24), root: Number(root), pages: Number(pages), transaction };
  };
  const first = metaAt(0);
  const metas = [first, metaAt(first?.size ?? 4096)].filter((meta) => meta !== undefined);
  return metas.sort((a, b) => Number(b.transaction - a.transaction))[0];
}
