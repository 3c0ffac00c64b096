import fc from "fast-check";
import { expect, it } from "vitest";
import { Keys } from "../../../src/domain/json/parse-strict.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { mergeScans } from "../../../src/domain/opinions/merge-scans.ts";
import type { Agreement } from "../../../src/domain/policy/policy.ts";
import { SEVERITIES, type Severity, severityRank } from "../../../src/domain/severity.ts";
import type { ScanResult, Target } from "../../../src/domain/target.ts";
import { grypeReports } from "../../../src/scanners/grype/report/report.ts";
import { trivyReports } from "../../../src/scanners/trivy/report/given.ts";
import { grype, match } from "../../scanners/grype/sample.ts";
import { judged, makePolicy, makeSettings } from "../make.ts";

// A made image: packages and the advisories that are true of them. Each scanner knows some, under its own ids and with
// its own severity. The merged verdict on both scanners' raw reports is checked against what follows from the truth
// alone.

interface True {
  readonly package: number;
  readonly isPython: boolean;
  readonly advisory: number;
  /** The severity by each scanner. Undefined: it does not know the advisory. */
  readonly trivy: Severity | undefined;
  readonly grype: Severity | undefined;
}

const rating = fc.option(fc.constantFrom(...SEVERITIES), { nil: undefined });

const truths = fc.uniqueArray(
  fc.record<True>({
    package: fc.nat(3),
    isPython: fc.boolean(),
    advisory: fc.integer({ min: 1000, max: 1008 }),
    trivy: rating,
    grype: rating,
  }),
  { maxLength: 30, selector: (each) => `${each.isPython} ${each.package} ${each.advisory}` },
);

const cve = ({ advisory }: True) => `CVE-2099-${advisory}`;
const ghsa = ({ advisory }: True) => `GHSA-aaaa-bbbb-${advisory}`;
const version = (each: True) => `${each.package}.0.1`;
const debName = (each: True) => `lib-${each.package}`;
const pathOf = (each: True) => `app/site-packages/zope_${each.package}-${version(each)}.dist-info/METADATA`;

/** Trivy writes CVEs, and Python's packages as their metadata names them. */
function trivyReport(truth: readonly True[]): object {
  const known = truth.filter(({ trivy }) => trivy !== undefined);
  const row = (each: True) => ({
    VulnerabilityID: cve(each),
    PkgName: each.isPython ? `Zope_${each.package}` : debName(each),
    InstalledVersion: version(each),
    Severity: each.trivy,
    ...(each.isPython && { PkgPath: pathOf(each) }),
  });
  const rows = (isPython: boolean) => known.filter((each) => each.isPython === isPython).map(row);
  const python = { Name: "other", Version: "1", FilePath: "app/site-packages/other-1.dist-info/METADATA" };
  return {
    SchemaVersion: 2,
    ArtifactName: "app",
    ArtifactType: "container_image",
    Metadata: { OS: { Family: "debian", Name: "12.7" } },
    Results: [
      {
        Target: "app (debian 12.7)",
        Class: "os-pkgs",
        Type: "debian",
        Packages: [{ Name: "base", Version: "1" }],
        Vulnerabilities: rows(false),
      },
      { Target: "Python", Class: "lang-pkgs", Type: "python-pkg", Packages: [python], Vulnerabilities: rows(true) },
    ],
  };
}

/** For Python, Grype writes GHSA ids with the CVE as an alias, and normalised names. */
function grypeReport(truth: readonly True[]): object {
  const known = truth.filter((each) => each.grype !== undefined);
  const word = (severity: Severity | undefined) => `${severity?.[0]}${severity?.slice(1).toLowerCase()}`;
  return grype(
    known.map((each) =>
      match({
        vulnerability: {
          id: each.isPython ? ghsa(each) : cve(each),
          namespace: each.isPython ? "github:language:python" : "debian:distro:debian:12",
          severity: word(each.grype),
          fix: { versions: [], state: "not-fixed" },
        },
        relatedVulnerabilities: each.isPython ? [{ id: cve(each), namespace: "nvd:cpe", severity: "Unknown" }] : [],
        artifact: each.isPython
          ? {
              name: `zope-${each.package}`,
              version: version(each),
              type: "python",
              purl: `pkg:pypi/zope-${each.package}@${version(each)}`,
              locations: [{ path: `/${pathOf(each)}` }],
            }
          : {
              name: debName(each),
              version: version(each),
              purl: `pkg:deb/debian/${debName(each)}@${version(each)}?distro=debian-12`,
            },
      }),
    ),
  );
}

const target: Target = { kind: "image", input: "app", label: "app" };

function read(reader: typeof trivyReports, document: object): ScanResult {
  return reader.given({ value: document, keys: new Keys() }, target, {});
}

/** Open findings by severity, from the truth alone. */
function expected(truth: readonly True[], agreement: Agreement): string[] {
  return truth
    .filter(({ trivy, grype: other }) =>
      agreement === "all" ? trivy !== undefined && other !== undefined : trivy !== undefined || other !== undefined,
    )
    .map(({ trivy = "UNKNOWN", grype: other = "UNKNOWN" }) =>
      severityRank(trivy) < severityRank(other) ? trivy : other,
    )
    .sort();
}

// Proves: second-opinion-takes-no
it("the verdict on two scanners' reports is the one that follows from what they know of the image", () => {
  fc.assert(
    fc.property(truths, (truth) => {
      const merged = mergeScans([
        { scanner: "Trivy", scan: read(trivyReports, trivyReport(truth)) },
        { scanner: "Grype", scan: read(grypeReports, grypeReport(truth)) },
      ]);
      for (const agreement of ["any", "all"] as const) {
        const verdict = judged(judge([{ target, scan: merged }], makeSettings({ policy: makePolicy({ agreement }) })));
        const open = verdict.findings.filter(({ outcome }) => outcome === "open");
        expect(open.map(({ finding }) => finding.severity).sort()).toEqual(expected(truth, agreement));
        const hasWorst = expected(truth, agreement).some((each) => each === "CRITICAL" || each === "HIGH");
        expect(verdict.answer).toBe(hasWorst ? "fail" : "pass");
      }
    }),
    { numRuns: 150 },
  );
});
