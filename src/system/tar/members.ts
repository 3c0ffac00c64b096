import { fstatSync, readSync } from "node:fs";
import { type Member, TarPass, type TarRules } from "./tar-pass.ts";

/**
 * The members of a tar in a regular file, in their order. Nothing is read of their contents. The reads block, which is
 * fastest in a thread of its own.
 * @throws TarProblem; the system's error
 */
export function* membersIn(descriptor: number, rules: TarRules): Generator<Member> {
  const found: Member[] = [];
  const pass = new TarPass({ member: (each) => void found.push(each), content() {}, end() {} }, rules);
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

/** A part of an archive: the beginning of a member, or the next bytes of its content. */
export interface TarPart {
  readonly member: Member;
  /** Absent: it begins. Valid until the next part is asked for. */
  readonly piece?: Buffer;
}

/** Archives that we or a release's tools have made: none has as many members, names, or zeros behind its end. */
export const PLAIN: TarRules = {
  form: "archive",
  members: 200_000,
  nameBytes: 16 << 20,
  hasEnd: true,
  endBytes: 8 << 20,
};

/** The parts of an archive that must have its end. @throws TarProblem; what the stream throws */
export async function* plainParts(stream: AsyncIterable<Buffer>): AsyncGenerator<TarPart> {
  const parts: TarPart[] = [];
  let last: Member | undefined;
  const visitor = {
    member(member: Member) {
      last = member;
      parts.push({ member });
    },
    content(piece: Buffer) {
      if (last) parts.push({ member: last, piece });
    },
    end() {},
  };
  const pass = new TarPass(visitor, PLAIN);
  for await (const chunk of stream) {
    pass.write(chunk);
    yield* parts.splice(0);
  }
  pass.finish();
}
