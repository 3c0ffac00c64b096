import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered, found, workspaceOf } from "./discovered.ts";

const folder = temporaryFolder("discovery-kubernetes");
afterAll(() => folder.remove());

const find = (files: Readonly<Record<string, string | Buffer>>, glob = "**/*.yaml") =>
  found(`kubernetes:${glob}`, workspaceOf(folder.path, files));

/** The images, if nothing is wrong. */
async function imagesOf(...asked: Parameters<typeof find>): Promise<string[][]> {
  const { images, code } = await find(...asked);
  expect(code).toBe(undefined);
  return images;
}

/** A manifest of one object. */
function object(kind: string, spec: unknown, { apiVersion = "v1", metadata = { name: "x" } as object } = {}): string {
  return JSON.stringify({ apiVersion, kind, metadata, spec });
}

const pod = { containers: [{ name: "c", image: "a:1" }] };
const template = { template: { spec: pod } };

describe("every kind that runs containers is read", () => {
  test.each([
    ["Pod", "v1", pod],
    ["Deployment", "apps/v1", template],
    ["CronJob", "batch/v1", { jobTemplate: { spec: template } }],
    ["Rollout", "argoproj.io/v1alpha1", template],
    ["SparkThing", "acme.example/v1", { deep: [{ er: pod }] }],
    ["Workflow", "argoproj.io/v1alpha1", { templates: [{ container: { name: "c", image: "a:1" } }] }],
    ["Task", "tekton.dev/v1", { steps: [{ name: "c", image: "a:1" }] }],
  ])("%s of %s", async (kind, apiVersion, spec) => {
    const text = object(kind, spec, { apiVersion, metadata: { name: "x", namespace: "n" } });
    expect(await imagesOf({ "x.yaml": text })).toEqual([[`n/${kind.toLowerCase()}/x/c`, "a:1"]]);
  });

  test("PodTemplate, whose template is at the top", async () => {
    const text = JSON.stringify({ apiVersion: "v1", kind: "PodTemplate", metadata: { name: "x" }, ...template });
    expect((await find({ "x.yaml": text })).images).toEqual([["podtemplate/x/c", "a:1"]]);
  });

  test("and of a pod its init and ephemeral containers, and the images of its volumes", async () => {
    const spec = {
      initContainers: [{ name: "i", image: "i:1" }],
      containers: [{ name: "c", image: "c:1" }],
      ephemeralContainers: [{ name: "e", image: "e:1" }],
      volumes: [
        { name: "v", image: { reference: "v:1" } },
        { name: "w", emptyDir: {} },
      ],
    };
    expect((await find({ "x.yaml": object("Pod", spec) })).images).toEqual([
      ["pod/x/i", "i:1"],
      ["pod/x/c", "c:1"],
      ["pod/x/e", "e:1"],
      ["pod/x/volumes/v", "v:1"],
    ]);
  });

  test("in several documents, lists of lists and anchors, with names that are generated or missing", async () => {
    const text = `# Helm's output
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: PodList, items: [{apiVersion: v1, kind: Pod, metadata: {generateName: job-}, spec: {containers: [&c {name: c, image: a:1}]}}, {kind: Pod, spec: {containers: [*c, *c]}}]}
---
---
kind: Service
apiVersion: v1
spec: {ports: []}
--- # the end
{"kind": "Pod", "metadata": {"name": "j"}, "spec": {"containers": [{"image": "b:1"}]}}
`;
    const images = Object.entries({ "pod/job-*/c": "a:1", "pod/?/c": "a:1", "pod/j/0": "b:1" });
    expect(await find({ "x.yaml": text })).toEqual({ images, notes: [], code: undefined, what: undefined });
  });
});

test("the pods of a typed list, which do not say their kind, count as the API answers them", async () => {
  const list = { kind: "PodList", apiVersion: "v1", items: [{ metadata: { name: "x", namespace: "n" }, spec: pod }] };
  expect((await find({ "x.json": JSON.stringify(list) }, "x.json")).images).toEqual([["n/pod/x/c", "a:1"]]);
});

// Each of these was compared with kubectl 1.32, which deploys the same (`kubectl label --local`).
// Proves: how-manifest-written-hides
describe("what kubectl deploys is not hidden by how it is written", () => {
  const spec = { template: { spec: { containers: [{ name: "c", image: "h:1" }] } } };
  const hidden = { metadata: { name: "h" }, spec };
  const apps = { apiVersion: "apps/v1" };
  test.each([
    ["a list of one kind, whose items have none", { ...apps, kind: "DeploymentList", items: [hidden] }],
    [
      "a list that calls itself a ConfigMap",
      { kind: "ConfigMap", items: [{ ...hidden, ...apps, kind: "Deployment" }] },
    ],
  ])("%s", async (_, document) => {
    const text = JSON.stringify({ apiVersion: "v1", ...document });
    expect(await imagesOf({ "a.yaml": object("Pod", pod), "b.yaml": text })).toEqual([
      ["pod/x/c", "a:1"],
      ["deployment/h/c", "h:1"],
    ]);
  });

  test("Windows' line breaks, after a comment", async () => {
    const lines = ["# c", "kind: Pod", "metadata: {name: h}", "spec: {containers: [{name: c, image: h:1}]}", ""];
    expect(await imagesOf({ "a.yaml": lines.join("\r\n") })).toEqual([["pod/h/c", "h:1"]]);
  });
});

// Proves: how-manifest-written-hides
describe("what two programs can read differently is an error with its line, and what is read of it counts", () => {
  const base64 = (word: string) => `!!binary ${Buffer.from(word).toString("base64")}`;
  const head = "kind: Pod\napiVersion: v1\nmetadata: {name: h}\n";
  const containers = (one: string) => `${head}x: &x {image: evil:1}\nspec: {containers: [${one}]}\n`;
  test.each([
    ["a merge key after the container's own image", containers("{image: a:1, <<: *x}"), 5],
    ["a merge key before it", containers("{<<: *x, image: a:1}"), 5],
    ["a merge key without an image", `${head}x: &x {a: 1}\ny: {<<: *x}\nspec: {}\n`, 5],
    ["a tag that makes a merge key", containers('{image: a:1, !!merge "<<": *x}'), 5],
    ["a tag without a name", containers('{image: a:1, ! "<<": *x}'), 5],
    ["words in Base64", `kind: ${base64("Pod")}\nspec: {${base64("containers")}: [{image: ${base64("h:1")}}]}\n`, 1],
    [
      "an item with an empty kind",
      'kind: PodList\napiVersion: v1\nitems:\n- {kind: "", apiVersion: "", spec: {}}\n',
      4,
    ],
    ["a kind that is null", "kind: ~\napiVersion: v1\n", 1],
    ["a kind that is a boolean to one program", "kind: yes\napiVersion: v1\n", 1],
    ["an image that is a number", containers("{image: 1.5}"), 5],
    ["an image that is a number to one program", containers("{image: 1_000}"), 5],
    ["a second spelling of a key", containers("{image: a:1, Image: b:1}"), 5],
    ["one with a letter that Go folds", `${head}spec: {containers: [], containerſ: []}\n`, 4],
    ["a separator that one program does not know", `${head}---#\n${head}`, 4],
    ["a separator with a document behind it", `${head}--- {kind: Pod}\n`, 4],
    ["a document that ends before the file", `${head}...\n${head}`, 4],
    ["a byte order mark between documents", `${head}---\n\ufeffkind: Pod\n`, 5],
    ["a directive", `%YAML 1.1\n---\n${head}`, 1],
    ["a carriage return alone", `# c\r${head}`, 1],
    ["a next line", `# c\u0085${head}`, 1],
    ["a line separator", `# c\u2028${head}`, 1],
    ["an anchor that YAML 1.1 does not have", `${head}x: &ä 1\n`, 4],
  ])("%s", async (_, text, line) => {
    const { code, what } = await find({ "a.yaml": object("Pod", pod), "b.yaml": text });
    expect(code).toBe("discovery-manifest-ambiguous");
    expect(what).toContain(`b.yaml, line ${line}: `);
  });

  test.each([
    ["UTF-16", Buffer.from(`\ufeff${object("Pod", pod)}`, "utf16le")],
    ["bytes that are no text", Buffer.concat([Buffer.from(object("Pod", pod)), Buffer.from([0xff])])],
  ])("%s", async (_, bytes) => {
    const { images, code } = await find({ "a.yaml": object("Pod", pod), "b.yaml": bytes });
    expect([images, code]).toEqual([[["pod/x/c", "a:1"]], "discovery-manifest-ambiguous"]);
  });

  test("but a mark at the beginning and tags of the core schema are read", async () => {
    const text = `\ufeffkind: !!str Pod\nmetadata: {name: h}\nx: &x {a: 1, b: 2}\ny: *x\nspec: {containers: [{image: h:1}]}\n`;
    expect(await imagesOf({ "a.yaml": text })).toEqual([["pod/h/0", "h:1"]]);
  });
});

test("a list without a kind for its items, or with something else than objects, runs nothing more", async () => {
  const items = [{ spec: pod }, "x", null, []];
  const files = { "a.yaml": object("Pod", pod), "b.yaml": JSON.stringify({ kind: "List", apiVersion: "v1", items }) };
  expect((await find(files)).images).toEqual([["pod/x/c", "a:1"]]);
});

test("the schema of a kind and the files of a ConfigMap run nothing; neither does a file without a kind", async () => {
  const files = {
    "crd.yaml": object("CustomResourceDefinition", { default: pod }, { apiVersion: "apiextensions.k8s.io/v1" }),
    "map.yaml": '{apiVersion: v1, kind: ConfigMap, data: {x.yaml: "kind: Pod"}, containers: [{image: x}]}',
    "values.yaml": "image: nginx\ncontainers: [{image: x}]\n",
    "list.yaml": "- a\n- b\n",
    "pod.yaml": object("Pod", pod),
  };
  expect(await find(files)).toMatchObject({ images: [["pod/x/c", "a:1"]], notes: [], code: undefined });
});

// Proves: how-manifest-written-hides
test("a kind of another group runs what it names, whatever it calls itself", async () => {
  const files = {
    "a.yaml": object("ConfigMap", template, { apiVersion: "acme.example/v1" }),
    "b.yaml": object("Secret", template, { apiVersion: "acme.example/v1", metadata: { name: "y" } }),
    "c.yaml": object("CustomResourceDefinition", template, { apiVersion: "v1", metadata: { name: "z" } }),
  };
  const places = (await imagesOf(files)).map(([place]) => place);
  expect(places).toEqual(["configmap/x/c", "secret/y/c", "customresourcedefinition/z/c"]);
});

// Proves: how-manifest-written-hides
describe("a custom kind hides no image", () => {
  const acme = { apiVersion: "acme.example/v1" };
  test.each([
    ["with containers by their names", "App", { spec: { containers: { web: { image: "a:1" } } } }, ["app/x/web"]],
    ["with steps by their names", "App", { spec: { steps: { one: { image: "a:1" } } } }, ["app/x/one"]],
    ["that is called Template, alongside objects", "Template", { objects: [], spec: pod }, ["template/x/c"]],
  ])("%s", async (_, kind, more, places) => {
    const text = JSON.stringify({ ...acme, kind, metadata: { name: "x" }, ...more });
    expect((await imagesOf({ "a.yaml": text })).map(([place]) => place)).toEqual(places);
  });

  test.each([
    ["in a container under another key", { containers: [{ name: "c", imageName: "acme/x:1" }] }],
    ["in parts, in a container", { container: { image: { repository: "acme/x" } } }],
    ["of a volume that is not an image's", { volumes: [{ image: "acme/x:1" }] }],
    ["in a manifest that is a text", { resource: { manifest: "kind: Job\nspec:\n  - image: acme/x:1\n" } }],
  ])("%s, which a note says", async (_, spec) => {
    const { notes } = await find({ "a.yaml": object("App", spec, acme), "b.yaml": object("Pod", pod) });
    expect(notes).toContainEqual(othersRun("App"));
  });
});

const othersRun = (kinds: string) =>
  `Of kinds that Kubernetes itself does not have, only lists of containers count. The source kubectl finds what their controllers run: ${kinds}.`;

test("a kind of a group that only ends as Kubernetes' own hides no image, and its own kinds need no note", async () => {
  const files = {
    "a.yaml": object("SparkApplication", { image: "spark:3" }, { apiVersion: "sparkoperator.k8s.io/v1beta2" }),
    "b.yaml": object("Ingress", { image: "spark:3" }, { apiVersion: "networking.k8s.io/v1" }),
    "c.yaml": object("Pod", pod),
  };
  expect((await find(files)).notes).toEqual([othersRun("SparkApplication")]);
});

test("what does not count is reported: what the controllers of custom kinds run, a container without an image", async () => {
  const files = {
    "a.yaml": object("Prometheus", { image: "prom:1", ...template }, { apiVersion: "monitoring.coreos.com/v1" }),
    "b.yaml": object(
      "Deployment",
      { template: { spec: { containers: [{ name: "app" }] } } },
      { apiVersion: "apps/v1" },
    ),
    "c.yaml": object("HelmRelease", { chart: {} }, { apiVersion: "helm.toolkit.fluxcd.io/v2" }),
    "d.yaml": object("Prometheus", { image: "prom:1" }, { apiVersion: "monitoring.coreos.com/v1" }),
  };
  expect(await find(files)).toMatchObject({
    images: [["prometheus/x/c", "a:1"]],
    notes: [othersRun("Prometheus, HelmRelease"), "Containers without an image do not count: deployment/x/app."],
    code: undefined,
  });
});

describe("a template that was not rendered is an error with the remedy, however well it reads as YAML", () => {
  test.each([
    ["in an image", 'kind: Pod\nspec:\n  containers:\n    - name: c\n      image: "{{ .Values.image }}"\n', 5],
    ["without quotes", "kind: Pod\nspec:\n  replicas: {{ .Values.n }}\n", 3],
    ["of a library chart", '{{ include "common.all" . }}\n', 1],
    ["with conditions", "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n", 1],
  ])("%s", async (_, text, line) => {
    const files = { "a.yaml": object("Pod", pod), "t.yaml": text };
    const { sources, images } = await discovered(["kubernetes:*.yaml"], workspaceOf(folder.path, files));
    expect(images).toHaveLength(1);
    expect(sources[0]?.error).toMatchObject({
      code: "discovery-template",
      what: `t.yaml, line ${line}: this is a template that was not rendered`,
      remedy: expect.stringContaining("helm template"),
    });
  });

  test("but braces in a text of a ConfigMap are read", async () => {
    const map = 'kind: ConfigMap\ndata:\n  alert: "{{ $labels.x }}"\n  b: |\n    {{ y }}\n';
    expect(await imagesOf({ "a.yaml": `${object("Pod", pod)}\n---\n${map}` })).toEqual([["pod/x/c", "a:1"]]);
  });
});

test.each([
  ["a reference that is none", "${REGISTRY}/a:1", /x\.yaml, line 1: "\$\{REGISTRY\}\/a:1" is not an image reference/],
  ["one with an upper case letter", "Nginx", /"Nginx" is not an image reference/],
])("%s is an error with file and line, and the others count", async (_, image, reason) => {
  const spec = { containers: [{ name: "b", image }, ...pod.containers] };
  const { images, code, what } = await find({ "x.yaml": object("Pod", spec) });
  expect(images).toEqual([["pod/x/c", "a:1"]]);
  expect(code).toBe("discovery-reference-invalid");
  expect(what).toMatch(reason);
});

test("one file that is not YAML does not hide the others, nor its own other documents", async () => {
  const files = {
    "a.yaml": `kind: [\n---\n${object("Pod", pod)}\n`,
    "b.yaml": object("Pod", pod, { metadata: { name: "y" } }),
  };
  expect(await find(files)).toMatchObject({
    images: [
      ["pod/x/c", "a:1"],
      ["pod/y/c", "a:1"],
    ],
    code: "discovery-yaml-invalid",
  });
});

test("files that run nothing are fine alongside one that does; alone they are an error", async () => {
  const service = { "s.yaml": object("Service", {}) };
  expect((await find(service)).code).toBe("discovery-no-image");
  expect((await find({ ...service, "p.yaml": object("Pod", pod) })).code).toBe(undefined);
});

test("names made to deceive stay what they are, on one line and not endless", async () => {
  const metadata = { name: "x\n::error::y", namespace: "__proto__" };
  const { images } = await find({ "x.yaml": object("Pod", pod, { metadata }) });
  expect(images).toEqual([["__proto__/pod/x ::error::y/c", "a:1"]]);
  const long = await find({ "x.yaml": object("Pod", pod, { metadata: { name: "x".repeat(1e6) } }) });
  expect(long.images[0]?.[0]?.length).toBe(1001);
});

// Proves: file-multiplies-ends-bound
test("aliases that multiply end at a bound", async () => {
  const laughs = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join("\n");
  const text = `kind: Pod\na0: &a0 {containers: [{image: x}]}\n${laughs}\n`;
  expect((await find({ "x.yaml": text })).code).toBe("discovery-too-large");
  const deep = Array.from({ length: 2000 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join("\n");
  expect(await find({ "x.yaml": `kind: Pod\na0: &a0 x\n${deep}\n` })).toMatchObject({ code: "discovery-too-large" });
});
