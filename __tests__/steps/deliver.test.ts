import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { type ActionOptions, runAction } from "../support/runs/runner.ts";

const folder = temporaryFolder("tell");
afterAll(() => folder.remove());

/** Has a package, so there is no note about a missing list of packages. */
const REPORT = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: "app:1",
  ArtifactType: "container_image",
  Results: [{ Target: "app", Class: "lang-pkgs", Type: "npm", Packages: [{ Name: "a", Version: "1.0" }] }],
});

/** The bundle on a report without findings: a pass, even if it cannot be shown everywhere. */
function pass(name: string, env: Readonly<Record<string, string>>, more: Partial<ActionOptions> = {}) {
  const workspace = join(folder.path, name, "workspace");
  mkdirSync(workspace, { recursive: true });
  writeFileSync(join(workspace, "trivy.json"), REPORT);
  return runAction({
    folder: join(folder.path, name),
    env,
    ...more,
    inputs: { "trivy-report": "trivy.json", ...more.inputs },
  });
}

test.each([
  ["summary-not-written", "GITHUB_STEP_SUMMARY"],
  ["outputs-not-written", "GITHUB_OUTPUT"],
])("%s is one warning with what to look at, and does not change the verdict", async (code, variable) => {
  const result = await pass(code, { [variable]: join(folder.path, "no such folder", "file") });
  expect(result.annotations).toEqual([
    { level: "warning", message: expect.stringMatching(new RegExp(`^\\[${code}\\] .*The verdict is unaffected`)) },
  ]);
  expect(result.code).toBe(0);
  expect(result.log).toContain("pass: ");
});

// Proves: trouble-telling-changes-nothing
test.each([
  ["forge.github.comment.js", "comment-not-written"],
  ["job.github.runner-files.js", "summary-not-written"],
  ["reports.upload-sarif.js", "sarif-not-uploaded"],
  ["reports.submit-packages.js", "dependency-snapshot-not-made"],
])(
  "a fault of ours in %s is a warning; the other channels show the pass, and the verdict does not change",
  async (chunk, code) => {
    const action = join(folder.path, `broken-${chunk}`);
    cpSync(join(root, "dist"), join(action, "dist"), { recursive: true });
    for (const file of ["action.yml", "package.json"]) cpSync(join(root, file), join(action, file));
    writeFileSync(join(action, "dist", chunk), 'throw new Error("a fault of ours");');
    await using github = await startFakeGitHub();
    const inputs = { "upload-sarif": "true", "dependency-graph": "true", reports: "csv: x.csv" };
    const about = { action, inputs, apiUrl: github.url, event: github.pullRequestEvent() };
    const result = await pass(`fault-${chunk}`, {}, about);
    expect(chunk === "forge.github.comment.js" ? result.summary : github.comments()[0]?.body).toContain("may run");
    expect(result.code).toBe(0);
    expect(result.annotations.map(({ message }) => message).join("\n")).toMatch(
      new RegExp(`^\\[${code}\\] a fault of ours`),
    );
  },
);
