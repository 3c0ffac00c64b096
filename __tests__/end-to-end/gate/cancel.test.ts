import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { big, clean, debian12, saveImage } from "../../support/images/images.ts";
import { fakeTrivy, processesOf, program } from "../../support/programs/fake-trivy.ts";
import { releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { atMost } from "../../support/runs/patience.ts";
import { type ActionOptions, type ActionResult, startAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { filesBelow, openStage } from "../../support/runs/stage.ts";

/** A runner that cancels sends SIGINT, and SIGTERM 7.5 s later; after 10 s it kills. */
const PATIENCE_MS = 7000;

const stage = await shared(openStage("cancel", { asBundle: true }));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(join(workspace, "big.tar"), big());
beforeEach(() => stage.bed.registry.clearFaults());

/** Cancels a run as soon as `begun` says so, and checks the promises of every cancelled run. */
async function cancelled(
  signal: NodeJS.Signals,
  begun: (folder: string) => boolean,
  options: Omit<ActionOptions, "folder">,
  folder = stage.nextFolder(),
): Promise<ActionResult> {
  const running = startAction({ folder, workspace, env: { HOME: stage.home }, ...options });
  await expect.poll(() => begun(folder) || running.process.exitCode !== null, { interval: 5 }).toBe(true);
  const since = performance.now();
  running.process.kill(signal);
  const result = await running.result;
  expect(performance.now() - since).toBeLessThan(atMost(PATIENCE_MS));
  expect(result.code).toBe(1);
  expect(result.outputs).toMatchObject({ verdict: "error", critical: "", "trivy-report": "" });
  expect(result.outputs.reason).toBe("error: [run-cancelled] The run was cancelled");
  expect(processesOf(folder)).toEqual([]);
  // Only the error's report is left, in both folders that outlive the step.
  expect(filesBelow(result.temp).map((name) => name.replace(/^image-gate-\w+\//, ""))).toEqual(["report.json"]);
  return result;
}

/** Writes a program into `folder` that reports `begun` and then runs `scan`. */
const slow = (folder: string, scan: string) => fakeTrivy(join(folder, "trivy"), `: > '${folder}/begun'; ${scan}`);
const hasBegun = (folder: string) => existsSync(join(folder, "begun"));

/** Files of a tool cache without its lock files, which mean nothing unless a process holds them. */
const kept = (toolCache: string) => filesBelow(toolCache).filter((file) => !file.startsWith("image-gate/locks/"));

describe("a signal", () => {
  it.each([
    ["scans, with children of its own", "SIGINT", "sleep 300 & sleep 300 & sleep 300"],
    ["hangs and ignores every wish", "SIGTERM", "trap '' TERM INT; while :; do sleep 1; done"],
    ["would end well", "SIGTERM", `trap 'exit 0' TERM; while :; do sleep 0.1; done`],
  ] as const)("while Trivy %s: error within seconds of a %s, and nothing runs on", async (_, signal, scan) => {
    const folder = stage.nextFolder();
    const inputs = { image: "app.tar", scanners: "secret", "trivy-binary": slow(folder, scan) };
    await cancelled(signal, hasBegun, { inputs }, folder);
    expect(kept(join(folder, "tools"))).toEqual([]);
  });

  it("while a database is downloaded: no half of it stays, and the next run works", async () => {
    const { registry } = stage.bed;
    registry.fault(/trivy-db\/blobs/, { hang: true });
    registry.requests.length = 0;
    const toolCache = join(stage.folder, "tools-of-database");
    const options = { toolCache, inputs: { ...stage.bed.inputs, image: "app.tar" } };
    await cancelled("SIGINT", () => registry.requests.some(({ path }) => path.includes("blobs")), options);
    expect(kept(toolCache)).toEqual([]);
    registry.clearFaults();
    const next = await stage.run({ image: "app.tar" }, { workspace, toolCache });
    expect(next.outputs).toMatchObject({ verdict: "fail", critical: "3" });
  });
});

it("while the real Trivy scans: it is gone, its cache is not locked, and the next run works", async () => {
  await stage.run({ image: "app.tar" }, { workspace });
  const toolCache = join(stage.folder, "tools");
  const before = filesBelow(toolCache);
  const options = { toolCache, inputs: { ...stage.bed.inputs, image: "big.tar" } };
  await cancelled("SIGTERM", (folder) => processesOf(folder).some((each) => each.includes("--format=json")), options);
  expect(filesBelow(toolCache)).toEqual(before);
  const next = await stage.run({ image: "big.tar" }, { workspace });
  expect(next.report.findings).toHaveLength(10_000);
});

it("while Trivy itself is downloaded: no half of it is kept", async () => {
  await using releases = await startReleaseServer();
  const archive = await releaseArchive({ members: [{ path: "trivy", data: "#!/bin/sh\n", mode: 0o755 }] });
  releases.add("0.76.0", archive);
  releases.fault(/v0\.76\.0/, { hang: true });
  const trivy = { "trivy-version": "0.76.0", "trivy-mirror": releases.url, "trivy-sha256": archive.sha256 };
  const inputs = { image: "app.tar", ...trivy };
  const folder = stage.nextFolder();
  await cancelled("SIGINT", () => releases.requests.length > 0, { inputs }, folder);
  expect(kept(join(folder, "tools"))).toEqual([]);
});

it("while Trivy is asked for its version", async () => {
  const folder = stage.nextFolder();
  const mute = program(join(folder, "trivy"), `#!/bin/sh\n: > '${folder}/begun'\nexec sleep 300\n`);
  await cancelled("SIGTERM", hasBegun, { inputs: { image: "app.tar", "trivy-binary": mute } }, folder);
});

it("while GitHub does not answer: the reading of the base ends at once", async () => {
  stage.github.fault(/./, { hang: true });
  const { requests } = stage.github;
  requests.length = 0;
  const folder = stage.nextFolder();
  const trivy = fakeTrivy(join(folder, "trivy"), "exec sleep 300");
  const event = stage.github.pullRequestEvent();
  const inputs = { image: "app.tar", scanners: "secret", "trivy-binary": trivy, "policy-from": "base" };
  const running = startAction({ folder, workspace, event, apiUrl: stage.github.url, inputs });
  while (requests.length === 0 && running.process.exitCode === null) await wait(5);
  const since = performance.now();
  running.process.kill("SIGTERM");
  const result = await running.result;
  stage.github.clearFaults();
  expect(performance.now() - since).toBeLessThan(atMost(PATIENCE_MS));
  expect(result.outputs.verdict).toBe("error");
  expect(processesOf(folder)).toEqual([]);
});

it("twice, as an impatient runner does: the answer is the same", async () => {
  const folder = stage.nextFolder();
  const trivy = slow(folder, "trap '' TERM INT; while :; do sleep 1; done");
  const inputs = { image: "app.tar", scanners: "secret", "trivy-binary": trivy };
  const running = startAction({ folder, workspace, inputs });
  await expect.poll(() => hasBegun(folder) || running.process.exitCode !== null, { interval: 5 }).toBe(true);
  running.process.kill("SIGINT");
  await wait(1000);
  running.process.kill("SIGTERM");
  const result = await running.result;
  expect(result.outputs.verdict).toBe("error");
  expect(processesOf(folder)).toEqual([]);
});

it("at any moment: an answer is whole, and nothing runs on", async () => {
  saveImage(join(workspace, "clean.tar"), clean());
  const toolCache = join(stage.folder, "tools");
  await stage.run({ image: "clean.tar" }, { workspace });
  const before = filesBelow(toolCache);
  const answers = new Set<string>();
  // Longer on a busy machine, where Node takes that long to start.
  for (let delay = 0; delay < 500 || !answers.has("1 error"); delay += 100) {
    const folder = stage.nextFolder();
    const running = startAction({ folder, workspace, toolCache, inputs: { ...stage.bed.inputs, image: "clean.tar" } });
    await wait(delay);
    running.process.kill("SIGTERM");
    const { code, outputs } = await running.result;
    // Before the bundle's first line runs, Node itself ends at the signal, without an answer.
    answers.add(`${code} ${outputs.verdict}`);
    expect(processesOf(folder)).toEqual([]);
  }
  expect([...answers].filter((each) => !["null undefined", "1 error", "0 pass"].includes(each))).toEqual([]);
  expect(filesBelow(toolCache)).toEqual(before);
});
