import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import { get, HttpStatusError, readBody, retrying } from "../../../system/http.ts";
import type { World } from "../../../system/world.ts";
import { checksumsFile, type Proof } from "./proof.ts";
import type { Release } from "./release.ts";
import { RELEASES } from "./release.ts";

/** Where release files come from: `<base>/v<version>/<file>`. */
export interface ReleaseSource {
  readonly base: string;
  readonly isMirror: boolean;
  /** When the time for all downloads ends, by `performance.now()`. */
  readonly endsAt: number;
}

export function releaseSource(mirror: string | undefined, timeoutMs: number): ReleaseSource {
  return { base: mirror ?? RELEASES, isMirror: mirror !== undefined, endsAt: performance.now() + timeoutMs };
}

const MAX_SMALL_BYTES = 1 << 20;

/**
 * Fetches the checksums of a release and their signature.
 * @throws GateError `grype-signature-missing`, `grype-download-…`, `run-cancelled`
 */
export async function fetchProof({ version, archive }: Release, source: ReleaseSource, world: World): Promise<Proof> {
  const text = (name: string) =>
    fetching(addressOf(source, version, name), source, world, async (address, signal) =>
      (await readBody(await get({ address, signal }), MAX_SMALL_BYTES, signal)).toString("utf8"),
    );
  const name = checksumsFile(version);
  try {
    return { bundle: await text(`${name}.sigstore.json`), checksums: await text(name) };
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== MISSING) throw error;
    throw new GateError(
      "grype-signature-missing",
      `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${name}.sigstore.json)`,
      "Copy the checksums and their signature to the mirror, too, or give the archive's SHA-256 as `grype-sha256`. Releases before 0.120.0 have no such signature.",
      { cause: error },
    );
  }
}

/** @throws GateError `grype-download-…`, `run-cancelled` */
export async function downloadArchive(
  { version, archive }: Release,
  file: string,
  source: ReleaseSource,
  world: World,
): Promise<void> {
  const wanted = { file, maxBytes: MAX_RELEASE_FILE, what: "no release of Grype" };
  await fetching(addressOf(source, version, archive), source, world, (address, signal) =>
    fetchFile(wanted, { address, signal }),
  );
}

/** The URL of a release file. */
export function addressOf({ base }: ReleaseSource, version: string, file: string): string {
  return `${base}/v${version}/${file}`;
}

const MISSING = "grype-download-missing";

async function fetching<T>(
  address: string,
  source: ReleaseSource,
  { signal }: World,
  work: (address: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw cancelled();
  const clock = AbortSignal.timeout(Math.max(1, Math.ceil(source.endsAt - performance.now())));
  const both = AbortSignal.any([signal, clock]);
  try {
    return await retrying(() => work(address, both), both);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted)
      throw new GateError(
        "grype-download-timeout",
        `${address} was not downloaded in time`,
        `${remedy(source)} Or raise \`timeout\`.`,
      );
    throw failed(address, error, source);
  }
}

function failed(address: string, cause: unknown, source: ReleaseSource): GateError {
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  if (status === 404 || status === 410)
    return new GateError("grype-download-missing", `${address} does not exist (HTTP ${status})`, remedy(source), {
      cause,
    });
  // In a redirect's target, the query is often a login.
  const words = status === undefined ? String((cause as Error).message).replace(/\?\S*/g, "") : `HTTP ${status}`;
  return new GateError("grype-download-failed", `${address} could not be downloaded: ${words}`, remedy(source), {
    cause,
  });
}

function remedy({ isMirror }: ReleaseSource): string {
  return isMirror
    ? "Check `grype-mirror`, which must serve `v<version>/<archive name>` to this runner."
    : "Check `grype-version`, and open port 443 from this runner to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `grype-mirror` or `grype-binary`.";
}
