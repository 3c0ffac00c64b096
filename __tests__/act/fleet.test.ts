import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { root } from "../../scripts/setup/tools.ts";
import { pathOf } from "../discovery/real-programs.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { startFakeResults } from "../support/github/fake-results.ts";
import { clean, debian12 } from "../support/images/images.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("act-fleet");
const [, written = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/fleets.md"), "utf8")) ?? [];
/** act does not know the number of a job in its matrix. */
const NUMBER =
  "${{ matrix.shard == '1/4' && '0' || matrix.shard == '2/4' && '1' || matrix.shard == '3/4' && '2' || '3' }}";
/** The workflow of docs/fleets.md. Only its placeholders are replaced, by the bed's values. */
const workflow = written.replace("${{ strategy.job-index }}", NUMBER);
/** Sorted. Each has its own image, since images with the same bytes are scanned once, by one shard. */
const TEAMS = ["ops", "pay", "shop", "web"];

/** A folder with Docker Compose, as GitHub's runners have it. */
const COMPOSE = pathOf(folder.path, { "docker-compose": await ensureCompose() });

const bed = await shared(startTestBed());

const files = (tag: string) => ({
  "deploy/apps.yaml": TEAMS.map(
    (team) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: ${team} }
spec: { template: { spec: { containers: [{ name: app, image: "${bed.registry.host}/${team}/app:${tag}" }] } } }
`,
  ).join("---\n"),
  "compose.yaml": `services:\n  app:\n    image: ${bed.registry.host}/web/app:${tag}\n`,
});

describe("the workflow of docs/fleets.md, as it is", () => {
  it("merges four shards into one answer, and says what is unknown about a shard whose report is missing", async () => {
    for (const team of TEAMS) {
      const own = [{ path: "team", data: team }];
      bed.registry.add(`${team}/app`, "1.0", ["pay", "shop"].includes(team) ? debian12(own) : clean(own));
      bed.registry.add(`${team}/app`, "1.1", clean(own));
    }
    await using github = await startFakeGitHub();
    const payload = { repository: { name: "widget", full_name: "acme/widget", default_branch: "main" } };
    const run = async (name: string, what: Readonly<Record<string, string>>, refused = "") => {
      mkdirSync(join(folder.path, name));
      // The artifacts of one run.
      await using results = await startFakeResults();
      return await runWorkflow({
        folder: join(folder.path, name),
        workflow,
        files: what,
        event: { name: "workflow_dispatch", payload },
        apiUrl: github.url,
        env: {
          BED_ARTIFACT_REFUSED: refused,
          // With a host name like this one, the library offers artifacts. For Git, the name means this machine.
          GITHUB_SERVER_URL: github.url.replace("127.0.0.1", "github.localhost"),
          ACTIONS_RESULTS_URL: results.url,
          ACTIONS_RUNTIME_TOKEN: results.token,
        },
        inputs: bed.inputs,
        path: [COMPOSE],
        artifacts: join(folder.path, name, "artifacts"),
      });
    };
    const issues = () =>
      Object.fromEntries(
        [...github.issues.issues.values()].map(({ title, state }) => [/(\w+)\/app/.exec(title)?.[1], state]),
      );
    const first = await run("first", files("1.0"));
    expect(readdirSync(join(folder.path, "first/artifacts")).sort(), first.everything).toEqual(
      [0, 1, 2, 3].map((at) => `shard-${at}`),
    );
    expect(first.jobs, first.everything).toMatchObject({ plan: "success", merge: "failure" });
    expect(issues()).toEqual({ pay: "open", shop: "open" });
    const kept = github.repository.head("image-gate-state");
    expect(kept).toMatch(/^[0-9a-f]{40}$/);

    // Both images are fixed, but the run cannot know it of one: its shard's report does not arrive.
    const second = await run("second", files("1.1"), "shard-1");
    expect(second.jobs, second.everything).toMatchObject({ plan: "success", merge: "failure" });
    const all = second.everything;
    expect(all).toContain("fleet-shard-missing");
    expect(all).toContain("There is no report of shard 2/4");
    expect(issues()).toEqual({ pay: "open", shop: "closed" });
    const now = github.repository.head("image-gate-state");
    expect(now).not.toBe(kept);

    // Without a plan the run is red, and nothing is lost.
    const third = await run("third", { "README.md": "No images here.\n" });
    expect(third.jobs, third.everything).toMatchObject({ plan: "failure", merge: "failure" });
    expect(third.everything).toContain("`part: merge` needs `expected`");
    expect(issues()).toEqual({ pay: "open", shop: "closed" });
    expect(github.repository.head("image-gate-state")).toBe(now);
    expect(github.problems).toEqual([]);
  });
});
