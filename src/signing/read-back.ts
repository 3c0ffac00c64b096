import { cosignFailure } from "./cosign/failures.ts";
import { SIGNATURES, type SignatureFormat, statementsIn, verifiedIn } from "./cosign/payload.ts";
import type { Ran } from "./cosign/run.ts";
import type { Signer } from "./signer.ts";
import { referenceOf, type Subject } from "./subject.ts";

/** In which format it lies, and whose it must be. */
export interface Reading {
  readonly format: SignatureFormat;
  readonly signer: Signer;
}

/** Cosign's own names of predicate types (pkg/cosign/attestation). */
const TYPES: Readonly<Record<string, string>> = {
  vuln: "https://cosign.sigstore.dev/attestation/vuln/v1",
  cyclonedx: "https://cyclonedx.org/bom",
};

/** Whether this signer has put a plain signature there. Cosign also accepts an attestation alone; this does not. */
export async function isSigned(subject: Subject, reading: Reading): Promise<boolean> {
  return (await verifiedTypes(subject, reading)).includes(SIGNATURES[reading.format]);
}

/** The types of all that Cosign takes for a signature of this signer. */
async function verifiedTypes(subject: Subject, { format, signer }: Reading): Promise<string[]> {
  const ran = await signer.read("verify", [referenceOf(subject)], format);
  if (!found(ran, subject)) return [];
  return verifiedIn(ran.stdout)
    .filter(({ digest }) => digest === subject.digest)
    .map(({ type }) => type);
}

/**
 * The predicates of a type that this signer has attached. If an image has no bundle, Cosign looks at the older format
 * although the newer one was asked for. Only what it takes for a signature shows which one it has read. Without a key,
 * attestations of others are among them.
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
  return statementsIn(ran.stdout)
    .filter(({ predicateType, digests }) => predicateType === fullType && digests.includes(subject.digest))
    .map(({ predicate }) => predicate);
}

/** @throws GateError if nobody could look */
function found(ran: Ran, subject: Subject): boolean {
  if (ran.code === 0) return true;
  const failure = cosignFailure(ran, `reading what is at ${referenceOf(subject)}`);
  if (/^(?:registry|sigstore)-/.test(failure.code)) throw failure;
  return false;
}
