import { timeLimit } from "../system/background.ts";
import { cancelled, type GateError, withoutQueries } from "../system/errors.ts";
import { get, readBody, retrying } from "../system/http.ts";
import type { World } from "../system/world.ts";
import { installError, type Publisher } from "./publisher.ts";
import { loginRemedy, type ReleaseSource } from "./release-source.ts";

/** In bytes. Scanners' archives have 60 MB; checksums and signatures have about 10 kB. */
export const MAX_ARCHIVE = 1 << 28;
export const MAX_SMALL = 1 << 20;

/**
 * Downloads a file of a release. Makes up to three attempts, all within the source's time limit. Uses the proxies of
 * the runner's environment. Our own client: the toolkit's `downloadTool` has no size limit, cannot be aborted, and
 * would send a login to any host.
 * @throws GateError `…-download-missing`, `-denied`, `-timeout`, `-failed`; `run-cancelled`
 */
export async function download(
  { address, maxBytes }: { readonly address: string; readonly maxBytes: number },
  source: ReleaseSource,
  publisher: Publisher,
  { signal }: Pick<World, "signal">,
): Promise<Buffer> {
  if (signal.aborted) throw cancelled();
  const { authorization, endsAt } = source;
  const clock = timeLimit(endsAt - performance.now());
  const both = AbortSignal.any([signal, clock]);
  try {
    return await retrying(
      async () => readBody(await get({ address, authorization, signal: both }), maxBytes, both),
      both,
    );
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted)
      throw installError(
        publisher,
        "download-timeout",
        `${address} was not downloaded within ${Math.round(source.timeoutMs / 1000)} s`,
        `${remedy(source, publisher)} Or raise \`timeout\`.`,
      );
    throw downloadFailed(address, error, source, publisher);
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
