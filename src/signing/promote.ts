import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { signAll, type Written } from "./sign.ts";
import type { Signer } from "./signer.ts";
import { referenceOf, type Subject } from "./subject.ts";

/** Where a signed image is copied to. */
export interface Destination {
  /** Without tag. */
  readonly repository: string;
  readonly tag: string;
}

/** Looks up what a tag means; undefined if there is none. @throws GateError if nobody could look */
export type DigestOf = (destination: Destination) => Promise<string | undefined>;

/**
 * `cosign copy` also writes each manifest under a tag `PREFIXsha256-HEX`. Without a prefix, that is the very tag at which registries
 * without the referrers API keep the new bundles.
 */
const PREFIX = "--attachment-tag-prefix=image-gate-";

/**
 * Copies what this run has signed to another repository, signs it there, with its evidence, in all formats, and gives it its tag
 * last: under its tag, it was never there unsigned. `cosign copy` would lose bundles, and signatures that name the repository
 * they were made for would name the first one.
 * @param top the image or index that gets the tag
 * @param subjects all that this run has signed of it, `top` last
 * @throws GateError `promotion-tag-taken`, `promotion-differs`, `registry-…`, `cosign-…`
 */
export async function promote(
  { top, subjects, destination }: { top: Subject; subjects: readonly Subject[]; destination: Destination },
  signer: Signer,
  digestOf: DigestOf,
  world: World,
): Promise<readonly Written[]> {
  const { repository, tag } = destination;
  const target = `${repository}:${tag}`;
  const copied = subjects.map((subject) => movedTo(repository, subject));
  const during = `copying ${referenceOf(top)} to ${target}`;
  await requireFree(destination, top, digestOf);
  world.log.info(during);
  // With `--only`, Cosign leaves the tag alone.
  await signer.copy(["--only=sig", PREFIX, referenceOf(top), target], during);
  const written = await signAll(copied, signer, world);
  await requireFree(destination, top, digestOf);
  await signer.copy([PREFIX, referenceOf({ ...top, repository }), target], during);
  const now = await digestOf(destination);
  if (now === top.digest) return written;
  throw new GateError(
    "promotion-differs",
    `${target} is ${now ?? "nothing"} after the copy, not ${top.digest}, which was signed`,
    "Somebody else writes to this tag, or the registry changes what is pushed to it. Nothing may be deployed by this tag.",
  );
}

/** The same at another place; its verdict says where it is signed. */
function movedTo(repository: string, subject: Subject): Subject {
  const evidence = subject.evidence.map((each) => {
    if (each.kind !== "verdict") return each;
    const { image, ...rest } = JSON.parse(each.predicate);
    return { ...each, predicate: JSON.stringify({ ...rest, image: { ...image, repository } }) };
  });
  return { ...subject, repository, evidence };
}

/**
 * Holds if the tag is free, or is the same image already.
 * @throws GateError `promotion-tag-taken`
 */
export async function requireFree(destination: Destination, top: Subject, digestOf: DigestOf): Promise<void> {
  const there = await digestOf(destination);
  if (there === undefined || there === top.digest) return;
  throw new GateError(
    "promotion-tag-taken",
    `${destination.repository}:${destination.tag} is another image already, ${there}, and a tag that production reads is not moved`,
    "Name a new tag by `promote-to`, or remove the old one if it is meant to go.",
  );
}
