import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { REPORT_FILE } from "../../../src/baseline/artifact-name.ts";
import { fileInZip } from "../../../src/supply/zip.ts";
import { startFakeResults } from "../../support/github/fake-results.ts";
import { saveImage } from "../../support/images/images.ts";
import { buildImage, type Image } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import type { WorkflowEvent } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const image = (name: string, version: string): Image =>
  buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) },
    { createdBy: "COPY . /app ", files: [npmPackage(name, version)] },
  ]);

const stage = await shared(openStage("baseline", { asBundle: true }));
const { github } = stage;
const service = await shared(startFakeResults());
stage.bed.registry.add("acme/app", "main", image("minimist", "0.2.1"));
stage.bed.registry.add("acme/app", "pr", image("lodash", "4.17.20"));
const commit = github.commit("main");
afterAll(() => expect(github.problems).toEqual([]));

const at = (tag: string) => ({ image: `${stage.bed.registry.host}/acme/app:${tag}`, mode: "warn" });

/**
 * A push to the default branch, with the artifact service. The file that it kept becomes an artifact of a successful
 * run.
 */
async function push() {
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const event: WorkflowEvent = {
    name: "push",
    payload: { ref: "refs/heads/main", repository },
    ref: "refs/heads/main",
    sha: commit,
  };
  const env = { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token };
  const result = await stage.run(at("main"), { event, apiUrl: github.url, env });
  const [artifact] = service.artifacts;
  return { result, artifact, zip: service.blobs.get(artifact?.id ?? "") ?? Buffer.alloc(0) };
}

it("a push to the default branch keeps its report, and a pull request is compared with it", async () => {
  const { result, artifact, zip } = await push();
  expect(result.log).toContain("Baseline: kept the report");
  expect(fileInZip(zip, { name: REPORT_FILE, maxBytes: 1e8, isOnly: true })).toEqual(
    readFileSync(result.outputs.report ?? ""),
  );
  github.artifacts.plant({ name: artifact?.name ?? "", zip }, { headSha: commit });

  const before = service.calls.length;
  const event = github.pullRequestEvent();
  const env = { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token };
  const change = await stage.run(at("pr"), { event, apiUrl: github.url, env });
  expect(change.log).toContain("+1 new, −1 fixed, 1 unchanged, compared with the report of main");
  const [comment] = github.comments();
  expect(comment?.body).toContain("**+1 new, −1 fixed, 1 unchanged**, compared with the report of `main`");
  expect(comment?.body).toMatch(/1 [A-Z]+ fixed \(the package or its version is gone\), in 1 package/);
  const report = JSON.parse(readFileSync(change.outputs.report ?? "", "utf8"));
  expect(report.targets[0].baseline).toMatchObject({
    kind: "run",
    branch: "main",
    commit,
    counts: { new: 1, fixed: 1 },
  });
  expect(report.fixed.map(({ id }: { id: string }) => id)).toEqual(["CVE-2099-4002"]);
  expect(service.calls.slice(before).filter((call) => call.endsWith("Artifact"))).toEqual([]);
});

it("an archive's own tag does not choose what it is compared with", async () => {
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const event = { name: "push", payload: { ref: "refs/heads/main", repository }, ref: "refs/heads/main", sha: commit };
  const env = { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token };
  const workspace = join(stage.folder, "archives");
  const logOf = async (tag: string) => {
    saveImage(join(workspace, "app.tar"), image("minimist", "0.2.1"), [tag]);
    const inputs = { image: "app.tar", mode: "warn" };
    return (await stage.run(inputs, { workspace, event, apiUrl: github.url, env })).log;
  };
  const [, name = ""] =
    /kept the report as the artifact (\S+?)[.,;]?(?:\s|$)/m.exec(await logOf("ghcr.io/acme/app:1")) ?? [];
  expect(name).toContain("app.tar");
  // A second artifact of the same name would be refused, so this is the first one.
  expect(await logOf("ghcr.io/acme/legacy:1")).toContain(`this run has kept a report as ${name} already`);
});

it("a named baseline that is missing is an error, in the comment as well", async () => {
  const result = await stage.run(
    { ...at("pr"), baseline: "./base.json" },
    { event: github.pullRequestEvent(), apiUrl: github.url },
  );
  expect(result.outputs.verdict).toBe("error");
  expect(result.code).toBe(1);
  expect(github.comments().at(-1)?.body).toContain("[file-missing]");
});
