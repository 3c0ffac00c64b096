import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import type { World } from "../system/world.ts";
import { downloadSmall } from "./download.ts";
import { hasKnownDefault, installError, type Publisher } from "./publisher.ts";
import type { Release } from "./release.ts";
import { addressOf, type ReleaseSource } from "./release-source.ts";
import { type CheckSignature, checksumsOf, type SigstoreTrust, signatureCheck } from "./signature.ts";

const MAX_PROOF_BYTES = 4 << 20;

const schema = z.strictObject({
  /** The text of the signed checksums file. */
  checksums: z.string(),
  /** The text of the signature (a Sigstore bundle). */
  bundle: z.string(),
});

/** The proof that an archive was released. Kept next to the archive, so that we can verify it again offline. */
export type ReleaseProof = Readonly<z.infer<typeof schema>>;

/** An archive, and what proves that its publisher released it. */
export interface ProvableRelease extends Pick<Release, "version" | "archive"> {
  readonly publisher: Publisher;
}

/** A release whose signature can be checked. */
export interface CheckedRelease extends ProvableRelease {
  readonly check: CheckSignature;
}

const checksumsFile = ({ publisher, version }: ProvableRelease): string => `${publisher.tool}_${version}_checksums.txt`;

/**
 * Creates a signature check that asks Sigstore at most once for a newer root.
 * @throws GateError `…-signature-invalid`, `run-cancelled`
 */
export function releaseSignatures(
  publisher: Publisher,
  rules: { readonly trust: SigstoreTrust; readonly mayRefresh: boolean },
  world: World,
): CheckSignature {
  const other = hasKnownDefault(publisher) ? "Use the version that is compiled in, or, where" : "Where";
  const invalid = (name: string, reason: string, cause?: unknown) =>
    installError(
      publisher,
      "signature-invalid",
      `The signature of ${name} is not good: ${reason}`,
      `Do not use this release before you know why. ${other} you have the archive's SHA-256 from a source that you trust, give it as \`${publisher.tool}-sha256\`.`,
      cause,
    );
  return signatureCheck({ ...rules, signerOf: publisher.signerOf, invalid }, world);
}

/**
 * Fetches the checksums file and its signature.
 * @throws GateError `…-signature-missing`, `…-download-…`, `run-cancelled`
 */
export async function fetchProof(release: ProvableRelease, source: ReleaseSource, world: World): Promise<ReleaseProof> {
  const { version, publisher } = release;
  const fetch = async (name: string): Promise<string | undefined> =>
    (await downloadSmall(addressOf(source, version, name), source, publisher, world))?.toString("utf8");
  const signed = checksumsFile(release);
  const ofChecksums = await fetch(`${signed}.sigstore.json`);
  const checksums = ofChecksums === undefined ? undefined : await fetch(signed);
  if (ofChecksums !== undefined && checksums !== undefined) return { checksums, bundle: ofChecksums };
  throw noSignature(release, `${signed}.sigstore.json`, source);
}

function noSignature({ version, archive, publisher }: ProvableRelease, signatures: string, source: ReleaseSource) {
  const { tool, name, table, signedSince } = publisher;
  return installError(
    publisher,
    "signature-missing",
    `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${signatures})`,
    [
      source.isMirror ? "Copy the signature and the checksums file to the mirror, too," : `Check \`${tool}-version\`,`,
      ...(hasKnownDefault(publisher) ? [`use ${name} ${table.default},`] : []),
      `or give the archive's SHA-256 as \`${tool}-sha256\`.`,
      ...(signedSince === undefined ? [] : [`Releases before ${signedSince} have no such signature.`]),
    ].join(" "),
  );
}

/** Reads a proof from a file. Returns undefined if the file is not a proof. */
export function readProof(path: string): ReleaseProof | undefined {
  try {
    if (statSync(path).size > MAX_PROOF_BYTES) return undefined;
    return schema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
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
  const [hash, ...others] = new Set(checksumsOf(checksums, archive));
  if (hash !== undefined && others.length === 0) return hash;
  const { tool, repository } = publisher;
  throw installError(
    publisher,
    "checksum-missing",
    `${name}, whose signature is good, has no SHA-256 of ${archive}${others.length > 0 ? " that is the only one" : ""}`,
    `Check \`${tool}-version\` against github.com/${repository}/releases: these are another version's checksums, or there is no archive for this machine. Or give its SHA-256 as \`${tool}-sha256\`.`,
  );
}
