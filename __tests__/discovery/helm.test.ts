import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ensureHelm } from "../../scripts/setup/go-tools.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered, found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// The real Helm renders the charts.
const folder = temporaryFolder("discovery-helm");
afterAll(() => folder.remove());
const PATH = pathOf(folder.path, { helm: await ensureHelm() });

const template = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  template:
    spec:
      containers:
        - name: web
          image: "{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"
`;
const chart = {
  "chart/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\nappVersion: '7'\n",
  "chart/values.yaml": "image: nginx\n",
  "chart/templates/web.yaml": template,
  "prod.yaml": "image: acme/web\n",
  "tag.yaml": "tag: '9'\n",
};
/** The same chart in the workspace itself. */
const unfolded = Object.fromEntries(Object.entries(chart).map(([path, text]) => [path.replace("chart/", ""), text]));
const worldOf = (more: Readonly<Record<string, string>> = {}, path = PATH) =>
  worldWith(folder.path, path, { ...chart, ...more });

test.each([
  ["helm:chart", "nginx:7"],
  ["helm:./chart values=prod.yaml", "acme/web:7"],
  ["helm:chart values=prod.yaml values=./tag.yaml", "acme/web:9"],
])("%s has the images that Helm renders", async (line, image) => {
  expect(await found(line, worldOf())).toEqual({
    images: [["deployment/release-web/web", image]],
    notes: [expect.stringMatching(/^The chart was rendered by helm v3\.19\.0 \(/)],
    code: undefined,
    what: undefined,
  });
});

test("a comma or a quote in a file's name is part of it", async () => {
  const files = { 'a,"b.yaml': "image: comma\n", "b.yaml": "image: evil\n" };
  const { images } = await found('helm:chart values=a,"b.yaml', worldOf(files));
  expect(images).toEqual([["deployment/release-web/web", "comma:7"]]);
});

test("hooks and tests count, too", async () => {
  const hook =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: c, image: 'hook:1'}]}\n";
  const { images } = await found("helm:chart", worldOf({ "chart/templates/tests/t.yaml": hook }));
  expect(images).toContainEqual(["pod/t/c", "hook:1"]);
});

// Proves: chart-shows-no-more
test("a template in a folder that other sources pass over counts, too", async () => {
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: n}\nspec: {containers: [{name: c, image: 'evil:1'}]}\n";
  const { images, code } = await found("helm:chart", worldOf({ "chart/templates/node_modules/n.yaml": pod }));
  expect(code).toBe(undefined);
  expect(images).toContainEqual(["pod/n/c", "evil:1"]);
});

// Proves: chart-shows-no-more
test("what only an upgrade has counts, too", async () => {
  const other =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: u}\nspec: {containers: [{name: c, image: '{{ if .Release.IsUpgrade }}evil:1{{ else }}good:1{{ end }}'}]}\n";
  const { images, code, notes } = await found("helm:chart", worldOf({ "chart/templates/u.yaml": other }));
  expect(code).toBe(undefined);
  expect(images.map(([, image]) => image).sort()).toEqual(["evil:1", "good:1", "nginx:7"]);
  expect(notes).toContainEqual(
    "An upgrade of the chart has images that an installation does not have. They count, too.",
  );
});

test("that a chart cannot be rendered for an upgrade is reported, and what an installation makes counts", async () => {
  const guard = "{{ if .Release.IsUpgrade }}{{ fail .Values.image }}{{ end }}";
  const { images, code, notes } = await found("helm:chart", worldOf({ "chart/templates/u.yaml": guard }));
  expect([images, code]).toEqual([[["deployment/release-web/web", "nginx:7"]], undefined]);
  expect(notes).toContainEqual(
    "Helm renders the chart for an installation, and not for an upgrade with the same values: only an installation's images count.",
  );
});

describe("an error", () => {
  test.each([
    ["a chart that is missing", "helm:other", {}, "file-missing"],
    ["values that are missing", "helm:chart values=no.yaml", {}, "file-missing"],
    ["a template that is wrong", "helm:chart", { "chart/templates/x.yaml": "{{ .Values.image" }, "discovery-helm"],
    [
      "a dependency that would have to be fetched",
      "helm:chart",
      {
        "chart/Chart.yaml": `${chart["chart/Chart.yaml"]}dependencies: [{name: db, version: 1.0.0, repository: 'https://charts.acme.example'}]\n`,
      },
      "discovery-helm",
    ],
  ] as const)("%s", async (_, line, more, code) => {
    expect(await found(line, worldOf(more))).toMatchObject({ images: [], code });
  });

  // Proves: chart-shows-no-more
  test.each(["../.git/config", "/etc/passwd", ".."])(
    "a link in the chart to %s, which a template could read",
    async (to) => {
      const world = worldOf({ ".git/config": "s3cr3t" });
      symlinkSync(to, join(world.workspace, "chart/link"));
      expect(await found("helm:chart", world)).toMatchObject({ images: [], code: "discovery-helm" });
    },
  );

  // Proves: chart-shows-no-more
  test("of a template shows its place, and none of its values", async () => {
    const { what } = await found("helm:chart", worldOf({ "chart/templates/x.yaml": "\n{{ fail .Values.image }}" }));
    expect(what).toContain("app/templates/x.yaml:2:3");
    expect(what).not.toContain("nginx");
  });

  test("without Helm says what to run", async () => {
    const { sources } = await discovered(["helm:chart values=prod.yaml"], worldOf({}, pathOf(folder.path, {})));
    expect(sources[0]?.error).toMatchObject({
      code: "discovery-program-missing",
      remedy: expect.stringContaining("helm template chart --values prod.yaml > rendered.yaml"),
    });
  });
});

// Proves: chart-shows-no-more
test("a template sees no token of actions/checkout, and files of the chart by links", async () => {
  const read = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: 'a{{ .Files.Get ".git/config" }}:{{ .Files.Get "link" | trim }}'}]}
`;
  const world = worldOf({ ".git/config": "s3cr3t", ...unfolded, "templates/p.yaml": read, tag: "9" });
  symlinkSync("tag", join(world.workspace, "link"));
  const { images, code } = await found("helm:.", world);
  expect(code).toBe(undefined);
  expect(images).toContainEqual(["pod/p/c", "a:9"]);
});

// Proves: chart-shows-no-more
test("a template sees no variable of the job, no cluster and no name of the network", async () => {
  const pod = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: 'a{{ lookup "v1" "Pod" "" "" | len }}{{ getHostByName "localhost" }}:1'}]}
`;
  const { images, code } = await found("helm:chart", worldOf({ "chart/templates/p.yaml": pod }));
  expect(code).toBe(undefined);
  expect(images).toContainEqual(["pod/p/c", "a0:1"]);
});
