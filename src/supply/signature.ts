import { timeLimit } from "../system/background.ts";
import { cancelled, type GateError } from "../system/errors.ts";
import { getPatiently } from "../system/http.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import type { TufRepository } from "./sigstore/refresh.ts";
import type { Signer } from "./sigstore/verify.ts";

/** The logs and authorities that we trust. */
export interface SigstoreTrust {
  /** A `trusted_root.json`. Absent: the compiled-in one of Sigstore's public-good instance. */
  readonly root?: unknown;
  /** Where to get a newer root. Absent: the repository of the public-good instance. */
  readonly repository?: TufRepository | undefined;
}

/** Whose signature a release must have, and how a bad one is refused. */
interface SignatureRules {
  readonly signerOf: (version: string) => Signer;
  /** @param reason the end of the sentence "The signature of FILE is not good: …" */
  readonly invalid: (name: string, reason: string, cause?: unknown) => GateError;
  readonly trust: SigstoreTrust;
  /** Whether to ask Sigstore for a newer root if a signature does not verify with the present one. */
  readonly mayRefresh: boolean;
}

/** A file of a release and the text of its `.sigstore.json`. */
interface SignedReleaseFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly bundle: string;
}

/** @throws GateError of the rules, `run-cancelled` */
export type CheckSignature = (file: SignedReleaseFile, version: string) => Promise<void>;

/** Timeout for a newer trusted root, which is four small files. */
const REFRESH_MS = 30_000;

/** Creates a signature check that asks Sigstore at most once for a newer root. */
export function signatureCheck({ trust, mayRefresh, signerOf, invalid }: SignatureRules, world: World): CheckSignature {
  let newer: Promise<unknown> | undefined;
  return async (file, version) => {
    const { verifySignature, SignatureFault } = await import("./sigstore/verify.ts");
    const faultWith = (root: unknown): Error | undefined => {
      try {
        verifySignature(file, signerOf(version), root);
        return undefined;
      } catch (error) {
        if (error instanceof SignatureFault) return error;
        throw error;
      }
    };
    const fault = faultWith(trust.root);
    if (fault === undefined) return;
    if (!mayRefresh)
      throw invalid(file.name, `${fault.message}, and Image Gate must not ask Sigstore for newer keys here`, fault);
    newer ??= refreshed(trust, world);
    const root = await newer.catch((error: unknown) => {
      if (world.signal.aborted) throw cancelled();
      throw invalid(file.name, `${fault.message}, and Sigstore could not be asked: ${wordsOf(error)}`, error);
    });
    const still = faultWith(root);
    if (still !== undefined) throw invalid(file.name, `${still.message}, also by Sigstore's newest keys`, still);
  };
}

async function refreshed(trust: SigstoreTrust, world: World): Promise<unknown> {
  world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
  const { newestTrustedRoot } = await import("./sigstore/refresh.ts");
  const signal = AbortSignal.any([world.signal, timeLimit(REFRESH_MS)]);
  return newestTrustedRoot(privateFolder(world, "sigstore"), getPatiently, signal, trust.repository);
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 200);
}

/** The SHA-256 of a file in lines of `sha256sum`: 64 digits, a space, a space or an asterisk, the name. */
export function checksumsOf(text: string, name: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    return match?.[1] !== undefined && match[2] === name ? [match[1]] : [];
  });
}
