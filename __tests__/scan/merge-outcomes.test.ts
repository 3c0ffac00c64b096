import { describe, expect, it } from "vitest";
import type { Artifact, ScanResult, Target } from "../../src/domain/target.ts";
import { mergeOutcomes } from "../../src/scan/merge-outcomes.ts";
import { sayEnds } from "../../src/scan/outcomes.ts";
import type { Advance, World } from "../../src/system/world.ts";
import { makeFinding, makePackage } from "../domain/make.ts";

// Reports on one image, alone and alongside a scan.

const digest = `sha256:${"d".repeat(64)}`;
const os = { family: "debian", name: "12.8", endOfLife: false };
const finding = makeFinding({
  id: "CVE-1",
  package: makePackage({ name: "openssl", version: "1", type: "debian", ecosystem: "debian" }),
});

function outcome(target: Target, scanner: string, artifact: Partial<Artifact>): { target: Target; scan: ScanResult } {
  const scan: ScanResult = {
    artifact: { names: ["app"], packages: 1, os, ...artifact },
    packages: [],
    layers: [],
    findings: scanner === "Trivy" ? [finding] : [],
    suppressed: 0,
    coverage: { rows: [], gaps: [] },
    provenance: { scanner, scanners: ["vuln"], scannedAt: "2026-11-28T10:00:00Z" },
  };
  return { target, scan };
}

const report = (name: string): Target => ({ kind: "trivy-report", input: name, label: name, anyScanner: true });

// Proves: report-handed-takes-nothing
it("reports alongside a scanned image take none of its findings away, whatever digest they name", () => {
  const [clair, other] = [report("clair.json"), report("other.json")];
  const image: Target = { kind: "image", input: "app.tar", label: "app.tar", opinions: [clair, other] };
  const [only, ...more] = mergeOutcomes(
    [
      outcome(image, "Trivy", { digest }),
      outcome(clair, "Clair", { reportedDigests: [digest] }),
      outcome(other, "Grype", { reportedDigests: [digest] }),
    ],
    { agreement: "all" },
  );
  expect(more).toEqual([]);
  expect(only).toMatchObject({ scan: { findings: [{ id: "CVE-1", missedBy: undefined }] } });
});

it("reports under one name are opinions, of which each has missed what it could have seen", () => {
  const on = (scanner: string) => outcome({ ...report(`${scanner}.json`), as: "app" }, scanner, {});
  const merged = mergeOutcomes([on("Trivy"), on("Grype")], { agreement: "all" });
  expect(merged).toMatchObject([
    {
      scan: {
        findings: [{ id: "CVE-1", missedBy: ["Grype"] }],
        provenance: { notes: [expect.stringContaining("the caller's word")] },
      },
    },
  ]);
});

it("a second report of a scanner is distinguished by its file", () => {
  const given = report("old.json");
  const image: Target = { kind: "image", input: "app.tar", label: "app.tar", opinions: [given] };
  const { scan } = outcome(image, "Trivy and Grype", {});
  const opinions = ["Trivy", "Grype"].map((scanner) => ({ scanner, findings: 1, sees: ["debian"] }));
  const [only] = mergeOutcomes([{ target: image, scan: { ...scan, opinions } }, outcome(given, "Trivy", {})]);
  const names = only !== undefined && "scan" in only ? only.scan.opinions?.map(({ scanner }) => scanner) : [];
  expect(names).toEqual(["Trivy", "Grype", "Trivy (old.json)"]);
});

it("reports on two platforms of an index, which has one digest for both, are about two images", () => {
  const on = (platform: string, scanner: string) =>
    outcome({ ...report(`${scanner}.json`), as: "app" }, scanner, { platform, digest });
  const errors = (...platforms: [string, string]) =>
    mergeOutcomes([on(platforms[0], "Trivy"), on(platforms[1], "Grype")]).map((each) => "error" in each);
  expect(errors("linux/amd64", "linux/arm64")).toEqual([true]);
  expect(errors("linux/arm64", "linux/arm64/v8")).toEqual([false]);
});

it("a report that a line names by a digest stays apart from one that no line names", () => {
  const named = outcome({ ...report("trivy.json"), as: `app@${digest}` }, "Trivy", {});
  const other = outcome(report("grype.json"), "Grype", {});
  expect(mergeOutcomes([named, other])).toEqual([named, other]);
  expect(mergeOutcomes([other, named])).toEqual([other, named]);
});

it("two reports on one digest, without a scan, are about one image", () => {
  const named = { as: "app" };
  const merged = mergeOutcomes([
    outcome({ ...report("trivy.json"), ...named }, "Trivy", { reportedDigests: [digest] }),
    outcome({ ...report("grype.json"), ...named }, "Grype", { reportedDigests: [digest] }),
  ]);
  expect(merged).toMatchObject([{ scan: { opinions: [{ scanner: "Trivy" }, { scanner: "Grype" }] } }]);
});

describe("outcomes", () => {
  const error = (code: string) => ({ outcome: { error: { code, what: code, remedy: "none" } } });

  describe("the ends of scans", () => {
    const logOf = () => {
      const shown: (string | Advance)[] = [];
      const info = (text: string) => void shown.push(text);
      const log = { info, advance: (advance: Advance) => void shown.push(advance) } as unknown as World["log"];
      return { shown, log };
    };
    const ended = ["app:1", error("lost").outcome, 0] as const;

    it("show from the beginning how many of how many have ended", () => {
      const { shown, log } = logOf();
      const say = sayEnds(2, ({ label }) => label, log);
      for (let each = 0; each < 2; each++) say(...ended, log);
      const count = (done: number) => ({ what: "scans", unit: "targets", done, of: 2 });
      expect(shown).toEqual([count(0), "app:1", count(1), "app:1", count(2)]);
    });

    it("of a single one shows nothing", () => {
      const { shown, log } = logOf();
      sayEnds(1, ({ label }) => label, log)(...ended, log);
      expect(shown).toEqual([]);
    });
  });
});
