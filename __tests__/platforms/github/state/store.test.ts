import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { GitHubEvent } from "../../../../src/platforms/github/event.ts";
import type { StateSnapshot } from "../../../../src/platforms/platform.ts";
import { type FakeGitHub, gitHubFaults } from "../../../support/fake-github.ts";
import { atMost } from "../../../support/patience.ts";
import { fakes } from "../fakes.ts";
import { askedOf, BRANCH, putting, type Run, storeAt, textsOf } from "./bed.ts";

const startFake = fakes();

const INDEX = '{"version":1}\n';
const IMAGE = `images/${"a".repeat(64)}.json`;
const SBOM = `sboms/sha256:${"b".repeat(64)}.cdx.json.gz`;

/** A fake with a state of one commit. */
async function withState(files: Readonly<Record<string, string | Buffer>> = { "index.json": INDEX }) {
  const github = await startFake();
  await storeAt(github).write(putting(files));
  github.requests.length = 0;
  return github;
}

/** The code and the message of what is thrown. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing",
    (thrown: unknown) => (thrown as Error).message,
  );
}

describe("a state that does not exist yet", () => {
  test("is empty, if the default branch can be read", async () => {
    const github = await startFake();
    expect(await storeAt(github).read()).toEqual({ files: new Map() });
    expect(askedOf(github)).toEqual(["GET ", `GET /git/ref/heads/${BRANCH}`, "GET /git/ref/heads/main"]);
  });

  // Proves: cannot-read-not-no
  test("is an error, if the token may not see the repository's branches", async () => {
    const github = await startFake((fake) => fake.fault(/git\/ref/, gitHubFaults.notFound()));
    expect(await failureOf(storeAt(github).read())).toContain("[github-not-found]");
  });

  test("is an error, if GitHub says that the repository is empty", async () => {
    const github = await startFake((fake) => {
      fake.git.isEmpty = true;
    });
    expect(await failureOf(storeAt(github).read())).toContain("Git Repository is empty");
  });

  test("begins with a commit that has no parent, and nothing of the default branch is in it", async () => {
    const github = await startFake((fake) => {
      fake.commit("main", { "README.md": "ours" });
    });
    const written = await storeAt(github).write(putting({ "index.json": INDEX, [IMAGE]: "{}" }));
    const commit = github.state.commitOf(BRANCH);
    expect(commit?.parents).toEqual([]);
    expect([...(commit?.files.keys() ?? [])].sort()).toEqual([IMAGE, "index.json"]);
    expect(written).toEqual({
      revision: github.state.branches.get(BRANCH),
      at: `${BRANCH}@${github.state.branches.get(BRANCH)}`,
    });
  });
});

describe("a state that was written", () => {
  test("is read back byte by byte: text, umlauts, packed SBOMs", async () => {
    const sbom = gzipSync('{"bomFormat":"CycloneDX"}');
    const github = await withState({ "index.json": INDEX, [IMAGE]: '{"title":"Überlauf 漏洞 \u2028"}', [SBOM]: sbom });
    const { files, revision } = await storeAt(github).read();
    expect(files).toEqual(
      new Map([
        ["index.json", Buffer.from(INDEX)],
        [IMAGE, Buffer.from('{"title":"Überlauf 漏洞 \u2028"}')],
        [SBOM, sbom],
      ]),
    );
    expect(revision).toBe(github.state.branches.get(BRANCH));
  });

  // Proves: branch-s-archive-data
  test("comes as one archive from another host, which does not get the token", async () => {
    const github = await withState();
    const { revision } = await storeAt(github).read();
    expect(askedOf(github)).toEqual(["GET ", `GET /git/ref/heads/${BRANCH}`, `GET /tarball/${revision}`]);
    expect(github.archiveAuthorizations).toEqual([undefined]);
  });

  test("is changed by one commit upon the one that was read; what is not named stays, what is removed is gone", async () => {
    const github = await withState({ "index.json": INDEX, [IMAGE]: "{}", [SBOM]: gzipSync("1") });
    const store = storeAt(github);
    const base = await store.read();
    github.requests.length = 0;
    await store.write(
      putting({ "index.json": '{"version":1,"n":2}' }, { base, remove: [SBOM, "sboms/not-there.cdx.json.gz"] }),
    );
    expect(github.state.commitOf(BRANCH)?.parents).toEqual([base.revision]);
    expect(textsOf(await store.read())).toEqual({ "index.json": '{"version":1,"n":2}', [IMAGE]: "{}" });
    expect(askedOf(github).slice(0, 5)).toEqual([
      `GET /git/ref/heads/${BRANCH}`,
      `GET /git/commits/${base.revision}`,
      "POST /git/trees",
      "POST /git/commits",
      `PATCH /git/refs/heads/${BRANCH}`,
    ]);
    expect(github.requests.find(({ method }) => method === "PATCH")?.body).toMatchObject({ force: false });
  });

  test("needs a blob for each new SBOM, and none for text", async () => {
    const github = await startFake();
    await storeAt(github).write(putting({ "index.json": INDEX, [IMAGE]: "{}", [SBOM]: gzipSync("1") }));
    expect(askedOf(github).filter((each) => each === "POST /git/blobs")).toHaveLength(1);
  });

  // Proves: s-branch-overwritten
  test("keeps other files that lie beside it, which are not read", async () => {
    const github = await startFake();
    github.commit(BRANCH, {
      "index.json": INDEX,
      "README.md": "ours",
      "images/link.json": { symlink: "../../etc/passwd" },
      "images/sub/deep.json": "{}",
      "sboms/plain.json": "{}",
    });
    const store = storeAt(github);
    const base = await store.read();
    expect(textsOf(base)).toEqual({ "index.json": INDEX });
    await store.write(putting({ [IMAGE]: "{}" }, { base }));
    expect(github.state.commitOf(BRANCH)?.files.get("README.md")).toBe("ours");
  });
});

test("a path that does not belong to a state is never written", async () => {
  const github = await startFake();
  for (const path of [".github/workflows/a.yml", "images/../a.json", "sboms/a.json", "/index.json"])
    expect(await failureOf(storeAt(github).write(putting({ "index.json": INDEX, [path]: "x" })))).toContain(
      "is no file of a state",
    );
  expect(github.state.branches.has(BRANCH)).toBe(false);
});

describe("two runs at once", () => {
  test("the second one is told that the branch moved, and nothing of it is there", async () => {
    const github = await withState();
    const [first, second] = [storeAt(github), storeAt(github)];
    const [base, same] = [await first.read(), await second.read()];
    const written = await first.write(putting({ "images/one.json": "1" }, { base }));
    expect(await second.write(putting({ "images/two.json": "2" }, { base: same }))).toEqual({ moved: true });
    expect(textsOf(await first.read())).toEqual({ "index.json": INDEX, "images/one.json": "1" });
    expect(written).toMatchObject({ revision: github.state.branches.get(BRANCH) });
  });

  test("that both begin a state: the second one is told so", async () => {
    const github = await startFake();
    await storeAt(github).write(putting({ "index.json": "first" }));
    expect(await storeAt(github).write(putting({ "index.json": "second" }))).toEqual({ moved: true });
    expect(textsOf(await storeAt(github).read())).toEqual({ "index.json": "first" });
  });

  // Proves: no-run-undoes-another
  test("lose nothing if each reads and writes again when it is told so", async () => {
    const github = await withState();
    async function add(path: string): Promise<number> {
      const store = storeAt(github);
      for (let tries = 1; ; tries++) {
        const base: StateSnapshot = await store.read();
        if (!("moved" in (await store.write(putting({ [path]: path }, { base }))))) return tries;
      }
    }
    const paths = Array.from({ length: 5 }, (_, at) => `images/${at}.json`);
    const tries = await Promise.all(paths.map(add));
    expect(Object.keys(textsOf(await storeAt(github).read())).sort()).toEqual([...paths, "index.json"]);
    expect(Math.max(...tries)).toBeGreaterThan(1);
  });

  // Proves: no-run-undoes-another
  test("a branch that somebody set back to an older commit meanwhile has moved", async () => {
    const github = await withState();
    const store = storeAt(github);
    const older = (await store.read()).revision ?? "";
    await store.write(putting({ [IMAGE]: "{}" }, { base: await store.read() }));
    const base = await store.read();
    github.state.branches.set(BRANCH, older);
    // GitHub alone would take the commit, which follows the older one too.
    expect(await store.write(putting({ "images/b.json": "{}" }, { base }))).toEqual({ moved: true });
    expect(github.state.branches.get(BRANCH)).toBe(older);
  });

  test("a branch that somebody replaced by another history meanwhile has moved", async () => {
    const github = await withState();
    const store = storeAt(github);
    const base = await store.read();
    github.commit(BRANCH, { "index.json": "another" });
    expect(await store.write(putting({ [IMAGE]: "{}" }, { base }))).toEqual({ moved: true });
  });
});

describe("an answer that is lost on its way", () => {
  test.each([
    ["moves", /^PATCH/],
    ["creates", /^POST .*git\/refs$/],
  ])("to the request that %s the branch: the run knows that it has written", async (_, request) => {
    const github = request.test("PATCH") ? await withState() : await startFake();
    const store = storeAt(github);
    const base = await store.read();
    github.loseAnswer(request, { ...gitHubFaults.reset(), times: 1 });
    const written = await store.write(putting({ "index.json": "new" }, { base }));
    expect(written).toHaveProperty("revision", github.state.branches.get(BRANCH));
    expect(textsOf(await store.read())).toEqual({ "index.json": "new" });
  });

  test("each time that it is asked for: what the branch is now decides", async () => {
    const github = await withState();
    const store = storeAt(github);
    const base = await store.read();
    github.loseAnswer(/^PATCH/, { ...gitHubFaults.serverError(502), times: 3 });
    const written = await store.write(putting({ [IMAGE]: "{}" }, { base }));
    expect(written).toHaveProperty("revision", github.state.branches.get(BRANCH));
  });

  // Proves: no-run-undoes-another
  test("and a branch that did not move is an error, and no success", async () => {
    const github = await withState();
    const store = storeAt(github);
    const base = await store.read();
    github.fault(/^PATCH/, gitHubFaults.serverError(502));
    expect(await failureOf(store.write(putting({ [IMAGE]: "{}" }, { base })))).toContain("[github-unavailable]");
    expect(github.state.branches.get(BRANCH)).toBe(base.revision);
  });
});

describe("a branch that is somebody else's", () => {
  // Proves: s-branch-overwritten
  test.each([
    ["reading", (github: FakeGitHub) => storeAt(github, { name: "main" }).read()],
    ["writing", (github: FakeGitHub) => storeAt(github, { name: "main" }).write(putting({ "index.json": INDEX }))],
  ])("%s: the default branch is refused", async (_, work) => {
    const github = await startFake();
    const before = github.state.branches.get("main");
    expect(await failureOf(work(github))).toContain("[state-foreign]");
    expect(github.state.branches.get("main")).toBe(before);
  });

  test("a branch with other files and no index is refused", async () => {
    const github = await startFake();
    github.commit(BRANCH, { "src/main.ts": "", "README.md": "" });
    expect(await failureOf(storeAt(github).read())).toContain(
      '[state-foreign] The branch "image-gate-state" is not one of Image Gate\'s: it has no index.json, but "src", "README.md"',
    );
  });

  // Proves: s-branch-overwritten
  test("also if .gitattributes leaves these files out of the archive", async () => {
    const github = await startFake();
    github.commit(BRANCH, { "src/main.ts": "", ".gitattributes": "* export-ignore" });
    github.git.tarball = gzipSync(Buffer.alloc(10_240));
    expect(await failureOf(storeAt(github).read())).toContain("[state-foreign]");
  });

  test("a branch without any file is taken", async () => {
    const github = await startFake();
    const revision = github.commit(BRANCH, {});
    expect(await storeAt(github).read()).toEqual({ revision, files: new Map() });
  });
});

describe("a repository that refuses", () => {
  test.each([
    ["moving a protected branch", true],
    ["creating a protected branch", false],
  ])("%s: `state-protected`, with GitHub's words", async (_, exists) => {
    const github = exists ? await withState() : await startFake();
    const store = storeAt(github);
    const base = await store.read();
    github.git.protectedBranches.add(BRANCH);
    const message = await failureOf(store.write(putting({ "index.json": INDEX, [IMAGE]: "{}" }, { base })));
    expect(message).toContain("[state-protected]");
    expect(message).toContain(exists ? "Repository rule violations found" : "Reference update failed");
  });

  test("an archived repository is named as such", async () => {
    const github = await startFake((fake) => {
      fake.git.isArchived = true;
    });
    const message = await failureOf(storeAt(github).write(putting({ "index.json": INDEX })));
    expect(message).toContain("[github-archived]");
    expect(message).toContain("`state-dir`");
  });

  test("a missing permission is named", async () => {
    const github = await startFake((fake) =>
      fake.fault(/^POST .*git\/trees/, gitHubFaults.forbidden("contents=write")),
    );
    const message = await failureOf(storeAt(github).write(putting({ "index.json": INDEX })));
    expect(message).toContain("[github-permission-missing]");
    expect(message).toContain("Add `contents: write`");
  });

  test("a used-up limit of requests is named, and nothing is written", async () => {
    const github = await withState();
    const store = storeAt(github);
    const base = await store.read();
    github.fault(/^POST .*git\/commits/, gitHubFaults.rateLimit(new Date(Date.now() + 3_600_000)));
    expect(await failureOf(store.write(putting({ [IMAGE]: "{}" }, { base })))).toContain("[github-rate-limited]");
    expect(github.state.branches.get(BRANCH)).toBe(base.revision);
  });
});

describe("a server that never answers", () => {
  test.each([
    ["for the branch", /^GET .*git\/ref/],
    ["for the archive", /^GET .*tarball/],
  ])("%s: reading ends with an error within the limit", async (_, request) => {
    const github = await withState();
    github.fault(request, gitHubFaults.hang());
    expect(await failureOf(storeAt(github, { timeoutMs: atMost(1500) }).read())).toContain("[github-timeout]");
  });

  test.each([
    ["a tree", /^POST .*git\/trees/],
    ["the branch's move", /^PATCH/],
  ])("to %s: writing ends with an error, and the branch is as it was", async (_, request) => {
    const github = await withState();
    const base = await storeAt(github).read();
    github.fault(request, gitHubFaults.hang());
    const write = storeAt(github, { timeoutMs: atMost(1500) }).write(putting({ [IMAGE]: "{}" }, { base }));
    expect(await failureOf(write)).toContain("[github-timeout]");
    expect(github.state.branches.get(BRANCH)).toBe(base.revision);
    expect(github.requests.filter(({ url }) => url.endsWith("/git/trees"))).toHaveLength(1);
  });
});

describe("an archive that cannot be used", () => {
  // Proves: cannot-read-not-no
  test.each([
    ["no archive", Buffer.from("<html>"), "is damaged"],
    ["cut off", gzipSync(Buffer.alloc(512, 1)).subarray(0, 12), "is damaged"],
    ["no tar", gzipSync(Buffer.alloc(512, 1)), "is damaged"],
  ])("%s: `state-unreadable`", async (_, tarball, why) => {
    const github = await withState();
    github.git.tarball = tarball;
    expect(await failureOf(storeAt(github).read())).toContain(
      `[state-unreadable] The state on the branch "image-gate-state" cannot be read: its archive ${why}`,
    );
  });
});

describe("who may write", () => {
  const pushed: Partial<GitHubEvent> = { name: "push", defaultBranch: "main" };
  test.each<[string, Run]>([
    ["a schedule", {}],
    ["a push to the default branch", { event: pushed }],
    ["somebody who starts it on the default branch", { event: { ...pushed, name: "workflow_dispatch" } }],
  ])("%s may", async (_, run) => {
    expect(await storeAt(await startFake(), run).readOnlyBecause()).toBeUndefined();
  });

  // Proves: stranger-does-not-write
  test.each<[string, Run, string]>([
    ["a pull request", { event: { name: "pull_request" } }, "a run on `pull_request` does not write it"],
    [
      "a pull request's base",
      { event: { name: "pull_request_target" } },
      "a run on `pull_request_target` does not write it",
    ],
    ["another workflow's end", { event: { name: "workflow_run" } }, "a run on `workflow_run` does not write it"],
    ["a trigger to come", { event: { name: "new_one" } }, "a run on `new_one` does not write it"],
    ["a terminal", { event: { name: "" } }, "this run is outside of GitHub"],
    ["offline", { offline: true }, "`offline` forbids asking GitHub"],
    ["no token", { token: "" }, "the input `token` is empty"],
    ["a broken payload", { event: { problem: "It is broken" } }, "It is broken"],
    ["a tag", { event: pushed, env: { GITHUB_REF: "refs/tags/v1" } }, "this run is on no branch"],
    [
      "another branch",
      { event: pushed, env: { GITHUB_REF: "refs/heads/feature" } },
      'this run is on "refs/heads/feature" and only runs of the default branch, "main", write it',
    ],
  ])("%s may not, and why", async (_, run, why) => {
    const github = await startFake();
    const store = storeAt(github, run);
    expect(await store.readOnlyBecause()).toBe(why);
    expect(await failureOf(store.write(putting({ "index.json": INDEX })))).toContain(why);
    expect(github.state.branches.has(BRANCH)).toBe(false);
  });

  // Proves: stranger-does-not-write
  test("a schedule's default branch is asked for: its payload has none, and the run's own branch proves nothing", async () => {
    const github = await startFake(undefined, { defaultBranch: "trunk" });
    expect(await storeAt(github).readOnlyBecause()).toContain('only runs of the default branch, "trunk", write it');
  });

  // Proves: stranger-does-not-write
  test.each([
    ["of the newest commit", true],
    ["of an older commit", false],
  ])("a repetition of a run %s may: %s", async (_, isNewest) => {
    const github = await startFake();
    const runSha = isNewest ? github.state.branches.get("main") : "d".repeat(40);
    const why = await storeAt(github, { event: { runSha }, env: { GITHUB_RUN_ATTEMPT: "2" } }).readOnlyBecause();
    expect(why).toBe(isNewest ? undefined : 'this repeats a run of an older commit than "main" has now');
  });
});

describe("the requests of a run", () => {
  // The size is that of 500 short findings; `tree-parts.test.ts` has the requests of long ones.
  const record = JSON.stringify({ findings: Array.from({ length: 500 }, (_, at) => `CVE-2026-${at} in "openssl"`) });
  const images = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [`images/${String(at).padStart(64, "0")}.json`, record]),
  );

  test("over 1,000 images with 500 findings each are at most 20, and one for each new SBOM", async () => {
    const github = await withState({ "index.json": INDEX, ...images });
    const store = storeAt(github);
    expect(await store.readOnlyBecause()).toBeUndefined();
    const base = await store.read();
    expect(base.files.size).toBe(1001);
    const written = await store.write(putting({ "index.json": INDEX, ...images, [SBOM]: gzipSync("1") }, { base }));
    expect(written).toHaveProperty("at");
    expect(github.requests.length).toBeLessThanOrEqual(21);
  });

  test("are more if GitHub takes only smaller trees: nothing is lost, and the refused size is not tried again", async () => {
    const github = await startFake((fake) => {
      fake.git.mostTreeBytes = 1 << 20;
    });
    const store = storeAt(github);
    await store.write(putting({ "index.json": INDEX, ...images }));
    expect((await store.read()).files.size).toBe(1001);
    const trees = github.requests.filter(({ method, url }) => method === "POST" && url.endsWith("/git/trees"));
    const refused = trees.filter(({ body }) => JSON.stringify(body).length > 1 << 20);
    expect(refused.length).toBeLessThan(4);
  });

  test("a file that is too much for any tree becomes a blob", async () => {
    const github = await startFake((fake) => {
      fake.git.mostTreeBytes = 1 << 20;
    });
    const store = storeAt(github);
    const large = JSON.stringify({ text: "x".repeat(2 << 20) });
    await store.write(putting({ "index.json": INDEX, [IMAGE]: large, "images/b.json": "{}" }));
    expect(textsOf(await store.read())).toEqual({ "index.json": INDEX, [IMAGE]: large, "images/b.json": "{}" });
  });

  test("a tree that GitHub does not take for another reason is not tried in parts", async () => {
    const github = await startFake((fake) =>
      fake.fault(/^POST .*git\/trees/, { status: 422, message: "Invalid path" }),
    );
    const write = storeAt(github).write(putting({ "index.json": INDEX, [IMAGE]: "{}" }));
    expect(await failureOf(write)).toContain("Invalid path");
    expect(askedOf(github).filter((each) => each === "POST /git/trees")).toHaveLength(1);
  });
});
