import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { BaseUse } from "../../../src/forge/forge.ts";
import { rulesAtBase } from "../../../src/forge/github/rules.ts";
import type { GitHubEvent } from "../../../src/job/github/event.ts";
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

function file(text: string, more: object = {}) {
  const content = Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n");
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

  test("of a branch with slashes in its name is found", async () => {
    const event = { pullRequest: { number: 7, headSha: HEAD, baseRef: "release/1.x", fork: false } };
    const script = {
      "GET /repos/acme/widget/git/ref/heads/release/1.x": {
        json: { ref: "refs/heads/release/1.x", object: { sha: TIP } },
      },
      [CONTENTS]: file(POLICY),
    };
    expect((await read({ event, script })).result).toEqual({ text: POLICY });
  });

  // Proves: privileged-triggers-judged-default
  test("of a privileged trigger is the default branch, whichever base the pull request chose", async () => {
    const event: Partial<GitHubEvent> = {
      trigger: "pull_request_target",
      privileged: true,
      pullRequest: { number: 7, headSha: HEAD, baseRef: "lax", fork: true },
    };
    const { result, requests } = await read({ event, script: { [CONTENTS]: file(POLICY) } });
    expect(result).toEqual({ text: POLICY });
    expect(requests[0]).toBe("GET /repos/acme/widget/git/ref/heads%2Fmain");
  });

  test("of a privileged trigger whose payload does not name the default branch is asked for", async () => {
    const event: Partial<GitHubEvent> = {
      trigger: "workflow_run",
      privileged: true,
      pullRequest: undefined,
      defaultBranch: undefined,
    };
    const script = { "GET /repos/acme/widget": { json: { default_branch: "main" } }, [CONTENTS]: file(POLICY) };
    expect((await read({ event, script })).result).toEqual({ text: POLICY });
  });

  test("for a comparison is the first parent of the merge commit that was checked out", async () => {
    const script = {
      [`GET /repos/acme/widget/git/commits/${MERGE}`]: { json: { parents: [{ sha: BASE }, { sha: HEAD }] } },
      [CONTENTS]: file(POLICY),
    };
    const { result, requests } = await read({ script, use: "comparison" });
    expect(result).toEqual({ text: POLICY });
    expect(requests.at(-1)).toContain(`?ref=${BASE}`);
  });

  test("for a comparison is the branch if the commit is not that merge", async () => {
    const script = {
      [`GET /repos/acme/widget/git/commits/${MERGE}`]: { json: { parents: [{ sha: BASE }] } },
      [CONTENTS]: file(POLICY),
    };
    expect((await read({ script, use: "comparison" })).requests.at(-1)).toContain(`?ref=${TIP}`);
  });

  test("without a pull request is the default branch", async () => {
    const event: Partial<GitHubEvent> = { trigger: "push", pullRequest: undefined };
    const { result, requests } = await read({ event, script: { [CONTENTS]: file(POLICY) } });
    expect(result).toEqual({ text: POLICY });
    expect(requests[0]).toBe("GET /repos/acme/widget/git/ref/heads%2Fmain");
  });

  test("of a merge group is its base, even if its pull request is not known", async () => {
    const event: Partial<GitHubEvent> = { trigger: "merge_group", pullRequest: undefined, mergeInto: "release/1.x" };
    const script = {
      "GET /repos/acme/widget/git/ref/heads/release/1.x": {
        json: { ref: "refs/heads/release/1.x", object: { sha: TIP } },
      },
      [CONTENTS]: file(POLICY),
    };
    expect((await read({ event, script })).result).toEqual({ text: POLICY });
    expect((await read({ event, script, use: "comparison" })).result).toEqual({ text: POLICY });
  });

  test("is not what `default-branch` asks for, whichever base the pull request has", async () => {
    const event = { pullRequest: { number: 7, headSha: HEAD, baseRef: "lax", fork: false } };
    const { result, requests } = await read({ event, use: "default-branch", script: { [CONTENTS]: file(POLICY) } });
    expect(result).toEqual({ text: POLICY });
    expect(requests[0]).toBe("GET /repos/acme/widget/git/ref/heads%2Fmain");
  });

  test("of an event that cannot be read is not known: unreadable, and nothing is asked", async () => {
    const { result, requests } = await read({ event: { pullRequest: undefined, problem: "The payload is broken" } });
    expect(result).toEqual({ unreadable: "The payload is broken" });
    expect(requests).toEqual([]);
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

describe("absent and unreadable", () => {
  test("404 for the file at a commit that could be read: absent", async () => {
    expect((await read({})).result).toEqual({ absent: true });
  });

  test.each<[string, Record<string, Reply>, string]>([
    [
      "no permission for the branch",
      { [BRANCH]: { status: 403, json: { message: "Resource not accessible by integration" } } },
      "Add `contents: read`",
    ],
    [
      "a branch that is hidden or gone",
      { [BRANCH]: { status: 404, json: { message: "Not Found" } } },
      "Give the token `contents: read`",
    ],
    [
      "an empty repository",
      { [BRANCH]: { status: 409, json: { message: "Git Repository is empty." } } },
      "(409: Git Repository is empty.)",
    ],
    [
      "another reference than asked for",
      { [BRANCH]: { json: { ref: "refs/heads/main2", object: { sha: TIP } } } },
      "unexpected value at ref",
    ],
    ["no permission for the file", { [CONTENTS]: { status: 403, json: { message: "no" } } }, "403"],
    ["a broken answer", { [CONTENTS]: { text: "<html>", headers: { "content-type": "text/html" } } }, "not JSON"],
    ["500", { [CONTENTS]: { status: 500, json: { message: "oops" } } }, "answered (500"],
    ["a folder", { [CONTENTS]: { json: [] } }, "not a file"],
    [
      "a symbolic link out of it",
      { [CONTENTS]: { json: { type: "symlink", target: "/etc/passwd" } } },
      "of the kind symlink",
    ],
    ["a submodule", { [CONTENTS]: { json: { type: "submodule" } } }, "of the kind submodule"],
    ["a cut answer", { [CONTENTS]: file(POLICY, { size: 4000 }) }, "not whole"],
    [
      "a file of more than a MiB",
      { [CONTENTS]: file("", { size: 1024 * 1024 + 1, encoding: "none" }) },
      "at most 1048576",
    ],
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

  test("a large file, which GitHub does not put into JSON, is read raw", async () => {
    const large = `# ${"x".repeat(1024 * 1024 - 2)}`;
    const contents = [
      file("", { size: large.length, encoding: "none" }),
      { text: large, headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" } },
    ];
    expect((await read({ script: { [CONTENTS]: contents } })).result).toEqual({ text: large });
  });
});

test("any bytes of a policy come through as they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      const json = {
        type: "file",
        size: bytes.length,
        encoding: "base64",
        content: Buffer.from(bytes).toString("base64"),
      };
      const server = await scriptedServer({ ...branch, [CONTENTS]: { json } });
      const by = { token: "t", event: eventAt(server.url), log: { notice: () => {} } };
      expect(await rulesAtBase(by)("base", policyAt(PATH))).toEqual({
        text: Buffer.from(bytes),
      });
      await server.close();
    }),
    { numRuns: 20 },
  );
});
