import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered, found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// Requests to Docker Compose, and the use of its answers.
const folder = temporaryFolder("discovery-compose-real");
afterAll(() => folder.remove());
const compose = await ensureCompose();
const PATH = pathOf(folder.path, { "docker-compose": compose });

const find = (files: Readonly<Record<string, string>>, glob = "compose.yaml", path = PATH) =>
  found(`compose:${glob}`, worldWith(folder.path, path, files));

const asked = expect.stringMatching(/^docker-compose v?\d\S* \(.*\) was asked for the images of the Compose files\.$/);

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

test.each([
  ["a tag that makes a merge key", '!!merge "<<": *x'],
  ["a word in Base64", "image: !!binary aDox"],
])("%s is an error", async (_, merge) => {
  const files = { "compose.yaml": `x-a: &x {image: evil:1}\nservices:\n  a: {image: a:1}\n  b: {${merge}}\n` };
  expect((await find(files)).code).toBe("discovery-manifest-ambiguous");
});

test("what a hook of a newer Compose mounts counts, and an answer without the shape of one is a refusal", async () => {
  const answering = (config: object) => {
    const program = join(folder.path, `answering-${Math.random()}`);
    writeProgram(program, `case "$*" in *version*) echo 9.0.0;; *) echo '${JSON.stringify(config)}';; esac`);
    return pathOf(folder.path, { "docker-compose": program });
  };
  const files = { "compose.yaml": "services:\n  a: {image: 'a:1'}\n" };
  const pre_start = [{ image: "init:1", volumes: [{ type: "image", source: "data:1", target: "/d" }] }];
  const read = await find(files, "compose.yaml", answering({ services: { a: { image: "a:1", pre_start } } }));
  expect(read.images).toEqual([
    ["compose.yaml a", "a:1"],
    ["compose.yaml a pre_start 0", "init:1"],
    ["compose.yaml a pre_start 0 /d", "data:1"],
  ]);
  expect((await find(files, "compose.yaml", answering({ services: [] }))).code).toBe("discovery-compose-refused");
});

// Proves: image-runs-not-left
test("without Compose it is an error whose remedy works", async () => {
  const files = { "compose.yaml": "services:\n  a: {image: 'a:${TAG}'}\n  b: {image: 'b:1', profiles: [p]}\n" };
  const world = worldWith(folder.path, pathOf(folder.path, {}), files);
  const { sources } = await discovered(["compose:compose.yaml"], world);
  expect(sources[0]?.error?.code).toBe("discovery-program-missing");
  expect(sources[0]?.error?.remedy).toContain("run `docker compose config --images > images.txt`");
  const env = { HOME: world.temp, TAG: "1", COMPOSE_PROFILES: "*" };
  const { stdout } = await finish(compose, ["config", "--images"], { cwd: world.workspace, env });
  writeFileSync(join(world.workspace, "images.txt"), stdout);
  const { images } = await discovered(["file:images.txt"], world);
  expect(images.map(({ reference }) => reference).sort()).toEqual(["a:1", "b:1"]);
});

// Proves: how-manifest-written-hides
test("a volume whose type is a variable hides no image", async () => {
  const volumes = "[{type: '${KIND:-image}', source: evil, target: /x}]";
  const { images, code } = await find({ "compose.yaml": `services: {a: {image: 'a:1', volumes: ${volumes}}}\n` });
  expect([images.map(([, image]) => image), code]).toEqual([["a:1", "evil"], undefined]);
});

// Proves: how-manifest-written-hides
test("a volume whose type depends on a variable that each host sets is an error", async () => {
  const volumes = "[{type: '${T:-bind}', source: evil, target: /x}]";
  const { code } = await find({
    ".env": "T=${USER:+image}\n",
    "compose.yaml": `services: {a: {image: 'a:1', volumes: ${volumes}}}\n`,
  });
  expect(code).toBe("discovery-variable-unset");
});

describe("a file that Compose refuses", () => {
  const service = (more: string) => `services:\n  a: {image: 'a:1', ${more}}\n`;
  const images = [["compose.yaml a", "a:1"]];
  test.each([
    ["one that is required", service("ports: ['${PORT:?say which}:80']")],
    ["files that only the host has", service("env_file: /etc/app.env")],
    ["a network that is not there", service("networks: [z]")],
  ])("for %s still has its images", async (_, text) => {
    const read = await find({ "compose.yaml": text });
    expect([read.images, read.code, read.notes]).toEqual([images, undefined, [asked]]);
  });

  // Proves: image-runs-not-left
  test("has each image that it can name, and an error for one that needs a variable", async () => {
    const services =
      "  b: {image: 'b:${TAG:?x}'}\n  c: {image: 'c:${NONE}'}\n  d: {image: 'd:${E}', platform: 'linux/arm64'}\n";
    const mounts = "  f: {build: ., volumes: [{type: image, source: 'f:${E}', target: /f}, '${DATA}:/data']}\n";
    const read = await find({
      "compose.yaml": service("volumes: ['${DATA}:/d']") + services + mounts,
      ".env": "E=5\n",
    });
    expect(read.images.map(([, image]) => image).sort()).toEqual(["a:1", "d:5", "f:5"]);
    expect(read.code).toBe("discovery-variable-unset");
    expect(read.what).toBe(
      'compose.yaml, service "b": the variable TAG is not set and has no default. ' +
        'Also: compose.yaml, service "c": the variable NONE is not set and has no default',
    );
  });

  test("and includes files with other variables is an error, since its images cannot be distinguished", async () => {
    const files = {
      "compose.yaml": `include: [sub/c.yaml]\n${service("volumes: ['${DATA}:/d']")}`,
      "sub/c.yaml": "services: {b: {image: 'b:${TAG:-1}'}}\n",
    };
    expect((await find(files)).images.map(([, image]) => image)).toEqual(["a:1", "b:1"]);
    expect((await find({ ...files, "sub/.env": "TAG=2\n" })).code).toBe("discovery-compose-refused");
  });

  test("before its variables are resolved, as versions before 2.27.1 do, has its images if all are set", async () => {
    const old = join(folder.path, "old");
    const refusal = "invalid hostPort: ${PORT:-80}";
    const script = [
      `case "$*" in *--no-interpolate*) echo '${refusal}' >&2; exit 1;; *--no-env-resolution*) exit 2;; esac`,
      `case "$*" in *version*) echo 2.26.1-4;; *) exec ${compose} "$@";; esac`,
    ];
    writeProgram(old, script.join("; "));
    const path = pathOf(folder.path, { "docker-compose": old });
    const text = service("ports: ['${PORT:-80}:80']");
    expect(await find({ "compose.yaml": text }, "compose.yaml", path)).toMatchObject({ images, code: undefined });
    const unset = await find({ "compose.yaml": text.replace(":-80", "") }, "compose.yaml", path);
    expect([unset.images, unset.code]).toEqual([[], "discovery-compose-refused"]);
    expect(unset.what).toContain(refusal);
  });

  test("is not asked of a version before 2.25", async () => {
    const old = join(folder.path, "older");
    writeProgram(old, "echo 2.24.6");
    const read = await find(
      { "compose.yaml": service("") },
      "compose.yaml",
      pathOf(folder.path, { "docker-compose": old }),
    );
    expect(read.code).toBe("discovery-program-missing");
  });

  // Proves: how-manifest-written-hides
  test.each([
    ["a key that it does not have", service("nonsense: 1"), /additional properties 'nonsense' not allowed$/],
    ["no image", "services: {a: {scale: 1}}\n", /refuses "compose.yaml"$/],
  ])("for %s is an error", async (_, text, what) => {
    const read = await find({ "compose.yaml": text });
    expect([read.images, read.code]).toEqual([[], "discovery-compose-refused"]);
    expect(read.what).toMatch(what);
    expect(read.notes).toEqual([]);
  });

  // Proves: list-images-takes-no
  test("for a value of a variable is an error that does not repeat it", async () => {
    const read = await find({
      "compose.yaml": "include: [{path: b.yaml, env_file: vars}]\n",
      "b.yaml": service("ports: ['${PORT}:x']"),
      vars: "PORT=s3cr3t\n",
    });
    expect([read.code, read.what]).toEqual([
      "discovery-compose-refused",
      'docker-compose 5.5.1 refuses "compose.yaml"',
    ]);
  });
});

// Proves: list-images-takes-no
describe("a file elsewhere is refused before Compose starts", () => {
  const OUTSIDE = "discovery-remote";
  test.each([
    ["an included file", "include: [/etc/c.yaml]\n", OUTSIDE],
    ["one by ..", "include: [../../c.yaml]\n", OUTSIDE],
    ["one by a variable", "include: ['${X:-/etc/c.yaml}']\n", OUTSIDE],
    ["one of several", "include: [{path: [b.yaml, /etc/c.yaml]}]\n", OUTSIDE],
    ["variables of an included file", "include: [{path: b.yaml, env_file: [/proc/self/environ]}]\n", OUTSIDE],
    ["the folder of one", "include: [{path: b.yaml, project_directory: /root}]\n", OUTSIDE],
    ["the folder above the workspace", "include: [{path: b.yaml, project_directory: ..}]\n", OUTSIDE],
    ["an extended file", "services: {a: {extends: {file: ../c.yaml, service: a}}}\n", OUTSIDE],
    ["one that the extended file names", "services: {a: {extends: {file: sub/d.yaml, service: a}}}\n", OUTSIDE],
    ["one behind an alias", "x-a: &a {extends: {file: /etc/c.yaml, service: a}}\nservices: {a: {<<: *a}}\n", OUTSIDE],
    ["labels", "services: {a: {image: 'a:1', label_file: [/etc/passwd]}}\n", OUTSIDE],
    ["a file of a home", "include: ['~/c.yaml']\n", OUTSIDE],
    ["a repository", "include: ['https://github.com/a/b.git']\n", "discovery-remote"],
  ])("%s", async (_, text, code) => {
    const started = join(folder.path, `started-${Math.random()}`);
    const spy = `${started}.sh`;
    writeProgram(spy, `case "$*" in *version*) echo 5.5.1;; *) touch ${started};; esac`);
    const extended = "services: {a: {extends: {file: ../../c.yaml, service: a}}}\n";
    const files = { "compose.yaml": text, "b.yaml": "services: {}\n", "sub/d.yaml": extended };
    expect(await find(files, "compose.yaml", pathOf(folder.path, { "docker-compose": spy }))).toMatchObject({ code });
    expect(existsSync(started)).toBe(false);
  });

  test("and so is one that COMPOSE_FILE names", async () => {
    const files = {
      "compose.yaml": "services: {a: {image: 'a:1'}}\n",
      ".env": "COMPOSE_FILE=compose.yaml:../c.yaml\n",
    };
    const world = worldWith(folder.path, PATH, files);
    writeFileSync(join(world.workspace, "..", "c.yaml"), "services: {a: {image: 'a:2'}}\n");
    expect(await found("compose:compose.yaml", world)).toMatchObject({ images: [], code: "file-outside-workspace" });
  });

  test("but files that are never read may be anywhere", async () => {
    const service =
      "{image: 'a:1', env_file: [/etc/app.env, '${MORE:-x}.env'], build: {context: ../app}, volumes: ['/var/run:/run']}";
    const files = {
      "compose.yaml": `services: {a: ${service}}\nsecrets: {s: {file: /run/s}}\nconfigs: {c: {file: ../c}}\n`,
    };
    expect(await find(files)).toMatchObject({ images: [["compose.yaml a", "a:1"]], code: undefined });
  });
});

test("COMPOSE_FILE is what Compose takes for it", async () => {
  const files = {
    "compose.yaml": "services: {a: {image: 'a:1'}}\n",
    "b.yaml": "services: {a: {image: 'a:2'}}\n",
    ".env":
      'TAG=3\nCOMPOSE_FILE=compose.yaml\n# COMPOSE_FILE=x\nNAME=b\nCOMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE="compose.yaml,${NAME}.yaml"\n',
  };
  expect((await find(files)).images).toEqual([["compose.yaml a", "a:2"]]);
  const other = { ...files, ".env": "TAG=3\nexport COMPOSE_FILE: b.yaml\n" };
  expect((await find(other, "b.yaml")).images).toEqual([["b.yaml a", "a:2"]]);
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
      "These files count by themselves, too, since the pattern matches them and a file that includes them replaces their images: prod.yaml.",
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

  // Proves: how-manifest-written-hides
  test("is an error where only the other one gives it the variables without which Compose refuses it", async () => {
    const files = {
      "compose.yaml": "include: [{path: prod.yaml, env_file: vars}]\n",
      "prod.yaml":
        "include: [{path: e.yaml, env_file: more}]\nservices: {b: {image: '${NAME:-evil}:1', command: '${TAG:?x}'}}\n",
      "e.yaml": "services: {e: {image: 'e:1'}}\n",
      more: "X=1\n",
      vars: "NAME=good\nTAG=2\n",
    };
    expect(await find(files, "*.yaml")).toMatchObject({ code: "discovery-compose-refused" });
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
    ["compose.yaml a", "a:1"],
    ["compose.yaml b", "evil:1"],
  ]);
});

test("Compose sees nothing of the job", async () => {
  const [seen, spy] = [join(folder.path, "seen.txt"), join(folder.path, "spy")];
  writeProgram(spy, `/usr/bin/env >> ${seen}; echo "args $*" >> ${seen}; exec ${compose} "$@"`);
  const path = pathOf(folder.path, { "docker-compose": spy });
  const files = { "compose.yaml": "services: {a: {image: 'a:${TAG:-1}'}}\n", ".git/config": "s3cr3t" };
  const world = worldWith(folder.path, path, files, { TAG: "s3cr3t", HOME: folder.path });
  const { code, images } = await found("compose:compose.yaml", world);
  expect([code, images]).toEqual([undefined, [["compose.yaml a", "a:1"]]]);
  const all = readFileSync(seen, "utf8");
  expect(all).toContain("--profile=* config --format=json");
  expect(all).not.toContain("s3cr3t");
});
