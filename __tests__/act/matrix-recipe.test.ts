import { mkdirSync, readdirSync, readFileSync } from "node:fs";
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

// docs/examples/matrix.yml, unchanged.

const hasPodman = (await ensurePodman()) !== undefined;
const folder = sharedFolder("matrix");
const at = (name: string) => join(folder.path, name);

const bed = await shared(startTestBed());
mkdirSync(at("p"));
const podman = await shared(startPodman(at("p")));
const docker = podman ? await dockerByPodman(podman, at("p"), at("docker")) : "";
const github = await shared(startFakeGitHub());

/** Files of a service below `services/`. Without packages, the service's build fails. */
function service(name: string, packages?: Parameters<typeof application>[0]): Record<string, string | Buffer> {
  const files = packages === undefined ? { Dockerfile: "FROM scratch\nCOPY nothing /\n" } : application(packages);
  return Object.fromEntries(Object.entries(files).map(([path, data]) => [`services/${name}/${path}`, data]));
}

function run(name: string, files: Readonly<Record<string, string | Buffer>>) {
  mkdirSync(at(name));
  return runWorkflow({
    folder: at(name),
    workflow: readFileSync(join(root, "docs/examples/matrix.yml"), "utf8"),
    files,
    event: github.pullRequestEvent(),
    apiUrl: github.url,
    path: [docker],
    env: { DOCKER_HOST: podman?.dockerHost ?? "" },
    inputs: bed.inputs,
    onCommit: (sha) => github.addMergeCommit(sha),
    artifacts: at(`${name}/artifacts`),
  });
}

describe.skipIf(!hasPodman)("the recipe for a matrix, as it is (needs podman)", () => {
  it("has one comment for all legs, which says of each image what it is, and the last job decides", async () => {
    const files = { ...service("api", [FIXED]), ...service("worker", [VULNERABLE]), ...service("web", [FIXED]) };
    const result = await run("found", files);
    expect(readdirSync(at("found/artifacts")).sort()).toEqual(["trivy-api", "trivy-web", "trivy-worker"]);
    expect(result.jobs, result.everything).toEqual({ scan: "success", judge: "failure" });
    const [comment, ...others] = github.comments();
    expect(others).toEqual([]);
    expect(comment?.body).toContain("`all images`: 1 of 3 must not run");
    expect(comment?.body).toContain("❌&nbsp;fail | `worker:candidate (reports/trivy-worker/trivy-report.json)`");
    for (const name of ["api", "web"])
      expect(comment?.body).toContain(`✅&nbsp;pass | \`${name}:candidate (reports/trivy-${name}/trivy-report.json)\``);
  });

  // Proves: report-names-no-one
  it("a leg whose build failed is an error alongside the others' answers, in the same comment, and never a pass", async () => {
    const files = { ...service("api", [FIXED]), ...service("worker"), ...service("web", [FIXED]) };
    const result = await run("missing", files);
    expect(readdirSync(at("missing/artifacts")).sort()).toEqual(["trivy-api", "trivy-web"]);
    expect(result.jobs, result.everything).toEqual({ scan: "failure", judge: "failure" });
    const [comment, ...others] = github.comments();
    expect(others).toEqual([]);
    expect(comment?.body).toContain("`all images`: 1 of 3 could not be judged");
    expect(comment?.body).toContain("⛔&nbsp;error | `a-leg-of-the-matrix-left-no-report`");
    expect(comment?.body).toContain("✅&nbsp;pass | `web:candidate");
    expect(github.problems).toEqual([]);
  });
});
