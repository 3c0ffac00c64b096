import type { Evidence } from "../../domain/evidence/accept.ts";
import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import { repositoryName } from "../../domain/image/reference.ts";
import { ImageFault } from "../../images/fault.ts";
import type { ReaderOptions } from "../../images/registry/client.ts";
import { requireReferrers } from "../../images/registry/referrers.ts";
import { timeLimit } from "../../system/background.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import {
  type Asking,
  attestedStatements,
  SIGNATURES,
  type SignatureFormat,
  signatureTypes,
} from "../cosign/attached.ts";

/** The image that is asked for, by its digest. No tag is ever given to Cosign. */
export interface PinnedImage {
  /** Without tag and digest. */
  readonly repository: string;
  readonly digest: string;
  /** Only of an index: the digests of its images. */
  readonly images?: readonly string[] | undefined;
}

/** How the registry is asked by ourselves. */
export type RegistryAccess = Pick<ReaderOptions, "credentials" | "allowHttp">;

/**
 * The annotation by which Cosign 3 marks the manifest of a bundle; in its older format, each layer has a shorter one.
 */
const PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
/** Milliseconds for all attested verdicts together. */
const VERDICTS_MS = 60_000;

/**
 * Reads the attested verdicts of all signers once, without Cosign. Cosign skips those that the registry lists but does
 * not hand over. It looks at the older format alone if it cannot read the list of bundles. A newer fail would go
 * unseen.
 * @returns false if nothing at all is attached to the image
 * @throws GateError `evidence-unreadable`
 */
export async function requireAttested(
  image: PinnedImage,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<boolean> {
  const search = {
    repository: repositoryName(image.repository),
    digest: image.digest,
    annotation: [PREDICATE_TYPE, VERDICT_TYPE],
    tagged: { tag: `${image.digest.replace(":", "-")}.att`, annotation: ["predicateType", VERDICT_TYPE] },
  } as const;
  const within = AbortSignal.any([signal, timeLimit(VERDICTS_MS)]);
  return requireReferrers(search, { ...access, signal: within }).catch((cause: unknown) => {
    if (!(cause instanceof ImageFault)) throw cause;
    throw new GateError(
      "evidence-unreadable",
      `The verdicts that are attached to the image cannot all be read: ${cause.message}`,
      "Run again. If the registry lists one that it has lost, let the gate judge and sign the image under a new digest, or remove it from the list. Every attestation has to be read, since the newest verdict counts.",
      { cause },
    );
  });
}

/**
 * Reads all that the trusted key or identity has signed and attested about an image, in both formats. If one of the
 * calls cannot look, nothing is known: the newest verdict could be there.
 * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
 */
export async function readEvidence(image: PinnedImage, asking: Asking, world: World): Promise<Evidence> {
  const plain: readonly string[] = Object.values(SIGNATURES);
  // All calls have ended before one that failed ends the run.
  const [types, statements] = await Promise.allSettled([
    inBoth((format) => signatureTypes({ ...image, format }, asking, world)),
    readStatements(image, asking, world),
  ]);
  return {
    digest: image.digest,
    images: image.images,
    // Cosign accepts an image that only has an attestation as a bundle, so the type has to be looked at.
    signed: resultOf(types).some((type) => plain.includes(type)),
    statements: resultOf(statements),
  };
}

/**
 * As {@link readEvidence}, but only what is attested: signatures take as many calls again.
 * @throws GateError as that
 */
export function readStatements(image: PinnedImage, asking: Asking, world: World): Promise<unknown[]> {
  return inBoth((format) => attestedStatements({ ...image, format }, VERDICT_TYPE, asking, world));
}

async function inBoth<T>(read: (format: SignatureFormat) => Promise<T[]>): Promise<T[]> {
  return (await Promise.allSettled([read("bundle"), read("legacy")])).flatMap(resultOf);
}

function resultOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}
