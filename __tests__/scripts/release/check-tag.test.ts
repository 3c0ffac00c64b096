import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Candidate, faultsOf } from "../../../scripts/release/check-tag.ts";
import { GitHub } from "../../../scripts/release/github.ts";
import { readVersion } from "../../../scripts/release/version.ts";
import { type FakeReleases, startFakeReleases } from "../../support/github/fake-releases.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";

const COMMIT = "a".repeat(40);
const OTHER = "b".repeat(40);
const manifest = (version: string) => JSON.stringify({ name: "image-gate", version });

let fake: FakeReleases;
let github: GitHub;
beforeEach(async () => {
  fake = await startFakeReleases();
  fake.state.main.add(COMMIT);
  fake.state.tags.set("v1.2.3", COMMIT);
  fake.state.runs.push({ sha: COMMIT });
  github = new GitHub({ apiUrl: fake.url, repository: "acme/image-gate", token: FAKE_TOKEN });
});
afterEach(async () => {
  await fake.close();
  expect(fake.problems).toEqual([]);
  expect(fake.changes).toEqual([]);
});

const candidate = (files: Partial<Candidate["files"]> = {}, tag = "v1.2.3"): Candidate => ({
  version: readVersion(tag),
  commit: COMMIT,
  files: {
    "package.json": manifest("1.2.3"),
    "package-lock.json": manifest("1.2.3"),
    "CHANGELOG.md": "# Changes\n\n## 1.2.3 (2026-12-01)\n\n- It is fast.\n\n## 1.2.2 (2026-11-01)\n\n- Older.\n",
    ...files,
  },
  attributes: new Map([[".gitattributes", "*.gz binary\n"]]),
});
const codes = async (given = candidate()) => (await faultsOf(github, given)).map(({ code }) => code);

describe("a tag", () => {
  it("may be released if it is annotated or not, at a commit of main whose CI is green", async () => {
    expect(await codes()).toEqual([]);
    fake.state.annotated.add("v1.2.3");
    expect(await codes()).toEqual([]);
  });

  it("on a commit outside of main is refused, as of a fork whose commits GitHub shows here, too", async () => {
    fake.state.main.delete(COMMIT);
    expect(await codes()).toEqual(["commit-not-on-main"]);
  });

  it("of a fork is refused", async () => {
    fake.state.isFork = true;
    expect(await codes()).toEqual(["fork-refused"]);
  });

  it("that was moved meanwhile, or deleted, is refused", async () => {
    fake.state.tags.set("v1.2.3", OTHER);
    expect(await codes()).toEqual(["tag-moved"]);
    fake.state.tags.clear();
    expect(await codes()).toEqual(["tag-moved"]);
  });

  it.each([
    ["has not run", []],
    ["runs", [{ sha: COMMIT, status: "in_progress", conclusion: null }]],
    ["failed", [{ sha: COMMIT, conclusion: "failure" }]],
    ["failed when it ran again", [{ sha: COMMIT }, { sha: COMMIT, conclusion: "failure" }]],
    ["was green for a pull request only", [{ sha: COMMIT, event: "pull_request" }]],
    ["was green on another branch only", [{ sha: COMMIT, branch: "feature" }]],
    ["was green for another commit only", [{ sha: OTHER }]],
  ])("is refused if CI %s", async (_, runs) => {
    fake.state.runs.splice(0, 1, ...runs);
    expect(await codes()).toEqual(["ci-not-green"]);
  });

  it("that has a release is refused, and one whose major tag has", async () => {
    fake.addRelease("v1.2.3");
    expect(await codes()).toEqual(["release-exists"]);
    fake.state.releases.splice(0, 1);
    fake.addRelease("v1");
    expect(await codes()).toEqual(["major-released"]);
  });

  it("with half a release goes on: the job that publishes finishes it", async () => {
    fake.addRelease("v1.2.3", { draft: true });
    expect(await codes()).toEqual([]);
  });

  it("must be the version of package.json and of the lock file", async () => {
    expect(await codes(candidate({ "package.json": manifest("1.2.4") }))).toEqual(["version-differs"]);
    expect(await codes(candidate({ "package-lock.json": manifest("1.2.2") }))).toEqual(["version-differs"]);
  });

  it.each([
    ["## 1.2.30 (2026-12-01)\n\n- x", "changelog-version-missing"],
    ["## 1.2.3 (2026-12-01)\n\n- x\n\n## 1.2.3 (2026-12-02)\n\n- x", "changelog-version-missing"],
    ["## Unreleased: 1.2.3\n\n- x", "changelog-version-missing"],
    ["## 1.2.3\n\n- x", "changelog-date-invalid"],
    ["## 1.2.3 (soon)\n\n- x", "changelog-date-invalid"],
    ["## 1.2.3 (2026-02-30)\n\n- x", "changelog-date-invalid"],
    ["## 1.2.3 (2026-12-01)\n\n## 1.2.2 (2026-11-01)\n\n- x", "changelog-empty"],
  ])("needs a section of the changelog with a date: %j is %s", async (text, code) => {
    expect(await codes(candidate({ "CHANGELOG.md": text }))).toEqual([code]);
  });

  it.each(["export-subst", "export-ignore"])("is refused if files are others in its archive: %s", async (attribute) => {
    const attributes = new Map([["dist/.gitattributes", `index.js ${attribute}\n`]]);
    expect(await codes({ ...candidate(), attributes })).toEqual(["archive-differs"]);
  });

  it("with several faults gets all of them at once", async () => {
    fake.state.main.clear();
    fake.state.runs.length = 0;
    const faults = await codes(candidate({ "CHANGELOG.md": "" }));
    expect(faults).toEqual(["commit-not-on-main", "ci-not-green", "changelog-version-missing"]);
  });

  it("is not checked without a network, and GitHub's refusal is a fault with a remedy", async () => {
    fake.fault(/./, { reset: true, times: 1 });
    const [fault, ...more] = await faultsOf(github, candidate());
    expect(fault).toMatchObject({ code: "github-unreachable", remedy: expect.stringContaining("again") });
    expect(more).toEqual([]);
    fake.fault(/compare/, { status: 403 });
    expect(await faultsOf(github, candidate())).toEqual([
      expect.objectContaining({ code: "github-refused", remedy: expect.stringContaining("permission") }),
    ]);
  });

  it.each(["v1", "1.2.3", "v1.2", "v1.2.3-rc.1", "v01.2.3", "v1.2.3\n", "v1.2.3; id", "", "vx.y.z"])(
    "%j is not one of a release",
    (tag) => {
      expect(() => readVersion(tag)).toThrow(expect.objectContaining({ code: "tag-invalid" }));
    },
  );
});
