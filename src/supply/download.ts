import { timeLimit } from "../system/background.ts";
import { cancelled, GateError, withoutQueries } from "../system/errors.ts";
import { get, type Request, readBody, retrying } from "../system/http.ts";
import type { World } from "../system/world.ts";
import { MAX_RELEASE_FILE } from "./archive.ts";
import { fetchFile } from "./fetch-file.ts";
import { installError, isInstallError, type Publisher } from "./publisher.ts";
import { loginRemedy, type ReleaseSource } from "./release-source.ts";

type DownloadWorld = Pick<World, "signal">;

interface ArchiveDownload {
  readonly address: string;
  /** Path of the file to write, which does not exist yet. */
  readonly file: string;
  /** Only tests set another value than {@link MAX_RELEASE_FILE}. */
  readonly maxBytes?: number;
}

/**
 * Downloads a release archive. Makes up to three attempts, all within the source's time limit. Uses the proxies of the
 * runner's environment.
 * @throws GateError `…-download-missing`, `-denied`, `-timeout`, `-failed`; `run-cancelled`
 */
export function downloadArchive(
  { address, file, maxBytes = MAX_RELEASE_FILE }: ArchiveDownload,
  source: ReleaseSource,
  publisher: Publisher,
  world: DownloadWorld,
): Promise<void> {
  // Our own client: the toolkit's `downloadTool` has no size limit, cannot be aborted, and would send a login to any
  // host.
  const wanted = { file, maxBytes, what: `no release of ${publisher.name}` };
  return inTime({ address, work: (request) => fetchFile(wanted, request) }, source, publisher, world);
}

/**
 * Downloads a small file of a release.
 * @returns undefined if there is no such file
 * @throws GateError like {@link downloadArchive}, except `…-download-missing`
 */
export async function downloadSmall(
  address: string,
  source: ReleaseSource,
  publisher: Publisher,
  world: DownloadWorld,
): Promise<Buffer | undefined> {
  const work = async (request: Request) => readBody(await get(request), MAX_SMALL_BYTES, request.signal);
  try {
    return await inTime({ address, work }, source, publisher, world);
  } catch (error) {
    if (isInstallError(error, publisher, "download-missing")) return undefined;
    throw error;
  }
}

/** Checksums and signatures have about 10 kB. */
const MAX_SMALL_BYTES = 1 << 20;

async function inTime<T>(
  { address, work }: { readonly address: string; readonly work: (request: Request) => Promise<T> },
  source: ReleaseSource,
  publisher: Publisher,
  { signal }: DownloadWorld,
): Promise<T> {
  if (signal.aborted) throw cancelled();
  const { authorization, endsAt } = source;
  const clock = timeLimit(endsAt - performance.now());
  const both = AbortSignal.any([signal, clock]);
  try {
    return await retrying(() => work({ address, authorization, signal: both }), both);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted)
      throw installError(
        publisher,
        "download-timeout",
        `${address} was not downloaded within ${Math.round(source.timeoutMs / 1000)} s`,
        `${remedy(source, publisher)} Or raise \`timeout\`.`,
      );
    throw error instanceof GateError ? error : downloadFailed(address, error, source, publisher);
  }
}

function remedy({ isMirror }: ReleaseSource, { tool }: Publisher): string {
  return isMirror
    ? `Check \`${tool}-mirror\`, which must serve \`v<version>/<archive name>\` to this machine.`
    : `Open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by \`${tool}-mirror\` or \`${tool}-binary\`.`;
}

function downloadFailed(address: string, cause: unknown, source: ReleaseSource, publisher: Publisher): GateError {
  const { tool, repository } = publisher;
  const { httpStatusCode: status, code } = cause as { httpStatusCode?: unknown; code?: string };
  if (status === 404 || status === 410)
    return installError(
      publisher,
      "download-missing",
      `${address} does not exist (HTTP ${status})`,
      source.isMirror
        ? remedy(source, publisher)
        : `Check \`${tool}-version\` against github.com/${repository}/releases: this version or the archive for this machine is not there.`,
      cause,
    );
  if (status === 401 || status === 403 || status === 407)
    return installError(
      publisher,
      "download-denied",
      `${address} was refused (HTTP ${status})`,
      `${remedy(source, publisher)} ${loginRemedy(source, tool)}`,
      cause,
    );
  const isLoop = typeof status === "number" && status >= 300 && status < 400;
  const answer = typeof status === "number" ? `HTTP ${status}` : withoutQueries(cause);
  const why = isLoop ? "it is redirected again and again" : answer;
  return installError(
    publisher,
    "download-failed",
    `${address} could not be downloaded: ${why}`,
    /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${why} ${code}`)
      ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS."
      : remedy(source, publisher),
    cause,
  );
}
