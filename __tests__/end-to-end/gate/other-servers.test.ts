import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";
import { type FakeForgejo, FEATURE, MAIN, startFakeForgejo } from "../../support/github/fake-forgejo.ts";
import { startFakeResults } from "../../support/github/fake-results.ts";
import { debian12 } from "../../support/images/images.ts";
import { answer, bodyOf, listen } from "../../support/network/http.ts";
import { FAKE_TOKEN, runAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage, writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

// Servers that run GitHub's workflows without being GitHub: the services that they have are used, and what is missing
// is reported once.

const stage = await shared(openStage("other-servers", { asBundle: true }));
stage.bed.registry.add("acme/app", "1.0", debian12());

const FAILS = { "report.json": trivyReport([row(1)]) };
const PASSES = { "report.json": trivyReport([]) };
const GIVEN = { "trivy-report": "report.json" };
const lines = ({ log }: GateResult, words: string) => log.split("\n").filter((line) => line.includes(words));

/** Their runners' variables in addition to GitHub's: no results service, only the older cache. */
const RUNNER = { ACTIONS_RESULTS_URL: "", ACTIONS_RUNTIME_TOKEN: "", GITHUB_RUN_NUMBER: "42", GITHUB_RUN_ID: "1042" };

describe("Forgejo and Gitea", () => {
  async function run(forgejo: FakeForgejo, inputs: Readonly<Record<string, string>>, files = FAILS, more = {}) {
    const repo = { full_name: "acme/widget" };
    const pull = { number: 7, head: { ref: "feature", sha: FEATURE, repo }, base: { ref: "main", sha: MAIN, repo } };
    return stage.run(
      { ...GIVEN, ...inputs },
      {
        files,
        apiUrl: `${forgejo.url}/api/v1`,
        event: {
          name: "pull_request",
          ref: "refs/pull/7/head",
          sha: FEATURE,
          payload: { pull_request: pull, repository: { ...repo, default_branch: "main" } },
        },
        env: { GITHUB_SERVER_URL: forgejo.url, GITEA_ACTIONS: "true", ...RUNNER, ...more },
      },
    );
  }

  // Proves: somebody-else-s-comment
  test("have one comment by their automatic user, which is updated; links lead to the server and the run's number", async () => {
    await using forgejo = await startFakeForgejo();
    const failed = await run(forgejo, {});
    expect(failed.outputs, failed.log).toMatchObject({ verdict: "fail" });
    expect(forgejo.comments).toMatchObject([{ id: 1, body: expect.stringContaining("must not run") }]);
    expect(failed.outputs["comment-url"]).toBe(`${forgejo.url}/acme/widget/pulls/7#issuecomment-1`);
    expect(failed.report.provenance.run).toBe(`${forgejo.url}/acme/widget/actions/runs/42?by_index=1`);
    // Another account's comment with our marker counts for nothing.
    const [marker = ""] = forgejo.comments[0]?.body.split("\n") ?? [];
    forgejo.plantComment(`${marker.replace(/run=\d+/, "run=999999")}\nforged`);
    const passed = await run(forgejo, {}, PASSES);
    expect(passed.outputs, passed.log).toMatchObject({ verdict: "pass" });
    expect(forgejo.comments.map(({ body }) => /may run|forged/.exec(body)?.[0])).toEqual(["may run", "forged"]);
    expect(forgejo.requests.filter((request) => /graphql|\/api\/v3/.test(request))).toEqual([]);
  });

  test("judge by the base's policy, by their own routes", async () => {
    await using forgejo = await startFakeForgejo();
    forgejo.files.set(".github/image-gate.yml", "version: 1\nthresholds: {critical: 0}\n");
    const loose = { ...FAILS, ".github/image-gate.yml": "version: 1\nthresholds: {critical: 9}\n" };
    const { outputs, log } = await run(forgejo, { "policy-from": "base" }, loose);
    expect(outputs, log).toMatchObject({ verdict: "fail" });
    expect(forgejo.comments[0]?.body).toContain("This pull request loosens the policy");
    expect(forgejo.requests).toContain("GET /repos/acme/widget/branches/main");
  });

  test("lack code scanning, the dependency graph, and a cache in this job: one sentence each, the verdict is kept", async () => {
    await using forgejo = await startFakeForgejo();
    const told = await run(forgejo, { "upload-sarif": "true", "dependency-graph": "true", cache: "true" }, PASSES);
    expect(told.outputs, told.log).toMatchObject({ verdict: "pass" });
    expect(messages(told, "error")).toEqual([]);
    expect(lines(told, "No upload to code scanning: Image Gate does not do this on Forgejo and Gitea.")).toHaveLength(
      1,
    );
    expect(
      lines(told, "Nothing is sent to the dependency graph: Image Gate does not do this on Forgejo and Gitea."),
    ).toHaveLength(1);
    expect(lines(told, "Baseline: ").length).toBeLessThanOrEqual(1);
    expect(forgejo.requests.filter((request) => /sarif|snapshots|check-runs/.test(request))).toEqual([]);
  });

  test("keep issues and the history of a re-scan: one issue, opened once", async () => {
    await using forgejo = await startFakeForgejo();
    const folder = stage.nextFolder();
    writeFiles(join(folder, "workspace"), { "images.txt": `${stage.bed.registry.host}/acme/app:1.0\n` });
    const repository = { full_name: "acme/widget", default_branch: "main" };
    const rescan = () =>
      runAction({
        folder,
        action: join(root, "rescan"),
        inputs: { ...stage.bed.inputs, discover: "file:images.txt", issues: "true", cache: "false" },
        apiUrl: `${forgejo.url}/api/v1`,
        event: { name: "schedule", ref: "refs/heads/main", sha: MAIN, payload: { repository } },
        env: { GITHUB_SERVER_URL: forgejo.url, GITEA_ACTIONS: "true", ...RUNNER },
      });
    const first = await rescan();
    expect(first.outputs, first.log).toMatchObject({
      verdict: "fail",
      opened: "1",
      state: expect.stringMatching(/^image-gate-state@/),
    });
    const second = await rescan();
    expect(second.outputs, second.log).toMatchObject({ verdict: "fail", opened: "0" });
    expect(forgejo.issues).toMatchObject([{ state: "open", labels: [{ name: "image-gate" }] }]);
    expect(Object.keys(forgejo.repository.files("image-gate-state"))).toContain("index.json");
    expect(first.log + second.log).not.toContain("Image Gate does not do this");
  });

  test("that do not know the token's account get no comment, and it is said", async () => {
    await using forgejo = await startFakeForgejo();
    const { outputs, annotations } = await run(forgejo, { token: `${FAKE_TOKEN}x` });
    expect(outputs.verdict).toBe("fail");
    const said = annotations.map(({ message }) => message).join();
    expect(said).toContain(
      "[github-token-refused] The account of the token could not be read: the server does not know",
    );
    expect(said).not.toContain("GitHub");
    expect(forgejo.comments).toEqual([]);
  });
});

describe("a GitHub Enterprise Server", () => {
  /** Its API is below `/api/v3`, and GraphQL alongside that. */
  async function enterprise() {
    const { port, close } = await listen(async (request, response) => {
      const { method = "", url = "", headers } = request;
      const path = url.startsWith("/api/v3/") ? url.slice("/api/v3".length) : url.replace(/^\/api(?=\/graphql$)/, "");
      const body = await bodyOf(request);
      const { host: _, connection: __, "content-length": ___, ...rest } = headers;
      const sent = await fetch(`${stage.github.url}${path}`, {
        method,
        headers: rest as Record<string, string>,
        redirect: "manual",
        ...(body.length > 0 && { body }),
      });
      answer(response, sent.status, Buffer.from(await sent.arrayBuffer()), { "content-type": "application/json" });
    });
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
  }

  test("gets its comment by the API below /api/v3, links to itself, and the first version of the cache", async () => {
    await using server = await enterprise();
    await using service = await startFakeResults();
    stage.github.addPullRequest({ number: 31 });
    const told = await stage.run(
      { image: `${stage.bed.registry.host}/acme/app:1.0`, cache: "true", "upload-sarif": "true" },
      {
        toolCache: join(stage.nextFolder(), "tools"),
        apiUrl: `${server.url}/api/v3`,
        event: stage.github.pullRequestEvent(31),
        env: {
          GITHUB_SERVER_URL: server.url,
          GITHUB_GRAPHQL_URL: `${server.url}/api/graphql`,
          ACTIONS_RESULTS_URL: "",
          ACTIONS_CACHE_SERVICE_V2: "true",
          ACTIONS_CACHE_URL: service.url,
          ACTIONS_RUNTIME_TOKEN: service.token,
        },
      },
    );
    expect(told.outputs, told.log).toMatchObject({ verdict: "fail" });
    expect(stage.github.comments(31)).toHaveLength(1);
    expect(stage.github.comments(31)[0]?.body).not.toMatch(/https:\/\/(?:api\.)?github\.com/);
    expect(told.log).toContain(`${server.url}/acme/widget/security/code-scanning`);
    // It is read and written through the routes of the first version only.
    expect(service.calls).toEqual(expect.arrayContaining(["GET cache", "POST caches"]));
    expect(service.calls.filter((call) => /CacheEntry/.test(call))).toEqual([]);
    expect(told.report.provenance.run).toMatch(`${server.url}/acme/widget/actions/runs/`);
    expect(stage.github.problems).toEqual([]);
  });
});
