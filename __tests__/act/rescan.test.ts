import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { root } from "../../scripts/setup/tools.ts";
import { pathOf } from "../discovery/real-programs.ts";
import { type FakeGitHub, startFakeGitHub } from "../support/github/fake-github.ts";
import { clean, debian12 } from "../support/images/images.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startTestBed } from "../support/runs/bed.ts";
import type { WorkflowEvent } from "../support/runs/runner.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("act-rescan");
/** The first workflow of docs/rescan.md. Only its placeholders are replaced, by the bed's values. */
const [, workflow = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/rescan.md"), "utf8")) ?? [];

/** A folder with Docker Compose, as GitHub's runners have it. */
const COMPOSE = pathOf(folder.path, { "docker-compose": await ensureCompose() });

const bed = await shared(startTestBed());

/** A manifest and a Compose file that run these tags. */
const files = (tag: string) => ({
  "deploy/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: shop }
spec:
  template:
    spec:
      containers:
        - { name: app, image: "${bed.registry.host}/shop/app:${tag}" }
`,
  "compose.yaml": `services:\n  tool:\n    image: ${bed.registry.host}/shop/tool:1.0\n`,
});

/** The newest commit of the history; undefined if there is none. */
function historyOn(github: FakeGitHub): string | undefined {
  return github.repository.head("image-gate-state");
}

describe("the weekly workflow of docs/rescan.md, as it is", () => {
  it("keeps the history on its branch, opens an issue, and closes it when the image is mended", async () => {
    bed.registry.add("shop/app", "1.0", debian12());
    bed.registry.add("shop/app", "1.1", clean());
    bed.registry.add("shop/tool", "1.0", clean());
    await using github = await startFakeGitHub();
    const run = (name: string, tag: string, event: WorkflowEvent, on?: string) =>
      runWorkflow({
        folder: join(folder.path, name),
        workflow: on === undefined ? workflow : workflow.replace(/^on:\n(?: .*\n)+/m, `on: ${on}\n`),
        files: files(tag),
        event,
        apiUrl: github.url,
        env: { GITHUB_SERVER_URL: github.url },
        inputs: bed.inputs,
        path: [COMPOSE],
      });
    const schedule = { name: "schedule", payload: { schedule: "17 5 * * 1" } };
    const first = await run("first", "1.0", schedule);
    expect(first.jobs, first.everything).toEqual({ rescan: "failure" });
    const issues = () => [...github.issues.issues.values()].map(({ title, state }) => ({ title, state }));
    expect(issues()).toEqual([{ title: expect.stringContaining(`${bed.registry.host}/shop/app`), state: "open" }]);
    const kept = historyOn(github);
    expect(kept).toMatch(/^[0-9a-f]{40}$/);

    // A pull request with the fix changes nothing yet: the image still runs.
    const proposed = await run("proposed", "1.1", github.pullRequestEvent(), "pull_request");
    expect(proposed.jobs, proposed.everything).toEqual({ rescan: "success" });
    expect(proposed.steps["1"]?.summary ?? proposed.everything).toContain("history not written");
    expect(historyOn(github)).toBe(kept);
    expect(issues()).toEqual([{ title: expect.any(String), state: "open" }]);

    const payload = { repository: { name: "widget", full_name: "acme/widget", default_branch: "main" } };
    const second = await run("second", "1.1", { name: "workflow_dispatch", payload });
    expect(second.jobs, second.everything).toEqual({ rescan: "success" });
    expect(issues()).toEqual([{ title: expect.stringContaining("shop/app"), state: "closed" }]);
    expect(historyOn(github)).not.toBe(kept);
    expect(github.problems).toEqual([]);
  });
});
