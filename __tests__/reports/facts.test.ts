import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import type { Target } from "../../src/domain/target.ts";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { categoriesOf, placesIn } from "../../src/reports/facts.ts";
import { failed, finding, target } from "../render/build.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

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

const POLICY = "policy.yml";
const CI = ".github/workflows/ci.yml:1";
const USUAL = ".github/image-gate.yml:1";
const inDockerfile = (file: string): Scene => ({
  policy: POLICY,
  finding: { layer: { diffId: "sha256:1", source: { file, line: 4 } } },
});
/** A finding at this path in a folder. */
const within = (input: string, path: string, line?: number): Scene => ({
  target: { kind: "path", input },
  finding: { path, ...(line !== undefined && { line }) },
});
const repository = (input: string): Scene => ({ ...within(input, "go.mod"), target: { kind: "repository", input } });

test.each<[string, Scene, string]>([
  ["the Dockerfile's line that brought the layer in", inDockerfile("a/Dockerfile"), "a/Dockerfile:4"],
  ["not a Dockerfile outside of the repository", inDockerfile("/tmp/Dockerfile"), "policy.yml:1"],
  ["nor one above it", inDockerfile("../Dockerfile"), "policy.yml:1"],
  ["the policy file", { policy: POLICY }, "policy.yml:1"],
  ["the workflow where there is no policy file", {}, CI],
  ["the workflow where the policy is outside", { policy: "/tmp/policy.yml" }, CI],
  [
    "a workflow that is not checked out",
    { workflow: "acme/app/.github/workflows/x.yml@r" },
    ".github/workflows/x.yml:1",
  ],
  ["the policy's usual place outside of a workflow", { workflow: "" }, USUAL],
  ["the lock file of a folder", within(".", "package-lock.json", 12), "package-lock.json:12"],
  ["of a folder below", within("services/api/", "go.mod"), "services/api/go.mod:1"],
  ["which may have been scanned alone", within("services/api/go.mod", "go.mod", 3), "services/api/go.mod:3"],
  ["not a workflow of another repository", { workflow: "acme/.github/.github/workflows/ci.yml@r" }, USUAL],
  ["of a repository's folder", repository("./services/api"), "services/api/go.mod:1"],
  ["of an image never, whatever is in it", { finding: { path: "package-lock.json" } }, CI],
  ["of a repository by URL never", repository("https://a.test/x"), CI],
  ["not a file that is not there", within(".", "gone.json"), CI],
  ["not one that leads outside", within(".", "../../etc/passwd"), CI],
  ["not a link", within(".", "link.json"), CI],
  ["not of a folder outside", within("/etc", "passwd"), CI],
  ["not a path that no file system takes", within(".", "\0".repeat(3)), CI],
])("an alert belongs to %s", (_, scene, expected) => expect(placeOf(scene)).toBe(expected));

const SHA = "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b";

function judged(over: Partial<Target>, names: readonly string[] = []): JudgedTarget {
  const input = over.input ?? "app";
  const base = target([], { artifact: { names: [input], claims: names } });
  return { ...base, target: { kind: "image", input, label: input, ...over } };
}

const categories = (...targets: readonly JudgedTarget[]) => {
  const all = categoriesOf(targets, [SHA]);
  return targets.map((each) => all.get(each.target));
};

describe("a target's category", () => {
  test.each([
    [judged({ input: "ghcr.io/acme/app:1.4.2" }), "ghcr.io/acme/app"],
    [judged({ input: `localhost:5000/app@sha256:${"a".repeat(64)}` }), "localhost:5000/app"],
    [judged({ input: "app:1", platform: "linux/arm64" }), "app (linux/arm64)"],
    [judged({ input: "out/app.tar" }, ["ghcr.io/acme/app:1"]), "image/out/app.tar (ghcr.io/acme/app)"],
    [judged({ input: "out/app.tar", as: "ghcr.io/acme/app:1" }, ["ghcr.io/acme/other:1"]), "ghcr.io/acme/app"],
    [judged({ input: `out/${SHA}.tar`, file: `out/${SHA}.tar` }, ["app:1"]), "image/out/.tar (app)"],
    [judged({ input: "out/app.tar" }), "image/out/app.tar"],
    [
      judged({ kind: "trivy-report", input: "r.json" }, ["ghcr.io/acme/app:1"]),
      "trivy-report/r.json (ghcr.io/acme/app)",
    ],
    [judged({ kind: "trivy-report", input: "r.json", as: "ghcr.io/acme/app" }, ["other:1"]), "ghcr.io/acme/app"],
    [judged({ kind: "trivy-report", input: "r.json" }), "trivy-report/r.json"],
    [judged({ kind: "path", input: "services/api" }), "path/services/api"],
    [judged({ kind: "sbom", input: "bom.json" }, ["bom"]), "sbom/bom.json"],
    [judged({ kind: "repository", input: "https://example.test/a.git" }), "repository/https://example.test/a.git"],
  ])("%#: is made of what lasts from build to build", (each, expected) => {
    expect(categories(each)).toEqual([`image-gate/${expected}`]);
  });

  test("stays as it is where the other tag of its image could not be judged this time", () => {
    const [one, other] = [judged({ input: "app:1" }), failed({}, "app:2")];
    expect(categoriesOf([one, other], [SHA]).get(one.target)).toBe("image-gate/app:1");
    expect(categories(one)).toEqual(["image-gate/app"]);
  });

  test("tells several of one image apart by their tags, without the commit in them", () => {
    expect(categories(judged({ input: "app:1" }), judged({ input: "app:2" }), judged({ input: "web:1" }))).toEqual([
      "image-gate/app:1",
      "image-gate/app:2",
      "image-gate/web",
    ]);
    const built = [`app:${SHA}`, `app:sha-${SHA.slice(0, 7)}-debug`, "app:main"];
    expect(categories(...built.map((input) => judged({ input })))).toEqual([
      "image-gate/app",
      "image-gate/app:sha-debug",
      "image-gate/app:main",
    ]);
  });

  test("numbers what nothing tells apart", () => {
    const digest = (digit: string) => judged({ input: `app@sha256:${digit.repeat(64)}` });
    expect(categories(digest("a"), digest("b"), digest("c"))).toEqual([
      "image-gate/app",
      "image-gate/app 2",
      "image-gate/app 3",
    ]);
  });

  test("tells files of one name apart by their paths, so that none takes the name of one that is missing", () => {
    const as = "app:1";
    const inFile = (file: string) => judged({ kind: "trivy-report", input: file, file, as, label: `app:1 (${file})` });
    const both = [inFile("amd64/trivy.json"), inFile(`${SHA.slice(0, 8)}/arm64.json`)];
    expect(categories(...both)).toEqual(["image-gate/app:1 (amd64/trivy.json)", "image-gate/app:1 (/arm64.json)"]);
    const tars = ["a.tar", "b.tar"].map((input) => judged({ input, file: input, as }));
    expect(categories(...tars, judged({ input: "app:1" }))).toEqual([
      "image-gate/app:1 (a.tar)",
      "image-gate/app:1 (b.tar)",
      "image-gate/app:1",
    ]);
  });

  test("is the same for a tar that could not be scanned, by the tag that it was saved under", () => {
    const scanned = judged({ input: "app.tar" }, ["app:1"]);
    const broken = { ...failed({}, "app.tar"), savedAs: "app:1" };
    expect(categoriesOf([broken], [SHA]).get(broken.target)).toBe(categories(scanned)[0]);
  });

  // Proves: image-calls-itself-chooses
  test("never belongs to another image, whatever a file calls itself", () => {
    const claimed = fc.string().filter((name) => name !== "");
    fc.assert(
      fc.property(claimed, (claim) => {
        const other = judged({ input: "ghcr.io/acme/app:1" });
        const tar = judged({ input: "a.tar" }, [claim]);
        const report = judged({ kind: "trivy-report", input: "r.json", file: "r.json" }, [claim]);
        expect(
          categories(other, tar, report)
            .slice(1)
            .every((each) => /^image-gate\/(image\/a\.tar|trivy-report\/r\.json)/.test(`${each}`)),
        ).toBe(true);
      }),
    );
  });

  test("is never shared, and never endless or invisible, whatever the names", () => {
    const name = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom("app", "app:1", "app:1 2", "app@x", "a".repeat(400)),
    );
    const inputs = fc.array(fc.record({ input: name, kind: fc.constantFrom("image", "path"), inside: fc.array(name) }));
    fc.assert(
      fc.property(inputs, (all) => {
        const targets = all.map(({ input, kind, inside }) => judged({ input, kind: kind as Target["kind"] }, inside));
        const made = categories(...targets) as string[];
        expect(new Set(made).size).toBe(made.length);
        for (const each of made) expect(each).toMatch(/^image-gate\/[^\p{Cc}]{0,1000}$/u);
      }),
    );
  });
});
