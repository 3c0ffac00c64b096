import { z } from "zod";
import { timeLimit } from "../system/background.ts";
import { cancelled, GateError, tryOr } from "../system/errors.ts";
import { readSmallText } from "../system/given-files.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { download, MAX_SMALL } from "./download.ts";
import { hasKnownDefault, installError, type Publisher } from "./publisher.ts";
import type { Release } from "./release.ts";
import { addressOf, type ReleaseSource } from "./release-source.ts";
import type { TufRepository } from "./sigstore/refresh.ts";

/** The logs and authorities that we trust. */
export interface SigstoreTrust {
  /** A `trusted_root.json`. Absent: the compiled-in one of Sigstore's public-good instance. */
  readonly root?: unknown;
  /** The source of a newer root. Absent: the repository of the public-good instance. */
  readonly repository?: TufRepository | undefined;
}

const MAX_PROOF_BYTES = 4 << 20;

const schema = z.strictObject({
  /** The text of the signed checksums file. */
  checksums: z.string(),
  /** The text of the signature (a Sigstore bundle). */
  bundle: z.string(),
});

/** The proof that an archive was released. Kept next to the archive, so that we can verify it again offline. */
export type ReleaseProof = Readonly<z.infer<typeof schema>>;

/** A release whose signature can be checked. */
export interface CheckedRelease extends Release {
  readonly check: CheckSignature;
}

const checksumsFile = ({ publisher, version }: Release): string => `${publisher.tool}_${version}_checksums.txt`;

/** A signed file and the text of its `.sigstore.json`. @throws GateError `…-signature-invalid`, `run-cancelled` */
export type CheckSignature = (
  file: { readonly name: string; readonly bytes: Buffer; readonly bundle: string },
  version: string,
) => Promise<void>;

/** Timeout for a newer trusted root, which is four small files. */
const REFRESH_MS = 30_000;

/**
 * Creates a signature check that asks Sigstore at most once for a newer root.
 * @param rules `mayRefresh`: true if it may ask when a signature does not verify with the present root
 */
export function releaseSignatures(
  publisher: Publisher,
  { trust, mayRefresh }: { readonly trust: SigstoreTrust; readonly mayRefresh: boolean },
  world: World,
): CheckSignature {
  const other = hasKnownDefault(publisher) ? "Use the version that is compiled in, or, where" : "Where";
  let newer: Promise<unknown> | undefined;
  return async (file, version) => {
    const { verifySignature, SignatureFault } = await import("./sigstore/verify.ts");
    const invalid = (reason: string, cause?: unknown) =>
      installError(
        publisher,
        "signature-invalid",
        `The signature of ${file.name} is not good: ${reason}`,
        `Do not use this release before you know why. ${other} you have the archive's SHA-256 from a source that you trust, give it as \`${publisher.tool}-sha256\`.`,
        cause,
      );
    const faultWith = (root: unknown): Error | undefined => {
      try {
        verifySignature(file, publisher.signerOf(version), root);
        return undefined;
      } catch (error) {
        if (error instanceof SignatureFault) return error;
        throw error;
      }
    };
    const fault = faultWith(trust.root);
    if (fault === undefined) return;
    if (!mayRefresh) throw invalid(`${fault.message}, and Image Gate must not ask Sigstore for newer keys here`, fault);
    newer ??= refreshed(trust, world);
    const root = await newer.catch((error: unknown) => {
      if (world.signal.aborted) throw cancelled();
      throw invalid(
        `${fault.message}, and Sigstore could not be asked: ${(error as Error).message.slice(0, 200)}`,
        error,
      );
    });
    const still = faultWith(root);
    if (still !== undefined) throw invalid(`${still.message}, also by Sigstore's newest keys`, still);
  };
}

async function refreshed(trust: SigstoreTrust, world: World): Promise<unknown> {
  world.log.info("Asking Sigstore (tuf-repo-cdn.sigstore.dev) for its newest logs and authorities");
  const { newestTrustedRoot } = await import("./sigstore/refresh.ts");
  const signal = AbortSignal.any([world.signal, timeLimit(REFRESH_MS)]);
  return newestTrustedRoot(privateFolder(world, "sigstore"), signal, trust.repository);
}

/**
 * Fetches the checksums file and its signature.
 * @throws GateError `…-signature-missing`, `…-download-…`, `run-cancelled`
 */
export async function fetchProof(release: Release, source: ReleaseSource, world: World): Promise<ReleaseProof> {
  const { version, publisher } = release;
  const fetch = async (name: string): Promise<string> => {
    const asked = { address: addressOf(source, version, name), maxBytes: MAX_SMALL };
    return (await download(asked, source, publisher, world)).toString("utf8");
  };
  const signed = checksumsFile(release);
  const signatures = `${signed}.sigstore.json`;
  try {
    return { bundle: await fetch(signatures), checksums: await fetch(signed) };
  } catch (error) {
    const isMissing = error instanceof GateError && error.code === `${publisher.tool}-download-missing`;
    throw isMissing ? noSignature(release, signatures, source) : error;
  }
}

function noSignature({ version, archive, publisher }: Release, signatures: string, source: ReleaseSource) {
  const { tool, name, table } = publisher;
  const first = source.isMirror
    ? "Copy the signature and the checksums file to the mirror, too,"
    : `Check \`${tool}-version\` (early releases have no such signature),`;
  const known = hasKnownDefault(publisher) ? ` use ${name} ${table.default},` : "";
  return installError(
    publisher,
    "signature-missing",
    `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${signatures})`,
    `${first}${known} or give the archive's SHA-256 as \`${tool}-sha256\`.`,
  );
}

/** Reads a proof from a file. Returns undefined if the file is not a proof. */
export function readProof(path: string): ReleaseProof | undefined {
  return tryOr(() => schema.safeParse(JSON.parse(readSmallText(path, MAX_PROOF_BYTES))).data, undefined);
}

/**
 * The archive's SHA-256 from the signed checksums file.
 * @throws GateError `…-signature-invalid`, `…-checksum-missing`, `run-cancelled`
 */
export async function signedChecksum(proof: ReleaseProof, release: CheckedRelease): Promise<string> {
  const { version, archive, publisher, check } = release;
  const { checksums } = proof;
  const name = checksumsFile(release);
  await check({ name, bytes: Buffer.from(checksums, "utf8"), bundle: proof.bundle }, version);
  // Lines of `sha256sum`: 64 digits, a space, a space or an asterisk, the name.
  const lines = checksums.split(/\r?\n/).map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []);
  const [hash, ...others] = new Set(lines.flatMap(([, sha256, file]) => (sha256 && file === archive ? sha256 : [])));
  if (hash !== undefined && others.length === 0) return hash;
  const { tool, repository } = publisher;
  throw installError(
    publisher,
    "checksum-missing",
    `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`,
    `Check \`${tool}-version\` against github.com/${repository}/releases: these are another version's checksums, or there is no archive for this machine. Or give its SHA-256 as \`${tool}-sha256\`.`,
  );
}
