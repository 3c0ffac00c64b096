import { expect, it } from "vitest";
import { grype, match } from "../../scanners/grype/sample.ts";
import { debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";

// The bundle on an image that the real Trivy scans, with a report of Grype on the same image.

const { digest } = debian12().descriptor;

const stage = await shared(openStage("opinions"));
const image = stage.bed.registry.add("acme/app", "1.0", debian12());

// Proves: report-handed-takes-nothing
it("with one image a report is an opinion on it: each finding once, and none of the scan's is taken away", async () => {
  const alone = await stage.run({ image });
  const openssl = alone.report.findings.find(
    ({ id, package: about }) => id === "CVE-2099-1001" && about?.name === "libssl3",
  );
  const artifact = { name: "libssl3", version: openssl?.package?.version, purl: openssl?.package?.purl };
  const row = (id: string, severity: string) => match({ vulnerability: { id, severity }, artifact });
  const rows = [row("CVE-2099-1001", "Critical"), row("CVE-2099-7777", "Low")];
  const source = { imageID: alone.report.targets[0]?.artifact?.imageId, repoDigests: [`acme/app@${digest}`] };
  const files = { "grype.json": JSON.stringify(grype(rows, { source })) };
  const both = await stage.run({ image, "scan-report": "grype.json" }, { files, onPullRequest: true });

  expect(both.results).toHaveLength(1);
  expect(both.report.findings).toHaveLength(alone.report.findings.length + 1);
  expect(both.report.targets[0]).toMatchObject({
    artifact: { digest, names: [image] },
    opinions: [
      { scanner: "Trivy", findings: alone.report.findings.length, listsPackages: true },
      { scanner: "Grype", findings: 2 },
    ],
  });
  const merged = both.report.findings.find(
    ({ id, package: about }) => id === "CVE-2099-1001" && about?.name === "libssl3",
  );
  expect(merged?.severity).toBe("CRITICAL");
  expect(merged?.layer).toMatch(/^sha256:/);
  expect(merged?.layer).toBe(openssl?.layer);
  expect(merged?.opinions?.map(({ scanner, severity }) => [scanner, severity])).toEqual([
    ["Grype", "CRITICAL"],
    ["Trivy", "HIGH"],
  ]);
  const all = alone.report.findings.length + 1;
  const line = `Trivy and Grype agree on 1 of ${all}; ${all - 2} only Trivy, 1 only Grype.`;
  expect(stage.github.comments(7).map(({ body }) => body)).toEqual([expect.stringContaining(line)]);
  expect(both.summary).toContain(line);

  // The author of a pull request supplies one report without findings, and one with milder severities.
  const milder = { "grype.json": JSON.stringify(grype([row("CVE-2099-1001", "Low")], { source })) };
  const agreed = { ".github/image-gate.yml": "version: 1\nagreement: all\nseverity-from: [grype, trivy]\n" };
  const disarmed = await stage.run({ image, "scan-report": "grype.json" }, { files: { ...milder, ...agreed } });
  const counted = ({ outputs: { critical, high, medium, low } }: GateResult) => [critical, high, medium, low];
  expect(counted(disarmed)).toEqual(counted(alone));
  expect(disarmed.report.targets[0]?.opinions?.[1]).toMatchObject({ given: true });
  expect(disarmed.summary).toContain("the report only adds findings");

  const other = {
    "grype.json": JSON.stringify(grype(rows, { source: { repoDigests: [`acme/app@sha256:${"e".repeat(64)}`] } })),
  };
  const wrong = await stage.run({ image, "scan-report": "grype.json" }, { files: other });
  expect(wrong.results).toMatchObject([{ verdict: "error", code: "report-of-another-image" }]);
});
