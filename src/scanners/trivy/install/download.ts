import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { loginRemedy, type ReleaseSource } from "../../../supply/release-source.ts";
import { cancelled, GateError, withoutQueries } from "../../../system/errors.ts";
import { get, readBody, retrying } from "../../../system/http.ts";
import type { World } from "../../../system/world.ts";

type DownloadWorld = Pick<World, "signal">;

interface ArchiveDownload {
  readonly address: string;
  /** Path of the file to write. */
  readonly file: string;
  /** Only tests set another value than {@link MAX_RELEASE_FILE}. */
  readonly maxBytes?: number;
}

/**
 * Downloads a release archive to a file that does not exist yet. Makes up to three attempts, all within the source's
 * time limit. Uses the proxies of the runner's environment.
 * @throws GateError `trivy-download-missing`, `-denied`, `-timeout`, `-failed`; `run-cancelled`.
 */
export async function downloadArchive(
  { address, file, maxBytes = MAX_RELEASE_FILE }: ArchiveDownload,
  source: ReleaseSource,
  world: DownloadWorld,
): Promise<void> {
  const { authorization } = source;
  await inTime(address, source, world, (signal) =>
    // Our own client: the toolkit's `downloadTool` has no size limit, cannot be aborted, and would send a login to any
    // host.
    retrying(
      () => fetchFile({ file, maxBytes, what: "no release of Trivy" }, { address, authorization, signal }),
      signal,
    ),
  );
}

/**
 * Downloads a small file of a release.
 * @returns undefined if there is no such file
 * @throws GateError like {@link downloadArchive}, except `trivy-download-missing`
 */
export async function downloadSmall(
  address: string,
  source: ReleaseSource,
  world: DownloadWorld,
): Promise<Buffer | undefined> {
  const { authorization } = source;
  return inTime(address, source, world, (signal) =>
    retrying(async () => {
      const message = await get({ address, authorization, signal });
      return readBody(message, MAX_SMALL_BYTES, signal);
    }, signal),
  ).catch((error: unknown) => {
    if (error instanceof GateError && error.code === MISSING) return undefined;
    throw error;
  });
}

/** Trivy's checksums and signatures have about 10 kB. */
const MAX_SMALL_BYTES = 1 << 20;

async function inTime<T>(
  address: string,
  source: ReleaseSource,
  { signal }: DownloadWorld,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw cancelled();
  const clock = AbortSignal.timeout(Math.max(0, Math.ceil(source.endsAt - performance.now())));
  try {
    return await work(AbortSignal.any([signal, clock]));
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted) throw timedOut(address, source);
    throw error instanceof GateError ? error : downloadFailed(address, error, source);
  }
}

function remedy({ isMirror }: ReleaseSource): string {
  return isMirror
    ? "Check `trivy-mirror`, which must serve `v<version>/<archive name>` to this machine."
    : "Open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `trivy-mirror` or `trivy-binary`.";
}

function timedOut(address: string, source: ReleaseSource): GateError {
  return new GateError(
    "trivy-download-timeout",
    `${address} was not downloaded within ${Math.round(source.timeoutMs / 1000)} s`,
    `${remedy(source)} Or raise \`timeout\`.`,
  );
}

const MISSING = "trivy-download-missing";

function downloadFailed(address: string, cause: unknown, source: ReleaseSource): GateError {
  const status = (cause as { httpStatusCode?: unknown }).httpStatusCode;
  if (status === 404 || status === 410)
    return new GateError(
      "trivy-download-missing",
      `${address} does not exist (HTTP ${status})`,
      source.isMirror
        ? remedy(source)
        : "Check `trivy-version` against github.com/aquasecurity/trivy/releases: this version or the archive for this machine is not there.",
      { cause },
    );
  if (status === 401 || status === 403 || status === 407)
    return new GateError(
      "trivy-download-denied",
      `${address} was refused (HTTP ${status})`,
      `${remedy(source)} ${loginRemedy(source, "trivy")}`,
      { cause },
    );
  const isLoop = typeof status === "number" && status >= 300 && status < 400;
  const why = isLoop
    ? "it is redirected again and again"
    : typeof status === "number"
      ? `HTTP ${status}`
      : withoutQueries(cause);
  const isCertificate = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${why} ${(cause as { code?: string }).code}`);
  return new GateError(
    "trivy-download-failed",
    `${address} could not be downloaded: ${why}`,
    isCertificate
      ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS."
      : remedy(source),
    { cause },
  );
}
