import { parseVersion } from "../../src/scanners/trivy/install/release.ts";

const LATEST = "https://github.com/aquasecurity/trivy/releases/latest";

/**
 * The newest release, by where GitHub redirects to: unlike its API that is not limited to a few requests an hour.
 * @throws Error, GateError `trivy-version-invalid`
 */
export async function newestVersion(ask: typeof fetch = fetch): Promise<string> {
  const { status, headers } = await ask(LATEST, { redirect: "manual", signal: AbortSignal.timeout(30_000) });
  const location = headers.get("location") ?? "";
  const tag = /^https:\/\/github\.com\/aquasecurity\/trivy\/releases\/tag\/([^/?#]+)$/.exec(location)?.[1];
  if (tag === undefined)
    throw new Error(`${LATEST} names no release (HTTP ${status}, location ${JSON.stringify(location)})`);
  return parseVersion(tag);
}
