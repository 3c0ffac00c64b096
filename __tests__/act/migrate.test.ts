import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rewriteSteps } from "../../src/workflows/rewrite.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { python } from "../support/images/images.ts";
import { dockerArchive } from "../support/images/oci.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("act-migrate");
let bed: Bed;

beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(async () => {
  await bed?.close();
  folder.remove();
});

/** A workflow of another scanner's action: one step for code scanning, and one that stops the job. */
const WORKFLOW = `on: pull_request
env: { LIMIT: "CRITICAL", LIST: ",CRITICAL", CODE: "1" }
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - id: report
        uses: aquasecurity/trivy-action@v0.36.0 # v0.36.0
        with:
          input: app.tar
          format: sarif
          exit-code: \${{ env.NONE }}
          severity: CRITICAL,HIGH
          output: trivy.sarif # for the next step
      - id: read
        run: grep -c '"ruleId"' trivy.sarif
      - id: all
        uses: crazy-max/ghaction-container-scan@v3
        with: { tarball: app.tar, severity_threshold: "\${{ env.LIMIT }}" }
        continue-on-error: true
      - id: upload
        if: \${{ steps.all.outputs.sarif != '' }}
        run: test -s \${{ steps.all.outputs.sarif }}
      - id: scan
        uses: aquasecurity/trivy-action@v0.36.0
        with:
          input: app.tar
          severity: \${{ env.LIST }}
          exit-code: \${{ env.CODE }}
`;

it("a rewritten workflow runs: what only reported reports, its file is there, and what failed fails, by its own limits", async () => {
  await using github = await startFakeGitHub();
  const { text: workflow, steps } = rewriteSteps(WORKFLOW, "ci.yml", "OWNER/image-gate@<commit>");
  expect(steps).toHaveLength(3);
  const at = join(folder.path, "run");
  mkdirSync(at);
  const result = await runWorkflow({
    folder: at,
    workflow,
    files: { "app.tar": dockerArchive(python(), ["ghcr.io/acme/app:1.0"]) },
    event: github.pullRequestEvent(),
    apiUrl: github.url,
    inputs: bed.inputs,
    onCommit: (sha) => github.addMergeCommit(sha),
  });
  expect(result.steps.report?.outcome, result.everything).toBe("success");
  expect(result.steps.report?.outputs.verdict).toBe("fail");
  expect(Number(result.steps.read?.log)).toBeGreaterThan(0);
  expect(result.steps.all?.outputs.reason).toMatch(/^fail: 3 CRITICAL \(limit 0\) in app\.tar/);
  expect(result.steps.upload?.outcome).toBe("success");
  expect(result.steps.scan?.outputs.reason).toMatch(/^fail: 3 CRITICAL \(limit 0\) in app\.tar/);
  expect(result.steps.scan?.outcome).toBe("failure");
  expect(result.jobs).toEqual({ scan: "failure" });
});
