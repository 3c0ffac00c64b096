import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ensureTrivy } from "../setup/tools.ts";
import { must } from "./command.ts";

/** A finding as Trivy itself reports it. */
export interface BareFinding {
  readonly id: string;
  readonly severity: string;
  /** The package's URL without qualifiers. */
  readonly purl: string;
}

/** Trivy's own answer, read without any of the product's code. */
export interface BareReport {
  readonly packages: number;
  readonly findings: readonly BareFinding[];
}

interface Row {
  readonly VulnerabilityID: string;
  readonly Severity: string;
  readonly PkgIdentifier?: { readonly PURL?: string };
}

/** Trivy as a user without the gate has it, with its databases in a folder. */
export interface BareTrivy {
  /** Scans an image's tar or an SBOM. */
  scan(kind: "image" | "sbom", path: string): Promise<BareReport>;
  /** All packages of an image's tar, as CycloneDX. */
  sbom(image: string): Promise<string>;
}

/** @param databases Trivy's cache folder with `db/` and `java-db/` @param folder for its caches and reports */
export async function bareTrivy(databases: string, folder: string): Promise<BareTrivy> {
  const trivy = await ensureTrivy();
  const cache = join(folder, "cache");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  for (const name of ["db", "java-db"]) symlinkSync(join(databases, name), join(cache, name));
  const offline = ["--skip-db-update", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry"];
  const flags = ["--quiet", `--cache-dir=${cache}`, "--scanners=vuln", "--cache-backend=memory", ...offline];
  const target = (kind: "image" | "sbom", path: string) => (kind === "image" ? [`--input=${path}`] : [path]);
  const env = { PATH: process.env.PATH };
  return {
    async scan(kind, path) {
      const output = join(folder, "bare.json");
      const skips = kind === "image" ? flags : flags.filter((flag) => flag !== "--skip-java-db-update");
      await must(trivy, [kind, "--format=json", `--output=${output}`, ...skips, ...target(kind, path)], { env });
      return readReport(readFileSync(output, "utf8"));
    },
    sbom: (image) => must(trivy, ["image", "--format=cyclonedx", ...flags, ...target("image", image)], { env }),
  };
}

function readReport(text: string): BareReport {
  const results: { Packages?: unknown[]; Vulnerabilities?: Row[] }[] = JSON.parse(text).Results ?? [];
  const rows = results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities);
  return {
    packages: results.reduce((sum, { Packages = [] }) => sum + Packages.length, 0),
    findings: rows.map(({ VulnerabilityID, Severity, PkgIdentifier }) => ({
      id: VulnerabilityID,
      severity: Severity,
      purl: withoutQualifiers(PkgIdentifier?.PURL ?? ""),
    })),
  };
}

export const withoutQualifiers = (purl: string): string => purl.replace(/[?#].*$/s, "");
