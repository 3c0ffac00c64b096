import type { Bytes } from "./bytes.ts";
import { damagedTar, quoted } from "./problem.ts";
import { type Member, TarPass, type TarRules } from "./tar-pass.ts";

/** A member of a tar that is read one by one. */
export interface TarMember extends Member {
  /** The next bytes of the content; none at its end. The next member's start skips the rest. */
  some(): Promise<Buffer>;
}

/**
 * A tar's members in their order, by {@link TarPass}. Nothing is read of a content that is not asked for.
 * @throws TarProblem; what the source throws
 */
export async function* tarMembers(source: Bytes, rules: TarRules): AsyncGenerator<TarMember> {
  const seen: { member?: Member | undefined } = {};
  const visitor = {
    member(member: Member) {
      seen.member = member;
    },
    content() {},
    end() {},
  };
  const pass = new TarPass(visitor, rules);
  for (;;) {
    const member = await nextMember(source, pass, seen);
    if (member === undefined) {
      pass.finish();
      return;
    }
    let left = member.size;
    yield {
      ...member,
      async some() {
        if (left === 0) return Buffer.alloc(0);
        const piece = await source.some(left);
        if (piece.length === 0) throw cutOff(member);
        left -= piece.length;
        pass.write(piece);
        return piece;
      },
    };
    while (pass.skippable > 0) {
      const skipped = await source.skip(pass.skippable);
      if (skipped === 0) throw cutOff(member);
      pass.skip(skipped);
    }
  }
}

/** Undefined: there is none, and the source has ended. */
async function nextMember(
  source: Bytes,
  pass: TarPass,
  seen: { member?: Member | undefined },
): Promise<Member | undefined> {
  seen.member = undefined;
  for (;;) {
    const piece = await source.some(pass.wanted);
    if (piece.length === 0) return undefined;
    pass.write(piece);
    if (seen.member !== undefined) return seen.member;
  }
}

function cutOff({ name }: Member): Error {
  return damagedTar(`it is cut off within ${quoted(name)}`);
}

/** Archives that we or a release's tools have made: none has as many members, names, or zeros behind its end. */
const PLAIN: TarRules = { form: "archive", members: 200_000, nameBytes: 16 << 20, hasEnd: true, endBytes: 8 << 20 };

/** The members of an archive that must have its end. @throws TarProblem; what the source throws */
export function plainMembers(source: Bytes): AsyncGenerator<TarMember> {
  return tarMembers(source, PLAIN);
}

/** The content of a member, piece by piece. */
export async function* piecesOf(member: TarMember): AsyncGenerator<Buffer> {
  for (let piece = await member.some(); piece.length > 0; piece = await member.some()) yield piece;
}

/** The whole content of a member, which its reader has bounded by its size. */
export async function contentOf(member: TarMember): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const piece of piecesOf(member)) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}
