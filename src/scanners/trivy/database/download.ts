import { createReadStream, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { fetchArtifact } from "../../../images/registry/artifact.ts";
import { credentialsFor } from "../../../images/registry/credentials.ts";
import type { Asking, Note } from "../../../supply/kept.ts";
import { writeMembers } from "../../../system/tar/members.ts";
import { damagedTar } from "../../../system/tar/problem.ts";
import type { World } from "../../../system/world.ts";
import type { DatabaseKind } from "../process/arguments.ts";
import { filesOf, KINDS, METADATA } from "./health.ts";

export interface DatabaseDownload {
  readonly kind: DatabaseKind;
  readonly repository: string;
  /** True if the user named it, so it gets its own host's Docker login. Others get none. */
  readonly isNamed: boolean;
  /** Absolute path of an empty folder. */
  readonly into: string;
}

/** Bytes of the largest database, packed and unpacked. Trivy's own have 90 MB to 2 GB. */
const MAX_BYTES = 16 * 1024 ** 3;

/**
 * Fetches a database from one repository: the only layer of an artifact, checked against its digest, with the files of
 * a database in a packed tar.
 * @throws as `fetchArtifact`; TarProblem, errors of zlib
 */
export async function fetchDatabase(
  { kind, repository, isNamed, into }: DatabaseDownload,
  { signal, silenceMs, former }: Asking,
  world: World,
): Promise<Note["mark"] | "unchanged"> {
  const { artifact, schema, name } = KINDS[kind];
  const advance = { what: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`, unit: "bytes" } as const;
  const file = join(into, "archive");
  const known = former?.mark.digest;
  const wanted = { reference: repository, tag: String(schema), mediaType: artifact, maxBytes: MAX_BYTES, known, file };
  const credentials = isNamed ? credentialsFor({ ...world, signal }) : async () => undefined;
  try {
    const digest = await fetchArtifact(wanted, {
      credentials,
      signal,
      silenceMs,
      onBytes: (done, of) => world.log.advance?.({ ...advance, done, of }),
    });
    if (digest === known) return "unchanged";
    await unpack(file, filesOf(kind), into, signal);
    noteDownload(join(into, METADATA), world.now());
    return { digest };
  } finally {
    rmSync(file, { force: true });
    world.log.advance?.({ ...advance, done: 0, of: 0 });
  }
}

async function unpack(archive: string, names: readonly string[], into: string, signal: AbortSignal): Promise<void> {
  const unpacking = createGunzip({ chunkSize: 1 << 20 });
  const done = pipeline(createReadStream(archive, { highWaterMark: 1 << 20 }), unpacking, { signal });
  // The reader of `unpacking` gets its error.
  done.catch(() => {});
  try {
    await writeMembers(unpacking, (member) => {
      const name = names.find((each) => each === member.name.replace(/^\.\//, ""));
      if (name === undefined || member.kind !== "file") return undefined;
      if (member.size > MAX_BYTES) throw damagedTar(`${name} has more than ${MAX_BYTES} bytes`);
      return join(into, name);
    });
    await done;
  } finally {
    unpacking.destroy();
  }
}

/** Trivy records the time of its download, and treats a database without one as damaged. */
function noteDownload(path: string, now: Date): void {
  try {
    const metadata = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...metadata, DownloadedAt: now.toISOString() }), { mode: 0o600 });
  } catch {
    // The check of the database reports the fault.
  }
}
