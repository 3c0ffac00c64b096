import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage, type RunOptions, writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

/** A text in every file that no message may quote. */
const CANARY = "canary7f3a";
const DEFAULT = ".github/image-gate.yml";

const stage = await shared(openStage("bad-policy"));

/** Judges one CRITICAL finding by a policy file. */
async function judge(text: string, options: RunOptions = {}): Promise<GateResult> {
  const files = { "report.json": trivyReport([row(1)]), "policy.yml": text };
  return stage.run({ "trivy-report": "report.json", policy: "policy.yml" }, { files, ...options });
}

/** All texts that a run writes. */
const told = (result: GateResult) => [
  result.log,
  result.summary,
  JSON.stringify(result.outputs),
  JSON.stringify(result.report),
  stage.github.comments().at(-1)?.body ?? "",
];

const bomb = [..."bcdefghijk"]
  .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]`)
  .join("\n");
const exception = (lines: string) => `version: 1\nexceptions:\n  - id: CVE-2024-1001\n    reason: ${CANARY}\n${lines}`;

describe("a policy file that is not fully understood stops the run", () => {
  // Proves: hostile-yaml-costs-no
  it.each<[string, string, RegExp]>([
    ["not YAML", `version: 1\n  ${CANARY}: [}\n\t- ${CANARY}`, /policy\.yml:1:\d+: .*policy\.yml:3:1: a tab/],
    ["an alias bomb", `version: 1\na: &a [x,x,x,x,x,x,x,x,x]\n${bomb}\n`, /policy\.yml:2:\d+: an anchor/],
    ["nested without end", `version: 1\nthresholds: ${"[".repeat(20_000)}`, /policy\.yml:2:\d+: .*nested too deeply/],
    ["no last day", exception(""), /policy\.yml:3:\d+: .*expires/],
  ])("%s", async (_, text, message) => {
    const result = await judge(text, { onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[policy-invalid]");
    expect(result.report.targets[0]?.error?.what.replaceAll("\n", " ")).toMatch(message);
    for (const each of told(result)) expect(each).not.toContain(CANARY);
    expect(result.milliseconds).toBeLessThan(atMost(15_000));
  });

  it("5,000 mistakes, told briefly", async () => {
    const result = await judge(`version: 1\n${Array.from({ length: 5000 }, (_, at) => `key${at}: 1`).join("\n")}`);
    expect(result.outputs.reason).toContain("5000 mistakes");
    expect(Buffer.byteLength(result.log)).toBeLessThan(64_000);
    expect(result.annotations.length).toBeLessThanOrEqual(10);
  });

  it("keys that are commands, markup or cannot be seen, without repeating them", async () => {
    const key = '"\\e[31m\\u202e<!-- image-gate -->\\n::error::forged @acme/team ##[error]"';
    const result = await judge(`version: 1\n${key}: 1\n`, { onPullRequest: true });
    expect(result.outputs.reason).toContain("[policy-invalid]");
    for (const text of told(result)) expect(text).not.toMatch(/forged|@acme|[\u001b\u202e]/);
  });
});

describe("what is not a policy file", () => {
  const outside = { code: "file-outside-workspace", remedy: "Put the file itself into the workspace" };
  const irregular = { code: "file-not-regular", remedy: "Name a file" };
  it.each<[string, string, (path: string) => unknown, { code: string; remedy: string }]>([
    ["is missing", "policy.yml", () => {}, { code: "file-missing", remedy: "checked out or written before" }],
    ["is the runner's environment", "policy.yml", (path) => symlinkSync("/proc/self/environ", path), outside],
    ["is a link at the default place", DEFAULT, (path) => symlinkSync("/etc/passwd", path), outside],
    ["is a pipe", "policy.yml", (path) => finish("mkfifo", [path]), irregular],
  ])("because it %s", async (_, policy, make, { code, remedy }) => {
    const workspace = join(stage.nextFolder(), "workspace");
    writeFiles(workspace, { "report.json": trivyReport([row(1)]), ".github/kept": "" });
    await make(join(workspace, policy));
    const named: Readonly<Record<string, string>> = policy === DEFAULT ? {} : { policy };
    const result = await stage.run({ "trivy-report": "report.json", ...named }, { workspace, onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(result.summary).toContain(remedy);
    for (const text of told(result)) expect(text).not.toMatch(/root:x:0|INPUT_TOKEN|GITHUB_WORKSPACE=/);
  });

  it("because it is git's configuration with checkout's token: nothing of it is shown", async () => {
    const workspace = join(stage.nextFolder(), "workspace");
    const config = `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${CANARY}\n${CANARY}: {${CANARY}\n`;
    writeFiles(workspace, { "report.json": trivyReport([row(1)]), ".git/config": config, ".github/kept": "" });
    symlinkSync("../.git/config", join(workspace, DEFAULT));
    const result = await stage.run({ "trivy-report": "report.json" }, { workspace, onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "error" });
    for (const text of told(result)) expect(text).not.toContain(CANARY);
  });
});

describe("globs made to explode", () => {
  it("take no longer than others, against 20,000 findings with paths made for them", async () => {
    const path = `${"a/".repeat(60)}${"a".repeat(120)}`;
    const rows = Array.from({ length: 20_000 }, (_, index) => row(index % 50, { PkgPath: `${path}/${index}` }));
    const globs = [`${"**/a".repeat(30)}b`, `${"*a".repeat(60)}b`, `${"a*?".repeat(60)}b`, `${"**/*a*/".repeat(20)}b`];
    const exceptions = Array.from({ length: 50 }, (_, index) =>
      [
        `  - id: CVE-2024-${1000 + index}`,
        `    paths: ${JSON.stringify(globs)}`,
        `    images: ${JSON.stringify([`${"*a".repeat(60)}b`, "**"])}`,
        "    reason: none",
        `    expires: ${day(30)}`,
      ].join("\n"),
    );
    const files = {
      "report.json": trivyReport(rows),
      "policy.yml": `version: 1\nexceptions:\n${exceptions.join("\n")}\n`,
    };
    const result = await stage.run({ "trivy-report": "report.json", policy: "policy.yml" }, { files });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "20000", accepted: "0" });
    expect(result.milliseconds).toBeLessThan(atMost(15_000));
  });
});
