import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";
import { trivyReport } from "./reports.ts";

// The commands as a script sees them: through the bundle, in its own process.

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder("bundle");
  mkdirSync(join(folder.path, "work"));
  const findings = [{ id: "CVE-2024-0001", severity: "HIGH" }];
  writeFileSync(join(folder.path, "work", "trivy.json"), trivyReport(findings));
  writeFileSync(join(folder.path, "work", ".trivyignore"), "CVE-2024-0001\n");
});
afterAll(() => folder.remove());

const environment = () => ({
  PATH: process.env.PATH,
  HOME: folder.path,
  XDG_CACHE_HOME: join(folder.path, "caches"),
});

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/image-gate.js"), ...words], {
    cwd: join(folder.path, "work"),
    encoding: "utf8",
    env: environment(),
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
    ["compare", "trivy.json", "none.json"],
    ["explain"],
    ["--self", "more"],
  ]) {
    const { code, out, err } = run(...words);
    expect([code, out], words.join(" ")).toEqual([2, ""]);
    expect(err).toMatch(/^error: /);
  }
  const json = run("policy", "check", "bad.yml", "--json");
  expect([json.code, JSON.parse(json.out).valid]).toEqual([2, false]);
  expect(readFileSync(join(folder.path, "work", "bad.yml"), "utf8")).toContain("CVE-1");
}, 60_000);

it("has no answer if the disk is full, whatever the verdict is", () => {
  const work = join(folder.path, "work");
  const line = `exec "${process.execPath}" "${join(root, "dist/image-gate.js")}" report trivy.json --max-high 5 --json >/dev/full`;
  const { status, stderr } = spawnSync("sh", ["-c", line], { cwd: work, encoding: "utf8", env: environment() });
  expect(stderr).toContain("error: [answer-not-written] The answer cannot be written to standard output (ENOSPC)");
  expect(status).toBe(2);
});

/** The verdict that later jobs read after a command, in a job of GitLab in which an earlier command has passed. */
function verdictAfter(words: readonly string[]) {
  const work = join(folder.path, "work");
  const env = { ...environment(), GITLAB_CI: "true", CI_PROJECT_DIR: work };
  const outputs = join(work, "image-gate.env");
  writeFileSync(outputs, "IMAGE_GATE_VERDICT=pass\n");
  const { status } = spawnSync(process.execPath, [join(root, "dist/image-gate.js"), ...words], { cwd: work, env });
  const [, verdict] = /^IMAGE_GATE_VERDICT=(.*)$/m.exec(readFileSync(outputs, "utf8")) ?? [];
  return { line: words.join(" "), code: status, verdict };
}

// Proves: no-earlier-verdict-stays
it("leaves no verdict of before in a job of GitLab if a line that may ask for one is wrong", () => {
  for (const words of [["report", "trivy.json", "--max-hihg", "5"], ["reprot", "trivy.json"], []])
    expect(verdictAfter(words)).toEqual({ line: words.join(" "), code: 2, verdict: "error" });
}, 60_000);

// Proves: no-earlier-verdict-stays
it("replaces the verdict of before in a job of GitLab by a command that answers with one, and by no other", () => {
  expect(verdictAfter(["report", "trivy.json"])).toMatchObject({ code: 1, verdict: "fail" });
  const others: [words: string[], code: number][] = [
    [["explain", "CVE-2024-0001"], 0],
    [["policy", "check", "none.yml"], 2],
    [["policy", "test", "trivy.json"], 1],
    [["policy", "chekc"], 2],
    [["sign", "--wrong"], 2],
    [["report", "--help"], 0],
  ];
  for (const [words, code] of others)
    expect(verdictAfter(words)).toEqual({ line: words.join(" "), code, verdict: "pass" });
}, 60_000);

it("says what it is in one line each, with the hash of its folder", () => {
  const { code, out, err } = run("--self");
  expect([code, err]).toEqual([0, ""]);
  const line = "find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum";
  const { stdout } = spawnSync("sh", ["-c", line], { cwd: join(root, "dist"), encoding: "utf8" });
  expect(out.split("\n")).toContain(`dist/ sha256 ${stdout.split(" ")[0]}`);
  expect(run("--self", "more").code).toBe(2);
});

it("begins its log with version and commit, as an action, in a job of GitLab and with --verbose", () => {
  const first = /^Image Gate \d+\.\d+\.\d+, commit not known\n/;
  const asAction = spawnSync(process.execPath, [join(root, "dist/index.js")], {
    encoding: "utf8",
    env: { ...environment(), GITHUB_ACTIONS: "true", INPUT_IMAGE: "", INPUT_SUMMARY: "false" },
  });
  expect(asAction.stdout).toMatch(first);
  expect(run("report", "trivy.json", "--verbose").err).toMatch(first);
  const { stderr } = spawnSync(process.execPath, [join(root, "dist/image-gate.js"), "report", "none.json"], {
    cwd: join(folder.path, "work"),
    encoding: "utf8",
    env: { ...environment(), GITLAB_CI: "true" },
  });
  expect(stderr).toMatch(first);
  expect(run("report", "trivy.json").err).not.toContain("commit");
});
