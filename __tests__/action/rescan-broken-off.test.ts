import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clean, debian12 } from "../support/images.ts";
import { fakeTrivy, processesOf } from "./fake-trivy.ts";
import { filesBelow } from "./stage.ts";
import { openWeeks, type Weeks } from "./weeks.ts";

// A run that ends before it could judge has seen nothing: what was known stays as it was, to the byte.

let weeks: Weeks;
let list: string;
beforeAll(async () => {
  weeks = await openWeeks("rescan-broken-off");
  const { registry } = weeks.bed;
  registry.add("off/app", "1.0", debian12());
  registry.add("off/clean", "1.0", clean());
  list = `${registry.host}/off/app:1.0\n${registry.host}/off/clean:1.0\n`;
});
afterAll(() => weeks[Symbol.asyncDispose]());
beforeEach(() => weeks.bed.registry.clearFaults());

/** Every file of a folder, with its text. */
const contents = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((file) => [file, readFileSync(join(folder, file), "latin1")]));

/** What a run leaves in RUNNER_TEMP, in its own folder. */
const leftIn = (temp: string) => filesBelow(temp).map((name) => name.replace(/^image-gate-\w+\//, ""));

/** A history of one week, and the inputs that go on with it. */
async function known(name: string) {
  const inputs = { discover: "file:images.txt", "state-dir": weeks.state(name) };
  const first = await weeks.week(inputs, { "images.txt": list });
  expect(first.outputs, first.log).toMatchObject({ verdict: "fail", images: "2" });
  expect(leftIn(first.temp)).toEqual(["report.json"]);
  return { inputs, files: { "images.txt": list }, before: contents(inputs["state-dir"]) };
}

describe("a run that breaks off after the history was read", () => {
  it.each([
    ["there is no Trivy", { "trivy-binary": "/nowhere/trivy" }, ""],
    ["Trivy is another than the named one", { "trivy-sha256": "0".repeat(64) }, ""],
    ["the policy is wrong", {}, "version: 1\nthresholds: {critcal: 0}\n"],
  ])("changes nothing of it if %s", async (name, more, policy) => {
    const { inputs, files, before } = await known(name);
    const rules: Record<string, string> = policy === "" ? {} : { ".github/image-gate.yml": policy };
    const second = await weeks.week({ ...inputs, ...more }, { ...files, ...rules });
    expect(second.outputs, second.log).toMatchObject({ verdict: "error", images: "", failing: "", state: "" });
    expect(contents(inputs["state-dir"])).toEqual(before);
    expect(second.summary).not.toMatch(policy === "" ? /gone/i : /gone|no policy file/i);
    expect(second.summary).toContain("**What to do:**");
    expect(second.log).not.toMatch(/gone/i);
  });
});

describe("a run that is cancelled", () => {
  it("while Trivy scans changes nothing of the history, and leaves nothing running", async () => {
    const { inputs, files, before } = await known("cancelled");
    const at = join(weeks.folder.path, "slow");
    const slow = fakeTrivy(join(at, "trivy"), `: > '${at}/begun'; sleep 300 & sleep 300`);
    const own = { ...inputs, "trivy-binary": slow, "trivy-sha256": "", scanners: "secret" };
    const running = weeks.begin(own, files);
    while (!existsSync(join(at, "begun")) && running.process.exitCode === null) await wait(5);
    running.process.kill("SIGTERM");
    const { outputs, log, summary, temp } = await running.result;
    expect(outputs, log).toMatchObject({ verdict: "error", images: "", state: "" });
    expect(outputs.reason).toContain("[run-cancelled]");
    expect(summary).not.toMatch(/gone/i);
    expect(leftIn(temp)).toEqual(["report.json"]);
    expect(contents(inputs["state-dir"])).toEqual(before);
    expect(processesOf(at)).toEqual([]);
  });
});
