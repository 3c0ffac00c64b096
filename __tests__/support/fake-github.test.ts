import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { type FakeGitHub, gitHubFaults, startFakeGitHub } from "./fake-github.ts";
import { FAKE_TOKEN } from "./runner.ts";

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
  return () => github.close();
});

const repository = "/repos/acme/widget";

function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(github.url + path, {
    method,
    headers: { authorization: `token ${FAKE_TOKEN}`, "user-agent": "bed", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into
const json = async (method: string, path: string, body?: unknown): Promise<any> =>
  (await api(method, path, body)).json();

describe("comments", () => {
  it("are created as the token's identity, changed and deleted, as GitHub documents it", async () => {
    const created = await json("POST", `${repository}/issues/7/comments`, { body: "hello" });
    expect(created).toMatchObject({ body: "hello", user: { login: "github-actions[bot]", type: "Bot" } });
    const changed = await json("PATCH", `${repository}/issues/comments/${created.id}`, { body: "new" });
    expect(changed).toMatchObject({ id: created.id, body: "new" });
    expect(github.comments().map(({ body }) => body)).toEqual(["new"]);
    expect((await api("DELETE", `${repository}/issues/comments/${created.id}`)).status).toBe(204);
    expect(github.comments()).toEqual([]);
    expect(github.problems).toEqual([]);
  });

  it("come in pages, the next one named in the Link header", async () => {
    for (let index = 0; index < 205; index++) github.plantComment({ body: `comment ${index}` });
    let path: string | undefined = `${repository}/issues/7/comments?per_page=100`;
    const bodies: string[] = [];
    for (; path !== undefined; ) {
      const response = await api("GET", path);
      bodies.push(...((await response.json()) as { body: string }[]).map(({ body }) => body));
      const next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      path = next?.slice(github.url.length);
    }
    expect(bodies).toEqual(Array.from({ length: 205 }, (_, index) => `comment ${index}`));
    expect(github.requests).toHaveLength(3);
    expect(github.problems).toEqual([]);
  });

  it("cannot be longer than GitHub allows", async () => {
    const at = (length: number) => api("POST", `${repository}/issues/7/comments`, { body: "x".repeat(length) });
    expect((await at(65_537)).status).toBe(422);
    expect((await at(65_536)).status).toBe(201);
    expect(github.problems).toEqual([]);
  });
});

describe("issues", () => {
  it("are opened, listed with pull requests, and changed, as GitHub documents it", async () => {
    const opened = await json("POST", `${repository}/issues`, { title: "One", body: "text", labels: ["a"] });
    expect(opened).toMatchObject({ title: "One", state: "open", user: { login: "github-actions[bot]" } });
    github.issues.plant({ body: "hello", isPullRequest: true });
    expect(await json("GET", `${repository}/issues?state=all&direction=asc`)).toMatchObject([
      { number: opened.number },
      { pull_request: {} },
    ]);
    const closed = await json("PATCH", `${repository}/issues/${opened.number}`, { state: "closed" });
    expect(closed).toMatchObject({ state: "closed", state_reason: "completed" });
    expect(await json("GET", `${repository}/issues?creator=github-actions%5Bbot%5D`)).toEqual([]);
    expect(await json("GET", `${repository}/labels/a`)).toMatchObject({ name: "a" });
    expect(await json("POST", `${repository}/labels`, { name: "a", color: "ffffff" })).toMatchObject({
      errors: [{ code: "already_exists" }],
    });
    expect(github.problems).toEqual([]);
  });

  it("keep their old body if an update is too long, silently", async () => {
    const { number } = await json("POST", `${repository}/issues`, { title: "One", body: "text" });
    const answered = await api("PATCH", `${repository}/issues/${number}`, { body: "x".repeat(65_537) });
    expect(answered.status).toBe(200);
    expect(await answered.json()).toMatchObject({ body: "text" });
    expect((await api("POST", `${repository}/issues`, { title: "Two", body: "x".repeat(65_537) })).status).toBe(422);
    expect(github.problems).toEqual([]);
  });

  it("refuse an assignee who cannot be assigned, and drop all of them without push access", async () => {
    const wanted = { title: "One", assignees: ["nobody"] };
    expect((await api("POST", `${repository}/issues`, wanted)).status).toBe(422);
    github.issues.mayPush = false;
    expect(await json("POST", `${repository}/issues`, wanted)).toMatchObject({ assignees: [] });
    expect(github.problems).toEqual([]);
  });

  it("are gone if they are switched off", async () => {
    github.issues.off = true;
    expect((await api("POST", `${repository}/issues`, { title: "One" })).status).toBe(410);
    expect(github.problems).toEqual([]);
  });
});

describe("code scanning", () => {
  const run = (id: string) => ({ automationDetails: { id }, tool: { driver: { name: "x", rules: [] } }, results: [] });
  const sent = (sarif: string) =>
    json("POST", `${repository}/code-scanning/sarifs`, { commit_sha: "a".repeat(40), ref: "refs/heads/main", sarif });
  const packed = (runs: readonly object[]) => gzipSync(JSON.stringify({ runs })).toString("base64");
  const statusOf = async (runs: readonly object[]) => {
    const { id } = await sent(packed(runs));
    return json("GET", `${repository}/code-scanning/sarifs/${id}`);
  };

  it("takes a file and says what became of it", async () => {
    expect(await statusOf([run("a/"), run("b/")])).toMatchObject({ processing_status: "complete" });
    expect(github.codeScanning.uploads[0]?.sarif.runs).toHaveLength(2);
    expect(github.problems).toEqual([]);
  });

  it("refuses what GitHub refuses: no SARIF, more than 20 runs, one category twice", async () => {
    expect(await sent("nothing")).toMatchObject({ message: "The SARIF cannot be taken" });
    expect(await statusOf([run("a/"), run("a/x")])).toMatchObject({ processing_status: "failed" });
    const many = Array.from({ length: 21 }, (_, index) => run(`${index}/`));
    expect(await statusOf(many)).toMatchObject({ processing_status: "failed" });
    expect((await api("GET", `${repository}/code-scanning/sarifs/none`)).status).toBe(404);
    expect(github.problems).toEqual([]);
  });
});

describe("the contract", () => {
  it.each([
    ["a misspelt path", "POST", "/issue/7/comments", { body: "x" }, "no such operation"],
    ["no body", "POST", "/issues/7/comments", {}, "must have required property 'body'"],
    ["a number as body", "POST", "/issues/7/comments", { body: 3 }, "must be string"],
    ["a property that is not GitHub's", "POST", "/issues/7/comments", { body: "x", text: "y" }, "body/text"],
    ["a word as issue number", "GET", "/issues/seven/comments", undefined, "must be integer"],
    ["a word as page size", "GET", "/issues/7/comments?per_page=all", undefined, "must be integer"],
    ["an unknown query", "GET", "/issues/7/comments?perpage=1", undefined, "query perpage"],
    ["an unknown state", "GET", "/pulls?state=merged", undefined, "must be equal to one of"],
  ])("notices %s", async (_, method, path, body, problem) => {
    await api(method, repository + path, body);
    expect(github.problems.join("\n")).toContain(problem);
  });

  it("notices an answer that is not GitHub's", async () => {
    github.state.comments.set(7, [{ id: 1 } as never]);
    await api("GET", `${repository}/issues/7/comments`);
    expect(github.problems.join("\n")).toContain("must have required property");
  });
});

describe("reading a repository", () => {
  it("gives a file of a branch and of a commit, as JSON and as it is", async () => {
    const old = github.state.branches.get("main") ?? "";
    const sha = github.commit("main", { ".github/image-gate.yml": "version: 1\n" }, [old]);
    const path = `${repository}/contents/.github/image-gate.yml`;
    const file = await json("GET", `${path}?ref=${sha}`);
    expect(Buffer.from(file.content, "base64").toString()).toBe("version: 1\n");
    const raw = await api("GET", `${path}?ref=main`, undefined, { accept: "application/vnd.github.raw+json" });
    expect(await raw.text()).toBe("version: 1\n");
    expect((await api("GET", `${path}?ref=${old}`)).status).toBe(404);
    expect(await json("GET", `${path}?ref=none`)).toMatchObject({ message: "No commit found for the ref none" });
    expect(github.problems).toEqual([]);
  });

  it("tells folders, links and large files apart from files", async () => {
    const large = "x".repeat(1_000_000);
    github.commit("main", { "a/b": "1", in: { symlink: "a/b" }, out: { symlink: "../../etc/passwd" }, large });
    expect(await json("GET", `${repository}/contents/a`)).toMatchObject([{ type: "file", path: "a/b" }]);
    expect(await json("GET", `${repository}/contents/in`)).toMatchObject({ type: "file", size: 1 });
    expect(await json("GET", `${repository}/contents/out`)).toMatchObject({ type: "symlink" });
    expect(await json("GET", `${repository}/contents/large`)).toMatchObject({ encoding: "none", content: "" });
    expect(github.problems).toEqual([]);
  });

  it("gives branches, commits and the repository itself", async () => {
    const sha = github.commit("release/1", {}, [github.state.branches.get("main") ?? ""]);
    expect(await json("GET", `${repository}/git/ref/heads/release/1`)).toMatchObject({
      ref: "refs/heads/release/1",
      object: { sha },
    });
    expect(await json("GET", `${repository}/git/commits/${sha}`)).toMatchObject({ sha, parents: [{}] });
    expect(await json("GET", repository)).toMatchObject({ full_name: "acme/widget", default_branch: "main" });
    expect((await api("GET", "/repos/acme/other")).status).toBe(404);
    expect(github.problems).toEqual([]);
  });

  it("finds pull requests by number, by branch and by commit, a fork's not by commit", async () => {
    github.addPullRequest({ number: 8, headRepository: "mallory/widget", headSha: "d".repeat(40) });
    github.addPullRequest({ number: 9, headRef: "done", state: "closed" });
    const numbers = (pulls: { number: number }[]) => pulls.map(({ number }) => number);
    const head = github.state.pulls.get(7)?.headSha;
    expect(await json("GET", `${repository}/pulls/8`)).toMatchObject({
      head: { repo: { full_name: "mallory/widget", fork: true }, sha: "d".repeat(40) },
    });
    expect(numbers(await json("GET", `${repository}/pulls`))).toEqual([7, 8]);
    expect(numbers(await json("GET", `${repository}/pulls?head=mallory:feature&state=open`))).toEqual([8]);
    expect(numbers(await json("GET", `${repository}/commits/${head}/pulls`))).toEqual([7]);
    expect(numbers(await json("GET", `${repository}/commits/${"d".repeat(40)}/pulls`))).toEqual([]);
    expect(github.problems).toEqual([]);
  });
});

describe("the event of a pull request", () => {
  it("names a merge commit whose parents are the base and the head", async () => {
    const { payload, sha, ref } = github.pullRequestEvent();
    expect(payload).toMatchObject({
      pull_request: { head: { ref: "feature", repo: { fork: false } }, base: { ref: "main" } },
      repository: { full_name: "acme/widget", default_branch: "main" },
    });
    expect(ref).toBe("refs/pull/7/merge");
    const commit = await json("GET", `${repository}/git/commits/${sha}`);
    expect(commit.parents.map((parent: { sha: string }) => parent.sha)).toEqual([
      github.state.branches.get("main"),
      github.state.pulls.get(7)?.headSha,
    ]);
    expect(github.problems).toEqual([]);
  });
});

describe("who is asking", () => {
  const query = { query: "query { viewer { login } }" };

  it("is known from GraphQL, or refused", async () => {
    expect(await json("POST", "/graphql", query)).toEqual({ data: { viewer: { login: "github-actions[bot]" } } });
    await github.close();
    github = await startFakeGitHub({ viewer: undefined });
    expect(await json("POST", "/graphql", query)).toMatchObject({ data: null, errors: [{ type: "FORBIDDEN" }] });
  });

  it("must have the token", async () => {
    const answer = await api("GET", repository, undefined, { authorization: "token wrong" });
    expect(answer.status).toBe(401);
    expect(github.requests[0]?.authorization).toBe("token wrong");
  });
});

describe("faults", () => {
  it("are played as often as told, with GitHub's headers", async () => {
    github.fault(/^POST .*comments$/, { ...gitHubFaults.forbidden(), times: 1 });
    const path = `${repository}/issues/7/comments`;
    const refused = await api("POST", path, { body: "x" });
    expect(refused.status).toBe(403);
    expect(refused.headers.get("x-accepted-github-permissions")).toBe("issues=write; pull_requests=write");
    expect((await api("POST", path, { body: "x" })).status).toBe(201);
  });

  it("can be silence and a cut connection", async () => {
    github.fault(/^GET/, { ...gitHubFaults.reset(), times: 1 });
    await expect(api("GET", repository)).rejects.toThrow();
    github.fault(/^GET/, gitHubFaults.hang());
    const silent = fetch(github.url + repository, { signal: AbortSignal.timeout(200) });
    await expect(silent).rejects.toThrow("timeout");
  });
});
