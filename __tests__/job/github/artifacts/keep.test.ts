import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build } from "../../../../scripts/build.ts";
import { artifactName, REPORT_FILE } from "../../../../src/baseline/artifact-name.ts";
import { keepReport } from "../../../../src/job/github/artifacts/keep.ts";
import { readEvent } from "../../../../src/job/github/event.ts";
import { fileInZip } from "../../../../src/supply/zip.ts";
import { type TestWorld, testWorld } from "../../../scanners/trivy/world.ts";
import { type FakeResults, SIGNATURE, startFakeResults } from "../../../support/github/fake-results.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { processesIn } from "../cache/bed.ts";

const folder = temporaryFolder("keep-baseline");
const program = join(folder.path, "bundle/artifact-service.js");
const NAME = artifactName("ghcr.io/acme/app");
let service: FakeResults;
let world: TestWorld;
beforeAll(() => build(join(folder.path, "bundle")));
afterAll(() => folder.remove());
beforeEach(async () => {
  service = await startFakeResults();
});
afterEach(async () => {
  expect(readdirSync(world.runFolder)).toEqual([REPORT_FILE]);
  expect(processesIn(world.runFolder)).toEqual([]);
  for (const secret of [SIGNATURE, service.token, "ghs_secret", "::"])
    expect(world.lines.join("\n")).not.toContain(secret);
  await service.close();
});

interface Job {
  readonly event?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly deadlineMs?: number;
  readonly text?: string;
}

async function keep({ event: name = "push", env = {}, deadlineMs, text = '{"version":1}' }: Job = {}): Promise<void> {
  world = testWorld(folder.path, {
    env: {
      PATH: process.env.PATH,
      GITHUB_TOKEN: "ghs_secret",
      GITHUB_REF: "refs/heads/main",
      NODE_OPTIONS: "--no-such-option",
      RUNNER_DEBUG: "1",
      ACTIONS_RESULTS_URL: service.url,
      ACTIONS_RUNTIME_TOKEN: service.token,
      ...env,
    },
  });
  const reportFile = join(world.runFolder, REPORT_FILE);
  writeFileSync(reportFile, text);
  const variables = { ...world.env, GITHUB_EVENT_NAME: name };
  const event = readEvent(variables, () =>
    JSON.stringify({ ref: "", repository: { full_name: "a/b", default_branch: "main" } }),
  );
  const report = { name: NAME, file: reportFile };
  await keepReport(report, event, world, { program, ...(deadlineMs ? { deadlineMs } : {}) });
}

describe("a report", () => {
  // Proves: artifact-fetched-without-token
  it.each(["push", "schedule"])(
    "of a %s run of the default branch is kept, so that it can be read again",
    async (event) => {
      const text = JSON.stringify({ version: 1, filler: "x".repeat(3_000_000) });
      await keep({ event, text });
      const [artifact] = service.artifacts;
      expect(artifact).toMatchObject({ name: NAME, done: true });
      const zip = service.blobs.get(artifact?.id ?? "") ?? Buffer.alloc(0);
      expect(fileInZip(zip, { name: REPORT_FILE, maxBytes: 10_000_000, isOnly: true }).toString()).toBe(text);
      expect(artifact?.hash).toBe(`sha256:${createHash("sha256").update(zip).digest("hex")}`);
      expect(world.lines).toEqual([`info: Baseline: kept the report as the artifact ${NAME}.`]);
    },
  );

  // Proves: pull-request-does-not
  it.each<[string, Job]>([
    ["a pull request", { event: "pull_request", env: { GITHUB_REF: "refs/pull/7/merge" } }],
    ["pull_request_target, whose ref is the default branch", { event: "pull_request_target" }],
    ["workflow_run, whose ref is the default branch", { event: "workflow_run" }],
    ["a run by hand", { event: "workflow_dispatch" }],
    ["another branch", { env: { GITHUB_REF: "refs/heads/feature" } }],
    ["a tag of the branch's name", { env: { GITHUB_REF: "refs/tags/main" } }],
  ])("of %s is not kept, and nothing is asked", async (_, job) => {
    await keep(job);
    expect(service.calls).toEqual([]);
    expect(world.lines).toEqual([]);
  });

  it.each<[string, Job, string]>([
    [
      "a GitHub Enterprise Server",
      { env: { GITHUB_SERVER_URL: "https://github.acme.test" } },
      "a GitHub Enterprise Server has no artifacts of this kind",
    ],
    ["a runner without the service", { env: { ACTIONS_RESULTS_URL: undefined } }, "this job has no artifact service"],
  ])("of %s is not kept, which is one sentence", async (_, job, why) => {
    await keep(job);
    expect(service.calls).toEqual([]);
    expect(world.lines).toEqual([`info: Baseline: no report is kept for later runs: ${why}.`]);
  });

  it("that this run has kept already stays as it is", async () => {
    await keep();
    await keep({ text: '{"version":1,"other":true}' });
    expect(service.artifacts).toHaveLength(1);
    expect(world.lines).toEqual([`info: Baseline: this run has kept a report as ${NAME} already.`]);
  });
});

describe("trouble with keeping a report is one warning:", () => {
  it.each<[string, RegExp, Parameters<FakeResults["fault"]>[1]]>([
    ["a service that refuses", /CreateArtifact/, { status: 403, message: "no" }],
    ["a service that never answers", /CreateArtifact/, { hang: true }],
    ["a storage that refuses", /PUT blob/, { status: 403 }],
    ["a storage that never answers", /PUT blob/, { hang: true }],
    ["an answer that says no", /FinalizeArtifact/, { refused: "no" }],
    ["a connection that breaks again and again", /CreateArtifact/, { reset: true }],
  ])("%s", async (_, call, fault) => {
    service.fault(call, fault);
    await keep({ deadlineMs: 3000 });
    expect(world.lines).toHaveLength(1);
    expect(world.lines[0]).toMatch(/^warning: \[baseline-not-kept\] /);
  });

  it("an invalid token", async () => {
    await keep({ env: { ACTIONS_RUNTIME_TOKEN: "nonsense" } });
    expect(world.lines[0]).toMatch(/^warning: \[baseline-not-kept\] /);
  });
});

describe("an artifact's name", () => {
  it.each(["ghcr.io/acme/app", 'a"b:c<d>e|f*g?h\\i/j', "", "Ünïcödé", "x".repeat(500), "../.."])(
    "is safe: %s",
    (gate) => {
      expect(artifactName(gate)).toMatch(/^image-gate-[A-Za-z0-9._-]+$/);
      expect(artifactName(gate).length).toBeLessThan(110);
    },
  );

  it("tells gates apart that read alike", () => {
    expect(artifactName("a/b")).not.toBe(artifactName("a-b"));
  });
});
