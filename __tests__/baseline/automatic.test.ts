import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { artifactName, REPORT_FILE } from "../../src/baseline/artifact-name.ts";
import { automaticBaseline } from "../../src/baseline/automatic.ts";
import type { ScannedTarget } from "../../src/baseline/stored-baseline.ts";
import { connector } from "../../src/forge/connect.ts";
import { readEvent } from "../../src/job/github/event.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { ownReport } from "../cli/reports.ts";
import { scanned } from "../domain/make.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type FakeGitHub, gitHubFaults, startFakeGitHub } from "../support/github/fake-github.ts";
import { FORK_ID, type StoredArtifact, type StoredRun } from "../support/github/github-artifacts.ts";
import { zip } from "../support/images/zip.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { FAKE_TOKEN } from "../support/runs/runner.ts";

const GATE = "ghcr.io/acme/app";
const folder = temporaryFolder("automatic");
let github: FakeGitHub;
let world: TestWorld;
let main: string;
beforeEach(async () => {
  github = await startFakeGitHub();
  world = testWorld(folder.path);
  main = github.commit("main", {}, [github.state.branches.get("main") ?? ""]);
});
afterEach(async () => {
  expect(github.problems).toEqual([]);
  expect(github.archiveAuthorizations.every((each) => each === undefined)).toBe(true);
  expect(world.lines.join("\n")).not.toContain("signedForThisAlone");
  await github.close();
});

const report = (label = `${GATE}:main`, more: object = {}, target: object = {}) => {
  const written = JSON.parse(ownReport([scanned([], label)]));
  const artifact = { names: [label], platform: "linux/amd64" };
  return JSON.stringify({ ...written, targets: [{ ...written.targets[0], artifact, ...target }], ...more });
};
const archive = (text = report()) => zip({ [REPORT_FILE]: text });

const judged: ScannedTarget = {
  target: { kind: "image", input: `${GATE}:pr`, label: `${GATE}:pr` },
  scan: {
    artifact: { names: [`${GATE}:pr`], platform: "linux/amd64", packages: 0 },
    findings: [],
    packages: [],
    layers: [],
    suppressed: 0,
    provenance: { scanner: "Trivy" },
  },
};

function plant(artifact: Partial<StoredArtifact> = {}, run: Partial<StoredRun> = {}): number {
  const made = { name: artifactName(GATE), zip: archive(), ...artifact };
  return github.artifacts.plant(made, { headSha: main, ...run });
}

/** The baseline of a pull request's run. */
async function found(env: Readonly<Record<string, string>> = {}, token = FAKE_TOKEN, offline = false) {
  const event = github.pullRequestEvent();
  const all = {
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "acme/widget",
    ...env,
  };
  const read = readEvent(all, () => JSON.stringify(event.payload));
  const platform = githubPlatform({ ...world, env: { ...world.env, ...env } }, read);
  const forge = connector(platform, () => ({ token, offline }));
  return (await automaticBaseline({ name: GATE, forge, platform }, world)())(judged);
}

describe("the default branch's report", () => {
  // Proves: artifact-fetched-without-token
  it("is the newest good run's, downloaded without the token, and names that run", async () => {
    plant();
    const run = plant();
    const baseline = await found();
    expect(baseline).toMatchObject({
      source: { kind: "run", branch: "main", commit: main, url: `https://github.com/acme/widget/actions/runs/${run}` },
      names: [`${GATE}:main`],
    });
    expect(github.archiveAuthorizations).toHaveLength(1);
  });

  it("is found behind many runs that went wrong", async () => {
    const run = plant();
    for (let more = 0; more < 25; more++) plant({}, { conclusion: "failure" });
    expect(await found()).toMatchObject({ source: { url: `https://github.com/acme/widget/actions/runs/${run}` } });
  });

  it("may be of a schedule, and of an older commit of the branch", async () => {
    plant({}, { event: "schedule", headSha: github.state.commits.get(main)?.parents[0] ?? "" });
    expect(await found()).toHaveProperty("source");
  });

  // Proves: pull-request-does-not
  it.each<[string, Partial<StoredRun>]>([
    ["a fork's pull request whose branch is called main", { event: "pull_request", headRepositoryId: FORK_ID }],
    ["a fork's push that the list gives out as ours", { headRepositoryId: FORK_ID }],
    ["a pull request", { event: "pull_request" }],
    ["pull_request_target, which runs with the base's rights", { event: "pull_request_target" }],
    ["workflow_run, which judges pull requests on the default branch", { event: "workflow_run" }],
    ["a run by hand", { event: "workflow_dispatch" }],
    ["a comment", { event: "issue_comment" }],
    ["a run that failed", { conclusion: "failure" }],
    ["a run that was cancelled", { conclusion: "cancelled" }],
    ["a run that is not over", { conclusion: null }],
    ["another branch", { headBranch: "feature" }],
    ["another repository", { repositoryId: FORK_ID, headRepositoryId: FORK_ID + 1 }],
    ["a tag that is called main, on a commit that is not on it", { headSha: "planted" }],
  ])("is never from %s: the next older good one is used", async (_, run) => {
    const good = plant();
    const headSha = run.headSha === "planted" ? github.commit("planted") : main;
    plant({ zip: archive(report("planted")) }, { ...run, headSha });
    const baseline = await found();
    expect(baseline).toMatchObject({ source: { url: expect.stringContaining(`/${good}`) }, names: [`${GATE}:main`] });
  });

  it("is never taken from a run that says otherwise than the list", async () => {
    const id = plant();
    github.artifacts.runs.set(id, { ...(github.artifacts.runs.get(id) as StoredRun), event: "pull_request" });
    expect(await found()).toMatchObject({ none: expect.stringContaining("no successful run on main") });
  });

  // Proves: pull-request-does-not
  it.each<[string, Partial<StoredArtifact>]>([
    ["half written", { zip: archive().subarray(0, 60) }],
    ["no zip", { zip: Buffer.from("not a zip") }],
    ["of two files", { zip: zip({ [REPORT_FILE]: report(), "more.json": "{}" }) }],
    ["of another file", { zip: zip({ "../report.json": report() }) }],
    ["not JSON", { zip: archive("{") }],
    ["of an older schema", { zip: archive(report("x", { version: 1 })) }],
    ["of a newer schema", { zip: archive(report("x", { version: 3 })) }],
    ["without packages", { zip: archive(report("x", {}, { packages: undefined })) }],
    ["from a scan that failed", { zip: archive(report("x", {}, { verdict: "error" })) }],
    ["expired", { expired: true }],
    ["changed on the way", { digest: `sha256:${"0".repeat(64)}` }],
    ["another gate's", { name: artifactName("another") }],
  ])("that is %s is passed over for the next older one", async (_, artifact) => {
    const good = plant();
    plant(artifact);
    expect(await found()).toMatchObject({ source: { url: expect.stringContaining(`/${good}`) } });
  });

  it("is not this run's own", async () => {
    const own = plant();
    expect(await found({ GITHUB_RUN_ID: String(own) })).toHaveProperty("none");
  });

  it("is looked for behind a page full of a fork's artifacts, and not for ever", async () => {
    plant();
    const fork = { event: "pull_request", headRepositoryId: FORK_ID };
    for (let at = 0; at < 150; at++) plant({}, fork);
    expect(await found()).toHaveProperty("source");
    for (let at = 0; at < 200; at++) plant({}, fork);
    expect(await found()).toHaveProperty("none");
    expect(github.requests.filter(({ url }) => url.includes("/artifacts?"))).toHaveLength(5);
  });
});

describe("no report of the default branch", () => {
  it.each([
    ["older", 1],
    ["newer", 3],
  ])("is reported where all that is kept is of an %s version, with what ends that", async (_, version) => {
    plant({ zip: archive(report("x", { version })) });
    expect(await found()).toEqual({
      none: "the report that main has kept is from another version of Image Gate; its next successful run keeps a new one (with `mode: warn` if it fails)",
    });
  });

  it("is reported where there is none", async () => {
    expect(await found()).toEqual({
      none: "no successful run on main was found that has kept a report under this name (let the gate run there, with `mode: warn` if it fails)",
    });
  });

  it.each([["actions/artifacts"], ["actions/runs"], ["/zip"]])(
    "is reported with the permission that it needs where %s is forbidden, and is not a warning",
    async (route) => {
      plant();
      github.fault(new RegExp(route), gitHubFaults.forbidden("actions=read"));
      expect(await found()).toMatchObject({ none: expect.stringContaining("lacks a permission") });
      expect(world.lines.join("\n")).toContain("actions: read");
      expect(world.lines.filter((line) => /^(warning|error)/.test(line))).toEqual([]);
    },
  );

  it("is not requested without a token", async () => {
    expect(await found({}, "")).toHaveProperty("none");
    expect(github.requests).toEqual([]);
  });

  it("is not requested offline", async () => {
    expect(await found({}, FAKE_TOKEN, true)).toEqual({
      none: "`offline` forbids asking GitHub",
      quiet: true,
    });
    expect(github.requests).toEqual([]);
  });

  it.each([
    ["", { none: "this run is outside of GitHub" }],
    ["workflow_dispatch", { quiet: true }],
  ])("is not needed if the event is '%s'", async (name, expected) => {
    expect(await found({ GITHUB_EVENT_NAME: name })).toMatchObject(expected);
    expect(github.requests).toEqual([]);
  });
});
