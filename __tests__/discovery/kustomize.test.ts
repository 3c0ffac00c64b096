import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureKustomize, ensureRecentKubectl } from "../../scripts/setup/go-tools.ts";
import { type Listening, listen } from "../support/network/http.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered, found, writeFiles } from "./discovered.ts";
import { KUSTOMIZE_CASES } from "./kustomize-cases.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// The real Kustomize builds the kustomizations.
const folder = temporaryFolder("discovery-kustomize");
afterAll(() => folder.remove());
const kustomize = await ensureKustomize();
const kubectl = await ensureRecentKubectl();
const KUSTOMIZE = pathOf(folder.path, { kustomize });
const NONE = pathOf(folder.path, {});

type Files = Readonly<Record<string, string>>;
const worldOf = (files: Files, path = KUSTOMIZE) => worldWith(folder.path, path, files);
const find = (files: Files, glob = "**/*.yaml", path = KUSTOMIZE) => found(`kubernetes:${glob}`, worldOf(files, path));

/** The images by place, if nothing is wrong. */
async function imagesOf(...asked: Parameters<typeof find>): Promise<Record<string, string>> {
  const { images, code } = await find(...asked);
  expect(code).toBe(undefined);
  expect(new Set(images.map(([place]) => place)).size).toBe(images.length);
  return Object.fromEntries(images);
}

function pod(name: string, image: string): string {
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "c", image }] } };
  return JSON.stringify(object);
}

describe("what Kustomize makes is what counts", () => {
  test.each(KUSTOMIZE_CASES)("$says", async ({ files, images }) => {
    const { images: them, notes, code } = await find(files, "app");
    expect(code).toBe(undefined);
    expect(notes).toContainEqual(expect.stringMatching(/^Kustomizations were built by kustomize v5\.7\.1 \(/));
    expect(Object.fromEntries(them)).toEqual(images);
  });

  test("by kubectl where no kustomize is there, and by both where both are", async () => {
    const [{ files, images } = expect.fail()] = KUSTOMIZE_CASES;
    const programs = { kubectl };
    const alone = await find(files, "app", pathOf(folder.path, programs));
    expect(Object.fromEntries(alone.images)).toEqual(images);
    expect(alone.notes).toEqual([expect.stringMatching(/^Kustomizations were built by kubectl kustomize v\d/)]);
    const both = await find(files, "app", pathOf(folder.path, { ...programs, kustomize }));
    expect(both.notes).toEqual([
      expect.stringMatching(/^Kustomizations were built by kustomize v\d/),
      expect.stringMatching(/^Kustomizations were built by kubectl kustomize v\d/),
    ]);
    expect(both.images).toEqual(alone.images);
  });
});

// Proves: kustomize-shows-no-other
describe("what hides an image from who reads a kustomization by himself is seen", () => {
  const web = pod("web", "good:1");
  const transformer = { apiVersion: "builtin", kind: "ImageTagTransformer", metadata: { name: "t" } };
  const t = JSON.stringify({ ...transformer, imageTag: { name: "good", newName: "evil" } });
  const hidden: readonly (readonly [string, string, Files])[] = [
    [
      "patches that move a container",
      `patches: [{patch: '[{"op": "add", "path": "/spec/containers/-", "value": {"name": "d", "image": "evil:1"}}]', target: {kind: Pod}}]`,
      {},
    ],
    ["a patch by a path", "patches: [{path: patch.yaml}]", { "app/patch.yaml": pod("web", "evil:1") }],
    ["a transformer", "transformers: [t.yaml]", { "app/t.yaml": t }],
  ];
  test.each(hidden)("%s", async (_, kustomization, files) => {
    const own = { "app/p.yaml": web, "app/kustomization.yaml": `resources: [p.yaml]\n${kustomization}\n` };
    const { images, code } = await find({ ...own, ...files }, "app");
    expect(code).toBe(undefined);
    expect(images.map(([, image]) => image)).toContainEqual(expect.stringMatching(/^evil/));
  });
});

// Proves: kustomize-shows-no-other
describe("what is deployed directly is not taken out of the count by a decoy", () => {
  const deployed = { "prod/p.yaml": pod("prod", "evil:1") };
  test.each([
    ["that Kustomize refuses", "resources: [../prod/p.yaml, missing.yaml]", "discovery-kustomize"],
    ["with a field that it does not have", "resources: [../p]\nimagess: []", "discovery-kustomize"],
    ["out of its root", "resources: [../prod/p.yaml]", "discovery-kustomize"],
    ["that names another repository", "resources: [../prod, 'https://acme.example/x']", "discovery-remote"],
  ])("a kustomization %s", async (_, kustomization, code) => {
    const files = { ...deployed, "a.yaml": pod("a", "a:1"), "decoy/kustomization.yaml": kustomization };
    const read = await find(files);
    expect(read.images).toContainEqual(["pod/prod/c", "evil:1"]);
    expect(read.code).toBe(code);
  });

  test("one that uses it as data, or only has its name as a text", async () => {
    const files = {
      "a.yaml": pod("a", "a:1"),
      "prod.yaml": pod("prod", "evil:1"),
      "kustomization.yaml":
        "resources: [a.yaml]\nnameSuffix: prod.yaml\nconfigMapGenerator: [{name: x, files: [prod.yaml]}]\n",
    };
    expect(await imagesOf(files)).toEqual({ "pod/aprod.yaml/c": "a:1", "pod/prod/c": "evil:1" });
  });

  test("one that calls it a patch, or the settings of a transformer, which changes nothing", async () => {
    const files = {
      "a.yaml": pod("a", "a:1"),
      "prod.yaml": pod("prod", "evil:1"),
      "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: prod.yaml, target: {kind: Nothing}}]\n",
    };
    expect(await imagesOf(files)).toEqual({ "pod/a/c": "a:1", "pod/prod/c": "evil:1" });
    const settings = { ...files, "kustomization.yaml": "resources: [a.yaml]\ntransformers: [prod.yaml]\n" };
    expect((await find(settings)).images).toContainEqual(["pod/prod/c", "evil:1"]);
    const real = { ...files, "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: patch.yaml}]\n" };
    const patched = await find({ ...real, "prod.yaml": "", "patch.yaml": pod("a", "b:2") });
    expect(patched.images).toEqual([
      ["pod/a/c", "b:2"],
      ["pod/a/c", "a:1"],
    ]);
    expect((await find({ ...real, "patch.yaml": pod("a", "b:2") }, ".")).images).toEqual([["pod/a/c", "b:2"]]);
  });

  const note = (file: string) =>
    expect.stringContaining(
      `These files count by themselves, too, since the pattern matches them and no kustomization here deploys their images as they are. For what is deployed only through kustomizations, name their folders alone (kubernetes:FOLDER): ${file}`,
    );

  // Proves: kustomize-shows-no-other
  test("one that Kustomize accepts, and that changes its image", async () => {
    const files = {
      "p.yaml": pod("prod", "evil:1"),
      "kustomization.yaml": "resources: [p.yaml]\nimages: [{name: evil, newName: good}]\n",
    };
    const { images, notes, code } = await find(files);
    expect(images).toEqual([
      ["pod/prod/c", "good:1"],
      ["pod/prod/c", "evil:1"],
    ]);
    expect([code, notes]).toEqual([undefined, expect.arrayContaining([note("p.yaml")])]);
    expect((await find(files, "p.yaml")).images).toEqual([["pod/prod/c", "evil:1"]]);
    expect((await find(files, ".")).images).toEqual([["pod/prod/c", "good:1"]]);
  });

  // Proves: kustomize-shows-no-other
  test("an overlay that changes what a kustomization deploys by itself", async () => {
    const files = {
      "prod/p.yaml": pod("prod", "x:1"),
      "prod/kustomization.yaml": "resources: [p.yaml]\nimages: [{name: x, newName: evil}]\n",
      "decoy/kustomization.yaml": "resources: [../prod]\nimages: [{name: evil, newName: good}]\n",
    };
    for (const glob of ["**/*.yaml", "**/kustomization.yaml"]) {
      const { images, notes, code } = await find(files, glob);
      expect(images).toContainEqual(["pod/prod/c", "good:1"]);
      expect(images).toContainEqual(["pod/prod/c", "evil:1"]);
      expect([code, notes]).toEqual([undefined, expect.arrayContaining([note("prod/kustomization.yaml as rendered")])]);
    }
    expect((await find(files, "decoy")).images).toEqual([["pod/prod/c", "good:1"]]);
    const unable = {
      ...files,
      "prod/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: q.yaml}]\n",
      "prod/q.yaml": pod("a", "good:1"),
      "decoy/kustomization.yaml": "resources: [a.yaml]\ncomponents: [../prod]\n",
      "decoy/a.yaml": pod("a", "good:1"),
    };
    const part = await find(unable, "**/kustomization.yaml");
    expect([part.images, part.code]).toEqual([[["pod/a/c", "good:1"]], undefined]);
    expect(part.notes.join()).not.toContain("Components that");
  });
});

const base = { "base/p.yaml": pod("x", "a:1"), "base/kustomization.yaml": "resources: [p.yaml]\n" };

test("what an overlay uses counts only through it if it keeps the images, whatever the pattern matches", async () => {
  const files = {
    ...base,
    "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\nimages: [{name: a, newTag: '2'}]\n",
    "test/kustomization.yaml": "resources: [../base]\nnamespace: test\n",
    "loose.yaml": pod("loose", "a:1"),
  };
  expect(await imagesOf(files)).toEqual({ "pod/loose/c": "a:1", "prod/pod/x/c": "a:2", "test/pod/x/c": "a:1" });
  expect(await imagesOf(files, "base/*.yaml")).toEqual({ "pod/x/c": "a:1" });
});

test("a base is found behind links to its folder and to its files", async () => {
  const world = worldOf({
    "shared/base/kustomization.yaml": "resources: [../more, p.yaml]\n",
    "shared/base/p.yaml": pod("x", "a:1"),
    "shared/more/kustomization.yaml": "resources: [linked.yaml]\n",
    "shared/more/q.yaml": pod("y", "b:1"),
    "app/kustomization.yaml": "resources: [link]\nimages: [{name: b, newTag: '2'}]\n",
  });
  symlinkSync("../shared/base", join(world.workspace, "app/link"));
  symlinkSync("q.yaml", join(world.workspace, "shared/more/linked.yaml"));
  const { images, code } = await found("kubernetes:app", world);
  expect([images.map(([, image]) => image).sort(), code]).toEqual([["a:1", "b:2"], undefined]);
});

test("a component that nothing uses counts if Kustomize builds it, and is named in a note if not", async () => {
  const component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n";
  const files = {
    ...base,
    "one/kustomization.yaml": `${component}resources: [q.yaml]\n`,
    "one/q.yaml": pod("q", "b:1"),
    "two/kustomization.yaml": `${component}patches: [{patch: '[]', path: x.yaml}]\n`,
  };
  const { images, notes, code } = await find(files);
  expect(code).toBe(undefined);
  expect(images).toEqual([
    ["pod/x/c", "a:1"],
    ["pod/q/c", "b:1"],
  ]);
  expect(notes).toContainEqual(expect.stringMatching(/^Components that .*: two\/kustomization\.yaml\.$/));
});

test("an object of Flux that has the file's name is a manifest", async () => {
  const flux = JSON.stringify({
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    spec: { path: "./x" },
  });
  const { notes } = await find({ "kustomization.yaml": flux, "p.yaml": pod("x", "a:1") });
  expect(notes).toEqual([expect.stringMatching(/what their controllers run: Kustomization\.$/)]);
});

// Proves: kustomize-shows-no-other
describe("what Kustomize would fetch, start or read elsewhere is refused before it starts", () => {
  test.each([
    ["a remote base", "resources: ['https://github.com/acme/base?ref=v1']", "discovery-remote"],
    ["a remote base in short", "resources: [github.com/acme/base]", "discovery-remote"],
    ["one by SSH", "resources: ['git@acme.example:base']", "discovery-remote"],
    ["one by SSH without a user", "resources: ['acme.example:base.git']", "discovery-remote"],
    ["a repository in a file", "resources: ['file:///srv/base']", "discovery-remote"],
    ["a folder with a query", "resources: ['base?ref=main']", "discovery-remote"],
    ["a remote patch", "resources: [p.yaml]\npatches: [{path: 'http://acme.example/s.json'}]", "discovery-remote"],
    [
      "remote data",
      "resources: [p.yaml]\nconfigMapGenerator: [{name: x, files: ['k=http://acme.example/s']}]",
      "discovery-remote",
    ],
    ["a remote file of a transformer", "resources: [p.yaml]\ntransformers: [remote.yaml]", "discovery-remote"],
    [
      "the token of actions/checkout as data",
      "resources: [p.yaml]\nconfigMapGenerator: [{name: x, files: [.git/config]}]",
      "discovery-kustomize",
    ],
    ["a kustomization in .git", "resources: [p.yaml, .git/base]", "discovery-git-file"],
    ["a file from outside", "resources: [../../../../../../../../../etc/passwd]", "discovery-remote"],
    ["a Helm chart", "resources: [p.yaml]\nhelmCharts: [{name: x}]", "discovery-kustomize"],
    ["a program as a generator", "resources: [p.yaml]\ngenerators: [exec.yaml]", "discovery-kustomize"],
    ["a remote base of a field in another case", "resources: [p.yaml]\nBASES: [github.com/a/b]", "discovery-remote"],
    ["a field that Go folds", "resources: [p.yaml]\nreſources: []", "discovery-manifest-invalid"],
  ])("%s", async (_, kustomization, code) => {
    const world = worldOf({
      "app/p.yaml": pod("x", "a:1"),
      "app/empty/x.txt": "",
      "app/.git/config": "secret",
      "app/.git/base/kustomization.yaml": "",
      "app/remote.yaml":
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: https://acme.example/p\n",
      "app/data.yaml": "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [.git/config]\n",
      "app/exec.yaml":
        "apiVersion: x\nkind: X\nmetadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: ./run}'}}\n",
      "app/kustomization.yaml": kustomization,
    });
    symlinkSync(".git/config", join(world.workspace, "app/link"));
    expect(await found("kubernetes:app", world)).toMatchObject({ images: [], code });
  });
});

// Proves: kustomize-shows-no-other
describe("the token of actions/checkout gets into no image's name", () => {
  const generator = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [.git/config]\n";
  const replacement =
    "replacements: [{source: {kind: ConfigMap, fieldPath: data.config}, targets: [{select: {kind: Pod}, fieldPaths: [spec.containers.0.image]}]}]\n";
  test.each<[string, string, Record<string, string>, string?]>([
    ["by settings in a folder, whose paths start at the kustomization", "generators: [t/gen.yaml]", {}],
    [
      "by settings in a folder with a kustomization",
      "generators: [t]",
      { "t/kustomization.yaml": "resources: [gen.yaml]\n" },
    ],
    ["by settings whose file looks like settings", "generators: ['{gen.yaml']", { "{gen.yaml": generator }],
    [
      "by a path that leads out of the workspace and back",
      "bases: [../../../../../../../../../../../..WORKSPACE/u]",
      {
        "u/kustomization.yaml": "configMapGenerator: [{name: x, files: [config]}]\n",
        "u/config": "evil.example/app:hushHush42",
      },
      "discovery-remote",
    ],
    ["by a link whose name has a line break", 'configMapGenerator: [{name: x, files: ["config=li\\nnk"]}]', {}],
  ])("%s", async (_, field, more, refusal = "discovery-kustomize") => {
    const world = worldOf({
      ".git/config": "evil.example/app:hushHush42",
      "p.yaml": pod("x", "a:1"),
      "t/gen.yaml": generator,
      ...more,
    });
    symlinkSync(".git/config", join(world.workspace, "li\nnk"));
    const kustomization = `resources: [p.yaml]\n${field.replace("WORKSPACE", world.workspace)}\n${replacement}`;
    writeFiles(world.workspace, { "kustomization.yaml": kustomization });
    const { images, code, what } = await found("kubernetes:.", world);
    expect([images, code]).toEqual([[], refusal]);
    expect(what).not.toContain("hushHush42");
  });
});

describe("an address that Kustomize alone would find is refused before it is asked", () => {
  const asked: string[] = [];
  let server: Listening;
  beforeAll(async () => {
    server = await listen((request, response) => {
      asked.push(request.url ?? "");
      response.end(pod("remote", "evil:1"));
    });
  });
  afterAll(() => server.close());
  const refused = async (world: ReturnType<typeof worldOf>) => {
    expect(await found("kubernetes:app", world)).toMatchObject({ images: [], code: "discovery-remote" });
    expect(asked).toEqual([]);
  };

  // Proves: kustomize-shows-no-other
  test("behind a link to a folder, from where its paths start", async () => {
    const world = worldOf({
      "app/kustomization.yaml": "resources: [link]\n",
      "app/other/kustomization.yaml": "resources: [p.yaml]\n",
      "app/other/p.yaml": pod("x", "a:1"),
      "deep/base/kustomization.yaml": "resources: [../other]\n",
      "deep/other/kustomization.yaml": `resources: ['${server.url}/x.yaml']\n`,
    });
    symlinkSync("../deep/base", join(world.workspace, "app/link"));
    await refused(world);
  });

  // Proves: kustomize-shows-no-other
  test.each([
    ["with a brace, as inline settings have one", "resources: ['ADDRESS/x.yaml?{']"],
    ["with a brace, in the place of settings", "generators: ['ADDRESS/{x}.yaml']"],
    ["in the place of settings, without a scheme", "generators: ['git@acme.example:base//{x}']"],
    ["longer than any path", `patches: [{path: ADDRESS/${"x".repeat(5000)}}]`],
  ])("%s", async (_, field) => {
    const kustomization = `${field.replace("ADDRESS", server.url)}\n`;
    const more = field.startsWith("resources") ? "" : "resources: [../p.yaml]\n";
    await refused(
      worldOf({
        "app/p.yaml": pod("x", "a:1"),
        "app/q/p.yaml": pod("x", "a:1"),
        "app/q/kustomization.yaml": more.replace("../", "") + kustomization,
        "app/kustomization.yaml": "resources: [p.yaml, q]\n",
      }),
    );
  });
});

// Proves: kustomize-shows-no-other
test("Kustomize sees no variable, folder or program of the job, and only the files of folders that are named", async () => {
  const world = worldWith(
    folder.path,
    "",
    {
      ".git/config": "token",
      "app/.git/config": "token",
      "app/p.yaml": pod("x", "a:1"),
      "app/kustomization.yaml": "resources: [p.yaml]\n",
      "other/p.yaml": pod("y", "b:1"),
    },
    { GITHUB_TOKEN: "ghs_secret", HTTPS_PROXY: "http://proxy.acme.example", HOME: folder.path },
  );
  const [seen, spy] = [join(folder.path, "seen.txt"), join(folder.path, "spy")];
  writeProgram(
    spy,
    `/usr/bin/env > ${seen}; echo "args $*" >> ${seen}; (cd "$3/.." && /usr/bin/find . -type f) >> ${seen} 2>&1; exec ${kustomize} "$@"`,
  );
  const path = pathOf(folder.path, { kustomize: spy });
  expect((await found("kubernetes:app", { ...world, env: { ...world.env, PATH: path } })).code).toBe(undefined);
  const lines = readFileSync(seen, "utf8").trim().split("\n");
  expect(lines.join("\n")).not.toMatch(/ghs_secret|proxy\.acme/);
  const value = (name: string) => lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  for (const name of ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "PATH"]) expect(value(name)).toContain(world.runFolder);
  expect(existsSync(value("PATH") ?? "/")).toBe(false);
  expect(value("HTTPS_PROXY")).toBe("http://127.0.0.1:0");
  const [args = "", ...files] = lines.slice(lines.findIndex((line) => line.startsWith("args build")));
  expect(args).toMatch(/^args build --load-restrictor=LoadRestrictionsRootOnly \S+\/app$/);
  expect(args).toContain(world.runFolder);
  expect(files.sort()).toEqual(["./app/kustomization.yaml", "./app/p.yaml"]);
});

test("without Kustomize it is an error that says what to run, and what the files say counts", async () => {
  const files = { "app/p.yaml": pod("x", "a:1"), "app/kustomization.yaml": "resources: [p.yaml]\n" };
  const world = worldOf(files, NONE);
  const { images, sources } = await discovered(["kubernetes:**/*.yaml"], world);
  expect(images.map(({ reference }) => reference)).toEqual(["a:1"]);
  expect(sources[0]?.error).toMatchObject({
    code: "discovery-program-missing",
    remedy: expect.stringContaining("kustomize build app > rendered.yaml"),
  });
});

test("texts that are not path take no time", async () => {
  const spaces = Array.from({ length: 900 }, (_, i) => `"${" ".repeat(4000)}${i}"`).join(", ");
  const before = process.cpuUsage();
  await find({ "app/kustomization.yaml": `configMapGenerator: [{name: x, files: [${spaces}]}]\n` }, "app", NONE);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
});

test("bases that multiply end", async () => {
  const layers = Array.from({ length: 16 }, (_, i) => [
    `l${i}/kustomization.yaml`,
    `resources: [../l${i + 1}, ../l${i + 1}]\n`,
  ]);
  const files = {
    ...Object.fromEntries(layers),
    "l16/kustomization.yaml": "resources: [p.yaml]\n",
    "l16/p.yaml": pod("x", "a"),
  };
  expect((await find(files, "l0")).code).toBe("discovery-kustomize");
});

describe("a program that does not end as it should", () => {
  const app = { "app/p.yaml": pod("x", "a:1"), "app/kustomization.yaml": "resources: [p.yaml]\n" };
  const doing = (build: string) => {
    const program = join(folder.path, `program-${Math.random()}`);
    writeProgram(program, `case "$1" in version) echo v5.7.1;; *) ${build};; esac`);
    return worldOf(app, pathOf(folder.path, { kustomize: program }));
  };
  const login = { credentials: async () => undefined };

  // Proves: kustomize-shows-no-other
  test("is ended when the source's time is over", async () => {
    const world = doing("exec /bin/sleep 60");
    const { sources } = await discovered(["kubernetes:app"], world, { ...login, timeoutMs: 1000 });
    expect(sources[0]?.error?.code).toBe("discovery-program-slow");
  });

  test("is ended when the run is cancelled, and the run ends", async () => {
    const world = doing("exec /bin/sleep 60");
    const ended = discovered(["kubernetes:app"], world, login);
    setTimeout(() => world.abort(), 500);
    await expect(ended).rejects.toMatchObject({ code: "run-cancelled" });
  });

  // Proves: kustomize-shows-no-other
  test("is an error if it writes without end", async () => {
    const world = doing("exec /usr/bin/head -c 70000000 /dev/zero");
    const { sources } = await discovered(["kubernetes:app"], world, login);
    expect(sources[0]?.error?.code).toBe("discovery-too-large");
  });

  test("leaves no folder behind", async () => {
    const world = doing("exit 3");
    const { sources } = await discovered(["kubernetes:app"], world, login);
    expect(sources[0]?.error?.what).toContain("it ended with exit code 3 and without a message");
    expect(readdirSync(join(world.runFolder, "private"))).toEqual([]);
  });
});
