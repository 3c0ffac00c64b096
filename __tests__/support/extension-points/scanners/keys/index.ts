import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Finding } from "../../domain/finding.ts";
import type { LocatedTarget, ScanResult, Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import type { ScannerEntry, ScanSession } from "../scanner.ts";

/** Finds private keys in folders. It needs no program and no database. */
export const keys: ScannerEntry = {
  name: "Keys",
  purl: "pkg:generic/Keys",
  async install() {
    const sboms = {
      async make() {
        throw new GateError("sbom-not-made", "This scanner makes no SBOM", "Take its format out of `reports`.");
      },
    };
    const session: ScanSession = { scan: async (target, located) => scan(target, located) };
    return { version: "1", sboms, ready: async () => ({ name: "Keys", version: "1", session: () => session }) };
  },
};

function scan({ input, label }: Target, { how, location }: LocatedTarget): ScanResult {
  if (how !== "folder") throw new GateError("target-unknown", `${label} is not a folder`, "Name it in `path`.");
  const files = readdirSync(location, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path, "latin1").includes("-----BEGIN PRIVATE KEY-----"));
  return {
    artifact: { names: [input], packages: 0 },
    packages: [],
    layers: [],
    findings: found.map((path): Finding => {
      const common = { kind: "secret", id: "private-key", severity: "CRITICAL", title: "A private key" } as const;
      return { ...common, fixedVersions: [], status: "", path: path.slice(location.length + 1) };
    }),
    suppressed: 0,
    coverage: unspecifiedCoverage(),
    provenance: { scanner: "Keys", scannerVersion: "1", scanners: ["secret"] },
  };
}
