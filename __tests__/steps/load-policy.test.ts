import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "../../src/actions/gate/inputs.ts";
import { connector } from "../../src/forge/connect.ts";
import type { RuleReader } from "../../src/forge/forge.ts";
import { type GitHubEvent, readEvent } from "../../src/job/github/event.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { loadPolicy } from "../../src/steps/load-policy.ts";
import { ruleSource } from "../../src/steps/rule-source.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

function load(given: Readonly<Record<string, string>>, event: GitHubEvent, world: TestWorld) {
  const inputs = readInputs(given);
  const { policy, policyFrom } = inputs;
  const platform = githubPlatform(world, event);
  const source = ruleSource(
    policyFrom,
    connector(platform, () => inputs),
    platform,
  );
  return loadPolicy(policy, source, "2026-11-24", world);
}

test("policy-from: base never falls back to the workspace's policy if the event cannot be read", async () => {
  using folder = temporaryFolder("load-policy");
  const world = testWorld(folder.path);
  mkdirSync(join(world.workspace, ".github"));
  writeFileSync(join(world.workspace, ".github/image-gate.yml"), "version: 1\nthresholds: { critical: unlimited }\n");
  const env = {
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_REPOSITORY: "acme/widget",
    GITHUB_API_URL: "http://127.0.0.1:9",
  };
  const event = readEvent(env, () => "not JSON");
  const given = { INPUT_IMAGE: "app", INPUT_TOKEN: "t", "INPUT_POLICY-FROM": "base" };
  await expect(load(given, event, world)).rejects.toMatchObject({
    code: "base-policy-unreadable",
  });
});

test.each([
  ["pull_request", "not JSON", { unreadable: expect.stringMatching(/event/i) }],
  ["pull_request", "{}", { unreadable: expect.stringMatching(/event/i) }],
  ["push", "not JSON", undefined],
])("%s with the payload %s: what is not known about the policy's change is reported", async (name, payload, change) => {
  using folder = temporaryFolder("load-policy");
  const env = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: "/event.json", GITHUB_REPOSITORY: "acme/widget" };
  const event = readEvent(env, () => payload);
  expect(event.problem).toBeDefined();
  const loaded = await load({ INPUT_IMAGE: "app" }, event, testWorld(folder.path));
  expect(loaded).toMatchObject({ source: { from: "workspace" }, change });
});

test("a stranger's run is judged by the default branch, and what its own checkout would loosen is shown", async () => {
  using folder = temporaryFolder("load-policy");
  const world = testWorld(folder.path);
  mkdirSync(join(world.workspace, ".github"));
  writeFileSync(join(world.workspace, ".github/image-gate.yml"), "version: 1\nthresholds: { critical: unlimited }\n");
  const strict = Buffer.from("version: 1\nthresholds: { critical: 0 }\n");
  const loaded = (isCheckedOut: boolean) => {
    const change = { trigger: "merge_request_event", commits: [], hasBase: true, privileged: true, isCheckedOut };
    const words = {
      ...githubPlatform(
        world,
        readEvent({}, () => ""),
      ).words,
      changeRequest: "merge request",
    };
    const forge = async () => ({ rules: async () => ({ text: strict }) });
    return loadPolicy(undefined, ruleSource("workspace", forge, { change, words }), "2026-11-24", world);
  };
  expect(await loaded(true)).toMatchObject({
    source: { from: "default-branch" },
    policy: { thresholds: { CRITICAL: 0 } },
    change: { changes: [{ loosens: true }] },
  });
  expect((await loaded(false)).change).toBeUndefined();
});

test.each([
  ["a file of the job's", "workspace", "policy-missing"],
  ["a file outside of the repository", "temp", "base-policy-unreadable"],
] as const)("%s never takes the place of another branch's policy", async (_, where, code) => {
  using folder = temporaryFolder("load-policy");
  const world = testWorld(folder.path);
  const path = join(world[where], "named.yml");
  writeFileSync(path, "version: 1\nthresholds: { critical: unlimited }\n");
  const { words } = githubPlatform(world);
  const change = { trigger: "pull_request", commits: [], hasBase: true, privileged: false };
  const read: RuleReader = async (_use, { path: asked }) =>
    asked.startsWith("/") ? { unreadable: "It is outside of the repository" } : { absent: true };
  const source = ruleSource("base", async () => ({ rules: read }), { change, words });
  await expect(loadPolicy(path, source, "2026-11-24", world)).rejects.toMatchObject({ code });
});
