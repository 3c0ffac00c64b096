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

/** The image by its digest. Cosign never gets a tag. */
export interface PinnedImage {
  /** Without tag and digest. */
  readonly repository: string;
  readonly digest: string;
  /** For an index only: the digests of its images. */
  readonly images?: readonly string[] | undefined;
}

/** Options for our own requests to the registry. */
export type RegistryAccess = Pick<ReaderOptions, "credentials" | "allowHttp">;

/**
 * The annotation with which Cosign 3 marks a bundle's manifest; in its older format, each layer has a shorter one.
 */
const PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
/** Milliseconds for all attested verdicts together. */
const VERDICTS_MS = 60_000;

/**
 * Reads the attested verdicts of all signers once, without Cosign. Cosign skips attestations that the registry lists
 * but does not deliver. If it cannot read the list of bundles, it uses only the older format. A newer fail would go
 * unseen.
 * @returns false if the image has no attachments at all
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
 * Reads the signatures and attestations of the trusted key or identity for an image, in both formats. If one of the
 * calls cannot look, the result is unknown: it could be the newest verdict.
 * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
 */
export async function readEvidence(image: PinnedImage, asking: Asking, world: World): Promise<Evidence> {
  const plain: readonly string[] = Object.values(SIGNATURES);
  // All calls must end before a failed one ends the run.
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
 * As {@link readEvidence}, but only attestations: signatures take as many calls again.
 * @throws GateError as {@link readEvidence}
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
