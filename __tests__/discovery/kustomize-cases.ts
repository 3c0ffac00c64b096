/** A folder with a kustomization in `app`, and the images by place. */
export interface KustomizeCase {
  readonly says: string;
  readonly files: Readonly<Record<string, string>>;
  readonly images: Readonly<Record<string, string>>;
}

const DIGEST = `sha256:${"b".repeat(64)}`;

const deployment = (name: string, ...images: string[]) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n${images
    .map((image, index) => `        - {name: c${index}, image: '${image}'}\n`)
    .join("")}`;

/** Each was compared with Kustomize 5.7.1: what it renders has the same images at the same places. */
export const KUSTOMIZE_CASES: readonly KustomizeCase[] = [
  {
    says: "names, tags and digests are changed",
    files: {
      "app/deployment.yaml": deployment(
        "web",
        "nginx",
        "nginx:1",
        `redis:7@${DIGEST}`,
        "ghcr.io:443/acme/app:1",
        "acme/nginx:1",
        "postgres:8",
        "mail:1",
        "alpine@sha256:0a",
      ).replace("@sha256:0a", `@${DIGEST}`),
      "app/kustomization.yaml": [
        "resources: [deployment.yaml]",
        "images:",
        "  - {name: nginx, newTag: '1.29'}",
        "  - {name: redis, newName: registry.acme.example/redis}",
        "  - {name: 'ghcr.io:443/acme/app', newTag: v2, newName: acme/app}",
        `  - {name: postgres, digest: '${DIGEST}'}`,
        "  - {name: mail, newName: post}",
        "  - {name: post, newTag: '2'}",
        "  - {name: alpine, newTag: '3'}",
        "  - {name: nothing, newTag: '3'}",
      ].join("\n"),
    },
    images: {
      "deployment/web/c0": "nginx:1.29",
      "deployment/web/c1": "nginx:1.29",
      "deployment/web/c2": `registry.acme.example/redis:7@${DIGEST}`,
      "deployment/web/c3": "acme/app:v2",
      "deployment/web/c4": "acme/nginx:1",
      "deployment/web/c5": `postgres@${DIGEST}`,
      "deployment/web/c6": "post:2",
      "deployment/web/c7": "alpine:3",
    },
  },
  {
    says: "namespace, prefix and suffix, from base to overlay",
    files: {
      "base/d.yml": deployment("web", "nginx:1"),
      "base/kustomization.yml": "resources: [d.yml]\nnamePrefix: b-\nimages: [{name: nginx, newTag: '2'}]\n",
      "app/Kustomization":
        "bases: [../base]\nnamespace: shop\nnameSuffix: -prod\nimages: [{name: nginx, newName: acme/nginx}]\n",
    },
    images: { "shop/deployment/b-web-prod/c0": "acme/nginx:2" },
  },
  {
    says: "components, in their order and before the images of what uses them",
    files: {
      "app/kustomization.yaml": "resources: [d.yaml]\ncomponents: [../one, ../two]\nimages: [{name: d, newTag: '9'}]\n",
      "app/d.yaml": deployment("web", "a:1"),
      "one/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [e.yaml]\nimages: [{name: a, newName: b}]\n",
      "one/e.yaml": deployment("extra", "a:1"),
      "two/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: b, newName: d}]\n",
    },
    images: { "deployment/web/c0": "d:9", "deployment/extra/c0": "d:9" },
  },
  {
    says: "init containers, cron jobs, custom kinds and image volumes; not ephemeral containers",
    files: {
      "app/all.yaml": [
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\nspec:\n  initContainers: [{name: i, image: a:1}]\n  containers: [{name: c, image: a:1}]\n  ephemeralContainers: [{name: e, image: a:1}]\n  volumes: [{name: v, image: {reference: a:1}}]",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers: [{name: c, image: a:1}]\n          volumes: [{name: v, image: {reference: a:1}}]",
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec:\n  template:\n    spec:\n      containers: [{name: c, image: a:1}]",
        "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: q}, spec: {containers: [{name: c, image: a:1}]}}",
      ].join("\n---\n"),
      "app/kustomization.yaml": "resources: [all.yaml]\nimages: [{name: a, newTag: '2'}]\n",
    },
    images: {
      "n/pod/p/i": "a:2",
      "n/pod/p/c": "a:2",
      "n/pod/p/e": "a:1",
      "n/pod/p/volumes/v": "a:2",
      "cronjob/j/c": "a:2",
      "cronjob/j/volumes/v": "a:1",
      "rollout/r/c": "a:2",
      "pod/q/c": "a:2",
    },
  },
  {
    says: "keys in any case, as Kustomize takes them",
    files: {
      "app/d.yaml": deployment("web", "a:1"),
      "app/kustomization.yaml": "Resources: [d.yaml]\nnameprefix: p-\nIMAGES: [{NAME: a, newtag: '2'}]\n",
    },
    images: { "deployment/p-web/c0": "a:2" },
  },
  {
    says: "patches that change no image",
    files: {
      "app/d.yaml": deployment("web", "a:1"),
      "app/patch.yaml":
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      imagePullSecrets: [{name: x}]\n      containers: [{name: c0, imagePullPolicy: Always}]\n",
      "app/kustomization.yaml": [
        "resources: [d.yaml]",
        "patches:",
        "  - path: patch.yaml",
        "  - target: {kind: Deployment}",
        "    patch: |-",
        "      - {op: replace, path: /spec/replicas, value: 3}",
        "configMapGenerator: [{name: c, files: [x=values.yaml]}]",
      ].join("\n"),
      "app/values.yaml": "kind: Pod\nspec: {containers: [{name: no, image: no:1}]}\n",
    },
    images: { "deployment/web/c0": "a:1" },
  },
];
