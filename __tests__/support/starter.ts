import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../scripts/setup/tools.ts";

/** A small program that starts another one. */
export interface Starter {
  readonly path: string;
  /** SHA-256 of the starter. */
  readonly sha256: string;
}

/**
 * A starter of a big program. Each run hashes the program that it is given, and some 100 MB would be a tenth of it. That
 * the genuine programs are held to their hashes is proven where they are installed and found. A program of Go also
 * collects garbage seldom: it ends before that is of use.
 * @param name under which it is found
 */
export function starterOf(program: string, name: string): Starter {
  const text = `#!/bin/sh\nGOGC=400 exec '${program}' "$@"\n`;
  const sha256 = createHash("sha256").update(text).digest("hex");
  const path = join(cacheFolder, "starters", sha256.slice(0, 8), name);
  mkdirSync(dirname(path), { recursive: true });
  // Two workers may write it, and a third one may start it meanwhile.
  const written = `${path}-${process.pid}`;
  writeFileSync(written, text, { mode: 0o755 });
  renameSync(written, path);
  return { path, sha256 };
}
