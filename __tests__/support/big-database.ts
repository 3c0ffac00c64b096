import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { cacheFolder } from "../../scripts/setup/tools.ts";
import { vulnerabilityDatabase, vulnerabilityDatabaseArtifact } from "./database.ts";
import type { Artifact } from "./oci.ts";
import { tar } from "./tar.ts";

/** This padding makes a database as big as Trivy's own in 2026: 90 MB packed. Unpacked sizes are not published. */
const PADDING_BYTES = 360e6;

export interface BigDatabase {
  /** Path of `trivy.db`; not to be written to. */
  readonly file: string;
  /** As in a registry. */
  readonly artifact: Artifact;
}

/**
 * The bed's vulnerability database in the size of a real one; a scan finds the same as with the small one. Made once in
 * some seconds and with 2 GB of memory, then kept below `.cache/`.
 */
export async function bigDatabase(now: Date): Promise<BigDatabase> {
  const small = vulnerabilityDatabase({ now });
  const key = createHash("sha256").update(small.file).update(String(PADDING_BYTES)).digest("hex").slice(0, 32);
  const folder = join(cacheFolder, "databases", key);
  if (!existsSync(folder)) await make(folder, now);
  // Members of a gzip file follow each other, and so do a tar's. The part that depends on the time comes last.
  const metadata = gzipSync(tar([{ path: "metadata.json", data: small.metadata }]));
  const layer = Buffer.concat([readFileSync(join(folder, "layer.gz")), metadata]);
  return { file: join(folder, "trivy.db"), artifact: vulnerabilityDatabaseArtifact(layer) };
}

async function make(folder: string, now: Date): Promise<void> {
  const all = join(folder, "..");
  mkdirSync(all, { recursive: true });
  for (const old of readdirSync(all)) rmSync(join(all, old), { recursive: true, force: true });
  const fresh = mkdtempSync(`${folder}-`);
  const { file } = vulnerabilityDatabase({ now, paddingBytes: PADDING_BYTES });
  writeFileSync(join(fresh, "trivy.db"), file, { mode: 0o444 });
  const packed = tar([{ path: "trivy.db", data: file }]);
  // Without the two zero blocks that end a tar.
  writeFileSync(join(fresh, "layer.gz"), await promisify(gzip)(packed.subarray(0, packed.length - 1024), { level: 1 }));
  renameSync(fresh, folder);
}
