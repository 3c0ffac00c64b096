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
      "app/deployment.yaml": deployment("web", "nginx", `redis:7@${DIGEST}`, "postgres:8"),
      "app/kustomization.yaml": [
        "resources: [deployment.yaml]",
        "images:",
        "  - {name: nginx, newTag: '1.29'}",
        "  - {name: redis, newName: registry.acme.example/redis}",
        `  - {name: postgres, digest: '${DIGEST}'}`,
      ].join("\n"),
    },
    images: {
      "deployment/web/c0": "nginx:1.29",
      "deployment/web/c1": `registry.acme.example/redis:7@${DIGEST}`,
      "deployment/web/c2": `postgres@${DIGEST}`,
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
    says: "keys in any case, as Kustomize takes them",
    files: {
      "app/d.yaml": deployment("web", "a:1"),
      "app/kustomization.yaml": "Resources: [d.yaml]\nnameprefix: p-\nIMAGES: [{NAME: a, newtag: '2'}]\n",
    },
    images: { "deployment/p-web/c0": "a:2" },
  },
];
