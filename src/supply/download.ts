import { isCertificateError } from "../system/authorities.ts";
import { timeLimit } from "../system/background.ts";
import { cancelled, withoutQueries } from "../system/errors.ts";
import { get, HttpStatusError, readBody, retrying } from "../system/http.ts";
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
    const { problem, why, remedy } = failureOf(error, clock.aborted, source, publisher);
    throw installError(publisher, problem, `${address} ${why}`, remedy, error);
  }
}

/** `why` is the end of a sentence that begins with the address. */
function failureOf(cause: unknown, isLate: boolean, source: ReleaseSource, { tool, repository }: Publisher) {
  const usual = source.isMirror
    ? `Check \`${tool}-mirror\`, which must serve \`v<version>/<archive name>\` to this machine.`
    : `Open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy with \`${tool}-mirror\` or \`${tool}-binary\`.`;
  const failure = (problem: string, why: string, remedy = usual) => ({ problem, why, remedy });
  const seconds = Math.round(source.timeoutMs / 1000);
  if (isLate)
    return failure("download-timeout", `was not downloaded within ${seconds} s`, `${usual} Or raise \`timeout\`.`);
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : 0;
  if (status === 404 || status === 410) {
    const remedy = `Check \`${tool}-version\` against github.com/${repository}/releases: this version or the archive for this machine is not there.`;
    return failure("download-missing", `does not exist (HTTP ${status})`, source.isMirror ? usual : remedy);
  }
  if (status === 401 || status === 403 || status === 407)
    return failure("download-denied", `was refused (HTTP ${status})`, `${usual} ${loginRemedy(source, tool)}`);
  const answer = status === 0 ? withoutQueries(cause) : `HTTP ${status}`;
  const why = status >= 300 && status < 400 ? "it is redirected again and again" : answer;
  const authority =
    "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS.";
  const remedy = isCertificateError(cause) ? authority : usual;
  return failure("download-failed", `could not be downloaded: ${why}`, remedy);
}
