import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureGitea, ensureOras, ensureRunnerOfGitea } from "../../../scripts/setup/go-tools.ts";
import { ADMIN, actionFiles, PASSWORD, type RunningGitea, startGitea } from "../../support/github/gitea.ts";
import { debian12 } from "../../support/images/images.ts";
import { type Bed, startBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { hostileTexts } from "../../support/runs/hostile.ts";
import { runAction } from "../../support/runs/runner.ts";
import { writeFiles } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

// A real Gitea with its own runner, the committed bundle and the real Trivy.

const programs = await ensureGitea();
const folder = temporaryFolder("gitea");
let gitea: RunningGitea;
let bed: Bed;
/** The image in Gitea's own registry, by its digest. */
let image: string;

beforeAll(async () => {
  if (programs === undefined) return;
  bed = await startBed();
  const login = join(folder.path, "login");
  gitea = await startGitea(folder.path, {
    gitea: programs,
    runner: await ensureRunnerOfGitea(),
    env: { DOCKER_CONFIG: login },
  });
  await gitea.repository("image-gate");
  gitea.push("image-gate", "main", actionFiles());
  await gitea.repository("widget");
  // Only its members see the images of such an organization.
  await gitea.api("POST /orgs", { username: "vault", visibility: "private" });
  image = await pushImage(await ensureOras(), login);
}, 600_000);
afterAll(async () => {
  await gitea?.[Symbol.asyncDispose]();
  await bed?.close();
  folder.remove();
});

/** Copies an image into Gitea's registry, and leaves the login in the folder. */
async function pushImage(oras: string, login: string): Promise<string> {
  bed.registry.add("acme/app", "1.0", debian12());
  const env = { PATH: process.env.PATH, HOME: folder.path, DOCKER_CONFIG: login };
  const done = async (...args: string[]) => {
    const { code, stdout, stderr } = await finish(oras, args, { env });
    if (code !== 0) throw new Error(`oras ${args[0]}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  await done("login", "--plain-http", "--username", ADMIN, "--password", PASSWORD, gitea.host);
  const to = `${gitea.host}/vault/app:1.0`;
  await done("cp", "--from-plain-http", "--to-plain-http", `${bed.registry.host}/acme/app:1.0`, to);
  return `${gitea.host}/vault/app@${await done("resolve", "--plain-http", to)}`;
}

interface Job {
  readonly on: string;
  readonly permissions: string;
  /** `/rescan`, or nothing. */
  readonly action?: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** A command before the action. */
  readonly before?: string;
}

/** A workflow of one job. */
function workflow({ on, permissions, action = "", inputs, before = "true" }: Job): string {
  const given = Object.entries({ ...bed.inputs, ...inputs }).map(([name, value]) => `          ${name}: "${value}"\n`);
  return `on: ${on}
jobs:
  scan:
    runs-on: ubuntu-latest
    permissions: ${permissions}
    steps:
      - run: ${before}
      - id: gate
        uses: ${gitea.url}/${ADMIN}/image-gate${action}@main
        with:
${given.join("")}      - if: always()
        run: echo "said verdict=\${{ steps.gate.outputs.verdict }} url=\${{ steps.gate.outputs.comment-url }}"
`;
}

const CI = ".gitea/workflows/ci.yml";
const COMMENTING = "{contents: read, pull-requests: write, actions: read}";
const commentsSchema = z.array(
  z.object({ id: z.int(), html_url: z.string(), body: z.string(), user: z.object({ login: z.string() }) }),
);
const comments = async (pull: number) =>
  commentsSchema.parse(await gitea.api(`GET /repos/${ADMIN}/widget/issues/${pull}/comments`));

async function openPull(head: string): Promise<number> {
  const body = { head, base: "main", title: head };
  return z.object({ number: z.int() }).parse(await gitea.api(`POST /repos/${ADMIN}/widget/pulls`, body)).number;
}

describe.skipIf(programs === undefined)("in a real Gitea", () => {
  test("its runner starts the gate: one comment of the automatic user, updated, compared with the default branch", async () => {
    const gate = (limit: string) =>
      workflow({
        on: "{push: {branches: [main]}, pull_request: }",
        permissions: COMMENTING,
        inputs: { image, "max-critical": limit, "max-high": limit },
      });
    const pushed = await gitea.run("widget", "push", gitea.push("widget", "main", { [CI]: gate("99") }));
    expect(pushed.conclusion, pushed.log).toBe("success");
    expect(pushed.log).toContain("Baseline: kept the report as the artifact");

    const red = gitea.push("widget", "feature", { [CI]: gate("0") });
    const pull = await openPull("feature");
    const failed = await gitea.run("widget", "pull_request", red);
    expect(failed.conclusion, failed.log).toBe("failure");
    const [comment, ...none] = await comments(pull);
    expect(none).toEqual([]);
    expect(comment).toMatchObject({ user: { login: "gitea-actions" }, body: expect.stringContaining("must not run") });
    expect(failed.log).toContain(`said verdict=fail url=${comment?.html_url}`);
    expect(failed.log).toContain("16 unchanged, compared with the report of main");
    expect(comment?.body).toMatch(`${gitea.url}/${ADMIN}/widget/actions/runs/`);

    const passed = await gitea.run(
      "widget",
      "pull_request_sync",
      gitea.push("widget", "feature", { [CI]: gate("99") }),
    );
    expect(passed.conclusion, passed.log).toBe("success");
    expect(passed.log).toContain(`Comment updated: ${comment?.html_url}`);
    expect(await comments(pull)).toMatchObject([{ id: comment?.id, body: expect.stringContaining("may run") }]);
  }, 600_000);

  test("its runner starts the re-scan: an issue and the history, by the automatic token", async () => {
    const commit = gitea.push("widget", "main", {
      [CI]: workflow({
        on: "{push: {branches: [main]}}",
        permissions: "{contents: write, issues: write}",
        action: "/rescan",
        before: `echo ${image} > images.txt`,
        inputs: { discover: "file:images.txt", issues: "true" },
      }),
    });
    const { conclusion, log } = await gitea.run("widget", "push", commit);
    expect(conclusion, log).toBe("failure");
    expect(log).toContain("issues: 1 opened");
    const listed = z.array(
      z.object({ user: z.object({ login: z.string() }), labels: z.array(z.object({ name: z.string() })) }),
    );
    const issues = listed.parse(await gitea.api(`GET /repos/${ADMIN}/widget/issues?type=issues`));
    expect(issues).toMatchObject([{ user: { login: "gitea-actions" }, labels: [{ name: "image-gate" }] }]);
    const kept = await gitea.api(`GET /repos/${ADMIN}/widget/contents?ref=image-gate-state`);
    const names = z
      .array(z.object({ name: z.string() }))
      .parse(kept)
      .map(({ name }) => name);
    expect(names).toEqual(["images", "index.json", "sboms"]);
  }, 600_000);

  // Proves: hostile-names-comment-call
  test("hostile names in the comment mention no account and link to nothing, by its own rules for Markdown", async () => {
    await gitea.api("POST /admin/users", {
      username: "mallory",
      password: PASSWORD,
      email: "mallory@example.test",
      must_change_password: false,
    });
    await gitea.api(`PUT /repos/${ADMIN}/widget/collaborators/mallory`, { permission: "write" });
    const issue = z.object({ number: z.int() });
    const { number } = issue.parse(await gitea.api(`POST /repos/${ADMIN}/widget/issues`, { title: "referred to" }));
    const head = gitea.push("widget", "hostile", { "a.txt": "a" });
    const pull = await openPull("hostile");
    const own = ["@mallory", `#${number}`, `closes #${number}`, `${ADMIN}/widget#${number}`, head, "www.evil.test"];
    const more = [
      `${gitea.url}/${ADMIN}/widget/issues/${number}`,
      "![x](https://evil.test/x.png)",
      "mallory@evil.test",
    ];
    const names = [...Object.values(hostileTexts), ...own, ...more];
    const rows = names.map((text, at) =>
      row(at + 1, { PkgName: text, Title: text, PkgPath: text, FixedVersion: text }),
    );
    const work = join(folder.path, "hostile");
    writeFiles(join(work, "workspace"), { "hostile.json": trivyReport(rows) });
    const answer = await gitea.api(`GET /repos/${ADMIN}/widget/pulls/${pull}`);
    const { outputs, log } = await runAction({
      folder: work,
      inputs: { "trivy-report": "hostile.json", baseline: "none" },
      apiUrl: `${gitea.url}/api/v1`,
      token: gitea.token,
      event: { name: "pull_request", ref: `refs/pull/${pull}/head`, sha: head, payload: { pull_request: answer } },
      env: { GITHUB_SERVER_URL: gitea.url, GITEA_ACTIONS: "true" },
    });
    expect(outputs["comment-url"], log).toContain(`/pulls/${pull}#issuecomment-`);
    const [{ body } = { body: "" }] = await comments(pull);
    expect(body).toContain("mallory");
    const shown = { Text: body, Mode: "comment", Context: `${ADMIN}/widget` };
    const html = String(await gitea.api("POST /markdown", shown));
    // Links lead only to the pages of advisories and of the run.
    const links = [...html.matchAll(/<a href="([^"]*)" rel="nofollow">|<a\b[^>]*>/g)].map(([tag, to]) => to ?? tag);
    expect(links.filter((link) => !/^https:\/\/nvd\.nist\.gov\/vuln\/detail\/CVE-2024-\d+$/.test(link))).toEqual([
      `${gitea.url}/${ADMIN}/widget/actions/runs/42?by_index=1`,
    ]);
    expect(html).not.toMatch(/<(?:img|script|input|video|iframe)\b/);
    expect(await gitea.api("GET /notifications?all=true", undefined, "mallory")).toEqual([]);
    expect(await gitea.api(`GET /repos/${ADMIN}/widget/issues/${number}/timeline`)).toEqual(null);
    // Unescaped, the same words would do all of that.
    await gitea.api(`POST /repos/${ADMIN}/widget/issues/${pull}/comments`, { body: `@mallory see #${number}` });
    await expect
      .poll(async () => JSON.stringify(await gitea.api("GET /notifications?all=true", undefined, "mallory")))
      .toContain(`/pulls/${pull}`);
  }, 300_000);
});
