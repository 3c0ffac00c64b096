import { beforeEach, describe, expect, test } from "vitest";
import { issueMarker } from "../../../src/domain/tracking/marker.ts";
import { connector, stateBranch } from "../../../src/forge/connect.ts";
import type { Forge, StateChange, StateSnapshot } from "../../../src/forge/forge.ts";
import { concernsOneIssue } from "../../../src/forge/issues.ts";
import { gitlabPlatform } from "../../../src/job/gitlab/platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitLab, PROJECT_TOKEN, REPORTER_TOKEN, startFakeGitLab } from "../../support/gitlab/fake-gitlab.ts";
import { JOB_TOKEN, mergeRequestVariables } from "../../support/gitlab/gitlab-job.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// The data of re-scans in a project: issues, and the state on a branch.

const BRANCH = "image-gate-state";
const INDEX = '{"version":1}\n';
const IMAGE = `images/${"a".repeat(64)}.json`;
const EMPTY: StateSnapshot = { files: new Map() };

let gitlab: FakeGitLab;
beforeEach(async () => {
  gitlab = await startFakeGitLab();
  return async () => {
    expect(gitlab.problems).toEqual([]);
    await gitlab.close();
  };
});

function platformOf(variables: Readonly<Record<string, string | undefined>> = {}) {
  const folder = temporaryFolder("history");
  const env = {
    GITLAB_CI: "true",
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_ID: "42",
    CI_PROJECT_PATH: "acme/widget",
    PATH: process.env.PATH,
    CI_PROJECT_VISIBILITY: "private",
    CI_DEFAULT_BRANCH: "main",
    CI_COMMIT_BRANCH: "main",
    CI_PIPELINE_ID: "1001",
    CI_PIPELINE_SOURCE: "schedule",
    CI_JOB_TOKEN: JOB_TOKEN,
    ...variables,
  };
  const world = testWorld(folder.path, { env });
  return gitlabPlatform(world, `${folder.path}/image-gate.env`);
}

async function forgeOf(variables: Readonly<Record<string, string | undefined>>, token: string): Promise<Forge> {
  const forge = await connector(platformOf(variables), () => ({ token, offline: false }))();
  return "why" in forge ? {} : forge;
}

describe("without a token of the user's", () => {
  test.each([
    ["has its own", {}],
    ["has none", { CI_JOB_TOKEN: undefined }],
  ])("a job that %s asks for nothing, and each message names GITLAB_TOKEN", async (_, variables) => {
    const forge = await forgeOf(variables, "");
    const store = await stateBranch(BRANCH, forge);
    const missing = { code: "state-token-missing", remedy: expect.stringContaining("GITLAB_TOKEN") };
    await expect(store?.read()).rejects.toMatchObject(missing);
    const change = { base: EMPTY, put: new Map(), remove: [], message: "" };
    await expect(store?.write(change)).rejects.toMatchObject(missing);
    if (!("CI_JOB_TOKEN" in variables)) expect(await store?.readOnlyBecause()).toBe("a job's own token does not push");
    const why = /^a job's own token writes no issues; set GITLAB_TOKEN to a project access token/;
    expect(forge.issues).toMatchObject({ why: expect.stringMatching(why) });
    expect(gitlab.requests).toEqual([]);
  });
});

describe("the state on a branch", () => {
  async function store({ name = BRANCH, variables = {} } = {}) {
    const found = await stateBranch(name, await forgeOf(variables, PROJECT_TOKEN));
    if (found === undefined) throw new Error("there is no state");
    return found;
  }
  const putting = (files: Readonly<Record<string, string>>, more: Partial<StateChange> = {}): StateChange => ({
    base: EMPTY,
    put: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])),
    remove: [],
    message: "Scanned 1 image",
    ...more,
  });
  const texts = ({ files }: StateSnapshot) =>
    Object.fromEntries([...files].map(([path, file]) => [path, file.toString()]));

  test("begins with one commit, which has nothing of the default branch and starts no pipeline", async () => {
    const state = await store();
    expect(await state.read()).toEqual({ files: new Map() });
    const written = await state.write(putting({ "index.json": INDEX, [IMAGE]: "{}" }));
    const { repository } = gitlab;
    expect(written).toEqual({ revision: repository.head(BRANCH), at: expect.stringContaining(`${BRANCH}@`) });
    expect(Object.keys(repository.files(BRANCH)).sort()).toEqual([IMAGE, "index.json"]);
    expect(repository.git("log", "-1", "--format=%B", BRANCH)).toBe("Scanned 1 image\n\n[skip ci]");
    expect(repository.logins.at(-1)).toBe(`oauth2:${PROJECT_TOKEN}`);
  });

  test("is taken up below a relative URL, changed by one commit, and left alone when it has moved", async () => {
    await gitlab.close();
    gitlab = await startFakeGitLab({ relativeUrl: "/gitlab" });
    await (await store()).write(putting({ "index.json": INDEX, [IMAGE]: "{}" }));
    const state = await store();
    const base = await state.read();
    expect(texts(base)).toEqual({ "index.json": INDEX, [IMAGE]: "{}" });
    await state.write(putting({ "index.json": "2" }, { base, remove: [IMAGE, "images/never.json"] }));
    expect(texts(await (await store()).read())).toEqual({ "index.json": "2" });
    expect(await state.write(putting({ "index.json": "mine" }, { base }))).toEqual({ moved: true });
    expect(gitlab.requests).toEqual([]);
  });

  test("that is protected, or another account's, is left alone", async () => {
    await (await store()).write(putting({ "index.json": INDEX }));
    gitlab.repository.hook("pre-receive", "echo 'GitLab: You are not allowed to push' >&2; exit 1");
    const state = await store();
    const base = await state.read();
    await expect(state.write(putting({ "index.json": "2" }, { base }))).rejects.toMatchObject({
      code: "state-protected",
      what: expect.stringContaining("GitLab: You are not allowed to push"),
    });
    gitlab.repository.commit("docs", { "page.md": "x" });
    await expect((await store({ name: "docs" })).read()).rejects.toMatchObject({ code: "state-foreign" });
    await expect((await store({ name: "main" })).read()).rejects.toMatchObject({ code: "state-foreign" });
  });

  const elsewhere = 'this pipeline is on "feature" and only pipelines of the default branch, "main", write it';
  const feature = { CI_COMMIT_BRANCH: "feature" };
  test.each<[string, Readonly<Record<string, string | undefined>>, string]>([
    ["a merge request's pipeline", mergeRequestVariables(), "a pipeline on `merge_request_event` does not write it"],
    ["another branch's", feature, elsewhere],
    ["one that a token started", { CI_PIPELINE_SOURCE: "trigger" }, "a pipeline on `trigger` does not write it"],
    [
      "another branch's, which its variables call the default one",
      { ...feature, CI_DEFAULT_BRANCH: "feature" },
      elsewhere,
    ],
  ])("is only read by %s", async (_, variables, why) => {
    const state = await store({ variables });
    expect(await state.readOnlyBecause()).toBe(why);
    await expect(state.write(putting({ "index.json": INDEX }))).rejects.toThrow("must not write the state");
  });
});

// Proves: gitlab-s-token-goes
test("a project's address on another server than the API's gets no token", async () => {
  const other = await startFakeGitLab();
  const variables = { CI_PROJECT_URL: `${other.apiUrl.replace("/api/v4", "")}/acme/widget` };
  const state = await stateBranch(BRANCH, await forgeOf(variables, PROJECT_TOKEN));
  await state?.read();
  expect(other.requests).toEqual([]);
  await other.close();
});

describe("issues", () => {
  const body = (image: string, isOpen = true) => `${issueMarker({ scope: "rescan", image, isOpen })}\nFindings`;
  const wanted = { title: "app does not pass", labels: ["security"], assignees: ["octo"], due: "2026-12-31" };
  async function tracker(variables = {}, token = REPORTER_TOKEN) {
    const { issues } = await forgeOf(variables, token);
    if (typeof issues !== "function") throw new Error("there are no issues");
    return issues("rescan");
  }

  test("are opened with labels and a due date, found again, closed and opened again", async () => {
    const issues = await tracker();
    const opened = await issues.open({ ...wanted, body: body("app") });
    expect(opened).toMatchObject({ number: 1, about: "app", isOpen: true, leftOut: [] });
    const kept = { due_date: "2026-12-31", confidential: false, assignees: [{ username: "octo" }] };
    expect(gitlab.state.issues).toMatchObject([{ ...kept, labels: ["image-gate", "security"] }]);
    const [found] = await (await tracker()).ours();
    expect(found).toMatchObject({ number: 1, about: "app", title: wanted.title });
    if (found === undefined) return;
    await issues.change(found, { state: "completed", body: body("app", false), comment: "It passes." });
    expect(gitlab.state.issues).toMatchObject([{ state: "closed", notes: ["It passes."] }]);
    await issues.change(found, { state: "open", body: body("app"), due: "2027-01-31" });
    expect(gitlab.state.issues).toMatchObject([{ state: "opened", due_date: "2027-01-31" }]);
  });

  test.each([
    ["public", true],
    ["internal", true],
    ["private", false],
  ])("of a project that is %s: confidential is %s", async (visibility, confidential) => {
    await (await tracker({ CI_PROJECT_VISIBILITY: visibility })).open({ ...wanted, body: body("app") });
    expect(gitlab.state.issues).toMatchObject([{ confidential }]);
  });

  test("are assigned to the first who is known, and say who was left out", async () => {
    const assignees = ["@nobody", "OCTO", "mallory"];
    const { leftOut } = await (await tracker()).open({ ...wanted, assignees, body: body("app") });
    expect(leftOut).toEqual(["the assignee @nobody", "the assignee mallory"]);
    expect(gitlab.state.issues).toMatchObject([{ assignees: [{ username: "octo" }] }]);
    gitlab.fault(/^GET \/users/, { status: 403, message: "403 Forbidden" });
    const other = await (await tracker()).open({ ...wanted, body: body("other") });
    expect([other.number, other.leftOut]).toEqual([2, ["the assignee octo"]]);
  });

  test("of others, and of another run's name, are never seen", async () => {
    const issues = await tracker();
    await issues.open({ ...wanted, body: body("app") });
    const [first] = gitlab.state.issues;
    const description = issueMarker({ scope: "other", image: "app", isOpen: true });
    if (first) {
      gitlab.state.issues.push({ ...first, iid: 2, author: { id: 5, username: "mallory" } });
      gitlab.state.issues.push({ ...first, iid: 3, description });
    }
    expect((await (await tracker()).ours()).map(({ number }) => number)).toEqual([1]);
  });

  test("whose text is too long are distinguished from other refusals", async () => {
    const issues = await tracker();
    const long = `${body("app")}${"x".repeat(1_100_000)}`;
    const refused = await issues.open({ ...wanted, body: long }).catch((error) => error);
    expect(refused).toMatchObject({ code: "gitlab-over-limit" });
    expect(concernsOneIssue(refused)).toBe(true);
  });
});
