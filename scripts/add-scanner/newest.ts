import type { ScannerReleases } from "./releases.ts";

/**
 * The newest release, from GitHub's redirect. Unlike its API, this is not limited to a few requests an hour.
 * @throws Error, GateError `…-version-invalid`
 */
export async function newestVersion(
  { repository, parseVersion }: Pick<ScannerReleases, "repository" | "parseVersion">,
  ask: typeof fetch = fetch,
): Promise<string> {
  const latest = `https://github.com/${repository}/releases/latest`;
  const { status, headers } = await ask(latest, { redirect: "manual", signal: AbortSignal.timeout(30_000) });
  const location = headers.get("location") ?? "";
  const begin = `https://github.com/${repository}/releases/tag/`;
  const tag = location.startsWith(begin) ? /^[^/?#]+$/.exec(location.slice(begin.length))?.[0] : undefined;
  if (tag === undefined)
    throw new Error(`${latest} names no release (HTTP ${status}, location ${JSON.stringify(location)})`);
  return parseVersion(tag);
}
