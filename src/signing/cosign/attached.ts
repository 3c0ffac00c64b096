import { z } from "zod";
import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { requireLooked } from "./looked.ts";
import type { Cosign } from "./program.ts";
import { runCosign } from "./run.ts";

// The only place that reads Cosign's answers. If Cosign could not look, or its answer cannot be read, nothing is known.

/** Where a signature lies: as a bundle that refers to the image, or under the tags `.sig` and `.att`. */
export type SignatureFormat = "bundle" | "legacy";

/** The type of a plain signature in each format. */
export const SIGNATURES: Readonly<Record<SignatureFormat, string>> = {
  bundle: "https://sigstore.dev/cosign/sign/v1",
  legacy: "cosign container image signature",
};

/** Whose signatures count, and how Cosign looks for them. */
export interface Asking {
  readonly cosign: Cosign;
  readonly trust: {
    /** Name a key or an identity. */
    readonly args: readonly string[];
    /** The URI of a key in a KMS, whose login Cosign needs. */
    readonly store?: string | undefined;
  };
  /** Whether a signature must be in Sigstore's transparency log. */
  readonly tlog: boolean;
  /** Whether the registry may be asked over plain HTTP although it is not on the loopback. */
  readonly allowHttpRegistry: boolean;
}

/** An image by its digest, at one place. No tag is ever given to Cosign. */
export interface Place {
  /** Without tag and digest. */
  readonly repository: string;
  readonly digest: string;
  readonly format: SignatureFormat;
}

/** The simple signing format of github.com/containers/image, whose mandatory part has this name. */
const signatures = z.array(
  z.object({ critical: z.object({ type: z.string(), image: z.object({ "docker-manifest-digest": z.string() }) }) }),
);

/**
 * The types of everything that Cosign accepts as a signature of the image: one of {@link SIGNATURES} for a plain one.
 * Among bundles, attestations count as well, with the types of their predicates.
 * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
 */
export async function signatureTypes(place: Place, asking: Asking, world: World): Promise<string[]> {
  const answers = await ask(["verify", "--output=json"], place, asking, world);
  const { data } = signatures.safeParse(answers.flat());
  if (data === undefined) throw unreadable("signatures");
  return data.flatMap(({ critical: { type, image } }) =>
    image["docker-manifest-digest"] === place.digest ? [type] : [],
  );
}

const envelope = z.object({ payloadType: z.literal("application/vnd.in-toto+json"), payload: z.base64() });

/**
 * The statements (in-toto) of the image's attestations, as parsed JSON. One that cannot be read stays, as undefined: it
 * is signed, and could be the newest.
 * @param type of the predicates, as Cosign's `--type` takes it; statements of other types may be among them
 * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
 */
export async function attestedStatements(place: Place, type: string, asking: Asking, world: World): Promise<unknown[]> {
  const answers = await ask(["verify-attestation", `--type=${type}`], place, asking, world);
  return answers.map((answer) => {
    const { data } = envelope.safeParse(answer);
    return tryOr(() => data && JSON.parse(Buffer.from(data.payload, "base64").toString("utf8")), undefined);
  });
}

/** Bytes of hundreds of verdicts, each with hundreds of exceptions; signatures have fewer. */
const MAX_OUTPUT = 32 * 1024 * 1024;
/** The same for vulnerability reports and SBOMs. */
const MAX_REPORTS = 256 * 1024 * 1024;

/** The JSON documents of an answer, each on a separate line. None if nothing is accepted. */
async function ask(
  command: readonly [string, string],
  { repository, digest, format }: Place,
  { cosign, trust, tlog, allowHttpRegistry }: Asking,
  world: World,
): Promise<unknown[]> {
  const args = [
    ...command,
    `--new-bundle-format=${format === "bundle"}`,
    ...trust.args,
    ...(tlog ? [] : ["--insecure-ignore-tlog=true"]),
    ...(allowHttpRegistry ? ["--allow-http-registry=true"] : []),
    `${repository}@${digest}`,
  ];
  const isSmall = command[0] === "verify" || command[1] === `--type=${VERDICT_TYPE}`;
  const maxOutput = isSmall ? MAX_OUTPUT : MAX_REPORTS;
  const ran = await runCosign(cosign.path, args, { key: trust.store, maxOutput }, world);
  const what = command[0] === "verify" ? "signatures" : "attestations";
  if (ran.code !== 0) {
    requireLooked(ran, what);
    return [];
  }
  const lines = ran.stdout.split("\n").filter((line) => line.trim() !== "");
  const answers = tryOr(() => lines.map((line): unknown => JSON.parse(line)), undefined);
  if (answers === undefined) throw unreadable(what);
  return answers;
}

function unreadable(what: string): GateError {
  return new GateError(
    "evidence-unreadable",
    `Cosign's answer about the ${what} of the image cannot be read`,
    "Use a released Cosign, or report this with the log.",
  );
}
