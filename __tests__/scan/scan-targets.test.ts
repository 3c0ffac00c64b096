import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { progressLine } from "../../src/render/log/progress.ts";
import { scanTargets } from "../../src/scan/scan-targets.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const report = (input: string): Target => ({ kind: "trivy-report", input, label: input });

test("reports that are given are judged as they are: none is written again, and one that is wrong is its own error", async () => {
  using folder = temporaryFolder("scan-targets");
  const world = testWorld(folder.path);
  const content = { SchemaVersion: 2, ArtifactName: "app:1", ArtifactType: "container_image" };
  writeFileSync(join(world.workspace, "good.json"), JSON.stringify(content));
  const scanning = { scanner: undefined, reports: async () => [trivyReports] as const, progress: progressLine };
  const scans = await scanTargets([report("good.json"), report("missing.json")], scanning, world);
  expect(scans.outcomes).toMatchObject([{ scan: { findings: [] } }, { error: { code: "file-missing" } }]);
  expect(scans.reportFiles).toEqual([]);
  expect(scans.scannerVersions).toBeUndefined();
});
