import { fstatSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type Member, TarPass, type TarRules } from "./tar-pass.ts";

/**
 * The members of a tar in a regular file, in their order. Nothing is read of their contents. The reads block, which is
 * fastest in a thread of its own.
 * @throws TarProblem; the system's error
 */
export function* membersIn(descriptor: number, rules: TarRules): Generator<Member> {
  const found: Member[] = [];
  const pass = new TarPass({ member: (each) => void found.push(each) }, rules);
  const { size } = fstatSync(descriptor);
  for (let at = 0; at < size; ) {
    const piece = Buffer.allocUnsafe(pass.wanted);
    const count = readSync(descriptor, piece, 0, piece.length, at);
    if (count === 0) break;
    pass.write(piece.subarray(0, count));
    yield* found.splice(0);
    at += count;
    while (pass.skippable > 0 && at < size) {
      const skipped = Math.min(pass.skippable, size - at);
      pass.skip(skipped);
      at += skipped;
    }
  }
  pass.finish();
}

/** Archives that we or a release's tools have made: none has as many members, names, or zeros behind its end. */
const ORDINARY: TarRules = {
  members: 200_000,
  nameBytes: 16 << 20,
  hasEnd: true,
  endBytes: 8 << 20,
};

/** The members of an archive in memory that must have its end. @throws TarProblem */
export function membersOf(archive: Buffer): readonly Member[] {
  const found: Member[] = [];
  const pass = new TarPass({ member: (each) => void found.push(each) }, ORDINARY);
  pass.write(archive);
  pass.finish();
  return found;
}

/**
 * Writes the members of an archive that must have its end, each to a new file of mode 0600.
 * @param pathOf the member's file, which must not exist yet; undefined: the member is passed over. It may throw.
 * @throws TarProblem; what the stream and `pathOf` throw; errors of the system
 */
export async function writeMembers(
  stream: AsyncIterable<Buffer>,
  pathOf: (member: Member) => string | undefined,
): Promise<void> {
  const parts: (Member | Buffer)[] = [];
  const add = (part: Member | Buffer) => void parts.push(part);
  const pass = new TarPass({ member: add, content: add }, ORDINARY);
  let file: FileHandle | undefined;
  try {
    for await (const chunk of stream) {
      pass.write(chunk);
      for (const part of parts.splice(0)) {
        if (Buffer.isBuffer(part)) await file?.writeFile(part);
        else {
          await file?.close();
          const path = pathOf(part);
          // `wx` creates the file or fails: it follows no link and opens no existing file.
          file = path === undefined ? undefined : await open(path, "wx", 0o600);
        }
      }
    }
    pass.finish();
  } finally {
    await file?.close();
  }
}
