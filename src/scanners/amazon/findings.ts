import type { Ecosystem, Finding, FindingPackage } from "../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../domain/foreign/advisory-ids.ts";
import { severityOfScore } from "../../domain/foreign/cvss.ts";
import { isVersion } from "../../domain/foreign/fixes.ts";
import { applicationPackage, systemPackage } from "../../domain/foreign/package-url.ts";
import type { NamedSystem } from "../../domain/foreign/systems.ts";
import type { Severity } from "../../domain/severity.ts";
import { findingsIn, pathIn, type ReportSource, requireFewer, severityOfWord } from "../given-report.ts";
import type { InspectorFinding, VulnerablePackage } from "./schema.ts";

/** Inspector's package managers for each ecosystem. Others, such as BUNDLER and COMPOSER, have no rules here. */
const ECOSYSTEMS: ReadonlyMap<string, Ecosystem> = new Map(
  (
    [
      ["cargo", "CARGO"],
      ["go", "GOBINARY GOMOD"],
      ["maven", "JAR POM"],
      ["npm", "NODEPKG NPM PNPM YARN"],
      ["nuget", "NUGET DOTNET_DEPS"],
      ["pypi", "PIP PIPENV POETRY PYTHONPKG"],
    ] as const
  ).flatMap(([ecosystem, managers]) => managers.split(" ").map((manager) => [manager, ecosystem] as const)),
);

/** `DEBIAN_10`, `AMAZON_LINUX_2`, `UBUNTU_22_04`. Undefined: it names no release. */
export function platformOf(text: string): NamedSystem | undefined {
  const [, name, version] = /^([A-Z][A-Z_]*?)(?:_LINUX)?_(\d+(?:_\d+)*)$/i.exec(text) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { name: name.toLowerCase(), version: version.replaceAll("_", ".") };
}

export function isOfSystem({ packageManager }: VulnerablePackage): boolean {
  return packageManager === "OS";
}

/** A row is a finding for each package that it names, and for each CVE of an advisory about several. */
export function findingsOf(
  row: InspectorFinding,
  platform: NamedSystem | undefined,
  source: ReportSource,
  at: readonly PropertyKey[],
): Finding[] {
  const { packageVulnerabilityDetails: details, description } = row;
  if (!details) return [];
  const related = details.relatedVulnerabilities.flatMap(idsIn);
  const severity = severityOf(row, source, at);
  const advisories = advisoriesOf(details.vulnerabilityId, related);
  requireFewer(advisories.length * details.vulnerablePackages.length, source);
  return details.vulnerablePackages.flatMap((each) => {
    const fixedVersions = fixesOf(each);
    return findingsIn(advisories, {
      severity,
      description: description?.slice(0, 1000) || undefined,
      url: details.sourceUrl || undefined,
      package: packageOf(each, platform),
      fixedVersions,
      path: isOfSystem(each) ? undefined : pathIn(each.filePath),
    });
  });
}

function packageOf(each: VulnerablePackage, platform: NamedSystem | undefined): FindingPackage {
  const { name, epoch, release, arch } = each;
  const version = `${epoch ? `${epoch}:` : ""}${each.version ?? ""}${release ? `-${release}` : ""}`;
  const { packageManager: manager = "" } = each;
  if (!isOfSystem(each))
    return applicationPackage({ name, version }, ECOSYSTEMS.get(manager ?? "") ?? manager?.toLowerCase() ?? "");
  return systemPackage({ name, version, arch: arch?.toLowerCase() }, platform);
}

/** `0:4.19.232-1`, or `NotAvailable`. */
function fixesOf({ fixedInVersion }: VulnerablePackage): string[] {
  const version = (fixedInVersion ?? "").replace(/^0:/, "");
  return isVersion(version) && version !== "0" ? [version] : [];
}

/** What Amazon has not rated yet has its score's severity, if there is one. */
function severityOf(
  { severity, inspectorScore, score }: InspectorFinding,
  source: ReportSource,
  at: readonly PropertyKey[],
) {
  if (/^informational$/i.test(severity)) return "LOW" satisfies Severity;
  if (!/^untriaged$/i.test(severity)) return severityOfWord(severity, source, [...at, "severity"]);
  const rated = inspectorScore ?? score ?? 0;
  return rated > 0 ? severityOfScore(rated) : "UNKNOWN";
}
