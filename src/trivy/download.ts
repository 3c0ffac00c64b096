import { setTimeout as sleep } from "node:timers/promises";
import { GateError } from "../errors.ts";
import type { World } from "../world.ts";
import { cancelled } from "./failures.ts";

export interface DownloadOptions {
  /** For all attempts together. */
  readonly timeoutMs: number;
  readonly isMirror: boolean;
}

/**
 * Downloads a release archive to a file that does not exist yet; up to three attempts, all within `timeoutMs`. Proxies are
 * those of the runner's environment.
 * @throws GateError `trivy-download-missing`, `-denied`, `-timeout`, `-failed`; `run-cancelled`.
 */
export async function downloadArchive(
  address: string,
  file: string,
  { timeoutMs, isMirror }: DownloadOptions,
  { signal }: Pick<World, "signal">,
): Promise<void> {
  if (signal.aborted) throw cancelled();
  // Loaded only here: its HTTP client costs 40 ms, and most runs download nothing.
  const { downloadTool } = await import("./tool-download.ts");
  const timer = new AbortController();
  const late = sleep(timeoutMs, "late" as const, { signal: AbortSignal.any([signal, timer.signal]) });
  try {
    const first = await Promise.race([downloadTool(address, file), late]);
    // The library cannot be stopped; what it still does ends with the process.
    if (first === "late") throw timedOut(address, timeoutMs, isMirror);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw error instanceof GateError ? error : downloadFailed(address, error, isMirror);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}

function remedy(isMirror: boolean): string {
  return isMirror
    ? "Check `trivy-mirror`, which must serve `v<version>/<archive name>` to this runner."
    : "Open port 443 from this runner to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `trivy-mirror` or `trivy-binary`.";
}

function timedOut(address: string, timeoutMs: number, isMirror: boolean): GateError {
  return new GateError(
    "trivy-download-timeout",
    `${address} was not downloaded within ${Math.round(timeoutMs / 1000)} s`,
    `${remedy(isMirror)} Or raise \`timeout\`.`,
  );
}

function downloadFailed(address: string, cause: unknown, isMirror: boolean): GateError {
  const status = (cause as { httpStatusCode?: unknown }).httpStatusCode;
  if (status === 404 || status === 410)
    return new GateError(
      "trivy-download-missing",
      `${address} does not exist (HTTP ${status})`,
      isMirror
        ? remedy(true)
        : "Check `trivy-version` against github.com/aquasecurity/trivy/releases: this version or the archive for this machine is not there.",
      { cause },
    );
  if (status === 401 || status === 403 || status === 407)
    return new GateError(
      "trivy-download-denied",
      `${address} was refused (HTTP ${status})`,
      `${remedy(isMirror)} It is asked for without a login.`,
      { cause },
    );
  const why = typeof status === "number" ? `HTTP ${status}` : cause instanceof Error ? cause.message : String(cause);
  const isCertificate = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${why} ${(cause as { code?: string }).code}`);
  return new GateError(
    "trivy-download-failed",
    `${address} could not be downloaded: ${why}`,
    isCertificate
      ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS."
      : remedy(isMirror),
    { cause },
  );
}
