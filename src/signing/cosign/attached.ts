import { z } from "zod";
import { VERDICT_TYPE } from "../../domain/evidence/predicate.ts";
import { quoted } from "../../domain/one-line.ts";
import { GateError, tryOr } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Cosign } from "./program.ts";
import { type Ran, runCosign } from "./run.ts";

// The only place that reads Cosign's answers. If Cosign could not look, or its answer cannot be read, the result is
// unknown.

/** The place of a signature: a bundle that refers to the image, or the tags `.sig` and `.att`. */
export type SignatureFormat = "bundle" | "legacy";

/** The type of a plain signature in each format. */
export const SIGNATURES: Readonly<Record<SignatureFormat, string>> = {
  bundle: "https://sigstore.dev/cosign/sign/v1",
  legacy: "cosign container image signature",
};

/** The signers whose signatures count, and how Cosign looks for them. */
export interface Asking {
  readonly cosign: Cosign;
  readonly trust: {
    /** Arguments that name a key or an identity. */
    readonly args: readonly string[];
    /** The URI of a key in a KMS, whose login Cosign needs. */
    readonly store?: string | undefined;
  };
  /** True if a signature must be in Sigstore's transparency log. */
  readonly tlog: boolean;
  /** True if the registry may be asked over plain HTTP although it is not on this machine. */
  readonly allowHttpRegistry: boolean;
}

/** An image by its digest, in one repository. Cosign never gets a tag. */
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
 * The types of all that Cosign accepts as a signature of the image: one of {@link SIGNATURES} for a plain one.
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
 * The statements (in-toto) of the image's attestations, as parsed JSON. An unreadable one stays, as undefined: it is
 * signed, and could be the newest.
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

/** Bytes of hundreds of verdicts, each with hundreds of exceptions; signatures are smaller. */
const MAX_OUTPUT = 32 * 1024 * 1024;
/** The same for vulnerability reports and SBOMs. */
const MAX_REPORTS = 256 * 1024 * 1024;

/** The JSON documents of an answer, one a line. None if no signature or attestation is accepted. */
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

/**
 * Cosign 3's messages for a signature or an attestation that it has read and does not accept. After any other message,
 * it is unknown whether there is one.
 */
const NOT_ACCEPTED = [
  // Of another key.
  /^(?:could not verify envelope: )?accepted signatures do not match threshold, Found: \d+, Expected \d+$/,
  /^(?:invalid signature when validating ASN\.1 encoded signature|crypto\/rsa: verification error|failed to verify signature)$/,
  // Of another identity.
  /^none of the expected identities matched what was in the certificate\b/,
  /^failed to verify certificate identity: no matching CertificateIdentity found\b/,
  // Of an identity, if a key is trusted (a platform's own attestations are of one), or of a key, if an identity is.
  /^expected key signature, not certificate$/,
  /^empty key$/,
  // Of another image.
  /^(?:provided artifact digest does not match any digest in statement|no matching subject digest found)$/,
  /^(?:missing or incorrect|invalid or missing) digest in claim: /,
  // In no log, though it should be.
  /^(?:failed to verify log inclusion: )?not enough verified log entries from transparency log\b/,
  /^signature not found in transparency log$/,
];

const TOOK_PART = "Every attestation has to be read, since the newest verdict counts.";

/**
 * Requires that a failed call found nothing acceptable. A call that found something ends with exit code 0.
 * @throws GateError `sigstore-unreachable`, `evidence-unreadable` if the call could not look
 */
export function requireLooked({ code, stderr }: Ran, what: string): void {
  const words = wordsOf(stderr);
  if (code !== null && code !== 0 && words !== undefined && saysNone(words)) return;
  const said = words ?? stderr;
  if (/\btrusted root\b|\btrusted_root\b|\bTUF\b|\btuf\b|getting (?:Fulcio|Rekor|CTFE)|\brekor\b/i.test(said))
    throw new GateError(
      "sigstore-unreachable",
      `Sigstore's keys or its log could not be read: ${quoted(said)}`,
      "Open the way to Sigstore's hosts, or initialize a mirror of them with `cosign initialize`. For signatures of a key that are in no log, set `tlog: false`.",
    );
  throw new GateError(
    "evidence-unreadable",
    `Cosign could not read the ${what} of the image (exit code ${code}): ${quoted(said)}`,
    `Check that the registry answers, and that this machine is logged in to it. ${TOOK_PART}`,
  );
}

/** Cosign's last message, after its warnings. */
function wordsOf(stderr: string): string | undefined {
  const marker = "error during command execution: ";
  const at = stderr.lastIndexOf(marker);
  return at === -1 ? undefined : stderr.slice(at + marker.length).trim();
}

function saysNone(words: string): boolean {
  if (words === "no signatures found" || /^none of the attestations matched the predicate type: /.test(words))
    return true;
  const [, each] = /^no matching (?:signatures|attestations):(.*)$/s.exec(words) ?? [];
  if (each === undefined) return false;
  const lines = each.split("\n").map((line) => line.trim().replace(/^failed to verify signature: /, ""));
  return lines.every((line) => line === "" || NOT_ACCEPTED.some((known) => known.test(line)));
}
