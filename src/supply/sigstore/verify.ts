// Loaded only if a signature is verified, so it is a separate chunk in the bundle.
import { createHash } from "node:crypto";
import { type BundleWithMessageSignature, bundleFromJSON, isBundleWithMessageSignature } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import compiledIn from "./trusted-root.json" with { type: "json" };

/** The required signer, as Sigstore's authority writes it into the certificate. */
export interface Signer {
  /** The OpenID Connect issuer that confirmed {@link identity}. */
  readonly issuer: string;
  /** The certificate's only name (URI), compared as a whole. */
  readonly identity: string;
}

export interface SignedFile {
  readonly bytes: Buffer;
  /** The text of the `.sigstore.json` next to it. */
  readonly bundle: string;
}

/** A signature that must not be trusted. The message completes "the signature is not good: …". */
export class SignatureFault extends Error {
  override readonly name = "SignatureFault";
}

/**
 * Verifies a file's signature as `cosign verify-blob --bundle` does. It checks the certificate's chain up to a trusted
 * authority, its entry in a certificate log, and the signature's entry in a transparency log. A log or timestamp
 * authority must confirm a signing time within the certificate's validity. Last come the signature itself and the
 * signer.
 * @param trustedRoot Sigstore's `trusted_root.json`; absent: the compiled-in one of the public-good instance
 * @throws SignatureFault
 */
export function verifySignature(file: SignedFile, signer: Signer, trustedRoot: unknown = compiledIn): void {
  const { identity } = verified(file, trustedRoot);
  compareSigner(identity?.subjectAlternativeName, signer.identity, "it was made by");
  compareSigner(identity?.extensions?.issuer, signer.issuer, "its signer's name was vouched for by");
}

function verified(file: SignedFile, trustedRoot: unknown): ReturnType<Verifier["verify"]> {
  const bundle = parseBundle(file.bundle);
  const actual = createHash("sha256").update(file.bytes).digest("hex");
  const signed = bundle.content.messageSignature.messageDigest.digest.toString("hex");
  if (signed !== actual)
    throw new SignatureFault(`it belongs to another file (SHA-256 ${signed.slice(0, 64)}, not ${actual})`);
  if (bundle.verificationMaterial.tlogEntries.length === 0)
    throw new SignatureFault("it has no entry in a transparency log");
  try {
    const trust = toTrustMaterial(TrustedRoot.fromJSON(trustedRoot));
    // One entry in each kind of log and one trusted time, like cosign's defaults.
    const verifier = new Verifier(trust, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 });
    return verifier.verify(toSignedEntity(bundle, file.bytes));
  } catch (cause) {
    throw new SignatureFault(reasonOf(cause), { cause });
  }
}

function parseBundle(text: string): BundleWithMessageSignature {
  let bundle: ReturnType<typeof bundleFromJSON>;
  try {
    bundle = bundleFromJSON(JSON.parse(text));
  } catch (cause) {
    throw new SignatureFault("its file is cut off, damaged, or no Sigstore bundle", { cause });
  }
  if (!isBundleWithMessageSignature(bundle)) throw new SignatureFault("it is an attestation, not a file's signature");
  const { $case: kind } = bundle.verificationMaterial.content;
  if (kind !== "certificate" && kind !== "x509CertificateChain")
    throw new SignatureFault("it was made with a key that no certificate names");
  return bundle;
}

/** Our own description of the library's error codes. The library's message is added if it says more. */
function reasonOf(error: unknown): string {
  if (!(error instanceof VerificationError)) return "its file is damaged";
  const { code, message } = error;
  if (code === "SIGNATURE_ERROR") return "it does not match the file";
  if (code === "TIMESTAMP_ERROR") return `no trusted authority confirms the time of signing (${message})`;
  if (code.startsWith("TLOG_")) return `its entry in the transparency log is not good (${message})`;
  const detail = (error.cause as Error | undefined)?.message;
  if (detail?.includes("expired")) return "its certificate was not valid at the time of signing";
  if (message.includes("certificate chain"))
    return `its certificate does not come from an authority that was trusted at the time of signing${detail === undefined ? "" : ` (${detail})`}`;
  return `its certificate is not good (${message})`;
}

function compareSigner(actual: string | undefined, wanted: string, what: string): void {
  if (actual === wanted) return;
  throw new SignatureFault(`${what} ${JSON.stringify((actual ?? "").slice(0, 200))}, not by ${JSON.stringify(wanted)}`);
}
