import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { addressOf, type ReleaseSource } from "../../../supply/release-source.ts";
import {
  type CheckSignature,
  checksumsOf,
  signatureCheck as releaseSignatures,
  type SigstoreTrust,
} from "../../../supply/signature.ts";
import type { Signer } from "../../../supply/sigstore/verify.ts";
import { GateError } from "../../../system/errors.ts";
import { sha256OfBytes } from "../../../system/store/hashing.ts";
import type { World } from "../../../system/world.ts";
import { downloadSmall } from "./download.ts";
import { DEFAULT_VERSION, type Release } from "./release.ts";

/**
 * The signer of Trivy's releases: its release workflow, at the version's tag
 * (https://trivy.dev/docs/latest/getting-started/signature-verification/).
 */
export function signerOf(version: string): Signer {
  return {
    issuer: "https://token.actions.githubusercontent.com",
    identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`,
  };
}

/**
 * Creates a signature check that asks Sigstore at most once for a newer root.
 * @throws GateError `trivy-signature-invalid`, `run-cancelled`
 */
export function signatureCheck(
  { trust, mayRefresh }: { readonly trust: SigstoreTrust; readonly mayRefresh: boolean },
  world: World,
): CheckSignature {
  return releaseSignatures({ trust, mayRefresh, signerOf, invalid }, world);
}

function invalid(name: string, reason: string, cause?: unknown): GateError {
  return new GateError(
    "trivy-signature-invalid",
    `The signature of ${name} is not good: ${reason}`,
    "Do not use this release before you know why. Use the version that is compiled in, or, where you have the archive's SHA-256 from a source that you trust, give it as `trivy-sha256`.",
    { cause },
  );
}

const MAX_PROOF_BYTES = 4 << 20;

const proofSchema = z.strictObject({
  /** The text of the signed checksums file. Absent: the archive itself is signed. */
  checksums: z.string().optional(),
  /** The text of the signature (a Sigstore bundle). */
  bundle: z.string(),
});

/** The proof that an archive was released. Kept next to the archive, so that we can verify it again offline. */
export type ReleaseProof = Readonly<z.infer<typeof proofSchema>>;

type ProofRelease = Pick<Release, "version" | "archive">;

const checksumsFile = (version: string): string => `trivy_${version}_checksums.txt`;

/**
 * Fetches the signature of the checksums file, or of the archive if the former has none.
 * @throws GateError `trivy-signature-missing`, `trivy-download-…`, `run-cancelled`.
 */
export async function fetchProof(release: ProofRelease, source: ReleaseSource, world: World): Promise<ReleaseProof> {
  const { version, archive } = release;
  const fetch = async (name: string): Promise<string | undefined> =>
    (await downloadSmall(addressOf(source, version, name), source, world))?.toString("utf8");
  const ofChecksums = await fetch(`${checksumsFile(version)}.sigstore.json`);
  const checksums = ofChecksums === undefined ? undefined : await fetch(checksumsFile(version));
  if (ofChecksums !== undefined && checksums !== undefined) return { checksums, bundle: ofChecksums };
  const ofArchive = await fetch(`${archive}.sigstore.json`);
  if (ofArchive !== undefined) return { bundle: ofArchive };
  const names = `${checksumsFile(version)}.sigstore.json, ${archive}.sigstore.json`;
  throw new GateError(
    "trivy-signature-missing",
    `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${names})`,
    source.isMirror
      ? `Copy the signature and the checksums file to the mirror, too, use Trivy ${DEFAULT_VERSION}, or give the archive's SHA-256 as \`trivy-sha256\`.`
      : `Check \`trivy-version\`, use Trivy ${DEFAULT_VERSION}, or give the archive's SHA-256 as \`trivy-sha256\`.`,
  );
}

/** Reads a proof from a file. Returns undefined if the file is not a proof. */
export function readProof(path: string): ReleaseProof | undefined {
  try {
    if (statSync(path).size > MAX_PROOF_BYTES) return undefined;
    return proofSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/**
 * The archive's SHA-256 from the signed checksums file. Undefined if the archive itself is signed.
 * @throws GateError `trivy-signature-invalid`, `trivy-checksum-missing`, `run-cancelled`.
 */
export async function signedChecksum(
  proof: ReleaseProof,
  { version, archive }: ProofRelease,
  check: CheckSignature,
): Promise<string | undefined> {
  if (proof.checksums === undefined) return undefined;
  const name = checksumsFile(version);
  await check({ name, bytes: Buffer.from(proof.checksums, "utf8"), bundle: proof.bundle }, version);
  const [hash, ...others] = new Set(checksumsOf(proof.checksums, archive));
  if (hash !== undefined && others.length === 0) return hash;
  throw new GateError(
    "trivy-checksum-missing",
    `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`,
    "Check `trivy-version` against github.com/aquasecurity/trivy/releases: there is no archive for this machine, or give its SHA-256 as `trivy-sha256`.",
  );
}

/**
 * The SHA-256 of the released archive, according to the proof.
 * @throws GateError like {@link signedChecksum}.
 */
export async function provenHash(
  proof: ReleaseProof,
  release: ProofRelease,
  archive: Buffer,
  check: CheckSignature,
): Promise<string> {
  const listed = await signedChecksum(proof, release, check);
  if (listed !== undefined) return listed;
  await check({ name: release.archive, bytes: archive, bundle: proof.bundle }, release.version);
  return sha256OfBytes(archive);
}
