import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { temporaryFolder } from "../support/folder.ts";
import { writeProgram } from "../support/program.ts";
import { COMPOSE_CASES } from "./compose-cases.ts";
import { found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// What was read in Compose files is held against the real Docker Compose.
const folder = temporaryFolder("discovery-compose-real");
afterAll(() => folder.remove());
const compose = await ensureCompose();
const PATH = pathOf(folder.path, { "docker-compose": compose });

const find = (files: Readonly<Record<string, string>>, glob = "compose.yaml", path = PATH) =>
  found(`compose:${glob}`, worldWith(folder.path, path, files));

const asked = expect.stringMatching(/^docker-compose v?\d\S* \(.*\) was asked for the images of the Compose files\.$/);

test.each(COMPOSE_CASES)("Docker Compose finds the same images as we do: $says", async ({ files, images }) => {
  const read = await find(files);
  expect([read.code, read.what]).toEqual([undefined, undefined]);
  expect(read.notes).toContainEqual(asked);
  const pulled = Object.entries(images).filter(([, image]) => image !== null);
  expect(read.images.sort()).toEqual(pulled.map(([name, image]) => [`compose.yaml ${name}`, image]).sort());
});

test("Docker's own plugin is asked first; without one, docker-compose", async () => {
  const files = { "compose.yaml": "services: {a: {image: 'a:1'}}\n" };
  const said = async (name: string, script: string) => {
    const docker = join(folder.path, name);
    writeProgram(docker, script);
    const { notes, images } = await find(
      files,
      "compose.yaml",
      pathOf(folder.path, { docker, "docker-compose": compose }),
    );
    expect(images).toEqual([["compose.yaml a", "a:1"]]);
    return notes;
  };
  const withPlugin = `[ "$1" = compose ] || exit 1; shift; exec ${compose} "$@"`;
  expect(await said("docker-plugin", withPlugin)).toEqual([expect.stringMatching(/^docker compose 5\.5\.1 \(/)]);
  expect(await said("docker-alone", "exit 125")).toEqual([expect.stringMatching(/^docker-compose 5\.5\.1 \(/)]);
});

test("containers that run before a service starts count", async () => {
  const hooks = "[{image: init:1, command: x}, {command: y}]";
  const files = { "compose.yaml": `services:\n  a:\n    image: a:1\n    pre_start: ${hooks}\n` };
  expect(await find(files)).toMatchObject({
    images: [
      ["compose.yaml a", "a:1"],
      ["compose.yaml a pre_start 0", "init:1"],
    ],
    code: undefined,
    notes: [asked],
  });
});

test("so do those of a later file, and what they mount (newer versions of Compose allow it)", async () => {
  const hook = (name: string, more = "") => `{image: ${name}, command: x${more}}`;
  const services = (hooks: string) => `services:\n  a: {image: a:1, pre_start: [${hooks}]}\n`;
  const mount = ", volumes: [{type: image, source: 'data:1', target: /d}]";
  const files = { "compose.yaml": services(hook("init:1")), "compose.override.yaml": services(hook("later:1")) };
  const { images, code, notes } = await find(files);
  expect([images.map(([, image]) => image), code]).toEqual([["a:1", "init:1", "later:1"], undefined]);
  expect(notes).toContainEqual(asked);
  const mounted = await find({ "compose.yaml": services(hook("init:1", mount)) });
  expect(mounted.images.map(([, image]) => image)).toEqual(["a:1", "init:1", "data:1"]);
});

test.each([
  ["a tag that makes a merge key", '!!merge "<<": *x'],
  ["a tag without a name", '! "<<": *x'],
])("%s is an error", async (_, merge) => {
  const files = { "compose.yaml": `x-a: &x {image: evil:1}\nservices:\n  a: {image: a:1}\n  b: {${merge}}\n` };
  expect((await find(files)).code).toBe("discovery-manifest-ambiguous");
});

// Proves: how-manifest-written-hides
describe("a program that reads something else than we do", () => {
  const lying = (config: object) => {
    const spy = join(folder.path, `lying-${Math.random()}`);
    writeProgram(spy, `case "$*" in *version*) echo 2.40.3;; *) echo '${JSON.stringify(config)}';; esac`);
    return pathOf(folder.path, { "docker-compose": spy });
  };
  const files = { "compose.yaml": "services:\n  a: {image: 'a:1'}\n" };

  test("is an error, and the image that it reads counts", async () => {
    const read = await find(files, "compose.yaml", lying({ services: { a: { image: "evil:1" } } }));
    expect(read.code).toBe("discovery-readings-differ");
    expect(read.images).toEqual([
      ["compose.yaml a", "a:1"],
      ["compose.yaml a", "evil:1"],
    ]);
  });

  test.each([
    ["a service less", { services: {} }, "discovery-readings-differ"],
    ["a service more", { services: { a: { image: "a:1" }, b: { image: "b:1" } } }, "discovery-readings-differ"],
  ])("%s is an error", async (_, config, code) => {
    expect((await find(files, "compose.yaml", lying(config))).code).toBe(code);
  });
});

describe("a file that Compose refuses", () => {
  const service = (more: string) => `services:\n  a: {image: 'a:1', ${more}}\n`;
  const images = [["compose.yaml a", "a:1"]];

  test.each([
    ["a variable that is not set", service("ports: ['${PORT}:x']")],
    ["one that is required", service("ports: ['${PORT:?say which}:80']")],
    ["a file of labels that is not there", service("label_file: [made-on-the-host]")],
  ])("for %s is read by us alone, which a note says", async (_, text) => {
    const read = await find({ "compose.yaml": text });
    expect([read.images, read.code]).toEqual([images, undefined]);
    expect(read.notes).toEqual([
      expect.stringMatching(
        /^compose\.yaml is read by Image Gate alone, since docker-compose \S+ refuses it without variables/,
      ),
    ]);
  });

  // Proves: how-manifest-written-hides
  test.each([
    ["a key that it does not have", service("nonsense: 1")],
    ["a network that is not there", service("networks: [z]")],
    ["a value of .env, which is not repeated", service("ports: ['${PORT}:x']")],
  ])("for %s is an error, and its images count", async (_, text) => {
    const read = await find({ "compose.yaml": text, ".env": "PORT=s3cr3t\n" });
    expect([read.images, read.code]).toEqual([images, "discovery-compose-refused"]);
    expect(read.what).toBe('docker-compose 5.5.1 refuses "compose.yaml"');
    expect(read.notes).toEqual([]);
  });

  test("because its variables lie elsewhere in one service alone hides no image of another", async () => {
    const files = { "compose.yaml": `${service("ports: ['${PORT}:x']")}  b: {image: 'b:1'}\n` };
    expect((await find(files)).images).toEqual([...images, ["compose.yaml b", "b:1"]]);
  });
});

describe("a file that another one includes, and that is deployed directly", () => {
  const prod = "services: {b: {image: 'evil:1', pre_start: [{image: 'hook:1', command: x}]}}\n";
  const good = "services: {b: {image: 'good:1'}}\n";

  // Proves: how-manifest-written-hides
  test("counts by itself, too, where the other one replaces its image", async () => {
    const files = {
      "compose.yaml": "include: [{path: [prod.yaml, sub/good.yaml]}]\nservices: {a: {image: 'a:1'}}\n",
      "prod.yaml": prod,
      "sub/good.yaml": good,
    };
    const { images, code, notes } = await find(files, "*.yaml");
    expect(code).toBe(undefined);
    expect(images.map(([, image]) => image).sort()).toEqual(["a:1", "evil:1", "good:1", "hook:1"]);
    expect(notes).toContain(
      "prod.yaml counts by itself, too, since the pattern matches it and a file that includes it replaces its images.",
    );
    expect((await find(files)).images.map(([, image]) => image).sort()).toEqual(["a:1", "good:1", "hook:1"]);
  });

  // Proves: how-manifest-written-hides
  test("counts by itself, too, where the other one gives a variable another value", async () => {
    const files = {
      "compose.yaml": "include: [{path: prod.yaml, env_file: vars}]\n",
      "prod.yaml": "services: {b: {image: '${NAME:-evil}:1'}, c: {image: 'c:${TAG:?x}'}}\n",
      vars: "NAME=good\nTAG=2\n",
    };
    const { images, code } = await find(files, "*.yaml");
    expect([code, images.map(([, image]) => image).sort()]).toEqual([undefined, ["c:2", "evil:1", "good:1"]]);
  });

  test("is an error where its own image needs a variable that only the host has", async () => {
    const files = {
      "compose.yaml": "include: [{path: [prod.yaml, sub/good.yaml]}]\n",
      "prod.yaml": "services: {b: {image: 'evil:${TAG}'}}\n",
      "sub/good.yaml": good,
    };
    expect(await find(files, "*.yaml")).toMatchObject({ code: "discovery-variable-unset" });
  });
});

// Proves: how-manifest-written-hides
test("a file that Compose refuses takes no other out of the count", async () => {
  const decoy = "include: [prod.yaml]\nservices: {a: {image: 'a:1', nonsense: 1}}\n";
  const files = { "compose.yaml": decoy, "prod.yaml": "services: {b: {image: 'evil:1'}}\n" };
  const { images } = await find(files, "*.yaml");
  expect(images).toContainEqual(["prod.yaml b", "evil:1"]);
  const good = { ...files, "compose.yaml": decoy.replace(", nonsense: 1", "") };
  expect((await find(good, "*.yaml")).images).toEqual([
    ["compose.yaml b", "evil:1"],
    ["compose.yaml a", "a:1"],
  ]);
});

test("Compose is not started for a file that names what lies elsewhere, and sees nothing of the job", async () => {
  const [seen, spy] = [join(folder.path, "seen.txt"), join(folder.path, "spy")];
  writeProgram(spy, `/usr/bin/env >> ${seen}; echo "args $*" >> ${seen}; exec ${compose} "$@"`);
  const path = pathOf(folder.path, { "docker-compose": spy });
  const log = () => (existsSync(seen) ? readFileSync(seen, "utf8") : "");
  const world = (text: string) =>
    worldWith(
      folder.path,
      path,
      { "compose.yaml": text, ".git/config": "s3cr3t" },
      { TAG: "s3cr3t", HOME: folder.path },
    );
  for (const text of ["include: ['oci://127.0.0.1:5000/x']\n", "include: [{path: .git/config}]\n"]) {
    await found("compose:compose.yaml", world(text));
    expect(log()).not.toContain("--format");
  }
  const linked = world("services: {a: {image: 'a:1'}}\n");
  symlinkSync(".git/config", join(linked.workspace, ".env"));
  expect((await found("compose:compose.yaml", linked)).code).toBe("discovery-git-file");
  expect(log()).not.toContain("--format");
  const { code, images } = await found("compose:compose.yaml", world("services: {a: {image: 'a:${TAG:-1}'}}\n"));
  expect([code, images]).toEqual([undefined, [["compose.yaml a", "a:1"]]]);
  const all = log();
  expect(all).toContain("--profile=* config --format=json");
  expect(all).not.toContain("s3cr3t");
});
