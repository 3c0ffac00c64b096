import { cancelled, GateError } from "../../../system/errors.ts";
import { getPatiently } from "../../../system/http.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import type { TufRepository } from "./sigstore/refresh.ts";
import type { Signer } from "./sigstore/verify.ts";

/** Whose logs and authorities count. */
export interface SigstoreTrust {
  /** A `trusted_root.json`; absent: the public-good instance's that is compiled in. */
  readonly root?: unknown;
  /** Where a newer one comes from; absent: the public-good instance's repository. */
  readonly repository?: TufRepository | undefined;
}

export interface SignatureRules {
  readonly trust: SigstoreTrust;
  /** Sigstore may be asked for a newer root, where the one at hand does not know the log or authority that signed. */
  readonly mayRefresh: boolean;
}

/** A file of a release and the text of its `.sigstore.json`. */
export interface SignedReleaseFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly bundle: string;
}

/** @throws GateError `trivy-signature-invalid`, `run-cancelled`. */
export type CheckSignature = (file: SignedReleaseFile, version: string) => Promise<void>;

/** For a newer trusted root: four small files. */
const REFRESH_MS = 30_000;

/**
 * Who signs Trivy's releases: its release workflow on GitHub, at the version's tag
 * (https://trivy.dev/docs/latest/getting-started/signature-verification/).
 */
export function signerOf(version: string): Signer {
  return {
    issuer: "https://token.actions.githubusercontent.com",
    identity: `https://github.com/aquasecurity/trivy/.github/workflows/reusable-release.yaml@refs/tags/v${version}`,
  };
}

/** A check of signatures that asks Sigstore at most once for a newer root. */
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
