import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { trivyReport } from "./reports.ts";

// What a script sees of these commands: through the bundle, in a process of its own.

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder("bundle");
  mkdirSync(join(folder.path, "work"));
  const findings = [{ id: "CVE-2024-0001", severity: "HIGH" }];
  writeFileSync(join(folder.path, "work", "trivy.json"), trivyReport(findings));
  writeFileSync(join(folder.path, "work", ".trivyignore"), "CVE-2024-0001\n");
});
afterAll(() => folder.remove());

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/image-gate.js"), ...words], {
    cwd: join(folder.path, "work"),
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "caches") },
  });
  return { code: status, out: stdout, err: stderr };
}

it("imports, checks, tests and explains by what a scan has kept, and cleans", () => {
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const made = run("policy", "import", ".trivyignore", "--reason", "Seen.", "--until", until);
  expect(made).toMatchObject({ code: 0, err: "1 exception; nothing is left out.\n" });
  writeFileSync(join(folder.path, "work", "draft.yml"), made.out);
  expect(run("policy", "check", "draft.yml").code).toBe(0);
  expect([
    run("policy", "test", "trivy.json"),
    run("policy", "test", "trivy.json", "--policy", "draft.yml"),
  ]).toMatchObject([
    { code: 1, out: expect.stringMatching(/^fail: /) },
    { code: 0, out: expect.stringMatching(/^pass: /) },
  ]);
  expect(run("explain", "CVE-2024-0001")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("[report-not-kept]"),
  });
  expect(run("report", "trivy.json").code).toBe(1);
  expect(run("explain", "CVE-2024-0001")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^CVE-2024-0001 {2}HIGH/),
  });
  expect(run("explain", "CVE-2024-0002")).toMatchObject({ code: 2, out: "" });
  expect(run("compare", "trivy.json", "trivy.json").code).toBe(0);
  expect(run("clean").code).toBe(0);
  expect(run("explain", "CVE-2024-0001").code).toBe(2);
  expect(JSON.parse(run("db", "status", "--json").out)).toMatchObject({
    bytes: 0,
    databases: [{ state: "missing" }, {}],
  });
}, 60_000);

it("writes its errors to standard error alone, and exits with 2", () => {
  writeFileSync(join(folder.path, "work", "bad.yml"), "version: 1\nexceptions: [{id: CVE-1}]\n");
  for (const words of [
    ["policy", "check", "bad.yml"],
    ["policy", "check", "--format", "markdown"],
    ["policy", "import", "trivy.json"],
    ["policy", "add", "CVE-2024-0001"],
    ["compare", "trivy.json", "none.json"],
    ["completion", "tcsh"],
    ["explain"],
  ]) {
    const { code, out, err } = run(...words);
    expect([code, out], words.join(" ")).toEqual([2, ""]);
    expect(err).toMatch(/^error: /);
  }
  const json = run("policy", "check", "bad.yml", "--json");
  expect([json.code, JSON.parse(json.out).valid]).toEqual([2, false]);
  expect(readFileSync(join(folder.path, "work", "bad.yml"), "utf8")).toContain("CVE-1");
}, 60_000);
