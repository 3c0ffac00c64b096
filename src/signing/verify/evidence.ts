import { z } from "zod";
import type { Evidence } from "../../domain/evidence/accept.ts";
import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import { repositoryName } from "../../domain/image/reference.ts";
import { type ReaderOptions, RegistryError } from "../../images/registry/client.ts";
import { requireReferrers } from "../../images/registry/referrers.ts";
import { timeLimit } from "../../system/background.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { SIGNATURES, verifiedIn } from "../cosign/payload.ts";
import type { Cosign } from "../cosign/program.ts";
import { type Ran, runCosign } from "../cosign/run.ts";
import { requireLooked } from "./failures.ts";
import type { Trust } from "./trust.ts";

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

export interface VerifyOptions {
  readonly trust: Trust;
  /** Whether a signature must be in Sigstore's transparency log. */
  readonly tlog: boolean;
  /** Whether the registry may be asked over plain HTTP although it is not on the loopback. */
  readonly allowHttpRegistry: boolean;
}

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
    if (!(cause instanceof RegistryError)) throw cause;
    throw new GateError(
      "evidence-unreadable",
      `The verdicts that are attached to the image cannot all be read: its registry ${cause.message}`,
      "Run again. If the registry lists one that it has lost, let the gate judge and sign the image under a new digest, or remove it from the list. Every attestation has to be read, since the newest verdict counts.",
      { cause },
    );
  });
}

/** Hundreds of verdicts, each with hundreds of exceptions. */
const MAX_OUTPUT = 32 * 1024 * 1024;

/**
 * Reads all that the trusted key or identity has signed and attested about an image, in both formats. If one of the
 * calls cannot look, nothing is known: the newest verdict could be there.
 * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
 */
export async function readEvidence(
  cosign: Cosign,
  image: PinnedImage,
  options: VerifyOptions,
  world: World,
): Promise<Evidence> {
  const calls = [["verify", "--output=json"], ATTESTATIONS];
  const [bundles, legacy, ...attestations] = await callAll(cosign, image, calls, { options, world });
  return {
    digest: image.digest,
    images: image.images,
    signed: [bundles, legacy].some((ran) => ran !== undefined && isSigned(ran, image.digest)),
    statements: attestations.flatMap(linesOf).map(statementIn),
  };
}

/**
 * As {@link readEvidence}, but only what is attested: signatures take as many calls again.
 * @throws GateError as that
 */
export async function readStatements(
  cosign: Cosign,
  image: PinnedImage,
  options: VerifyOptions,
  world: World,
): Promise<unknown[]> {
  const attestations = await callAll(cosign, image, [ATTESTATIONS], { options, world });
  return attestations.flatMap(linesOf).map(statementIn);
}

const ATTESTATIONS = ["verify-attestation", `--type=${VERDICT_TYPE}`];

/** Each command for bundles, then for the older format. */
async function callAll(
  { path }: Cosign,
  image: PinnedImage,
  commands: readonly (readonly string[])[],
  { options: { trust, tlog, allowHttpRegistry }, world }: { readonly options: VerifyOptions; readonly world: World },
): Promise<Ran[]> {
  const flags = [
    ...trust.args,
    ...(tlog ? [] : ["--insecure-ignore-tlog=true"]),
    ...(allowHttpRegistry ? ["--allow-http-registry=true"] : []),
  ];
  const pinned = `${image.repository}@${image.digest}`;
  const calls = commands.flatMap((command) =>
    [true, false].map((isBundle) => {
      const args = [...command, `--new-bundle-format=${isBundle}`, ...flags, pinned];
      return runCosign(path, args, { key: trust.store, maxOutput: MAX_OUTPUT }, world);
    }),
  );
  // All of them have ended before one that failed ends the run.
  return (await Promise.allSettled(calls)).map(resultOf);
}

function resultOf(settled: PromiseSettledResult<Ran>): Ran {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

/** `cosign verify` accepts an image that only has an attestation as a bundle, so the type has to be looked at. */
function isSigned(ran: Ran, digest: string): boolean {
  if (ran.code !== 0) requireLooked(ran, "signatures");
  const types: readonly string[] = Object.values(SIGNATURES);
  return ran.code === 0 && verifiedIn(ran.stdout).some((each) => types.includes(each.type) && each.digest === digest);
}

/** Each JSON document on a line of its own, as Cosign writes them. */
function linesOf(ran: Ran): unknown[] {
  if (ran.code !== 0) {
    requireLooked(ran, "attestations");
    return [];
  }
  try {
    return ran.stdout
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as unknown);
  } catch (cause) {
    throw new GateError(
      "evidence-unreadable",
      `Cosign's answer about the attestations of the image is not JSON`,
      "Use a released Cosign, or report this with the log.",
      { cause },
    );
  }
}

const envelope = z.object({ payloadType: z.literal("application/vnd.in-toto+json"), payload: z.base64() });

/**
 * The statement in a DSSE envelope. What cannot be read stays, as an unreadable statement: it is signed, and could be
 * the newest.
 */
function statementIn(line: unknown): unknown {
  const { data } = envelope.safeParse(line);
  return tryOr(() => data && JSON.parse(Buffer.from(data.payload, "base64").toString("utf8")), undefined);
}
