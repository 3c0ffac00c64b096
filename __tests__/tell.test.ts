import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { temporaryFolder } from "./support/folder.ts";
import { runAction } from "./support/runner.ts";

const folder = temporaryFolder("tell");
afterAll(() => folder.remove());

const REPORT = JSON.stringify({ SchemaVersion: 2, ArtifactName: "app:1", ArtifactType: "container_image" });

/** The bundle on a report without findings: a pass, however it can be told. */
function pass(name: string, env: Readonly<Record<string, string>>) {
  const workspace = join(folder.path, name, "workspace");
  mkdirSync(workspace, { recursive: true });
  writeFileSync(join(workspace, "trivy.json"), REPORT);
  return runAction({ folder: join(folder.path, name), inputs: { "trivy-report": "trivy.json" }, env });
}

test.each([
  ["summary-not-written", "GITHUB_STEP_SUMMARY"],
  ["outputs-not-written", "GITHUB_OUTPUT"],
])("%s is one warning with what to look at, and the verdict stands", async (code, variable) => {
  const result = await pass(code, { [variable]: join(folder.path, "no such folder", "file") });
  expect(result.annotations).toEqual([
    { level: "warning", message: expect.stringMatching(new RegExp(`^\\[${code}\\] .*The verdict stands`)) },
  ]);
  expect(result.code).toBe(0);
  expect(result.log).toContain("pass: ");
});
