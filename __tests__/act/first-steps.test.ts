import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startPodman } from "../support/programs/podman.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { application, dockerByPodman, FIXED, VULNERABLE } from "./repository.ts";

const hasPodman = (await ensurePodman()) !== undefined;
const folder = sharedFolder("first-steps");
const at = (name: string) => join(folder.path, name);
/** The first workflow of docs/first-steps.md. Only its placeholders are replaced, by the bed's values. */
const [, example = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/first-steps.md"), "utf8")) ?? [];

const bed = await shared(startTestBed());
mkdirSync(at("p"));
const podman = await shared(startPodman(at("p")));
const docker = podman ? await dockerByPodman(podman, at("p"), at("docker")) : "";

describe.skipIf(!hasPodman)("the workflow of docs/first-steps.md, as it is (needs podman)", () => {
  it("builds, scans and comments; when the image is fixed, the same comment says so", async () => {
    await using github = await startFakeGitHub();
    const run = (name: string, files: Readonly<Record<string, string | Buffer>>) => {
      mkdirSync(at(name));
      return runWorkflow({
        folder: at(name),
        workflow: example,
        files,
        event: github.pullRequestEvent(),
        apiUrl: github.url,
        path: [docker],
        env: { DOCKER_HOST: podman?.dockerHost ?? "" },
        inputs: bed.inputs,
        onCommit: (sha) => github.addMergeCommit(sha),
      });
    };
    const vulnerable = await run("vulnerable", application([VULNERABLE]));
    expect(vulnerable.jobs, vulnerable.everything).toEqual({ image: "failure" });
    expect(github.comments().map(({ body }) => body)).toEqual([expect.stringContaining("`app` must not run")]);
    expect(github.comments()[0]?.body).toContain("1 CRITICAL (limit 0)");

    const fixed = await run("fixed", application([FIXED]));
    expect(fixed.jobs, fixed.everything).toEqual({ image: "success" });
    expect(github.comments().map(({ body }) => body)).toEqual([expect.stringContaining("`app` may run")]);
    expect(github.problems).toEqual([]);
  });
});
