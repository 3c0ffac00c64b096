import fc from "fast-check";
import { expect, it } from "vitest";
import { Keys } from "../../src/domain/json/parse-strict.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import { givenDocument } from "../../src/scan/scan-report.ts";
import type { GivenDocument, ScannerReport } from "../../src/scanners/scanner.ts";
import { parse, textOf } from "../../src/scanners/trivy/report/document.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { toScanResult } from "../../src/scanners/trivy/report/report.ts";
import { goJson, report } from "../scanners/trivy/reports.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { changedDocument, damaged } from "../support/runs/mutations.ts";

const target: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };

/** One row of each kind that Trivy writes, in an image with a history. */
const whole = {
  SchemaVersion: 2,
  Trivy: { Version: "0.76.0" },
  CreatedAt: "2026-11-24T10:00:00Z",
  ArtifactName: "ghcr.io/acme/app:1",
  ArtifactType: "container_image",
  Metadata: {
    Size: 4096,
    OS: { Family: "debian", Name: "12.5", EOSL: true },
    ImageID: `sha256:${"a".repeat(64)}`,
    DiffIDs: [`sha256:${"b".repeat(64)}`, `sha256:${"c".repeat(64)}`],
    RepoTags: ["ghcr.io/acme/app:1"],
    RepoDigests: [`ghcr.io/acme/app@sha256:${"d".repeat(64)}`],
    ImageConfig: {
      architecture: "amd64",
      os: "linux",
      created: "2026-11-01T00:00:00Z",
      history: [{ created_by: "RUN |1 TOKEN=x /bin/sh -c make" }, { created_by: "ENV A=b", empty_layer: true }],
      rootfs: { diff_ids: [`sha256:${"b".repeat(64)}`, `sha256:${"c".repeat(64)}`] },
      config: { Labels: { "org.opencontainers.image.base.name": "debian:12" } },
    },
    Layers: [{ Size: 1 }, { Size: 2 }],
  },
  Results: [
    {
      Target: "ghcr.io/acme/app:1 (debian 12.5)",
      Class: "os-pkgs",
      Type: "debian",
      Packages: [
        {
          ID: "zlib1g@1:1.2",
          Name: "zlib1g",
          Identifier: { PURL: "pkg:deb/debian/zlib1g@1.2?epoch=1" },
          Version: "1.2",
          Epoch: 1,
          SrcName: "zlib",
          SrcVersion: "1.2",
          DependsOn: ["libc6@2.36"],
          Layer: { DiffID: `sha256:${"b".repeat(64)}` },
          InstalledFiles: ["/usr/lib/libz.so.1"],
        },
      ],
      Vulnerabilities: [
        {
          VulnerabilityID: "CVE-2023-45853",
          PkgName: "zlib1g",
          PkgIdentifier: { PURL: "pkg:deb/debian/zlib1g@1.2?epoch=1" },
          InstalledVersion: "1:1.2",
          FixedVersion: "1:1.3, 1:2.0",
          Status: "fixed",
          PublishedDate: "2023-10-14T02:15:00Z",
          Layer: { DiffID: `sha256:${"b".repeat(64)}` },
          PrimaryURL: "https://avd.aquasec.com/nvd/cve-2023-45853",
          Title: "zlib: integer overflow",
          Description: "MiniZip in zlib has an integer overflow.",
          Severity: "CRITICAL",
        },
      ],
    },
    {
      Target: "Java",
      Class: "lang-pkgs",
      Type: "jar",
      Packages: [{ Name: "a:b", Version: "1", FilePath: "app/b.jar", Relationship: "direct" }],
      Vulnerabilities: [{ VulnerabilityID: "GHSA-x", PkgName: "a:b", PkgPath: "app/b.jar", Severity: "HIGH" }],
      ExperimentalModifiedFindings: [{ Type: "vulnerability", Status: "ignored" }],
    },
    {
      Target: "Dockerfile",
      Class: "config",
      Type: "dockerfile",
      Misconfigurations: [{ ID: "DS-0001", Status: "FAIL", Severity: "HIGH", CauseMetadata: { StartLine: 3 } }],
    },
    { Target: "/app/.env", Class: "secret", Secrets: [{ RuleID: "pat", Severity: "CRITICAL", StartLine: 2 }] },
    {
      Target: "",
      Class: "license",
      Licenses: [{ Name: "GPL-3.0", Severity: "HIGH", Category: "restricted", PkgName: "a", FilePath: "/a" }],
    },
  ],
};
const bytes = goJson(whole);

/** The state after a scan. */
function scanned(report: Buffer): ScanResult {
  return toScanResult(parse(textOf(report)), target, { descriptions: true });
}

// Proves: reader-ends-value-code
fuzz(
  "damaged bytes are a report or a refusal",
  damaged(
    [bytes, JSON.stringify(whole)],
    ["{", "}", "[", "]", ",", '"', ":", "null", "\n", '\n  "Results": [\n', "        {"],
  ),
  async (damage) => {
    const result = await read(() => scanned(damage));
    if ("refused" in result) expect(result.refused.code).toMatch(/^report-/);
  },
);

fuzz(
  "values of any kind in any place are a report or a refusal, and a finding is never lost to what is alongside it",
  changedDocument([whole]),
  async (value) => {
    const result = await read(() => scanned(goJson(value)));
    if ("refused" in result) {
      expect(result.refused.code).toMatch(/^report-/);
      return;
    }
    const ids = new Set(result.value.findings.map(({ id }) => id));
    // Everything that is written as a row in a list of vulnerabilities is one.
    const lists =
      (value as typeof whole).Results?.map((each) => (each as { Vulnerabilities?: unknown }).Vulnerabilities) ?? [];
    for (const row of lists.flatMap((list) => (Array.isArray(list) ? list : [])) as { VulnerabilityID: string }[])
      expect(ids).toContain(row.VulnerabilityID);
  },
);

// Proves: reader-ends-value-code
fuzz(
  "a report that is cut anywhere is never taken for whole",
  fc.tuple(
    fc.oneof(fc.constant(whole as Record<string, unknown>), report(true)),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ),
  async ([value, share]) => {
    for (const text of [goJson(value), Buffer.from(JSON.stringify(value))]) {
      // The report is complete with its last brace and the line end after it.
      const last = text.lastIndexOf("}");
      const result = await read(() => scanned(text.subarray(0, Math.floor(last * share))));
      expect("refused" in result && result.refused.code).toBe("report-invalid");
    }
  },
);

/** Lines that Trivy writes, or similar ones, which are misleading in a wrong place. */
const LINES = [
  ...[
    '  "Results": [',
    "    {",
    "        {",
    "        },",
    "        }",
    "      ],",
    "      ]",
    "    },",
    "    }",
    "  ],",
  ],
  ...[
    '      "Vulnerabilities": [',
    '      "Vulnerabilities": null,',
    '      "Target": [',
    '      "__proto__": {"a": 1},',
  ],
  ...[
    '          "Severity": "LOW",',
    '          "S\\u0065verity": "LOW",',
    '      "x": ":y",',
    '  "Results": [],',
    '"\\',
    "\r",
  ],
];
const KEYS = ["Target", "Class", "Vulnerabilities", "Severity", "vulnerabilities", "Results", "__proto__"];
const line = fc.nat({ max: bytes.toString().split("\n").length });
const lineChange = fc.oneof(
  fc.tuple(line, fc.nat({ max: 1 }), fc.constantFrom(...LINES)).map(
    ([at, lost, put]) =>
      (text: readonly string[]) =>
        text.toSpliced(at, lost, put),
  ),
  fc
    .tuple(line, line, fc.nat({ max: 12 }), fc.boolean())
    .map(([from, to, count, isMoved]) => (text: readonly string[]) => {
      const some = text.slice(from, from + count);
      return (isMoved ? text.toSpliced(from, count) : text).toSpliced(to, 0, ...some);
    }),
  fc.tuple(line, fc.constantFrom(...KEYS)).map(
    ([at, key]) =>
      (text: readonly string[]) =>
        text.with(Math.min(at, text.length - 1), (text[at] ?? "").replace(/"\w+":/, `"${key}":`)),
  ),
  line.map((at) => (text: readonly string[]) => {
    const { [at]: old = "" } = text;
    return text.with(Math.min(at, text.length - 1), old.endsWith(",") ? old.slice(0, -1) : `${old},`);
  }),
);

/** The facts that are read from a given report and its packages. */
function given(document: GivenDocument) {
  const as = { kind: "trivy-report", input: "r.json", label: "r.json" } as const;
  return read(() => {
    let packages = "";
    const onReport = (made: ScannerReport) => {
      packages = made.packages(as);
    };
    const scan = trivyReports.given(document, as, { descriptions: true, onReport });
    return { scan, packages: JSON.parse(packages) };
  });
}

it("the report whose lines are changed is good", async () => {
  expect(await given(givenDocument(bytes))).toHaveProperty("value.scan.findings.length", 5);
});

// Proves: reader-ends-value-code
fuzz(
  "a given report whose lines are changed is read as JSON.parse reads it, or refused",
  fc.array(lineChange, { minLength: 1, maxLength: 4 }),
  async (changes) => {
    const lines = changes.reduce<readonly string[]>((text, each) => each(text), bytes.toString().split("\n"));
    const text = Buffer.from(lines.join("\n"));
    const result = await given(givenDocument(text));
    if ("refused" in result) expect(result.refused.code).toMatch(/^report-/);
    else expect(result).toEqual(await given({ value: JSON.parse(text.toString()), keys: new Keys() }));
  },
);
