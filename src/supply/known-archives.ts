import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceWhole } from "../system/given-files.ts";
import { sha256OfFile } from "../system/store/hashing.ts";
import { type FileParts, partsOf } from "../system/store/parts.ts";
import { databaseStores } from "../system/store/store.ts";
import type { World } from "../system/world.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const schema = z.strictObject({
  archive: sha256,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  program: z.strictObject({ sha256, size: z.int().positive(), parts: z.array(sha256).min(1).max(64) }),
});

/** The program in an archive whose SHA-256 a user gave. */
export interface KnownProgram {
  readonly sha256: string;
  readonly parts: FileParts;
  /** What the program answered when it was asked. */
  readonly version: string;
}

type StoreWorld = Parameters<typeof databaseStores>[0];

/** Only the last ones are kept. */
const MOST = 10;
/** An entry has 3 kB. */
const MAX_BYTES = 16 * 1024;

/**
 * What an earlier run found in the archive with this SHA-256, so that it need not be unpacked for each start. That
 * takes 530 to 810 ms of CPU, and the hash of the program in it 105 ms. It is only kept where no one else can write.
 * Without such a place, nothing is known.
 * @param name of the program, in lower case
 */
export function knownProgram(archive: string, name: string, world: StoreWorld): KnownProgram | undefined {
  const folder = folderOf(name, world);
  if (folder === undefined) return undefined;
  try {
    const path = join(folder, `${archive}.json`);
    if (statSync(path).size > MAX_BYTES) return undefined;
    const { program, version, ...entry } = schema.parse(JSON.parse(readFileSync(path, "utf8")));
    if (entry.archive !== archive) return undefined;
    return { sha256: program.sha256, version, parts: { size: program.size, sha256: program.parts } };
  } catch {
    return undefined;
  }
}

interface Kept {
  /** SHA-256 of the archive. */
  readonly archive: string;
  /** Path of the program, unpacked from the archive into a folder of this run alone. */
  readonly program: string;
  /** Of the program, in lower case. */
  readonly name: string;
  readonly version: string;
}

/**
 * Keeps what was found in a verified archive. If that fails, it will be unpacked again.
 */
export async function keepKnown(
  { archive, program, name, version }: Kept,
  world: StoreWorld & Pick<World, "log">,
): Promise<void> {
  const folder = folderOf(name, world);
  if (folder === undefined) return;
  try {
    const { size, sha256: parts } = await partsOf(program);
    const entry = { archive, version, program: { sha256: await sha256OfFile(program), size, parts } };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceWhole(join(folder, `${archive}.json`), [`${JSON.stringify(schema.parse(entry))}\n`], { mode: 0o600 });
    removeOldest(folder);
  } catch (error) {
    world.log.debug(`What is in the archive could not be kept: ${String(error)}`);
  }
}

/** Undefined if there is no place that outlives the run and is ours alone. */
function folderOf(name: string, world: StoreWorld): string | undefined {
  const { store, problem } = databaseStores(world);
  return problem === undefined ? join(store, `${name}-archives`) : undefined;
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, at: statSync(path).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of files.slice(MOST)) rmSync(path, { force: true });
}
