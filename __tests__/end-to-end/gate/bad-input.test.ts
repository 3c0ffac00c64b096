import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { hashed } from "../../../src/system/store/hashing.ts";
import { big, saveImage } from "../../support/images/images.ts";
import { FAKE_IMAGE, fakeImage, fakeTrivy } from "../../support/programs/fake-trivy.ts";
import { type ActionResult, FAKE_TOKEN, runAction, type WorkflowEvent } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage, writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const CANARY = "canary7f3a";

const stage = await shared(openStage("bad-input"));

/** A report with one CRITICAL finding: it never passes, whatever mistake accompanies it. */
const files = { "report.json": trivyReport([row(1)]) };
const judged = { "trivy-report": "report.json" };

describe("an input", () => {
  // Proves: no-input-shows-login
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["unknown", { imgae: "a" }, "did you mean `image`"],
    ["with a password", { repository: `https://x:${CANARY}@github.com/a/b` }, "has a login in an address"],
    ["with a login, in a report's line", { reports: `sarif:u:${CANARY}@github.com/a` }, "`reports` has a login"],
  ])("%s is an error that says what was meant, and a comment says so", async (_, inputs, message) => {
    const result = await stage.run({ ...judged, ...inputs }, { files, onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toMatch(/^error: \[input-invalid\]/);
    expect(result.outputs.reason).toContain(message);
    const comment = stage.github.comments().at(-1)?.body ?? "";
    expect(comment).toContain("[input-invalid]");
    for (const text of [comment, result.log, result.summary, JSON.stringify([result.outputs, result.report])])
      expect(text).not.toContain(CANARY);
  });

  // Proves: no-variable-takes-input
  it.each(["INPUT_max-critical", "INPUT_MAX_CRITICAL"])(
    "in another spelling, %s, loosens nothing and is an error",
    async (variable) => {
      const result = await stage.run({ ...judged, "max-critical": "0" }, { files, env: { [variable]: "unlimited" } });
      expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
      expect(result.outputs.reason).toContain(`"${variable}" is another spelling of \`max-critical\``);
    },
  );

  it("of the job's own scripts is left alone", async () => {
    const result = await stage.run(judged, { files, env: { INPUT_DIR: "src" } });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "1" });
    expect(result.log).not.toContain("INPUT_DIR");
    expect(result.annotations.filter(({ message }) => message.includes("INPUT_DIR"))).toEqual([]);
  });
});

describe("an event", () => {
  const pull = () => stage.github.pullRequestEvent();
  type Payload = { pull_request: { number: unknown; head: { ref: string }; base: { ref: string } } };
  function changed(change: (payload: Payload) => void): WorkflowEvent {
    const event = structuredClone(pull());
    change(event.payload as Payload);
    return event;
  }

  const broken: [string, (folder: string) => { env?: Record<string, string | undefined>; event?: WorkflowEvent }][] = [
    ["that never ends", () => ({ env: { GITHUB_EVENT_PATH: "/dev/zero" } })],
    ["that is not JSON", (folder) => ({ env: { GITHUB_EVENT_PATH: payload(folder, `{"${CANARY}": ${CANARY}`) } })],
    ["whose number is a text", () => ({ event: changed((each) => Object.assign(each.pull_request, { number: "7" })) })],
  ];
  it.each(broken)("%s costs the comment and changes no verdict", async (_, make) => {
    const { env, event = pull() } = make(stage.folder);
    const before = stage.github.comments().length;
    const result = await stage.run(judged, { files, event, apiUrl: stage.github.url, ...(env && { env }) });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "1", "comment-url": "" });
    expect(messages(result, "warning").join()).toMatch(/^No comment: .*GITHUB_EVENT_PATH/);
    expect(result.log + result.summary).not.toContain(CANARY);
    expect(stage.github.comments()).toHaveLength(before);
  });

  it.each(broken)("%s gives no policy where the base's is asked for: error", async (_, make) => {
    const { env, event = pull() } = make(stage.folder);
    const loose = { ...files, ".github/image-gate.yml": "version: 1\nthresholds: {critical: unlimited}\n" };
    const inputs = { ...judged, "policy-from": "base" };
    const result = await stage.run(inputs, { files: loose, event, apiUrl: stage.github.url, ...(env && { env }) });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[base-policy-unreadable]");
  });

  it("with hostile branches asks GitHub for nothing else, and runs no command", async () => {
    const event = changed(({ pull_request: { head, base } }) => {
      head.ref = "`$(touch x)`\n::error::forged @acme/team";
      base.ref = "../../../../user\n::error::forged";
    });
    const { requests } = stage.github;
    requests.length = 0;
    const run = { files, event: { ...event, headRef: "x\n::error::forged" }, apiUrl: stage.github.url };
    const result = await stage.run({ ...judged, "policy-from": "base" }, run);
    expect(result.outputs.verdict).toBe("error");
    expect(result.commands.every(({ message }) => !message.startsWith("forged"))).toBe(true);
    expect(requests.length).toBeGreaterThan(0);
    for (const { url } of requests) expect(url).toMatch(/^\/(repos\/acme\/widget\/|graphql$)/);
  });

  it("with a repository that leads elsewhere never asks for it", async () => {
    const { requests } = stage.github;
    requests.length = 0;
    const run = { files, event: pull(), apiUrl: stage.github.url, repository: "acme/../../user" };
    expect((await stage.run(judged, run)).outputs.verdict).toBe("fail");
    for (const { url } of requests) expect(url).toMatch(/^\/(repos\/acme\/widget\/|graphql$)/);
  });
});

describe("a runner", () => {
  const run = (env: Readonly<Record<string, string | undefined>>, name: string): Promise<ActionResult> => {
    const folder = join(stage.folder, name);
    writeFiles(join(folder, "workspace"), files);
    return runAction({ folder, inputs: judged, env });
  };

  it.each([
    "RUNNER_TEMP",
    "RUNNER_TOOL_CACHE",
    "HOME",
    "PATH",
    "GITHUB_WORKSPACE",
    "GITHUB_STEP_SUMMARY",
    "GITHUB_SHA",
  ])("without %s judges all the same", async (name) => {
    const result = await run({ [name]: undefined }, `without-${name}`);
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "1" });
    expect(result.code).toBe(1);
  });

  it("without any of its variables still fails the step, and says why", async () => {
    const names = ["RUNNER_TEMP", "RUNNER_TOOL_CACHE", "HOME", "PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"];
    const more = ["GITHUB_EVENT_PATH", "GITHUB_EVENT_NAME", "GITHUB_API_URL", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY"];
    const result = await run(Object.fromEntries([...names, ...more].map((name) => [name, undefined])), "bare");
    expect(result.code).toBe(1);
    expect(result.log).toContain("fail: 1 CRITICAL (limit 0) in example.test/app:1.0 (report.json)");
  });

  it.each(["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])("with %s lost warns, and the verdict is kept", async (name) => {
    const result = await run({ [name]: "/nowhere/file" }, `lost-${name}`);
    expect(result.code).toBe(1);
    const kind = name === "GITHUB_OUTPUT" ? "outputs" : "summary";
    expect(messages(result, "warning")).toEqual([expect.stringMatching(new RegExp(`^\\[${kind}-not-written\\]`))]);
    expect(messages(result, "warning").join()).not.toContain("internal-error");
    expect(messages(result, "error").join()).toContain("fail: 1 CRITICAL (limit 0)");
  });

  it.each([
    ["does not exist", "/nowhere/temp"],
    ["is a file", "/etc/passwd"],
    ["cannot be written", "/proc"],
  ])("whose RUNNER_TEMP %s gives an error with a verdict", async (_, temp) => {
    const result = await run({ RUNNER_TEMP: temp }, `temp-${temp.replaceAll("/", "-")}`);
    expect(result.code).toBe(1);
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toContain("[temporary-folder-unusable]");
    expect(messages(result, "error").join()).toContain("writable for the user of this run");
  });
});

/** True if this process may mount a file system of some hundred kilobytes. */
const canMount = (() => {
  if (process.getuid?.() !== 0) return false;
  const folder = "/tmp/image-gate-can-mount";
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status === 0;
  return mounted && spawnSync("umount", [folder]).status === 0;
})();

describe("a disk", () => {
  const small = (folder: string, kilobytes: number, more = "") => {
    mkdirSync(folder, { recursive: true });
    const options = `size=${kilobytes}k${more}`;
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status).toBe(0);
    return { [Symbol.dispose]: () => void spawnSync("umount", [folder]) };
  };

  // Only root may mount.
  it.skipIf(!canMount).each([
    ["is full before the scan", 256],
    ["gets full by the scan's report", 3000],
  ])("of RUNNER_TEMP that %s is an error, never a pass", async (name, kilobytes) => {
    const folder = join(stage.folder, name.replaceAll(" ", "-"));
    saveImage(join(folder, "workspace/big.tar"), big());
    using _ = small(join(folder, "temp"), kilobytes);
    const inputs = { ...stage.bed.inputs, image: "big.tar", "max-critical": "unlimited", "max-high": "unlimited" };
    const result = await runAction({ folder, inputs });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "", "trivy-report": "" });
    expect(result.outputs.reason).toMatch(/\[disk-full\]|the disk is full/);
    expect(result.summary).toMatch(/Free some (?:disk )?space/);
    expect(result.code).toBe(1);
  });

  it.skipIf(!canMount)("that has no room for a copy of the scanner is an error with a report", async () => {
    const folder = join(stage.folder, "no-scanner");
    saveImage(join(folder, "workspace/big.tar"), big());
    const trivy = join(folder, "trivy");
    copyFileSync(await ensureTrivy(), trivy);
    // Other users may change this program, so the action copies it.
    chmodSync(trivy, 0o777);
    using _ = small(join(folder, "temp"), 8192);
    for (const sha256 of [hashed({ path: trivy }), "0".repeat(64)]) {
      const inputs = { ...stage.bed.inputs, image: "big.tar", "trivy-binary": trivy, "trivy-sha256": sha256 };
      const result = await runAction({ folder, inputs });
      expect(result.outputs).toMatchObject({ verdict: "error", reason: expect.stringContaining("[disk-full]") });
      expect(JSON.parse(readFileSync(result.outputs.report ?? "", "utf8")).verdict).toBe("error");
      expect(result.code).toBe(1);
    }
  });

  it.skipIf(!canMount)("of the tool cache that is full leaves no half database, and is an error", async () => {
    const folder = join(stage.folder, "full-tools");
    saveImage(join(folder, "workspace/big.tar"), big());
    using _ = small(join(folder, "tools"), 512);
    const result = await runAction({ folder, inputs: { ...stage.bed.inputs, image: "big.tar" } });
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toContain("the disk is full");
  });

  it.skipIf(!canMount)("of RUNNER_TEMP that is read-only is an error with a verdict", async () => {
    const folder = join(stage.folder, "read-only");
    writeFiles(join(folder, "workspace"), files);
    using _ = small(join(folder, "temp"), 64, ",ro");
    const result = await runAction({ folder, inputs: judged });
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toContain("[temporary-folder-unusable]");
  });

  it.skipIf(!canMount)("that has no room for our own copy of the report is an error, not a fault of ours", async () => {
    const folder = join(stage.folder, "no-copy");
    // On one line it fits. Reports that leave the job are written again, with indentation.
    const Secrets = Array.from({ length: 3000 }, (_, at) => ({ RuleID: `rule-${at}`, Severity: "LOW", Match: "***" }));
    const report = join(folder, "fine.json");
    const text = trivyReport([], { Metadata: FAKE_IMAGE, Results: [{ Target: "x", Class: "secret", Secrets }] });
    writeFiles(folder, { "fine.json": text, "workspace/kept": "" });
    const trivy = fakeTrivy(join(folder, "trivy"), `cat '${report}' > "$out"`);
    using _ = small(join(folder, "temp"), 224);
    const result = await runAction({
      folder,
      inputs: { image: fakeImage(stage.bed.registry), scanners: "secret", "trivy-binary": trivy },
    });
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toContain("[disk-full]");
  });
});

function payload(folder: string, text: string): string {
  const path = join(folder, "event.json");
  writeFileSync(path, text);
  return path;
}

it("keeps the job's token out of all that a run tells", async () => {
  const result = await stage.run(judged, { files, onPullRequest: true });
  const told = [result.log, result.summary, JSON.stringify([result.outputs, result.report])];
  for (const text of [...told, ...stage.github.comments().map(({ body }) => body)])
    expect(text).not.toContain(FAKE_TOKEN);
});
