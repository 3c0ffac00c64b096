import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import {
  type CheckSignature,
  checksumsOf,
  signatureCheck as releaseSignatures,
  type SigstoreTrust,
} from "../../../supply/signature.ts";
import type { Signer } from "../../../supply/sigstore/verify.ts";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import type { Release } from "./release.ts";

/**
 * The signer of Grype's releases: its release workflow on the branch `main` (Grype's `install.sh`). So the signature
 * does not name the version; the archive's name in the signed checksums does.
 */
export const SIGNER: Signer = {
  issuer: "https://token.actions.githubusercontent.com",
  identity: "https://github.com/anchore/grype/.github/workflows/release.yaml@refs/heads/main",
};

/**
 * Creates a signature check that asks Sigstore at most once for a newer root.
 * @throws GateError `grype-signature-invalid`, `run-cancelled`
 */
export function signatureCheck(
  { trust, mayRefresh }: { readonly trust: SigstoreTrust; readonly mayRefresh: boolean },
  world: World,
): CheckSignature {
  return releaseSignatures({ trust, mayRefresh, signerOf: () => SIGNER, invalid }, world);
}

function invalid(name: string, reason: string, cause?: unknown): GateError {
  return new GateError(
    "grype-signature-invalid",
    `The signature of ${name} is not good: ${reason}`,
    "Do not use this release before you know why. Where you have the archive's SHA-256 from a source that you trust, give it as `grype-sha256`.",
    { cause },
  );
}

const MAX_PROOF_BYTES = 4 << 20;
const schema = z.strictObject({ checksums: z.string(), bundle: z.string() });

/** A release's checksums and their signature, kept next to the archive so that it can be verified again offline. */
export type Proof = Readonly<z.infer<typeof schema>>;

export const checksumsFile = (version: string): string => `grype_${version}_checksums.txt`;

/** Reads a proof from a file. Undefined: it is something else. */
export function readProof(path: string): Proof | undefined {
  try {
    if (statSync(path).size > MAX_PROOF_BYTES) return undefined;
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/**
 * The archive's SHA-256 from the signed checksums.
 * @throws GateError `grype-signature-invalid`, `grype-checksum-missing`, `run-cancelled`
 */
export async function signedChecksum(
  { checksums, bundle }: Proof,
  { version, archive }: Pick<Release, "version" | "archive">,
  check: CheckSignature,
): Promise<string> {
  const name = checksumsFile(version);
  await check({ name, bytes: Buffer.from(checksums, "utf8"), bundle }, version);
  const [hash, ...others] = new Set(checksumsOf(checksums, archive));
  if (hash !== undefined && others.length === 0) return hash;
  throw new GateError(
    "grype-checksum-missing",
    `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`,
    "Check `grype-version` against github.com/anchore/grype/releases: these are another version's checksums, or there is no archive for this machine.",
  );
}
