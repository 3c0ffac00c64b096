import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { cancelled, GateError, withoutQueries } from "../../../system/errors.ts";
import { get, readBody, retrying } from "../../../system/http.ts";
import type { World } from "../../../system/world.ts";
import { RELEASES } from "./release.ts";

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
    ? "Check `trivy-mirror`, which must serve `v<version>/<archive name>` to this runner."
    : "Open port 443 from this runner to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `trivy-mirror` or `trivy-binary`.";
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
      `${remedy(source)} ${loginRemedy(source)}`,
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

function loginRemedy({ isMirror, authorization }: ReleaseSource): string {
  if (!isMirror) return "It is asked for without a login.";
  return authorization === undefined
    ? "Where it wants a login, give it by `trivy-mirror-token`."
    : "The login of `trivy-mirror-token` was sent and not accepted: it may be wrong, have expired, or lack the right to read.";
}

/** Where release files come from: `<base>/v<version>/<file>`. */
export interface ReleaseSource {
  readonly base: string;
  readonly isMirror: boolean;
  /** Value of the header `Authorization`, sent only to the origin of {@link base}. */
  readonly authorization?: string | undefined;
  /** Timeout for all downloads from it together, in milliseconds. */
  readonly timeoutMs: number;
  /** When that time ends, by `performance.now()`. */
  readonly endsAt: number;
}

interface SourceRequest {
  readonly mirror?: string | undefined;
  readonly mirrorToken?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * The releases' own host, or the mirror with its login, which is masked in the log from here on. Its time starts now.
 */
export function releaseSource({ mirror, mirrorToken, timeoutMs }: SourceRequest, log: World["log"]): ReleaseSource {
  const time = { timeoutMs, endsAt: performance.now() + timeoutMs };
  if (mirror === undefined) return { base: RELEASES, isMirror: false, ...time };
  if (mirrorToken === undefined) return { base: mirror, isMirror: true, ...time };
  if (mirror.startsWith("http:"))
    log.warning(
      `\`trivy-mirror-token\` is sent unencrypted, as \`trivy-mirror\` is ${mirror}: whoever is on the way can read it. Serve the mirror by https.`,
    );
  return { base: mirror, isMirror: true, authorization: authorizationOf(mirrorToken, log), ...time };
}

/** RFC 7617 for `user:password`, RFC 6750 for a token, which cannot contain a colon. */
function authorizationOf(login: string, log: World["log"]): string {
  log.mask(login);
  const colon = login.indexOf(":");
  if (colon < 0) return `Bearer ${login}`;
  const password = login.slice(colon + 1);
  if (password !== "") log.mask(password);
  const basic = Buffer.from(login, "utf8").toString("base64");
  log.mask(basic);
  return `Basic ${basic}`;
}

/** The URL of a release file. */
export function addressOf({ base }: ReleaseSource, version: string, file: string): string {
  return `${base}/v${version}/${file}`;
}
