import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSource } from "../../src/discovery/index.ts";

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
])("%s is a source", (line, source) => {
  expect(parseSource(line)).toEqual({ ...source, line: line.trim() });
});

test.each([
  ["composer:a.yaml", /did you mean "compose:a.yaml"/],
  ["Docker", /did you mean "docker"/],
  ["images.txt", /file:images.txt/],
  ["nginx:1.27", /write file:PATH/],
  ["", /write file:PATH/],
  ["file:", /names no file/],
  ["compose", /names no files/],
  ["docker:tcp://host", /DOCKER_HOST/],
  ["kubectl:", /no context/],
  ["kubectl:--kubeconfig=/x", /starts with -/],
  ["file://host/x", /URL/],
  ["compose:/etc/*.yaml", /absolute/],
  ["compose:../*.yaml", /out of the workspace/],
  ["helm:", /names no chart/],
  ["helm:a --values=x.yaml", /only values=FILE may follow/],
  ["helm:a values=../x.yaml", /out of the workspace/],
  ["helm:charts/*", /names? one chart|pattern/],
  ["helm:/srv/chart", /absolute/],
  ["helm:oci://ghcr.io/acme/chart", /URL/],
  ["kubernetes:a\\*.yaml", /backslash/],
  ["kubernetes:a\u202e.yaml", /cannot be seen/],
])("%j is refused with a reason", (line, reason) => {
  expect(parseSource(line)).toEqual({ mistake: expect.stringMatching(reason) });
});

test("any text is a source of its own line, or has a mistake", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const source = parseSource(text);
      expect("mistake" in source ? source.mistake : source.line).not.toBe(undefined);
    }),
  );
});
