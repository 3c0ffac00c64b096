import { closeSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";
import { type Member, TarPass, type TarRules } from "./tar-pass.ts";

/**
 * The members of a tar in a regular file, in their order. Their contents are not read. The reads block, which is
 * fastest in its own thread.
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

/** Bounds for archives that we or a release's tools have made: none has as many members or names. */
const ORDINARY: TarRules = { members: 200_000, nameBytes: 16 << 20, hasEnd: true };

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
 * @param pathOf the member's file, which must not exist yet; undefined: the member is skipped. It may throw.
 * @throws TarProblem; errors of the stream, of `pathOf` and of the system
 */
export async function writeMembers(
  stream: AsyncIterable<Buffer>,
  pathOf: (member: Member) => string | undefined,
): Promise<void> {
  let file: number | undefined;
  const end = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const member = (each: Member): void => {
    const path = pathOf(each);
    // `wx` creates the file or fails: it follows no link and opens no existing file.
    if (path !== undefined) file = openSync(path, "wx", 0o600);
  };
  const content = (piece: Buffer): void => {
    if (file !== undefined) writeFileSync(file, piece);
  };
  const pass = new TarPass({ member, content, end }, ORDINARY);
  try {
    for await (const chunk of stream) pass.write(chunk);
    pass.finish();
  } finally {
    end();
  }
}
