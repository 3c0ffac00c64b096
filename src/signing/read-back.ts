import { z } from "zod";
import { cosignFailure } from "./cosign/failures.ts";
import type { Ran } from "./cosign/run.ts";
import type { SignatureFormat, Signer } from "./signer.ts";
import { referenceOf, type Subject } from "./subject.ts";

interface Reading {
  readonly format: SignatureFormat;
  readonly signer: Signer;
}

/** What `critical.type` of a plain signature is; an attestation has its predicate's type there. */
const SIGNATURES: Readonly<Record<SignatureFormat, string>> = {
  bundle: "https://sigstore.dev/cosign/sign/v1",
  legacy: "cosign container image signature",
};

/** Cosign's own names of predicate types (pkg/cosign/attestation). */
const TYPES: Readonly<Record<string, string>> = {
  vuln: "https://cosign.sigstore.dev/attestation/vuln/v1",
  cyclonedx: "https://cyclonedx.org/bom",
};

const signatures = z.array(
  z.object({
    critical: z.object({ type: z.string(), image: z.object({ "docker-manifest-digest": z.string() }) }),
  }),
);

/** Whether this signer has put a plain signature there. An attestation alone is none, though Cosign accepts it. */
export async function isSigned(subject: Subject, reading: Reading): Promise<boolean> {
  return (await verifiedTypes(subject, reading)).includes(SIGNATURES[reading.format]);
}

/** The types of all that Cosign takes for a signature of this signer. In bundles, attestations are among them. */
async function verifiedTypes(subject: Subject, { format, signer }: Reading): Promise<string[]> {
  const ran = await signer.read("verify", [referenceOf(subject)], format);
  if (!found(ran, subject)) return [];
  return read(signatures, ran.stdout)
    .flat()
    .filter(({ critical }) => critical.image["docker-manifest-digest"] === subject.digest)
    .map(({ critical }) => critical.type);
}

const envelope = z.object({ payload: z.base64() });
const statement = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/**
 * The predicates of a type that this signer has attached. If an image has no bundle, Cosign looks at the older format although the
 * newer one was asked for; only what it takes for a signature shows which one it has read.
 */
export async function attestedPredicates(
  subject: Subject,
  type: string,
  { format, signer }: Reading,
): Promise<readonly unknown[]> {
  const fullType = TYPES[type] ?? type;
  if (format === "bundle" && !(await verifiedTypes(subject, { format, signer })).includes(fullType)) return [];
  const ran = await signer.read("verify-attestation", [`--type=${type}`, referenceOf(subject)], format);
  if (!found(ran, subject)) return [];
  return ran.stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => read(envelope, line))
    .flatMap(({ payload }) => read(statement, Buffer.from(payload, "base64").toString("utf8")))
    .filter(
      ({ predicateType, subject: subjects }) =>
        predicateType === fullType && subjects.some(({ digest }) => `sha256:${digest.sha256}` === subject.digest),
    )
    .map(({ predicate }) => predicate);
}

/** Without a key, strangers' attestations are among them: one that cannot be read is not ours. */
function read<T>(schema: z.ZodType<T>, text: string): T[] {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** @throws GateError if nobody could look */
function found(ran: Ran, subject: Subject): boolean {
  if (ran.code === 0) return true;
  const failure = cosignFailure(ran, `reading what is at ${referenceOf(subject)}`);
  if (/^(?:registry|sigstore)-/.test(failure.code)) throw failure;
  return false;
}
