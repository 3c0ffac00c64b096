import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { finish } from "../../../scripts/setup/command.ts";
import { cacheFolder } from "../../../scripts/setup/tools.ts";

/** A small program that starts another one. */
export interface Starter {
  readonly path: string;
  /** SHA-256 of the starter. */
  readonly sha256: string;
}

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * A starter of a big program. Each run hashes the program that it is given, and some 100 MB would be a tenth of it.
 * The starter also knows its program's answer about the version. Tests of installing and finding prove that genuine
 * programs are checked against their hashes and asked for their versions. A program of Go collects garbage seldom: it
 * ends before that is of use.
 * @param name under which it is found
 * @param version arguments by which the program is asked for its version
 */
export async function starterOf(program: string, name: string, version: readonly string[]): Promise<Starter> {
  const { size, mtimeMs } = statSync(program);
  const path = join(cacheFolder, "starters", sha256Of(`3 ${program} ${size} ${mtimeMs}`).slice(0, 8), name);
  if (!existsSync(path)) {
    const { code, stdout, stderr } = await finish(program, version);
    if (code !== 0) throw new Error(`${program} tells no version (exit code ${code}): ${stdout}${stderr}`);
    const asked = `case "$*" in '${version.join(" ")}'*) printf '%s' '${stdout}'; exit ;; esac`;
    mkdirSync(dirname(path), { recursive: true });
    // Two workers may write it, and a third one may start it meanwhile.
    const written = `${path}-${process.pid}`;
    writeFileSync(written, `#!/bin/sh\n${asked}\nGOGC=400 exec '${program}' "$@"\n`, { mode: 0o755 });
    renameSync(written, path);
  }
  return { path, sha256: sha256Of(readFileSync(path, "utf8")) };
}
