/** A small native report of Harbor. */

export const HARBOR_FORMAT = "application/vnd.security.vulnerability.report; version=1.1";

export const harborRow = (more: object = {}) => ({
  id: "CVE-2099-0001",
  package: "openssl",
  version: "3.0.11-1",
  fix_version: "3.0.99-1",
  severity: "High",
  links: ["https://avd.example/CVE-2099-0001"],
  ...more,
});

export const harborReport = (...rows: unknown[]) => ({
  generated_at: "2026-11-28T10:00:00.000000000Z",
  artifact: { digest: `sha256:${"f".repeat(64)}` },
  scanner: { name: "Trivy", vendor: "Aqua Security", version: "v0.60.0" },
  severity: rows.length > 0 ? "High" : "None",
  vulnerabilities: rows,
});

/** The API's answer. `value` changes the report in it. */
export function harborWrapped(...rows: unknown[]) {
  const answer = { [HARBOR_FORMAT]: harborReport(...rows) };
  const value = (more: object) => ({ [HARBOR_FORMAT]: { ...harborReport(...rows), ...more } });
  return Object.defineProperty(answer, "value", { value }) as typeof answer & { readonly value: typeof value };
}
