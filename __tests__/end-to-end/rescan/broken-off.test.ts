import { existsSync, readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { startFakeGitHub } from "../../support/github/fake-github.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { fakeTrivy, processesOf } from "../../support/programs/fake-trivy.ts";
import { atMost } from "../../support/runs/patience.ts";
import type { ActionResult, RunningAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { filesBelow } from "../../support/runs/stage.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// A run that ends before it could judge records nothing: the history stays as it was, to the byte.

const weeks = await shared(openWeeks("rescan-broken-off"));
const { registry } = weeks.bed;
registry.add("off/app", "1.0", debian12());
registry.add("off/clean", "1.0", clean());
const list = `${registry.host}/off/app:1.0\n${registry.host}/off/clean:1.0\n`;
beforeEach(() => weeks.bed.registry.clearFaults());

/** Every file of a folder, with its text. */
const contents = (folder: string) =>
  Object.fromEntries(filesBelow(folder).map((file) => [file, readFileSync(join(folder, file), "latin1")]));

/** Files that a run leaves in RUNNER_TEMP, in its own folder. */
const leftIn = (temp: string) => filesBelow(temp).map((name) => name.replace(/^image-gate-\w+\//, ""));

/** A history of one week, and the inputs that continue it. */
async function known(name: string) {
  const inputs = { discover: "file:images.txt", "state-dir": weeks.state(name) };
  const first = await weeks.week(inputs, { "images.txt": list });
  expect(first.outputs, first.log).toMatchObject({ verdict: "fail", images: "2" });
  expect(leftIn(first.temp)).toEqual(["report.json"]);
  return { inputs, files: { "images.txt": list }, before: contents(inputs["state-dir"]) };
}

describe("a run that breaks off after the history was read", () => {
  // Proves: run-broke-off-takes
  it.each([
    ["there is no Trivy", { "trivy-binary": "/nowhere/trivy" }, ""],
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

/** A runner that cancels sends SIGINT, and SIGTERM 7.5 s later. */
const PATIENCE_MS = 7000;

/** Cancels a run as soon as `begun` says so. */
async function cancelled(running: RunningAction, begun: () => boolean): Promise<ActionResult> {
  await expect.poll(() => begun() || running.process.exitCode !== null, { interval: 5 }).toBe(true);
  const since = performance.now();
  running.process.kill("SIGTERM");
  const result = await running.result;
  expect(performance.now() - since, result.log).toBeLessThan(atMost(PATIENCE_MS));
  expect(result.code, result.log).toBe(1);
  expect(result.outputs, result.log).toMatchObject({ verdict: "error", failing: "", state: "" });
  expect(result.summary).not.toMatch(/gone/i);
  expect(leftIn(result.temp)).toEqual(["report.json"]);
  return result;
}

describe("a run that is cancelled", () => {
  // Proves: run-broke-off-takes
  it("while Trivy scans changes nothing of the history, and leaves nothing running", async () => {
    const { inputs, files, before } = await known("cancelled");
    const at = join(weeks.folder.path, "slow");
    const slow = fakeTrivy(join(at, "trivy"), `: > '${at}/begun'; sleep 300 & sleep 300`);
    const own = { ...inputs, "trivy-binary": slow, "trivy-sha256": "", scanners: "secret" };
    const { outputs } = await cancelled(weeks.begin(own, files), () => existsSync(join(at, "begun")));
    expect(outputs).toMatchObject({ images: "", reason: expect.stringContaining("[run-cancelled]") });
    expect(contents(inputs["state-dir"])).toEqual(before);
    expect(processesOf(at)).toEqual([]);
  });

  it("while a registry says what a tag means, or a container engine which images run, changes nothing of it", async () => {
    const { inputs, files, before } = await known("waiting");
    const { registry } = weeks.bed;
    registry.fault(/off\/app\/manifests/, { hang: true });
    const since = registry.requests.length;
    const asked = () => registry.requests.slice(since).some(({ path }) => path.includes("off/app/manifests"));
    await cancelled(weeks.begin(inputs, files), asked);
    expect(contents(inputs["state-dir"])).toEqual(before);

    let connections = 0;
    await using engine = await mute(join(weeks.folder.path, "e.sock"), () => connections++);
    const env = { DOCKER_HOST: engine.host };
    const both = { ...inputs, discover: "file:images.txt\ndocker" };
    const { outputs } = await cancelled(weeks.begin(both, files, { env }), () => connections > 0);
    expect(outputs.reason).toContain("[run-cancelled]");
    expect(contents(inputs["state-dir"])).toEqual(before);
  });

  // Proves: run-broke-off-takes
  it.each([
    ["is read", /^POST .*git-upload-pack/],
    ["is written", /^POST .*git-receive-pack/],
  ])("while the branch of the history %s leaves the branch as it was", async (_, hanging) => {
    await using github = await startFakeGitHub();
    const inputs = { discover: "file:images.txt", issues: "true" };
    const payload = { repository: { name: "widget", full_name: "acme/widget", default_branch: "main" } };
    const options = { apiUrl: github.url, event: { name: "workflow_dispatch", payload } };
    const files = { "images.txt": list };
    const first = await weeks.week(inputs, files, options);
    expect(first.outputs.state, first.log).toMatch(/^image-gate-state@/);
    const before = [github.repository.head("image-gate-state"), github.issues.issues.size];
    github.fault(hanging, { hang: true });
    const asked = () => github.played.some((request) => hanging.test(request));
    const { outputs, log } = await cancelled(weeks.begin(inputs, files, options), asked);
    expect(asked()).toBe(true);
    github.clearFaults();
    expect(outputs, log).toMatchObject({ opened: "0", closed: "0" });
    expect([github.repository.head("image-gate-state"), github.issues.issues.size]).toEqual(before);
  });
});

/** A container engine that takes connections and says nothing. */
async function mute(path: string, connected: () => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    connected();
  });
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  return {
    host: `unix://${path}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
