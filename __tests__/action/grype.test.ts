import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureGrype } from "../../scripts/setup/go-tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { grypeDatabaseArchive } from "../support/grype-database.ts";
import { clean, debian12, python, saveImage } from "../support/images.ts";
import { type ActionResult, runAction } from "../support/runner.ts";

// The bundle, started as a runner does, with the real Grype and a database that it imports.

let folder: TemporaryFolder;
let inputs: Readonly<Record<string, string>>;
let runs = 0;

beforeAll(async () => {
  folder = temporaryFolder("grype");
  const workspace = join(folder.path, "workspace");
  mkdirSync(workspace);
  saveImage(join(workspace, "debian.tar"), debian12());
  saveImage(join(workspace, "python.tar"), python());
  saveImage(join(workspace, "clean.tar"), clean());
  const { bytes, sha256 } = grypeDatabaseArchive();
  writeFileSync(join(workspace, "db.tar.zst"), bytes);
  inputs = { "scan-with": "grype", "grype-binary": await ensureGrype(), "grype-db": `db.tar.zst@sha256:${sha256}` };
});
afterAll(() => folder.remove());

function run(
  more: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<ActionResult> {
  return runAction({
    folder: join(folder.path, `run-${++runs}`),
    workspace: join(folder.path, "workspace"),
    toolCache: join(folder.path, "tools"),
    inputs: { ...inputs, comment: "never", baseline: "none", ...more },
    env,
  });
}

/** All ids in Image Gate's report, aliases included. */
const idsIn = (path: string): string[] => readFileSync(path, "utf8").match(/(?:CVE|GHSA)-[\w-]+/g) ?? [];

describe("scan-with: grype", () => {
  it("judges what Grype finds in the image's own bytes", async () => {
    const result = await run({ image: "debian.tar\npython.tar\nclean.tar", "max-high": "2" });
    expect(result.outputs, result.log).toMatchObject({
      verdict: "fail",
      critical: "1",
      high: "4",
      "grype-version": "0.121.3",
      "trivy-version": "",
    });
    expect(JSON.parse(result.outputs.results ?? "")).toMatchObject([
      { verdict: "pass", gaps: [], counts: { high: 2 } },
      { verdict: "fail", gaps: [], counts: { critical: 1, high: 2 } },
      { verdict: "pass", gaps: [], counts: { critical: 0, high: 0 } },
    ]);
    expect(idsIn(result.outputs.report ?? "")).toEqual(expect.arrayContaining(["CVE-2099-0001", "CVE-2099-1001"]));
  });
});
