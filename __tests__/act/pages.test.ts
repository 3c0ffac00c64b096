import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { pagesOf, readPages } from "../../scripts/site/pages.ts";
import { readRuns } from "../../scripts/site/runs.ts";
import { type PageWorkflow, workflowsOf } from "../../scripts/site/workflows.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { clean } from "../support/images/images.ts";
import { type Listening, listen } from "../support/network/http.ts";
import { runWorkflow, usedActions } from "../support/programs/act.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// The workflows of the pages, unchanged except for the names of registries and servers.

const OWN = "__tests__/act/pages.test.ts";
const kinds: ReadonlyMap<string, string> = new Map(
  readPages(readFileSync(join(root, "docs/sources/pages.yml"), "utf8")).flatMap((each) =>
    pagesOf([each]).map(({ path }) => [`docs/${path}`, each.kind] as const),
  ),
);
/** `.ci/run` has a time limit: it runs one workflow for each kind of page. `npm test` by itself runs all. */
const isRun = ({ page }: PageWorkflow, at: number, all: readonly PageWorkflow[]) =>
  process.env.IMAGE_GATE_INSTALL !== "1" || all.findIndex((each) => kinds.get(each.page) === kinds.get(page)) === at;
const workflows = readRuns(root)
  .filter(({ how }) => how === OWN)
  .map(({ page, name }) => {
    const found = workflowsOf(root, page).find((each) => each.name === name);
    if (!found) throw new Error(`${page} has no workflow under "${name}".`);
    return found;
  })
  .filter(isRun);
const folder = temporaryFolder("act-pages");
let bed: Bed;
let pushgateway: Listening;
let pushed = 0;
const docker = join(folder.path, "docker");

beforeAll(async () => {
  bed = await startTestBed();
  pushgateway = await listen((request, answer) => {
    pushed++;
    request.resume().on("end", () => answer.end());
  });
  for (const [name, tag] of [
    ["acme/app", "candidate"],
    ["acme/app", "latest"],
    ["acme/app", "1.4.2"],
    ["library/python", "3.12-slim"],
    ["library/python", "3.12-alpine"],
    ["distroless/python3-debian12", "latest"],
  ] as const)
    bed.registry.add(name, tag, clean());
  // The image that `docker build` would make is in the registry.
  mkdirSync(docker);
  writeFileSync(join(docker, "docker"), "#!/bin/sh\nexit 0\n");
  chmodSync(join(docker, "docker"), 0o755);
});
afterAll(async () => {
  await Promise.all([bed?.close(), pushgateway?.close()]);
  folder.remove();
});

const CYCLONEDX = { bomFormat: "CycloneDX", specVersion: "1.5", version: 1, vulnerabilities: [] };
const OPENVEX = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://acme.example/vex/1",
  author: "Acme",
  timestamp: "2026-01-01T00:00:00Z",
  version: 1,
  statements: [
    {
      vulnerability: { name: "CVE-2099-1006" },
      products: [{ "@id": "pkg:oci/app" }],
      status: "not_affected",
      justification: "component_not_present",
    },
  ],
};

/** The Dockerfile according to the history of `clean()`. */
const DOCKERFILE = "FROM scratch\nADD rootfs.tar /\n";
const REPOSITORY = { name: "widget", full_name: "acme/widget", default_branch: "main" };
/** No document could be about this image, which has no finding. The event's repository has no files at GitHub. */
const EXPECTED =
  /^The VEX document .* (?:has no statement about any finding here|(?:is not a file|are not files) of the repository)/;

/** Files in the repositories of the pages' readers. */
const files = () => ({
  Dockerfile: DOCKERFILE,
  "docker/Dockerfile": DOCKERFILE,
  "security/acme.openvex.json": JSON.stringify(OPENVEX),
  "vendor.cdx.json": JSON.stringify(CYCLONEDX),
  "deploy/app.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: shop }
spec: { template: { spec: { containers: [{ name: app, image: "${bed.registry.host}/acme/app:1.4.2" }] } } }
`,
});

/** The workflow with the test's registry and servers. A workflow that others call is started by hand here. */
const here = ({ whole }: PageWorkflow) =>
  whole
    .replaceAll(/(?:ghcr|gcr)\.io\//g, `${bed.registry.host}/`)
    .replaceAll("image: app:", `image: ${bed.registry.host}/acme/app:`)
    .replaceAll("image: ${{ matrix.service }}", `image: ${bed.registry.host}/acme/\${{ matrix.service }}`)
    .replaceAll(/ python:/g, ` ${bed.registry.host}/library/python:`)
    .replaceAll(/https:\/\/.*@pushgateway\.example\.com/g, `http://127.0.0.1:${pushgateway.port}`)
    .replace("workflow_call:", "workflow_dispatch:");

/** Actions that prepare things that the bed already has. */
function nothing(): string {
  const action = join(folder.path, "nothing");
  mkdirSync(action, { recursive: true });
  writeFileSync(join(action, "action.yml"), "name: x\ndescription: x\nruns: { using: node24, main: main.cjs }\n");
  writeFileSync(join(action, "main.cjs"), "");
  return action;
}

it.each(workflows)("$page, $name: runs as the page shows it, and passes a clean image", async (shown) => {
  await using github = await startFakeGitHub();
  const workflow = here(shown);
  const event = /^on:.*schedule/m.test(workflow)
    ? { name: "schedule", payload: { schedule: "17 5 * * 1" } }
    : workflow.includes("workflow_dispatch")
      ? { name: "workflow_dispatch", payload: { inputs: { mode: "enforce" }, repository: REPOSITORY } }
      : github.pullRequestEvent();
  const result = await runWorkflow({
    folder: join(folder.path, `${workflows.indexOf(shown)}`),
    workflow,
    files: files(),
    event,
    apiUrl: github.url,
    env: { GITHUB_SERVER_URL: github.url },
    inputs: { ...bed.inputs, cache: "false" },
    path: [docker],
    actions: Object.fromEntries(
      usedActions(workflow)
        .filter((each) => each.startsWith("docker/"))
        .map((each) => [each.replace(/@.*/, ""), nothing()]),
    ),
    onCommit: (sha) => {
      github.addMergeCommit(sha);
      for (const name of ["acme/app", "acme/worker"]) bed.registry.add(name, sha, clean());
    },
  });
  expect(Object.values(result.jobs), result.everything).toEqual(["success"]);
  const verdicts = Object.values(result.steps).flatMap(({ outputs }) => outputs.verdict ?? []);
  expect(verdicts, result.everything).toEqual(["pass"]);
  const unexpected = result.annotations.filter(({ level, message }) => level !== "notice" && !EXPECTED.test(message));
  expect(unexpected).toEqual([]);
  if (workflow.includes("pushgateway")) expect(pushed).toBeGreaterThan(0);
});
