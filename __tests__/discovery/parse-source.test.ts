import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSource } from "../../src/discovery/parse-source.ts";

test.each([
  ["file:deploy/images.txt", { kind: "file", path: "deploy/images.txt" }],
  ["compose:**/compose.yaml", { kind: "compose", glob: "**/compose.yaml" }],
  [" compose: ./a/*.yml ", { kind: "compose", glob: "a/*.yml" }],
  ["kubernetes:deploy/*.yaml", { kind: "kubernetes", glob: "deploy/*.yaml" }],
  ["helm:./charts/app", { kind: "helm", chart: "charts/app", values: [] }],
  [
    "helm: app-1.0.0.tgz values=a.yaml  values=./b.yaml",
    { kind: "helm", chart: "app-1.0.0.tgz", values: ["a.yaml", "b.yaml"] },
  ],
  ["helm:.", { kind: "helm", chart: ".", values: [] }],
  ["docker", { kind: "docker" }],
  ["kubectl", { kind: "kubectl" }],
  [
    "kubectl:arn:aws:eks:eu-central-1:1:cluster/a",
    { kind: "kubectl", context: "arn:aws:eks:eu-central-1:1:cluster/a" },
  ],
  ["registry:ghcr.io/acme/app", { kind: "registry", repository: "ghcr.io/acme/app", newest: 1 }],
  [
    "registry: docker.io/library/nginx:1.*-alpine  newest=3",
    { kind: "registry", repository: "docker.io/library/nginx", tags: "1.*-alpine", newest: 3 },
  ],
  ["registry:localhost:5000/a:b", { kind: "registry", repository: "localhost:5000/a", tags: "b", newest: 1 }],
  [
    "harbor:https://harbor.example.com/shop",
    { kind: "harbor", origin: "https://harbor.example.com", project: "shop", newest: 1 },
  ],
  [
    "harbor:https://HARBOR.example.com:8443/shop/back/**:v? newest=1000",
    {
      kind: "harbor",
      origin: "https://harbor.example.com:8443",
      project: "shop",
      repositories: "back/**",
      tags: "v?",
      newest: 1000,
    },
  ],
  ["harbor:http://[::1]:80/a:b", { kind: "harbor", origin: "http://[::1]", project: "a", tags: "b", newest: 1 }],
  ["harbor:http://127.0.0.1:8080/a", { kind: "harbor", origin: "http://127.0.0.1:8080", project: "a", newest: 1 }],
])("%s is a source", (line, source) => {
  expect(parseSource(line)).toEqual({ ...source, line: line.trim() });
});

test.each([
  ["composer:a.yaml", /did you mean "compose:a.yaml"/],
  ["Docker", /did you mean "docker"/],
  ["harbour:https://harbor.example.com/shop", /did you mean "harbor:/],
  ["images.txt", /write file:PATH, compose:GLOB/],
  ["nginx:1.27", /write file:PATH/],
  ["", /write file:PATH/],
  ["file:", /is not of the form file/],
  ["compose", /is not of the form compose/],
  ["docker:tcp://host", /is not of the form docker/],
  ["kubectl:", /is not of the form kubectl/],
  ["kubectl:--kubeconfig=/x", /is not of the form kubectl/],
  ["file://host/x", /is not of the form file/],
  ["compose:/etc/*.yaml", /is not of the form compose/],
  ["compose:../*.yaml", /is not of the form compose/],
  ["helm:", /is not of the form helm/],
  ["helm:a --values=x.yaml", /is not of the form helm/],
  ["helm:a values=../x.yaml", /is not of the form helm/],
  ["helm:charts/*", /is not of the form helm/],
  ["helm:/srv/chart", /is not of the form helm/],
  ["helm:oci://ghcr.io/acme/chart", /is not of the form helm/],
  ["kubernetes:a\\*.yaml", /is not of the form kubernetes/],
  ["kubernetes:a\u202e.yaml", /cannot be seen/],
])("%j is refused with a reason", (line, reason) => {
  expect(parseSource(line)).toEqual({ mistake: expect.stringMatching(reason) });
});

test("any text is its own source line, or has a mistake", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const source = parseSource(text);
      expect("mistake" in source ? source.mistake : source.line).not.toBe(undefined);
    }),
  );
});

// Proves: hostile-registry-ends-error
test.each([
  "registry",
  "registry:",
  "registry:https://ghcr.io/acme/app",
  "registry:nginx",
  "registry:ghcr.io/acme/*",
  "registry:ghcr.io/Acme/app",
  "registry:ghcr.io/acme/app@sha256:abc",
  "registry:ghcr.io/acme/../app",
  "registry:ghcr.io/acme/app:[0-9]",
  "registry:ghcr.io/acme/app:",
  "registry:ghcr.io/acme/app newest=0",
  "registry:ghcr.io/acme/app newest=1001",
  "registry:ghcr.io/acme/app newest=all",
  "registry:ghcr.io/acme/app newest=1 newest=2",
  "harbor",
  "harbor:harbor.example.com/shop",
  "harbor:https://harbor.example.com",
  "harbor:https://harbor.example.com/",
  "harbor:https://harbor.example.com/*",
  "harbor:https://harbor.example.com/../shop",
  "harbor:https://a:b@harbor.example.com/shop",
  "harbor:https://harbor.example.com?/shop",
  "harbor:http://harbor.example.com/shop",
  "harbor:http://127.evil.example.com/shop",
  // An image `harbor/shop/app` is one of Docker Hub's, and so would be its login.
  "harbor:https://harbor/shop",
  "harbor:https://index.docker.io/shop",
  "harbor:https://harbor.example.com/shop/A",
  "harbor:https://harbor.example.com/shop/a:%2e",
])("the registry of %j is refused with its form", (line) => {
  const [kind] = line.split(":");
  expect(parseSource(line)).toEqual({ mistake: expect.stringMatching(`is not of the form ${kind}`) });
});
