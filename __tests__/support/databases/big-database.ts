import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { cacheFolder } from "../../../scripts/setup/tools.ts";
import type { Artifact } from "../images/oci.ts";
import { tar } from "../images/tar.ts";
import { vulnerabilityDatabase, vulnerabilityDatabaseArtifact } from "./database.ts";

/** This padding makes a database as big as Trivy's own in 2026: 90 MB packed. Unpacked sizes are not published. */
const PADDING_BYTES = 360e6;

/**
 * The bed's vulnerability database in the size of a real one, as in a registry; a scan finds the same as with the small
 * one. Made once in some seconds and with 2 GB of memory, then kept below `.cache/`.
 */
export async function bigDatabase(now: Date): Promise<Artifact> {
  const small = vulnerabilityDatabase({ now });
  const key = createHash("sha256").update(small.file).update(String(PADDING_BYTES)).digest("hex").slice(0, 32);
  const layer = join(cacheFolder, "databases", `${key}.gz`);
  if (!existsSync(layer)) await make(layer, now);
  // Members of a gzip file follow each other, and so do a tar's. The part that depends on the time comes last.
  const metadata = gzipSync(tar([{ path: "metadata.json", data: small.metadata }]));
  return vulnerabilityDatabaseArtifact(Buffer.concat([readFileSync(layer), metadata]));
}

async function make(layer: string, now: Date): Promise<void> {
  rmSync(dirname(layer), { recursive: true, force: true });
  mkdirSync(dirname(layer), { recursive: true });
  const { file } = vulnerabilityDatabase({ now, paddingBytes: PADDING_BYTES });
  const packed = tar([{ path: "trivy.db", data: file }]);
  // Without the two zero blocks that end a tar.
  const bytes = await promisify(gzip)(packed.subarray(0, packed.length - 1024), { level: 1 });
  writeFileSync(`${layer}-${process.pid}`, bytes);
  renameSync(`${layer}-${process.pid}`, layer);
}
