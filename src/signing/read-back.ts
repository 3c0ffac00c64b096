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

/**
 * What this signer has put to an image in one format, as Cosign reads it. Each question is a process, so an answer is
 * kept until something is written.
 */
export class ReadBack {
  readonly #subject: Subject;
  readonly #reading: Reading;
  #types: Promise<readonly string[]> | undefined;

  constructor(subject: Subject, reading: Reading) {
    this.#subject = subject;
    this.#reading = reading;
  }

  /** To be called when something was written: what is known is old. */
  written(): void {
    this.#types = undefined;
  }

  /** Whether there is a plain signature. Cosign itself accepts an attestation alone. */
  async isSigned(): Promise<boolean> {
    return (await this.#verifiedTypes()).includes(SIGNATURES[this.#reading.format]);
  }

  /**
   * The predicates of a type that are attached. If an image has no bundle, Cosign looks at the older format although
   * the newer one was asked for. Only what it takes for a signature shows which one it has read. Without a key,
   * attestations of others are among them.
   */
  async attested(type: string): Promise<readonly unknown[]> {
    const { format, signer } = this.#reading;
    const { digest } = this.#subject;
    const fullType = TYPES[type] ?? type;
    if (format === "bundle" && !(await this.#verifiedTypes()).includes(fullType)) return [];
    const ran = await signer.read("verify-attestation", [`--type=${type}`, referenceOf(this.#subject)], format);
    if (!found(ran, this.#subject)) return [];
    return statementsIn(ran.stdout)
      .filter(({ predicateType, digests }) => predicateType === fullType && digests.includes(digest))
      .map(({ predicate }) => predicate);
  }

  /** The types of everything that Cosign accepts as a signature of this signer. */
  #verifiedTypes(): Promise<readonly string[]> {
    this.#types ??= verifiedTypes(this.#subject, this.#reading);
    return this.#types;
  }
}

async function verifiedTypes(subject: Subject, { format, signer }: Reading): Promise<string[]> {
  const ran = await signer.read("verify", [referenceOf(subject)], format);
  if (!found(ran, subject)) return [];
  return verifiedIn(ran.stdout)
    .filter(({ digest }) => digest === subject.digest)
    .map(({ type }) => type);
}

/** @throws GateError if the registry could not be asked */
function found(ran: Ran, subject: Subject): boolean {
  if (ran.code === 0) return true;
  const failure = cosignFailure(ran, `reading what is at ${referenceOf(subject)}`);
  if (/^(?:registry|sigstore)-/.test(failure.code)) throw failure;
  return false;
}
