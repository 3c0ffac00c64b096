import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import type { Target } from "../../src/domain/target.ts";
import { githubPlatform } from "../../src/platforms/github/platform.ts";
import { placesIn } from "../../src/reports/alert-places.ts";
import { finding } from "../render/build.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";

let folder: TemporaryFolder;
beforeAll(() => {
  folder = temporaryFolder("places");
  for (const name of [".github/workflows", "services/api"]) mkdirSync(join(folder.path, name), { recursive: true });
  for (const name of ["policy.yml", ".github/workflows/ci.yml", "package-lock.json", "services/api/go.mod"])
    writeFileSync(join(folder.path, name), "x");
  symlinkSync("/etc/passwd", join(folder.path, "link.json"));
});
afterAll(() => folder.remove());

const WORKFLOW = "acme/app/.github/workflows/ci.yml@refs/heads/main";
const IMAGE: Target = { kind: "image", input: "app:1", label: "app:1" };

interface Scene {
  readonly policy?: string;
  readonly workflow?: string;
  readonly target?: Partial<Target>;
  readonly finding?: Partial<Finding>;
}

function placeOf({ policy, workflow = WORKFLOW, target, finding: over }: Scene): string {
  const env = { GITHUB_WORKFLOW_REF: workflow, GITHUB_REPOSITORY: "acme/app" };
  const { workflowFile } = githubPlatform(testWorld(folder.path, { env }));
  const { file, line } = placesIn(folder.path, { policy, workflow: workflowFile })(
    { ...IMAGE, ...target },
    finding(over as Parameters<typeof finding>[0]),
  );
  return `${file}:${line}`;
}

const inDockerfile = (file: string) => ({ layer: { diffId: "sha256:1", source: { file, line: 4 } } });

describe("where an alert belongs", () => {
  test.each<[string, Scene, string]>([
    [
      "the Dockerfile's line that brought the layer in",
      { policy: "policy.yml", finding: inDockerfile("a/Dockerfile") },
      "a/Dockerfile:4",
    ],
    [
      "not a Dockerfile outside of the repository",
      { policy: "policy.yml", finding: inDockerfile("/tmp/Dockerfile") },
      "policy.yml:1",
    ],
    ["nor one above it", { policy: "policy.yml", finding: inDockerfile("../Dockerfile") }, "policy.yml:1"],
    ["the policy file", { policy: "policy.yml" }, "policy.yml:1"],
    ["the workflow where there is no policy file", {}, ".github/workflows/ci.yml:1"],
    ["the workflow where the policy lies outside", { policy: "/tmp/policy.yml" }, ".github/workflows/ci.yml:1"],
    [
      "the workflow although it is not checked out",
      { workflow: "acme/app/.github/workflows/x.yml@r" },
      ".github/workflows/x.yml:1",
    ],
    ["the policy's usual place outside of a workflow", { workflow: "" }, ".github/image-gate.yml:1"],
    [
      "the lock file of a folder",
      { target: { kind: "path", input: "." }, finding: { path: "package-lock.json", line: 12 } },
      "package-lock.json:12",
    ],
    [
      "of a folder below",
      { target: { kind: "path", input: "services/api/" }, finding: { path: "go.mod" } },
      "services/api/go.mod:1",
    ],
    [
      "which may have been scanned alone",
      { target: { kind: "path", input: "services/api/go.mod" }, finding: { path: "go.mod", line: 3 } },
      "services/api/go.mod:3",
    ],
    [
      "not a workflow of another repository, such as a required one",
      { workflow: "acme/.github/.github/workflows/ci.yml@r" },
      ".github/image-gate.yml:1",
    ],
    [
      "of a repository's folder",
      { target: { kind: "repository", input: "./services/api" }, finding: { path: "go.mod" } },
      "services/api/go.mod:1",
    ],
    ["of an image never, whatever is in it", { finding: { path: "package-lock.json" } }, ".github/workflows/ci.yml:1"],
    [
      "of a repository by URL never",
      { target: { kind: "repository", input: "https://a.test/x" }, finding: { path: "go.mod" } },
      ".github/workflows/ci.yml:1",
    ],
    [
      "not a file that is not there",
      { target: { kind: "path", input: "." }, finding: { path: "gone.json" } },
      ".github/workflows/ci.yml:1",
    ],
    [
      "not one that leads outside",
      { target: { kind: "path", input: "." }, finding: { path: "../../etc/passwd" } },
      ".github/workflows/ci.yml:1",
    ],
    [
      "not a link",
      { target: { kind: "path", input: "." }, finding: { path: "link.json" } },
      ".github/workflows/ci.yml:1",
    ],
    [
      "not of a folder outside",
      { target: { kind: "path", input: "/etc" }, finding: { path: "passwd" } },
      ".github/workflows/ci.yml:1",
    ],
    [
      "not a path that no file system takes",
      { target: { kind: "path", input: "." }, finding: { path: "\0".repeat(3) } },
      ".github/workflows/ci.yml:1",
    ],
  ])("%s", (_, scene, expected) => {
    expect(placeOf(scene)).toBe(expected);
  });
});
