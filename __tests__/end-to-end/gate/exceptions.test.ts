import { describe, expect, it } from "vitest";
import { debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

const POLICY = ".github/image-gate.yml";

const stage = await shared(openStage("exceptions"));
stage.bed.registry.add("acme/app", "1.0", debian12());
const app = `${stage.bed.registry.host}/acme/app:1.0`;

/** Exceptions of a policy file, in flow style: each on one line, the first on line 3. */
const policy = (...exceptions: readonly Readonly<Record<string, unknown>>[]) =>
  `version: 1\nexceptions:\n${exceptions.map((each) => `  - ${JSON.stringify({ reason: "Tested.", expires: day(30), ...each })}\n`).join("")}`;

const run = (text: string) => stage.run({ image: app }, { files: { [POLICY]: text } });

const states = ({ report }: GateResult) => report.exceptions.map(({ state }) => state);

/** Annotations of the policy file, by line. */
const onLines = ({ annotations }: GateResult) =>
  Object.fromEntries(
    annotations.flatMap(({ file, line, level, message }) => (file === POLICY ? [[line, `${level}: ${message}`]] : [])),
  );

describe("the end of an exception", () => {
  it("comes after its last day in UTC: today still holds, yesterday does not, both are reported on their lines", async () => {
    const text = policy(
      { id: "CVE-2099-1003", package: "zlib1g", expires: day(0), created: day(-10), owner: "@acme/platform" },
      { id: "CVE-2099-1008", expires: day(-1), created: day(-10) },
      { id: "CVE-2099-1005", expires: day(14) },
      { id: "CVE-2099-1001", expires: day(15) },
    );
    const result = await run(text);
    expect(states(result)).toEqual(["ending", "ended", "ending", "live"]);
    expect(result.report.exceptions.map(({ daysLeft }) => daysLeft)).toEqual([0, -1, 14, 15]);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "0", high: "1", accepted: "5" });
    expect(result.outputs.reason).toContain("1 exception ended");
    expect(result.report.findings.find(({ id }) => id === "CVE-2099-1008")).toMatchObject({
      outcome: "open",
      ended: 4,
    });
    const lines = onLines(result);
    expect(Object.keys(lines)).toEqual(["3", "4", "5"]);
    expect(lines[3]).toMatch(/^warning: Exception in line \d+: CVE-2099-1003 on zlib1g ends on .* · @acme\/platform$/);
    expect(lines[4]).toMatch(/^warning: Exception in line \d+: CVE-2099-1008 ended on .*1 finding counts again/);
    expect(lines[5]).toMatch(/^warning: Exception in line \d+: CVE-2099-1005 ends on .*covers 2 findings/);
    for (const text of [result.summary, result.log]) {
      expect(text).toMatch(/line 3:.*CVE-2099-1003/);
      expect(text).toMatch(/line 4:.*CVE-2099-1008/);
      expect(text).toMatch(/line 5:.*CVE-2099-1005/);
      expect(text).not.toMatch(/line 6:/);
    }
  });
});

describe("an exception that lets an image pass", () => {
  it("shows the finding with its reason, owner and last day, and does not count it", async () => {
    const ids = ["CVE-2099-1003", "CVE-2099-1005", "CVE-2099-1001", "CVE-2099-1008"];
    const reason = "Inflates nothing from outside.";
    const result = await run(policy(...ids.map((id) => ({ id, reason, owner: "@acme/platform" }))));
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ verdict: "pass", critical: "0", high: "0", accepted: "6" });
    expect(result.outputs.reason).toContain("6 accepted");
    expect(result.summary).toContain(reason);
    expect(result.summary).toContain("`@acme/platform`");
    expect(result.summary).toContain(day(30));
  });
});
