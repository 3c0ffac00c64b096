import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { cancelled, GateError } from "../../../system/errors.ts";
import { getPatiently } from "../../../system/http.ts";
import { sha256OfBytes } from "../../../system/store/hashing.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { addressOf, downloadSmall, type ReleaseSource } from "./download.ts";
import { DEFAULT_VERSION, type Release } from "./release.ts";
import type { TufRepository } from "./sigstore/refresh.ts";
import type { Signer } from "./sigstore/verify.ts";

/** The logs and authorities that we trust. */
export interface SigstoreTrust {
  /** A `trusted_root.json`. Absent: the compiled-in one of Sigstore's public-good instance. */
  readonly root?: unknown;
  /** Where to get a newer root. Absent: the repository of the public-good instance. */
  readonly repository?: TufRepository | undefined;
}

interface SignatureRules {
  readonly trust: SigstoreTrust;
  /** Whether to ask Sigstore for a newer root if the present one does not know the log or authority that signed. */
  readonly mayRefresh: boolean;
}

/** A file of a release and the text of its `.sigstore.json`. */
interface SignedReleaseFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly bundle: string;
}

/** @throws GateError `trivy-signature-invalid`, `run-cancelled`. */
export type CheckSignature = (file: SignedReleaseFile, version: string) => Promise<void>;

/** Timeout for a newer trusted root, which is four small files. */
const REFRESH_MS = 30_000;

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

/** Creates a signature check that asks Sigstore at most once for a newer root. */
export function signatureCheck({ trust, mayRefresh }: SignatureRules, world: World): CheckSignature {
  let newer: Promise<unknown> | undefined;
  return async (file, version) => {
    const { verifySignature, SignatureFault } = await import("./sigstore/verify.ts");
    const verify = (root: unknown): string | undefined => {
      try {
        verifySignature(file, signerOf(version), root);
        return undefined;
      } catch (error) {
        if (error instanceof SignatureFault && error.isUnknownAuthority) return error.message;
        throw error instanceof SignatureFault ? invalid(file.name, error.message, error) : error;
      }
    };
    const unknown = verify(trust.root);
    if (unknown === undefined) return;
    if (!mayRefresh) throw invalid(file.name, `${unknown}, and must not ask Sigstore here`);
    newer ??= refreshed(trust, world);
    const root = await newer.catch((error: unknown) => {
      if (world.signal.aborted) throw cancelled();
      throw invalid(file.name, `${unknown}, and Sigstore could not be asked: ${wordsOf(error)}`, error);
    });
    const still = verify(root);
    if (still !== undefined) throw invalid(file.name, `${still}, and neither does Sigstore`);
  };
}

async function refreshed(trust: SigstoreTrust, world: World): Promise<unknown> {
  world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
  const { newestTrustedRoot } = await import("./sigstore/refresh.ts");
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(REFRESH_MS)]);
  return newestTrustedRoot(privateFolder(world, "sigstore"), getPatiently, signal, trust.repository);
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
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

/** Lines of `sha256sum`: 64 digits, a space, a space or an asterisk, the name. */
function checksumsOf(text: string, name: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    return match?.[1] !== undefined && match[2] === name ? [match[1]] : [];
  });
}
