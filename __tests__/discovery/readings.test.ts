import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ensureKustomize, ensureRecentKubectl } from "../../scripts/setup/go-tools.ts";
import { temporaryFolder } from "../support/folder.ts";
import { writeProgram } from "../support/program.ts";
import { found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// What is read here in manifests is held against kubectl.
const folder = temporaryFolder("discovery-readings");
afterAll(() => folder.remove());
const kubectl = await ensureRecentKubectl();

const pod = (name: string, image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, image: '${image}'}]}\n`;

const find = (files: Readonly<Record<string, string>>, path: string, glob = "*.yaml") =>
  found(`kubernetes:${glob}`, worldWith(folder.path, path, files));

describe("the real kubectl", () => {
  const PATH = pathOf(folder.path, { kubectl });

  test("reads the same in files of every kind, which a note says with its version", async () => {
    const files = {
      "a.yaml": pod("a", "a:1"),
      "b,c \"'.yaml": `${pod("b", "b:1")}---\n${pod("c", "c:1")}`,
      "list.yaml": `kind: PodList\napiVersion: v1\nitems:\n- {metadata: {name: l}, spec: {containers: [{name: c, image: 'l:1'}]}}\n`,
      "generated.yaml": pod("a", "g:1").replace("name: a", "generateName: a-"),
      "values.yaml": "image: x\n",
      "empty.yaml": "# nothing\n",
      "package.json": "{}",
      "rollout.yaml": pod("r", "r:1").replace("apiVersion: v1\nkind: Pod", "apiVersion: argoproj.io/v1\nkind: Rollout"),
    };
    const { images, code, notes } = await find(files, PATH);
    expect(code).toBe(undefined);
    expect(images.map(([, image]) => image).sort()).toEqual(["a:1", "b:1", "c:1", "g:1", "l:1", "r:1"]);
    expect(notes).toEqual([
      expect.stringMatching(/^kubectl v1\.\d+\S* \(.*\) reads the same images in the manifests\.$/),
    ]);
  });

  test("refuses a file that we read: an error that names it, and its images count", async () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}.yaml`, pod(`p${i}`, `a:${i}`)]));
    const bad = pod("p", "bad:1").replace("name: p", "name: 5");
    const { images, code, what } = await find({ ...files, "f5.yaml": bad }, PATH);
    expect(images.map(([, image]) => image)).toContain("bad:1");
    expect(code).toBe("discovery-readings-differ");
    expect(what).toContain('"f5.yaml"');
  });
});

// Proves: how-manifest-written-hides
test("an image that kubectl reads and we do not is an error, and so is the other way round", async () => {
  const object = (image: string) =>
    JSON.stringify({
      kind: "Pod",
      apiVersion: "v1",
      metadata: { name: "a" },
      spec: { containers: [{ name: "c", image }] },
    });
  for (const [objects, code] of [
    [[object("a:1")], undefined],
    [[object("a:1"), object("evil:1")], "discovery-readings-differ"],
    [[object("a:2")], "discovery-readings-differ"],
    [[], "discovery-readings-differ"],
  ] as const) {
    const program = join(folder.path, `kubectl-${objects.length}-${code}`);
    const answers = objects.map((each) => `echo '${each}';`).join("");
    writeProgram(program, `case "$1" in version) echo 'Client Version: v1.99.0';; *) ${answers} exit 0;; esac`);
    const read = await find({ "a.yaml": pod("a", "a:1") }, pathOf(folder.path, { kubectl: program }));
    expect(read.images).toEqual([["pod/a/c", "a:1"]]);
    expect(read.code).toBe(code);
  }
});

test("two versions of Kustomize that make different images of one folder are an error", async () => {
  const program = join(folder.path, "kubectl-kustomize");
  const answer = `case "$1" in version) echo 'Kustomize Version: v5.0.0';; kustomize) echo '${pod("a", "other:1").replaceAll("'", "")}';; esac`;
  writeProgram(program, answer);
  const files = { "app/a.yaml": pod("a", "a:1"), "app/kustomization.yaml": "resources: [a.yaml]\n" };
  const path = pathOf(folder.path, { kubectl: program, kustomize: await ensureKustomize() });
  expect(await find(files, path, "app")).toMatchObject({ images: [], code: "discovery-readings-differ" });
});
