import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { gitHubFaults } from "../../support/github/fake-github.ts";
import { clean, debian12, multiArchitecture, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage, type RunOptions } from "../../support/runs/stage.ts";

let pull = 100;
/** Trivy's reports on the images, by their tags. */
const reports: Record<string, string> = {};

const stage = await shared(openStage("comment"));
const { github } = stage;
const { registry } = stage.bed;
const { host } = registry;
const at = (tag: string) => ({ image: `${host}/acme/app:${tag}` });
registry.add("acme/app", "1.0", debian12());
registry.add("acme/app", "1.1", debian12());
registry.add("acme/app", "fixed", clean());
registry.add("acme/both", "1.0", multiArchitecture());
for (const tag of ["1.0", "fixed"]) {
  const { outputs } = await stage.run(at(tag));
  reports[tag] = readFileSync(outputs["trivy-report"] ?? "", "utf8");
}
afterAll(() => expect(github.problems).toEqual([]));
/** Its own pull request for each test. */
beforeEach(() => {
  pull++;
  github.addPullRequest({ number: pull });
});

const REPORT = "app.json";

/** A run on this test's pull request. It can judge one of {@link reports}. */
const run = ({ given, ...inputs }: Record<string, string>, options: RunOptions = {}) =>
  stage.run(given === undefined ? inputs : { "trivy-report": REPORT, ...inputs }, {
    event: github.pullRequestEvent(pull),
    apiUrl: github.url,
    ...(given === undefined ? {} : { files: { [REPORT]: reports[given] ?? "" } }),
    ...options,
  });
/** The report of an earlier scan: a new scan in each run would take most of the time, and is not the subject. */
const given = (tag: "1.0" | "fixed") => ({ given: tag });
const bodies = () => github.comments(pull).map(({ body }) => body);
const writes = () =>
  github.requests.filter(({ method, url }) => method !== "GET" && !url.includes("graphql")).map(({ method }) => method);

describe("the comment", () => {
  it("is created, signed by the next run, and updated when the image may run", async () => {
    const start = writes().length;
    const created = await run(at("1.0"));
    expect(writes().slice(start)).toEqual(["POST"]);
    expect(created.outputs["comment-url"]).toBe(github.comments(pull)[0]?.html_url);
    expect(bodies()).toEqual([expect.stringContaining("must not run")]);
    expect(created.log).toContain("Comment written");

    // Signed with the newer run's name, so no older run replaces it.
    const again = await run(at("1.0"), { env: { GITHUB_RUN_ID: "4343" } });
    expect(again.outputs["comment-url"]).toBe(created.outputs["comment-url"]);
    expect(writes().slice(start)).toEqual(["POST", "PATCH"]);
    expect(bodies()).toEqual([expect.stringMatching(/^<!-- image-gate v1 \w+ run=4343 .*must not run/s)]);

    await run(at("fixed"), { env: { GITHUB_RUN_ID: "4343" } });
    expect(writes().slice(start)).toEqual(["POST", "PATCH", "PATCH"]);
    expect(bodies()).toEqual([expect.stringMatching(/`[^`]*\/acme\/app` may run/)]);
  });

  it("goes to the pull request with its token, and nowhere else", async () => {
    const start = github.requests.length;
    await run(at("1.0"));
    const asked = github.requests.slice(start);
    expect(asked.length).toBeGreaterThan(2);
    expect(new Set(asked.map(({ authorization }) => authorization?.split(" ")[1]))).toEqual(
      new Set(["ghs_testbedTokenOfTheJob0000000000000000"]),
    );
    expect(stage.bed.registry.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  it("is replaced on an error, so that no former `may run` remains", async () => {
    await run(at("fixed"));
    expect(bodies()[0]).toContain("may run");
    stage.bed.registry.fault(/^\/v2\/acme\/app\/manifests/, { status: 404 });
    await run(at("fixed"));
    stage.bed.registry.clearFaults();
    expect(bodies()).toEqual([expect.stringMatching(/could not be judged[\s\S]*image-not-found/)]);

    await run(at("fixed"));
    expect(bodies()[0]).toContain("may run");
    await run({ ...at("fixed"), policy: "none.yml", mode: "warn" });
    expect(bodies()).toEqual([expect.stringMatching(/could not be judged[\s\S]*none\.yml/)]);
  });
});

describe("the newest answer wins", () => {
  const as = (id: number, more: Record<string, string> = {}) => ({ env: { GITHUB_RUN_ID: String(id), ...more } });

  // Proves: older-word-does-not
  it("even where a run of an older commit ends after the head's: its ✅ does not take the ❌'s place", async () => {
    const older = github.pullRequestEvent(pull);
    github.addPullRequest({ number: pull, headSha: "d".repeat(40) });
    const failed = await run(given("1.0"), as(900));
    const passed = await run(given("fixed"), { ...as(800), event: older });
    expect(bodies()).toEqual([
      expect.stringMatching(/ run=900 number=42 attempt=1 event=pull_request commit=d{40} -->/),
    ]);
    expect(bodies()[0]).toContain("must not run");
    expect(passed.log).toMatch(/No comment: the one that is there is about d{40}, the pull request's head/);
    expect(passed.outputs).toMatchObject({ verdict: "pass", "comment-url": failed.outputs["comment-url"] });
  });

  // Proves: old-passes-does-not
  it("of a run that has no place to work in: comment, summary and all outputs tell the error", async () => {
    await run(at("fixed"));
    expect(bodies()).toEqual([expect.stringContaining("may run")]);
    const result = await run(at("fixed"), { asBundle: true, env: { RUNNER_TEMP: "/nowhere/temp" } });
    rmSync(dirname(result.outputs.report ?? ""), { recursive: true });
    expect(bodies()).toEqual([expect.stringMatching(/could not be judged[\s\S]*temporary-folder-unusable/)]);
    expect(result.summary).toContain("temporary-folder-unusable");
    expect(result.outputs).toMatchObject({ verdict: "error", high: "", accepted: "", "image-digest": "" });
    expect(result.results).toMatchObject([{ verdict: "error", code: "temporary-folder-unusable" }]);
  });
});

describe("one comment for each name", () => {
  it("two names are two comments, each kept current", async () => {
    await run({ ...given("1.0"), name: "api" });
    await run({ ...given("1.0"), name: "worker" });
    await run({ ...given("fixed"), name: "api" });
    expect(bodies()).toEqual([
      expect.stringContaining("`api` may run"),
      expect.stringContaining("`worker` must not run"),
    ]);
  });

  it("a tar goes by the name that it was given, and by no tag that was saved in it", async () => {
    const workspace = join(stage.nextFolder(), "workspace");
    saveImage(join(workspace, "one.tar"), debian12(), ["ghcr.io/acme/app:1.0"]);
    const forged = saveImage(join(workspace, "two.tar"), clean(), ["ghcr.io/acme/app:2.0"]);
    await run({ image: "one.tar as ghcr.io/acme/app:1.0" }, { workspace });
    await run({ image: "two.tar" }, { workspace });
    // Another build at the first one's path.
    copyFileSync(forged, join(workspace, "one.tar"));
    await run({ image: "one.tar as ghcr.io/acme/app:2.0" }, { workspace });
    expect(bodies()).toEqual([
      expect.stringContaining("`ghcr.io/acme/app (one.tar)` may run"),
      expect.stringContaining("`two.tar (ghcr.io/acme/app)` may run"),
    ]);
  });

  it("platforms, each in a leg of a matrix, do not share one", async () => {
    for (const platform of ["linux/amd64", "linux/arm64"]) await run({ image: `${host}/acme/both:1.0`, platform });
    expect(bodies()).toEqual([
      expect.stringContaining("/acme/both (linux/amd64)` must not run"),
      expect.stringContaining("/acme/both (linux/arm64)` must not run"),
    ]);
  });
});

describe("the input `comment`", () => {
  it("on-failure: none for a pass, one for a fail, which is then kept current", async () => {
    const comment = "on-failure";
    const passed = await run({ ...given("fixed"), comment });
    expect(bodies()).toEqual([]);
    expect(passed.log).toContain("No comment: the verdict is `pass`");
    await run({ ...given("1.0"), comment });
    expect(bodies()).toEqual([expect.stringContaining("must not run")]);
    await run({ ...given("fixed"), comment });
    expect(bodies()).toEqual([expect.stringContaining("may run")]);
  });

  it("never: GitHub is not asked about comments", async () => {
    const start = github.requests.length;
    const result = await run({ ...given("1.0"), comment: "never" });
    expect(github.requests.slice(start).filter(({ url }) => /comments|graphql/.test(url))).toEqual([]);
    expect(result.outputs["comment-url"]).toBe("");
    expect(bodies()).toEqual([]);
  });
});

describe("what is in the way of the comment", () => {
  it("a fork's read-only token is a warning that says so", async () => {
    github.addPullRequest({ number: pull, headRepository: "mallory/widget" });
    github.fault(new RegExp(`^POST /repos/.*/${pull}/comments`), gitHubFaults.forbidden());
    const result = await run(given("fixed"));
    expect(result.code).toBe(0);
    expect(messages(result, "warning").join()).toMatch(/fork/);
  });
});
