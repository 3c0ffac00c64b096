import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { gitHubFaults } from "../../support/github/fake-github.ts";
import { debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, messages, openStage } from "../../support/runs/stage.ts";

const POLICY = ".github/image-gate.yml";

const stage = await shared(openStage("policy-change"));
stage.bed.registry.add("acme/app", "1.0", debian12());
const app = `${stage.bed.registry.host}/acme/app:1.0`;
afterAll(() => expect(stage.github.problems).toEqual([]));
beforeEach(() => stage.github.clearFaults());

const exception = (id: string, more = {}) =>
  `  - ${JSON.stringify({ id, reason: "Tested.", expires: day(30), ...more })}\n`;

/** A run on the pull request: its merge commit has the policy `head`, and its base the policy `base`. */
const run = (base: string | undefined, head: string | undefined, inputs = {}) => {
  stage.github.commit("main", base === undefined ? {} : { [POLICY]: base });
  return stage.run(
    { image: app, ...inputs },
    { files: head === undefined ? {} : { [POLICY]: head }, onPullRequest: true },
  );
};

/** The texts in which people look: the comment and the summary. */
const places = (result: GateResult) => [stage.github.comments()[0]?.body ?? "", result.summary];
const aboutPolicy = (result: GateResult) =>
  messages(result, "warning").filter((message) => message.startsWith("This pull request"));

describe("a pull request that changes the policy", () => {
  const base = `version: 1\nthresholds: {high: 0, medium: 10}\nexceptions:\n${exception("CVE-2099-1003")}${exception("CVE-2099-1008")}`;

  it("says what it loosens, on the lines, and what it tightens: in comment, summary, warnings and report", async () => {
    const head = `version: 1\nthresholds: {high: 20, medium: 5}\nexceptions:\n${exception("CVE-2099-1003", {
      expires: day(60),
    })}${exception("CVE-2099-1005", { package: "libc6" })}`;
    const result = await run(base, head);
    for (const text of places(result)) {
      expect(text).toContain("This pull request loosens the policy");
      expect(text).toMatch(/loosens:\*\* changed threshold `HIGH`: `0` → `20`/);
      expect(text).toMatch(/loosens:\*\* added exception `CVE-2099-1005[^\n]*\(line 5\)/);
      expect(text).toMatch(/loosens:\*\* changed exception `CVE-2099-1003/);
      expect(text).toMatch(/- changed threshold `MEDIUM`: `10` → `5`/);
      expect(text).toMatch(/- removed exception `CVE-2099-1008/);
    }
    const said = aboutPolicy(result);
    expect(said).toHaveLength(5);
    expect(said.filter((message) => message.includes("loosens the policy"))).toHaveLength(3);
    expect(said.slice(3).join("\n")).toMatch(
      /changes the policy: changed threshold MEDIUM: 10 → 5\..*\n.*changes the policy: removed exception CVE-2099-1008/,
    );
    expect(result.annotations).toContainEqual({
      level: "warning",
      message: expect.stringMatching(/added exception CVE-2099-1005/),
      file: POLICY,
      line: 5,
    });
    expect(result.report.policyChanges).toHaveLength(5);
  });

  it("that adds the first policy, or removes it, is seen against the defaults", async () => {
    const added = await run(undefined, "version: 1\nthresholds: {critical: 5}\n");
    expect(aboutPolicy(added)).toEqual([expect.stringMatching(/changed threshold CRITICAL: 0 → 5/)]);
    const removed = await run("version: 1\nthresholds: {medium: 0}\n", undefined);
    expect(aboutPolicy(removed)).toEqual([expect.stringMatching(/changed threshold MEDIUM: 0 → unlimited/)]);
    for (const text of places(removed)) expect(text).toContain("This pull request loosens the policy");
  });

  it("is not said to loosen a named policy that the job has brought, as one that many repositories share", async () => {
    const shared = "shared/image-gate.yml";
    const files = { [shared]: "version: 1\nthresholds: {critical: 20}\n" };
    stage.github.commit("main", {});
    const brought = await stage.run({ image: app, policy: shared }, { files, onPullRequest: true });
    for (const text of places(brought)) {
      expect(text).toContain(
        "It is unknown if this pull request changes the policy:** the policy is not a file of this repository",
      );
      expect(text).not.toContain("loosens");
    }
    const event = stage.github.pullRequestEvent();
    stage.github.state.commits.get(event.sha ?? "")?.files.set(shared, files[shared] ?? "");
    const own = await stage.run({ image: app, policy: shared }, { files, event, apiUrl: stage.github.url });
    expect(aboutPolicy(own)).toEqual([expect.stringMatching(/changed threshold CRITICAL: 0 → 20/)]);
  });

  it("that only rewrites it, or leaves it alone, is not spoken of", async () => {
    const rewritten = await run(base, `# a note\n${base.replace("{high: 0, medium: 10}", "{medium: 10}")}`);
    const same = await run(base, base);
    for (const result of [rewritten, same]) {
      expect(aboutPolicy(result)).toEqual([]);
      expect(result.report.policyChanges).toEqual([]);
      for (const text of places(result)) expect(text).not.toContain("This pull request");
    }
  });
});

describe("a base whose policy cannot be read", () => {
  it.each([
    ["for lack of a permission", gitHubFaults.forbidden("contents=read"), "contents: read"],
    ["as GitHub has a fault", gitHubFaults.serverError(), "GitHub"],
  ])("%s: that is reported instead, and the verdict is kept", async (_, fault, said) => {
    stage.github.fault(/\/contents\//, fault);
    const result = await run("version: 1\n", "version: 1\nthresholds: {critical: 3, high: 3}\n");
    expect(result.outputs.verdict).toBe("pass");
    expect(messages(result, "warning").join()).toContain("It is unknown if this pull request changes the policy");
    for (const text of places(result)) {
      expect(text).toContain("It is unknown if this pull request changes the policy");
      expect(text).toContain(said);
    }
    expect(result.report.policyChanges).toMatchObject({ unreadable: expect.any(String) });
  });

  it("because it is not a valid policy: that is reported, too", async () => {
    const result = await run("version: 2\n", "version: 1\nthresholds: {critical: 3, high: 3}\n");
    expect(result.outputs.verdict).toBe("pass");
    expect(places(result)[1]).toMatch(/is unknown if.*:.*base's policy is not valid/);
  });
});

describe("a run without a pull request", () => {
  it("compares nothing and asks nothing", async () => {
    const before = stage.github.requests.length;
    const result = await stage.run({ image: app }, { files: { [POLICY]: "version: 1\n" }, apiUrl: stage.github.url });
    expect(result.report.policyChanges).toBeUndefined();
    expect(stage.github.requests).toHaveLength(before);
  });
});
