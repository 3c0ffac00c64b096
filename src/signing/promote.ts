import { VERDICT_TYPE, type VerdictPredicate } from "../domain/evidence/predicate.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import type { ReadEarlier } from "./earlier-verdicts.ts";
import { signAll, type Written } from "./sign.ts";
import type { Signer } from "./signer.ts";
import { type Evidence, referenceOf, type Subject } from "./subject.ts";

/** The repository and tag that a signed image is copied to. */
export interface Destination {
  /** Without tag. */
  readonly repository: string;
  readonly tag: string;
}

/** Looks up the digest of a tag; undefined if the tag is free. @throws GateError if the registry could not be asked */
export type DigestOf = (destination: Destination) => Promise<string | undefined>;

/**
 * `cosign copy` also writes each manifest under a tag `PREFIXsha256-HEX`. Without a prefix, that is the very tag at
 * which registries without the referrers API keep the new bundles.
 */
const PREFIX = "--attachment-tag-prefix=image-gate-";

/**
 * Copies this run's signed images to another repository, and signs them there, with their evidence, in all formats. The
 * tag comes last, so it never refers to an unsigned image. `cosign copy` would lose bundles, and signatures that name
 * their original repository would name the wrong one. This key's earlier verdicts against the image are copied, too. A
 * newer one, here or there, stops the promotion, so that a withdrawal is not forgotten.
 * @throws GateError `promotion-tag-taken`, `promotion-differs`, `newer-verdict`, `registry-…`, `cosign-…`
 */
export async function promote(
  { top, subjects, destination, earlier, readEarlier }: Promotion,
  signer: Signer,
  digestOf: DigestOf,
  world: World,
): Promise<readonly Written[]> {
  const { repository, tag } = destination;
  const target = `${repository}:${tag}`;
  const during = `copying ${referenceOf(top)} to ${target}`;
  await requireFree(destination, top, digestOf);
  const copied = subjects.map((subject) => movedTo(repository, subject, earlier.get(subject) ?? []));
  world.log.info(during);
  // With `--only`, Cosign leaves the tag alone.
  await signer.copy(["--only=sig", PREFIX, referenceOf(top), target], during);
  await earlierOf(copied, readEarlier);
  const written = await signAll(copied, signer, world);
  // The copy takes time, and the image may have been withdrawn meanwhile.
  await earlierOf(subjects, readEarlier);
  await requireFree(destination, top, digestOf);
  await signer.copy([PREFIX, referenceOf({ ...top, repository }), target], during);
  const now = await digestOf(destination);
  if (now === top.digest) return written;
  throw new GateError(
    "promotion-differs",
    `${target} is ${now ?? "nothing"} after the copy, not ${top.digest}, which was signed`,
    "Another job writes to this tag, or the registry changes images that are pushed to it. Deploy nothing by this tag.",
  );
}

/** The promoted images and their destination. */
export interface Promotion {
  /** The image or index that gets the tag. */
  readonly top: Subject;
  /** All images and indexes of it that this run has signed, {@link top} last. */
  readonly subjects: readonly Subject[];
  readonly destination: Destination;
  /** Verdicts against them from before they were signed. */
  readonly earlier: VerdictsBySubject;
  readonly readEarlier: ReadEarlier;
}

/** For each image, its signer's earlier verdicts against it. */
export type VerdictsBySubject = ReadonlyMap<Subject, readonly VerdictPredicate[]>;

/** One after the other: each takes several processes. @throws GateError `newer-verdict` */
export async function earlierOf(subjects: readonly Subject[], readEarlier: ReadEarlier): Promise<VerdictsBySubject> {
  const earlier = new Map<Subject, readonly VerdictPredicate[]>();
  for (const subject of subjects) earlier.set(subject, await readEarlier(subject));
  return earlier;
}

/** The same subject in another repository, with its earlier verdicts; each verdict says where it is signed. */
function movedTo(repository: string, subject: Subject, earlier: readonly VerdictPredicate[]): Subject {
  const moved = (predicate: VerdictPredicate) =>
    JSON.stringify({ ...predicate, image: { ...predicate.image, repository } });
  const before = earlier.map(
    (predicate): Evidence => ({ kind: "verdict", type: VERDICT_TYPE, predicate: moved(predicate) }),
  );
  const evidence = subject.evidence.map((each) =>
    each.kind === "verdict" ? { ...each, predicate: moved(JSON.parse(each.predicate)) } : each,
  );
  return { ...subject, repository, evidence: [...before, ...evidence] };
}

/**
 * Passes if the tag is free, or already refers to the same image.
 * @throws GateError `promotion-tag-taken`
 */
export async function requireFree(destination: Destination, top: Subject, digestOf: DigestOf): Promise<void> {
  const there = await digestOf(destination);
  if (there === undefined || there === top.digest) return;
  throw new GateError(
    "promotion-tag-taken",
    `${destination.repository}:${destination.tag} already refers to another image, ${there}, and a tag in use is not moved`,
    "Name a new tag with `promote-to`, or remove the old one if it is no longer needed.",
  );
}
