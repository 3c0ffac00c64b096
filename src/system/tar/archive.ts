import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { bytesOfStream } from "./bytes.ts";
import { contentOf, plainMembers } from "./members.ts";
import { TarProblem } from "./problem.ts";

/** The archive cannot be used. The message is the end of a sentence: `is damaged`. */
export class UnusableArchive extends Error {
  override readonly name = "UnusableArchive";
}

/**
 * Reads the archive of a commit in memory, as `git archive` writes it: everything in one folder. Nothing is written to
 * disk; links and all that is not wanted are passed over.
 * @param isWanted by the path within the folder
 * @returns the wanted files, by path
 * @throws UnusableArchive
 */
export async function unpackArchive(
  archive: Buffer,
  maxBytes: number,
  isWanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, Buffer>> {
  const unpacking = createGunzip({ chunkSize: 1 << 20 });
  const done = pipeline(Readable.from(slices(archive)), unpacking);
  // The reader of `unpacking` gets its error.
  done.catch(() => {});
  try {
    const unpacked = await filesOf(bounded(unpacking, maxBytes), isWanted);
    await done;
    return unpacked;
  } catch (thrown) {
    if (thrown instanceof UnusableArchive) throw thrown;
    throw new UnusableArchive(thrown instanceof TarProblem ? thrown.clause : "is damaged", { cause: thrown });
  } finally {
    unpacking.destroy();
  }
}

async function filesOf(
  bytes: AsyncIterable<Buffer>,
  isWanted: (path: string) => boolean,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let folder: string | undefined;
  for await (const member of plainMembers(bytesOfStream(bytes))) {
    const [, top = "", inside = ""] = /^([^/]+)\/(.*)$/s.exec(member.name) ?? [];
    folder ??= top;
    if (top === "" || top !== folder) throw new UnusableArchive("does not have everything in one folder");
    if (member.kind !== "file" || !isWanted(inside)) continue;
    if (files.has(inside)) throw new UnusableArchive(`has ${inside} twice`);
    files.set(inside, await contentOf(member));
  }
  return files;
}

async function* bounded(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw new UnusableArchive(`has more than ${maxBytes} bytes`);
    yield chunk;
  }
}

/** The bytes in pieces of 1 MiB. */
export function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}
