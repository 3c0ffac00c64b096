import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BaseUse } from "../../../src/forge/forge.ts";
import { rulesAtBase } from "../../../src/forge/github/rules.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
import { type FakeGitHub, gitHubFaults } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { BASE, eventAt, HEAD, MERGE, type Reply, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const TIP = "d".repeat(40);
const PATH = ".github/image-gate.yml";
const CONTENTS = `GET /repos/acme/widget/contents/${PATH}`;
const BRANCH = "GET /repos/acme/widget/git/ref/heads/main";
const POLICY = "\ufeffversion: 1\r\nthresholds: {high: 3}\n";

const branch = { [BRANCH]: { json: { ref: "refs/heads/main", object: { sha: TIP, type: "commit" } } } };

function file(text: string | Buffer, more: object = {}) {
  const content = Buffer.from(text as string)
    .toString("base64")
    .replace(/.{60}/g, "$&\n");
  return { json: { type: "file", size: Buffer.byteLength(text), encoding: "base64", content, ...more } };
}

interface Case {
  readonly script?: Readonly<Record<string, Reply | readonly Reply[]>>;
  readonly event?: Partial<GitHubEvent>;
  readonly path?: string;
  readonly use?: BaseUse;
}

const policyAt = (path: string) => ({ what: "policy", path, maxBytes: 1024 * 1024 });

async function read({ script = {}, event = {}, path = PATH, use = "base" }: Case) {
  const server = await scriptedServer({ ...branch, ...script });
  servers.push(server);
  const by = { token: "t", event: eventAt(server.url, event), log: { notice: () => {} } };
  const found = await rulesAtBase(by)(use, policyAt(path));
  const result = "text" in found ? { text: found.text.toString() } : found;
  return { result, requests: server.requests() };
}

describe("the base", () => {
  test("of a pull request is the branch as it is now, by its full name and then by commit", async () => {
    const { result, requests } = await read({ script: { [CONTENTS]: file(POLICY) } });
    expect(result).toEqual({ text: POLICY });
    expect(requests).toEqual([
      "GET /repos/acme/widget/git/ref/heads%2Fmain",
      `GET /repos/acme/widget/contents/.github%2Fimage-gate.yml?ref=${TIP}`,
    ]);
  });

  test("for a comparison is the branch if the commit is not that merge", async () => {
    const script = {
      [`GET /repos/acme/widget/git/commits/${MERGE}`]: { json: { parents: [{ sha: BASE }] } },
      [CONTENTS]: file(POLICY),
    };
    expect((await read({ script, use: "comparison" })).requests.at(-1)).toContain(`?ref=${TIP}`);
  });

  test("is not the run's own commit, of which nothing is absent before it could be read", async () => {
    const commit = `GET /repos/acme/widget/git/commits/${MERGE}`;
    expect((await read({ use: "run" })).result).toEqual({ unreadable: expect.stringContaining(MERGE) });
    const script = { [commit]: { json: { parents: [] } } };
    expect((await read({ use: "run", script })).result).toEqual({ absent: true });
    const { requests } = await read({ use: "run", script: { ...script, [CONTENTS]: file(POLICY) } });
    expect(requests.at(-1)).toContain(`?ref=${MERGE}`);
  });
});

describe("of a GitHub that checks each request and answer against GitHub's own description", () => {
  const startFake = fakes();
  let github: FakeGitHub;
  beforeEach(async () => {
    github = await startFake();
  });
  async function rules(event: Partial<GitHubEvent> = {}, { path = PATH, use = "base" as BaseUse } = {}) {
    const by = { token: FAKE_TOKEN, event: eventAt(github.url, event), log: { notice: () => {} } };
    const found = await rulesAtBase(by)(use, policyAt(path));
    return "text" in found ? found.text.toString() : found;
  }
  const towards = (baseRef: string): Partial<GitHubEvent> => ({
    pullRequest: { number: 7, headSha: HEAD, baseRef, fork: false },
  });
  const privileged = { ...towards("lax"), trigger: "pull_request_target", privileged: true };

  // Proves: privileged-triggers-judged-default
  test.each<[string, Partial<GitHubEvent>, BaseUse?]>([
    ["a pull request's base", {}],
    ["a run that has no pull request", { trigger: "push", pullRequest: undefined }],
    ["a privileged trigger, whichever base the pull request chose", privileged],
    ["one whose payload does not name the default branch", { ...privileged, defaultBranch: undefined }],
    ["`default-branch`, whichever base the pull request has", towards("lax"), "default-branch"],
  ])("for %s the default branch's newest policy is read", async (_, event, use) => {
    github.commit("lax", { [PATH]: "lax" });
    github.commit("main", { [PATH]: "old" });
    github.commit("main", { [PATH]: POLICY });
    expect(await rules(event, { use })).toBe(POLICY);
  });

  const group: Partial<GitHubEvent> = { trigger: "merge_group", pullRequest: undefined, mergeInto: "release/1.x" };
  test.each<[string, Partial<GitHubEvent>, BaseUse]>([
    ["a pull request", towards("release/1.x"), "base"],
    ["a merge group, though its pull request is not known,", group, "base"],
    ["its comparison", group, "comparison"],
  ])("for %s the base with slashes in its name is read, and the default branch is not", async (_, event, use) => {
    github.commit("main", { [PATH]: "main's" });
    github.commit("release/1.x", { [PATH]: POLICY });
    expect(await rules(event, { use })).toBe(POLICY);
  });

  // Proves: change-policy-shown
  test("a comparison is with the parent of the merge commit, not with what the base became", async () => {
    const parent = github.commit("main", { [PATH]: POLICY });
    const runSha = github.commit("merge", {}, [parent, HEAD]);
    github.commit("main", { [PATH]: "newer" });
    expect(await rules({ runSha }, { use: "comparison" })).toBe(POLICY);
    expect(await rules({ runSha })).toBe("newer");
  });

  test("no such file is absent; no such branch, and what the token has no right to read, are unreadable", async () => {
    expect(await rules()).toEqual({ absent: true });
    expect(await rules(towards("gone"))).toEqual({ unreadable: expect.stringContaining("(404: Not Found)") });
    const problem = "The payload is broken";
    expect(await rules({ pullRequest: undefined, problem })).toEqual({ unreadable: problem });
    github.fault(/^GET/, gitHubFaults.forbidden("contents=read"));
    expect(await rules()).toEqual({ unreadable: expect.stringContaining("Add `contents: read`") });
  });

  test("a link to a file of the repository is that file; a link out of it and a folder are unreadable", async () => {
    github.commit("main", {
      [PATH]: { symlink: "../policies/strict.yml" },
      "policies/strict.yml": POLICY,
      "out.yml": { symlink: "/proc/self/environ" },
    });
    expect(await rules()).toBe(POLICY);
    for (const [path, kind] of Object.entries({ "out.yml": "symlink", policies: "dir" }))
      expect(await rules({}, { path })).toEqual({ unreadable: expect.stringContaining(`of the kind ${kind}`) });
  });

  test("a policy of a megabyte, which GitHub gives only raw, is read byte by byte; a larger one is not", async () => {
    const large = "#".repeat(1_020_000);
    github.commit("main", { [PATH]: large, "larger.yml": "#".repeat(1_100_000) });
    expect(await rules()).toBe(large);
    const unreadable = expect.stringContaining("at most 1048576");
    expect(await rules({}, { path: "larger.yml" })).toEqual({ unreadable });
  });
});

describe("unreadable", () => {
  const at = (route: string, status: number, message: string) => ({ [route]: { status, json: { message } } });
  test.each<[string, Record<string, Reply>, string]>([
    ["a branch that is hidden or gone", at(BRANCH, 404, "Not Found"), "Give the token `contents: read`"],
    ["an empty repository", at(BRANCH, 409, "Git Repository is empty."), "(409: Git Repository is empty.)"],
    [
      "another reference than asked for",
      { [BRANCH]: { json: { ref: "refs/heads/main2", object: { sha: TIP } } } },
      "unexpected value at ref",
    ],
    ["no permission for the file", at(CONTENTS, 403, "no"), "403"],
    ["a broken answer", { [CONTENTS]: { text: "<html>", headers: { "content-type": "text/html" } } }, "not JSON"],
    ["500", at(CONTENTS, 500, "oops"), "answered (500"],
    ["a folder", { [CONTENTS]: { json: [] } }, "not a file"],
    ["a submodule", { [CONTENTS]: { json: { type: "submodule" } } }, "of the kind submodule"],
    ["a cut answer", { [CONTENTS]: file(POLICY, { size: 4000 }) }, "not whole"],
    ["more than a MiB", { [CONTENTS]: file("", { size: 1024 * 1024 + 1, encoding: "none" }) }, "at most 1048576"],
  ])("%s: unreadable", async (_, script, why) => {
    const { result } = await read({ script });
    expect(result).toEqual({ unreadable: expect.stringContaining(why) });
    expect((result as { unreadable: string }).unreadable).not.toMatch(/\.$/);
  });

  test.each(["/etc/passwd", "../other.yml", "a/../../b", "", ".", "..", "policies/", "C:\\x.yml", "a\nb"])(
    "the path %j leads out of the repository: unreadable, and nothing is asked",
    async (path) => {
      const { result, requests } = await read({ path });
      expect(result).toEqual({ unreadable: `The policy ${JSON.stringify(path)} is outside of the repository` });
      expect(requests).toEqual([]);
    },
  );

  test("an odd spelling of the path is the same file", async () => {
    const { result } = await read({ path: "./.github//x/../image-gate.yml", script: { [CONTENTS]: file(POLICY) } });
    expect(result).toEqual({ text: POLICY });
  });
});

test("any bytes of a policy come through as they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const server = await scriptedServer({ ...branch, [CONTENTS]: file(Buffer.from(bytes)) });
      const by = { token: "t", event: eventAt(server.url), log: { notice: () => {} } };
      expect(await rulesAtBase(by)("base", policyAt(PATH))).toEqual({ text: Buffer.from(bytes) });
      await server.close();
    }),
    { numRuns: 20 },
  );
});
