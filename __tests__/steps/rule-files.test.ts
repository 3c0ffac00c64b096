import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readInputs } from "../../src/actions/gate/inputs.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { connector } from "../../src/forge/connect.ts";
import type { RuleReader } from "../../src/forge/forge.ts";
import { type GitHubEvent, readEvent } from "../../src/job/github/event.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { type LoadedPolicy, loadPolicy, withChanges } from "../../src/steps/load-policy.ts";
import { loadRuleFiles } from "../../src/steps/rule-files.ts";
import { type RuleSource, ruleSource } from "../../src/steps/rule-source.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("rule-files");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

const NO_POLICY: LoadedPolicy = { policy: EMPTY_POLICY, source: { from: "workspace" }, change: undefined };

test.each([
  ["lies elsewhere", "link.json", "file-outside-workspace"],
  ["is missing", "gone.json", "file-missing"],
])(
  "a VEX document that %s ends the run; a baseline is left to the target that it was meant for",
  async (_, vex, code) => {
    symlinkSync("/etc/passwd", join(world.workspace, "link.json"));
    const load = (more: Readonly<Record<string, string>>) => {
      const inputs = readInputs({ INPUT_IMAGE: "app", ...more });
      const platform = githubPlatform(world);
      const source = ruleSource(
        "workspace",
        connector(platform, () => inputs),
        platform,
      );
      return loadRuleFiles(inputs, source, EMPTY_POLICY, world);
    };
    await expect(load({ INPUT_VEX: vex })).rejects.toMatchObject({ code });
    expect(await load({ INPUT_BASELINE: `./${vex}` })).toEqual({ vex: [], changes: [], notes: [] });
  },
);

/** Rules come from the base, which this reads. */
function baseOf(read: RuleSource["read"]): RuleSource {
  return {
    from: "base",
    change: githubPlatform(world).change,
    mayRead: "Let it be read",
    changeRequest: "pull request",
    read,
  };
}

test("a document behind a link to a folder, of which GitHub's API knows nothing, is looked for at its own place", async () => {
  mkdirSync(join(world.workspace, "security"));
  symlinkSync("security", join(world.workspace, "link"));
  writeFileSync(join(world.workspace, "security/a.json"), "the pull request's");
  const text = Buffer.from("{}");
  const source = baseOf(async (_, { path }) => (path === "security/a.json" ? { text } : { absent: true }));
  const inputs = readInputs({ INPUT_IMAGE: "app", INPUT_VEX: "link/a.json" });
  const { vex, notes, changes } = await loadRuleFiles(inputs, source, EMPTY_POLICY, world);
  expect([vex, notes]).toEqual([[{ name: "link/a.json", bytes: text }], []]);
  // A run without its own change changes nothing, whatever its workspace has.
  expect(changes).toEqual([]);
});

test("a file that is the baseline comes from where the rules come from, and a reference comes from no file", async () => {
  writeFileSync(join(world.workspace, "old.json"), "the pull request's");
  const asked: string[] = [];
  const text = Buffer.from("the base's");
  const source = baseOf(async (_, { path }) => {
    asked.push(path);
    return { text };
  });
  const load = (baseline: string) =>
    loadRuleFiles(readInputs({ INPUT_IMAGE: "app", INPUT_BASELINE: baseline }), source, EMPTY_POLICY, world);
  expect((await load("old.json")).baseline?.bytes).toEqual(text);
  expect((await load("ghcr.io/acme/app:main")).baseline).toBeUndefined();
  expect(asked).toEqual(["old.json"]);
});

test.each([
  ["the same as the workspace's: that is obeyed", "{}", undefined],
  ["another one: an error", "{} ", "base-policy-unreadable"],
])("a document that Git LFS keeps is known by its hash; %s", async (_, kept, code) => {
  writeFileSync(join(world.workspace, "a.json"), "{}");
  const oid = createHash("sha256").update(kept).digest("hex");
  const text = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${kept.length}\n`);
  const source = baseOf(async () => ({ text }));
  const loading = loadRuleFiles(readInputs({ INPUT_IMAGE: "app", INPUT_VEX: "a.json" }), source, EMPTY_POLICY, world);
  if (code === undefined) expect((await loading).vex).toEqual([{ name: "a.json", bytes: Buffer.from("{}") }]);
  else await expect(loading).rejects.toMatchObject({ code });
});

test("if the policy's own change is not known, a note alongside the files' changes says so", () => {
  const change = { what: "added", subject: "baseline", about: "b", loosens: true, line: 0, file: "b" } as const;
  const unknown = { ...NO_POLICY, change: { unreadable: "no answer" } };
  expect(withChanges(unknown, [change], ["one"])).toEqual({
    policy: { ...NO_POLICY, change: { changes: [change] } },
    notes: ["It is unknown if the policy file is changed: no answer", "one"],
  });
  expect(withChanges(unknown, [], ["one"]).policy).toBe(unknown);
});

test("what a stranger's run does not take, and why, is said in the platform's words", async () => {
  writeFileSync(join(world.workspace, "vex.json"), "{}");
  const change = { trigger: "merge_request_event", commits: [], hasBase: true, privileged: true };
  const words = { ...githubPlatform(world).words, changeRequest: "merge request" };
  const forge = async () => ({ rules: async () => ({ absent: true as const }) });
  const source = ruleSource("workspace", forge, { change, words });
  const { notes } = await loadRuleFiles(
    readInputs({ INPUT_IMAGE: "app", INPUT_VEX: "vex.json" }),
    source,
    EMPTY_POLICY,
    world,
  );
  expect(notes).toEqual([
    "The default branch has no VEX document vex.json, and the workspace's does not count in its place: write what the job makes itself to the folder for temporary files.",
  ]);
});

describe("the policy", () => {
  const LOOSE = "version: 1\nthresholds: { critical: unlimited }\n";
  function looseInWorkspace(): void {
    mkdirSync(join(world.workspace, ".github"));
    writeFileSync(join(world.workspace, ".github/image-gate.yml"), LOOSE);
  }

  function load(given: Readonly<Record<string, string>>, event: GitHubEvent) {
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
    looseInWorkspace();
    const env = {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_REPOSITORY: "acme/widget",
      GITHUB_API_URL: "http://127.0.0.1:9",
    };
    const event = readEvent(env, () => "not JSON");
    const given = { INPUT_IMAGE: "app", INPUT_TOKEN: "t", "INPUT_POLICY-FROM": "base" };
    await expect(load(given, event)).rejects.toMatchObject({
      code: "base-policy-unreadable",
    });
  });

  test.each([
    ["pull_request", "not JSON", { unreadable: expect.stringMatching(/event/i) }],
    ["pull_request", "{}", { unreadable: expect.stringMatching(/event/i) }],
    ["push", "not JSON", undefined],
  ])(
    "%s with the payload %s: what is not known about the policy's change is reported",
    async (name, payload, change) => {
      const env = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: "/event.json", GITHUB_REPOSITORY: "acme/widget" };
      const event = readEvent(env, () => payload);
      expect(event.problem).toBeDefined();
      const loaded = await load({ INPUT_IMAGE: "app" }, event);
      expect(loaded).toMatchObject({ source: { from: "workspace" }, change });
    },
  );

  test("a stranger's run is judged by the default branch, and what its own checkout would loosen is shown", async () => {
    looseInWorkspace();
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
    const path = join(world[where], "named.yml");
    writeFileSync(path, LOOSE);
    const { words } = githubPlatform(world);
    const change = { trigger: "pull_request", commits: [], hasBase: true, privileged: false };
    const read: RuleReader = async (_use, { path: asked }) =>
      asked.startsWith("/") ? { unreadable: "It is outside of the repository" } : { absent: true };
    const source = ruleSource("base", async () => ({ rules: read }), { change, words });
    await expect(loadPolicy(path, source, "2026-11-24", world)).rejects.toMatchObject({ code });
  });
});
