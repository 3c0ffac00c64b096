import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ensureRecentKubectl } from "../../scripts/setup/go-tools.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { found } from "./discovered.ts";
import { kubectlImages, pathOf, worldWith } from "./real-programs.ts";

// Our reading of manifests is compared with kubectl's.
const folder = temporaryFolder("discovery-readings");
afterAll(() => folder.remove());
const kubectl = await ensureRecentKubectl();

const pod = (name: string, image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c, image: '${image}'}]}\n`;

const find = (files: Readonly<Record<string, string>>, path: string, glob = "*.yaml") =>
  found(`kubernetes:${glob}`, worldWith(folder.path, path, files));

test("kubectl reads the same images in files of every kind", async () => {
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
  const { images, code, notes } = await find(files, pathOf(folder.path, {}));
  expect([code, notes]).toEqual([undefined, [expect.stringMatching(/^Of kinds that .*: Rollout\.$/)]]);
  expect(images.map(([, image]) => image).sort()).toEqual(
    await kubectlImages(kubectl, folder.path, Object.values(files)),
  );
});

// Google's kubectl starts the real one, and says so after its error.
test("the quoted reason of a refusal is all that the program wrote from its last error on", async () => {
  const program = join(folder.path, "kubectl-google");
  const says = "warning: x\nError: accumulating resources: no p.yaml\nKUBECTL DISPATCHER\n >\n";
  writeProgram(
    program,
    `case "$1" in version) echo 'Kustomize Version: v5.0.0';; *) printf '${says.replaceAll("\n", "\\n")}' >&2; exit 1;; esac`,
  );
  const files = { "app/kustomization.yaml": "resources: [p.yaml]\n" };
  const { what } = await find(files, pathOf(folder.path, { kubectl: program }), "app");
  expect(what).toBe(
    'kubectl kustomize v5.0.0 refuses "app": Error: accumulating resources: no p.yaml KUBECTL DISPATCHER >',
  );
});
