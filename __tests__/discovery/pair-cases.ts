import fc from "fast-check";

// Kustomizations and Compose projects built from constructs that can hide an image from one reader.

const CONTAINERS = "[{name: c, image: 'good:1'}, {name: d, image: 'other:2'}]";
const POD = `apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: b}}\nspec:\n  containers: ${CONTAINERS}\n`;
const CRON = `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec: {jobTemplate: {spec: {template: {spec: {containers: ${CONTAINERS}}}}}}\n`;
const MAP = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {i: 'evil:1', job: 'x'}\n---\n${CRON.replace("name: j", "name: k").replace("good:1", "evil:2")}`;
const LIST = `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: l}, spec: {containers: ${CONTAINERS}}}]\n`;

const replacement = (kind: string, path: string, key = "fieldPaths") =>
  `replacements: [{source: {kind: ConfigMap, fieldPath: data.i}, targets: [{select: {kind: ${kind}}, ${key}: ['${path}']}]}]`;
const patch = (text: string, more = "target: {kind: Pod}") => `patches: [{patch: '${text}', ${more}}]`;

const FIELDS = [
  "images: [{name: g..d, newName: evil}]",
  "images: [{name: good, newTag: '9'}]",
  "images: [{name: 'good:1', newName: evil}]",
  "images: [{name: good, NewName: evil}]",
  "images: [{name: good, newName: evil, digeſt: x}]",
  "images: [{name: '.*', newName: evil}]",
  replacement("Pod", "spec.containers.0.image"),
  replacement("Pod", "spec.containers.+0.image"),
  replacement("Pod", "spec.containers.[name=c].image"),
  replacement("Pod", "spec.containers.*.image"),
  replacement("Pod", "spec.containers.0.image", "fieldPathſ"),
  replacement("CronJob", "spec.jobTemplate.spec.template.spec.containers.0.image"),
  patch('[{"op": "replace", "path": "/spec/containers/0/image", "value": "evil:1"}]'),
  patch('[{"op": "add", "path": "/spec/containers/-", "value": {"name": "e", "image": "evil:1"}}]'),
  patch('[{"op": "add", "path": "/spec/initContainers", "value": [{"name": "e", "image": "evil:1"}]}]'),
  patch('[{"op": "move", "from": "/spec/containers", "path": "/spec/initContainers"}]'),
  patch(
    '[{"op": "replace", "path": "/kind", "value": "Job"}]',
    "target: {kind: Pod}, options: {allowKindChange: true}",
  ),
  patch("apiVersion: v1\n\n    kind: Pod\n\n    metadata: {name: p}\n\n    $patch: delete\n", "target: {kind: Pod}"),
  `patchesStrategicMerge: ['{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "im\\u0061ge": "evil:1"}]}}']`,
  "patches: [{path: patch.yaml}]",
  'patches: [{path: "pat\\nch.yaml"}]',
  patch('[{"op": "move", "from": "/spec/containers/1", "path": "/spec/containers/-1"}]'),
  patch('[{"op": "move", "from": "/spec/containers", "path": "/spec/volumes"}]'),
  patch('[{"op": "remove", "path": "/items"}]', "target: {kind: List}"),
  "replacements: [{source: {kind: CronJob, name: k, fieldPath: spec.jobTemplate}, targets: [{select: {kind: CronJob, name: j}, fieldPaths: [spec.jobTemplate]}]}]",
  "labels: [{pairs: {x: y}, includeSelectors: true}]",
  "labels: [{pairs: {x: y}, fields: [{path: spec/containers/image, create: true}]}]",
  "namePrefix: x-",
  "namespace: n",
  "configurations: [settings.yaml]\nnamePrefix: evil-",
  "transformers: [t.yaml]",
  "replicas: [{name: p, count: 2}]",
  "commonAnnotations: {a: b}",
  "components: [part]",
];

export interface KustomizePair {
  readonly files: Readonly<Record<string, string>>;
}

/** A folder `app` with a kustomization of one to three fields. */
export const KUSTOMIZATIONS_OF_PAIRS: fc.Arbitrary<KustomizePair> = fc
  .tuple(
    fc.subarray(["p.yaml", "j.yaml", "l.yaml"], { minLength: 1 }),
    fc.subarray(FIELDS, { minLength: 1, maxLength: 3 }),
  )
  .map(([resources, fields]) => ({
    files: {
      "app/p.yaml": POD,
      "app/j.yaml": CRON,
      "app/l.yaml": LIST,
      "app/m.yaml": MAP,
      "app/patch.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'evil:1'}]}\n",
      "app/pat\nch.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'evil:3'}]}\n",
      "app/settings.yaml": "namePrefix: [{path: 'spec/containers/image', kind: Pod}]\n",
      "app/t.yaml":
        "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: t}\nimageTag: {name: other, newName: evil}\n",
      "app/part/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: other, newName: part}]\n",
      "app/kustomization.yaml": `resources: [${[...resources, "m.yaml"].join(", ")}]\n${fields.join("\n")}\n`,
    },
  }));

const SERVICES = [
  "{image: 'a:1'}",
  "{image: 'a:1', <<: *x}",
  "{<<: *x, image: 'b:1'}",
  "{<<: *x}",
  "{<<: [*x, {image: 'm:1'}]}",
  '{image: "a:1", "<<": *x}',
  "{image: 'a:1', !!merge \"<<\": *x}",
  "{! \"<<\": *x, image: 'a:1'}",
  "*x",
  "{build: ., image: 'a:1'}",
  "{image: 'a:${TAG}'}",
  "{image: 'a:${NONE:-2}'}",
  "{image: 'a:${TAG:+3}'}",
  "{image: 'a:$$1'}",
  '{"im\\u0061ge": "a:1"}',
  "{image: !!str 'a:1'}",
  "{image: 'a:1', profiles: [p]}",
  "{image: 'a:1', scale: 0}",
  "{image: 'a:1', deploy: {replicas: 0}}",
  "{image: 'a:1', pre_start: [{image: 'init:1', command: x}]}",
  "{image: 'a:1', volumes: [{type: image, source: 'v:1', target: /v}]}",
  "{extends: {service: base}}",
  "{extends: {service: base}, image: 'e:1'}",
  "{extends: {service: one, file: other.yaml}}",
  "{image: !reset null, build: .}",
  "{image: !override 'o:1'}",
  "{image: 'a:1', depends_on: [base]}",
];

/** A Compose project: `compose.yaml`, sometimes with an override file and with included files. */
export const COMPOSE_PAIRS: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .record({
    services: fc.array(fc.constantFrom(...SERVICES), { minLength: 1, maxLength: 4 }),
    override: fc.option(fc.array(fc.constantFrom(...SERVICES), { minLength: 1, maxLength: 4 }), { nil: undefined }),
    include: fc.constantFrom("", "", "include: [other.yaml]\n", "include: [{path: [other.yaml]}]\n"),
    second: fc.constantFrom("", "", "---\nservices: {s0: {image: 'second:1'}}\n", "---#\n", "...\n---\n"),
  })
  .map(({ services, override, include, second }) => {
    const written = (all: readonly string[]) =>
      `x-a: &x {image: 'x:1'}\nservices:\n  base: {image: 'base:1'}\n${all.map((one, index) => `  s${index}: ${one}\n`).join("")}`;
    return {
      ".env": "TAG=7\n",
      "other.yaml": "services: {one: {image: 'one:1'}}\n",
      "compose.yaml": include + written(services) + second,
      ...(override === undefined ? {} : { "compose.override.yaml": written(override) }),
    };
  });
