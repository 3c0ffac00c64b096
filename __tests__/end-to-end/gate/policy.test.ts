import { describe, expect, it } from "vitest";
import { clean, debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage } from "../../support/runs/stage.ts";

const POLICY = ".github/image-gate.yml";

const stage = await shared(openStage("policy"));
const { registry } = stage.bed;
registry.add("acme/app", "1.0", debian12());
registry.add("acme/legacy-app", "1.0", debian12());
registry.add("acme/clean", "1.0", clean());
/** Each has 3 CRITICAL, 3 HIGH, 3 MEDIUM, 5 LOW, 2 UNKNOWN; 11 of the 16 have no fix. */
const app = `${registry.host}/acme/app:1.0`;
const legacy = `${registry.host}/acme/legacy-app:1.0`;

const limits = ({ report }: GateResult, target = 0) => report.targets[target]?.rows?.map(({ limit }) => limit);

describe("thresholds", () => {
  const policy = () => `version: 1
thresholds: {critical: 3, high: 1, medium: 2}
targets:
  - images: ["${stage.bed.registry.host}/acme/legacy-*"]
    thresholds: {high: 3, medium: unlimited}
  - images: ["**"]
    thresholds: {low: 5}
`;

  it("come from the first target rule that fits, otherwise from the file, otherwise from the defaults", async () => {
    const result = await stage.run({ image: `${app}\n${legacy}` }, { files: { [POLICY]: policy() } });
    expect(limits(result, 0)).toEqual([3, 1, 2, 5, "unlimited"]);
    expect(limits(result, 1)).toEqual([3, 3, "unlimited", "unlimited", "unlimited"]);
    expect(result.results.map(({ verdict }) => verdict)).toEqual(["fail", "pass"]);
    expect(result.outputs.reason).toBe(`fail: 3 HIGH (limit 1), 3 MEDIUM (limit 2) in ${app}; 2 fixable`);
  });

  it("of an input beat all of them, for every target", async () => {
    const inputs = { image: `${app}\n${legacy}`, "max-high": "2", "max-medium": "unlimited", "max-unknown": "1" };
    const result = await stage.run(inputs, { files: { [POLICY]: policy() } });
    expect(limits(result, 0)).toEqual([3, 2, "unlimited", 5, 1]);
    expect(limits(result, 1)).toEqual([3, 2, "unlimited", "unlimited", 1]);
    expect(result.outputs.reason).toContain("3 HIGH (limit 2), 2 UNKNOWN (limit 1)");
  });

  it("for an old image: the failing message says how to start", async () => {
    const result = await stage.run({ image: app, "max-medium": "0", "max-low": "0" });
    for (const text of [result.log, result.summary]) {
      expect(text).toContain("mode: warn");
      expect(text).toMatch(/critical: 3[\s\S]*high: 3[\s\S]*medium: 3[\s\S]*low: 5/);
    }
  });
});

describe("mode: warn", () => {
  it("reports a fail as a warning, and the step passes", async () => {
    const result = await stage.run({ image: app, mode: "warn" });
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "3" });
    expect(messages(result, "error")).toEqual([]);
    expect(messages(result, "warning").at(-1)).toBe(result.outputs.reason);
    expect(result.summary).toContain("the run does not fail");
  });

  // Proves: not-judged-never-passes
  it("does not cover an error", async () => {
    const result = await stage.run({ image: `${app}x`, mode: "warn" });
    expect(result.code).toBe(1);
    expect(messages(result, "error").join()).toContain("[image-not-found]");
  });

  it("absent: the reason is an error's annotation, and of a pass there is none", async () => {
    const failed = await stage.run({ image: app });
    expect(failed.code).toBe(1);
    expect(messages(failed, "error")).toEqual([failed.outputs.reason]);
    const passed = await stage.run({ image: `${stage.bed.registry.host}/acme/clean:1.0` });
    expect(passed.code).toBe(0);
    expect(passed.annotations).toEqual([]);
  });
});

describe("the policy file", () => {
  it("that is named must be there; the default one need not", async () => {
    const named = await stage.run({ image: app, policy: "policies/strict.yml" });
    expect(named.code).toBe(1);
    expect(named.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(named.outputs.reason).toContain('"policies/strict.yml" does not exist');
    const absent = await stage.run({ image: app });
    expect(absent.outputs.verdict).toBe("fail");
    expect(absent.summary).toContain("no policy file");
    const files = { "policies/loose.yml": "version: 1\nthresholds: {critical: 3, high: 3}\n" };
    const there = await stage.run({ image: app, policy: "policies/loose.yml" }, { files });
    expect(there.outputs.verdict).toBe("pass");
    expect(there.summary).toContain("policies/loose.yml");
  });

  it("with mistakes stops the run: all are annotated on their lines, with what was meant", async () => {
    const text = `version: 1
treshholds: {high: 3}
thresholds:
  high: -1
  medium: 1.5
exceptions:
  - id: CVE-2099-1003
    reason: ""
    expires: 2026-02-30
  - id: CVE-2099-1005
    expires: 2099-01-01
`;
    const result = await stage.run({ image: app }, { files: { [POLICY]: text } });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[policy-invalid]");
    const on = (line: number) =>
      result.annotations.filter((one) => one.level === "error" && one.file === POLICY && one.line === line);
    expect(on(2)[0]?.message).toMatch(/"thresholds"/);
    for (const line of [4, 5, 8, 9]) expect([line, on(line)]).toEqual([line, [expect.anything()]]);
    // The reason is missing, and the exception is valid for too long.
    expect(on(10)[0]?.message).toContain("reason");
    expect(result.summary).toContain("Correct the policy file");
    expect(result.log).not.toContain("CVE-2099-1001");
  });
});

describe("policy-from: base", () => {
  const loose = "version: 1\nthresholds: {critical: 3, high: 3}\n";
  const strict = "version: 1\nthresholds: {critical: 2}\n";
  const inputs = () => ({ image: app, "policy-from": "base" });

  // Proves: policy-base-takes-base
  it("judges a pull request by the base's policy, and tells what the pull request would change", async () => {
    stage.github.commit("main", { [POLICY]: strict });
    const result = await stage.run(inputs(), { files: { [POLICY]: loose }, onPullRequest: true });
    expect(limits(result)).toEqual([2, 0, "unlimited", "unlimited", "unlimited"]);
    expect(result.outputs.verdict).toBe("fail");
    expect(result.report.provenance).toMatchObject({ policy: POLICY, policyFrom: "base" });
    expect(result.summary).toContain("of the base branch");
    expect(result.summary).toContain("loosens the policy (`.github/image-gate.yml`), but not before the merge");
    expect(stage.github.problems).toEqual([]);
  });

  // Proves: policy-base-takes-base
  it("is an error where the base cannot be read: nothing is judged by another policy instead", async () => {
    stage.github.fault(/\/contents\//, { status: 403, message: "Resource not accessible by integration" });
    const result = await stage.run(inputs(), { files: { [POLICY]: loose }, onPullRequest: true });
    stage.github.clearFaults();
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[base-policy-unreadable]");
    expect(result.summary).toContain("contents: read");
  });
});
