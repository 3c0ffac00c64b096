import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { runWorkflow } from "../support/act.ts";
import { type Bed, startBed } from "../support/bed.ts";
import { startFakeGitHub } from "../support/fake-github.ts";
import { temporaryFolder } from "../support/folder.ts";
import { clean, debian12 } from "../support/images.ts";

const folder = temporaryFolder("act-rescan");
/** The workflow that docs/rescan.md begins with. Nothing is changed but the placeholders, which the bed knows. */
const [, workflow = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/rescan.md"), "utf8")) ?? [];

let bed: Bed;
beforeAll(async () => {
  bed = await startBed();
});
afterAll(async () => {
  await bed.close();
  folder.remove();
});

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

describe("the weekly workflow of docs/rescan.md, as it stands", () => {
  it("keeps the history on its branch, opens an issue, and closes it when the image is mended", async () => {
    bed.registry.add("shop/app", "1.0", debian12());
    bed.registry.add("shop/app", "1.1", clean());
    bed.registry.add("shop/tool", "1.0", clean());
    await using github = await startFakeGitHub();
    const run = (name: string, tag: string) =>
      runWorkflow({
        folder: join(folder.path, name),
        workflow,
        files: files(tag),
        event: { name: "schedule", payload: { schedule: "17 5 * * 1" } },
        apiUrl: github.url,
        inputs: bed.inputs,
      });
    const first = await run("first", "1.0");
    expect(first.jobs, first.everything).toEqual({ rescan: "failure" });
    const issues = () => [...github.issues.issues.values()].map(({ title, state }) => ({ title, state }));
    expect(issues()).toEqual([{ title: expect.stringContaining(`${bed.registry.host}/shop/app`), state: "open" }]);

    const second = await run("second", "1.1");
    expect(second.jobs, second.everything).toEqual({ rescan: "success" });
    expect(issues()).toEqual([{ title: expect.stringContaining("shop/app"), state: "closed" }]);
    expect(github.problems).toEqual([]);
  });
});
