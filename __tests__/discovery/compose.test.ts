import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { COMPOSE_CASES } from "./compose-cases.ts";
import { discovered, found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// The real Docker Compose reads the files.
const folder = temporaryFolder("discovery-compose");
afterAll(() => folder.remove());

const SECRET = "s3cr3t-of-the-job";

const COMPOSE = await ensureCompose();
const PATH = pathOf(folder.path, { "docker-compose": COMPOSE });

const asked = expect.stringMatching(/^docker-compose 5\.5\.1 \(.*\) was asked for the images of the Compose files\.$/);

type Files = Readonly<Record<string, string>>;
const worldOf = (files: Files, path = PATH) => worldWith(folder.path, path, files, { TAG: SECRET });
const find = (files: Files, glob = "compose.yaml", path = PATH) => found(`compose:${glob}`, worldOf(files, path));
/** The images, if nothing is wrong with their files. */
async function imagesOf(...asked: Parameters<typeof find>): Promise<string[]> {
  const { images, code } = await find(...asked);
  expect(code).toBe(undefined);
  return images.map(([, image = ""]) => image).sort();
}
/** A PATH whose docker-compose is this script. */
function pathWith(script: string): string {
  const program = join(folder.path, `program-${Math.random()}`);
  writeProgram(program, script);
  return pathOf(folder.path, { "docker-compose": program });
}

const compose = (services: string) => ({ "compose.yaml": `services:\n${services}` });
const ONE = { "compose.yaml": "services: {a: {image: 'a:1'}}\n" };

describe("a project has the images that docker compose would start", () => {
  test.each(COMPOSE_CASES)("$says", async ({ files, images }) => {
    const found = await find(files);
    expect(found.code).toBe(undefined);
    const pulled = Object.entries(images).filter(([, image]) => image !== null);
    expect(found.images.sort()).toEqual(pulled.map(([name, image]) => [`compose.yaml ${name}`, image]).sort());
    const built = found.notes.find((note) => /^Services that are built/.test(note)) ?? "";
    for (const [name, image] of Object.entries(images))
      expect(new RegExp(`compose\\.yaml ${name}[,.]`).test(built), name).toBe(image === null);
  });
});

// Proves: image-runs-not-left
test("what is built has the name that Compose gives it, and is reported not to be scanned", async () => {
  const { notes } = await find({ "compose.yaml": "name: shop\nservices:\n  app: {build: .}\n  web: {image: nginx}\n" });
  expect(notes).toEqual([
    "Services that are built on the host, as images that no registry has, are not scanned. The source docker finds them where they run: compose.yaml app.",
    asked,
  ]);
});

// Proves: how-manifest-written-hides
test("of what has an image and a build, the registry's is scanned, and that another one may run is reported", async () => {
  const { images, notes } = await find(compose("  app: {build: ., image: acme/app:1}\n  web: {image: nginx}\n"));
  expect(images).toEqual([
    ["compose.yaml app", "acme/app:1"],
    ["compose.yaml web", "nginx"],
  ]);
  expect(notes).toEqual([
    "For services with an image and a build, the registry's image of this name is scanned, and not the one that was built on the host. The source docker finds that one: compose.yaml app.",
    asked,
  ]);
});

// Proves: how-manifest-written-hides
describe("a merge key that brings what names files, which is not looked for there, is an error", () => {
  const other = "services:\n  a: {image: 'acme/${COMPOSE_EXPERIMENTAL_GIT_REMOTE-evil}:1'}\n";
  const x = "x-f: &f {file: other.yaml, path: other.yaml}\n";
  test.each([
    ["in `extends`", `${x}services:\n  a: {extends: {<<: *f, service: a}, label_file: other.yaml}\n`],
    ["in a file that is included", `${x}include: [{<<: *f}]\nservices:\n  b: {image: b:1, label_file: other.yaml}\n`],
    ["at the top", "x-i: &i {include: [other.yaml]}\n<<: *i\nservices:\n  b: {image: b:1, label_file: other.yaml}\n"],
    ["in a list", `${x}services:\n  a: {extends: {<<: [*f], service: a}, label_file: other.yaml}\n`],
  ])("%s", async (_, text) => {
    const { images, code } = await find({ "compose.yaml": text, "other.yaml": other });
    expect([images, code]).toEqual([[], "discovery-manifest-ambiguous"]);
  });
});

test("that COMPOSE_FILE names other files than the pattern is reported", async () => {
  const files = {
    ...compose("  a: {image: a}\n"),
    ".env": "COMPOSE_FILE=prod.yaml\n",
    "prod.yaml": "services: {b: {image: b}}",
  };
  expect(await find(files)).toMatchObject({
    images: [["compose.yaml a", "a"]],
    notes: ["COMPOSE_FILE names files that the pattern does not match, so they do not count: ./.env.", asked],
  });
  expect((await find(files, "*.yaml")).images).toContainEqual(["prod.yaml b", "b"]);
});

test("profiles are reported once, and only if there are some", async () => {
  const said = async (services: string) => (await find(compose(services))).notes.filter((note) => /profile/.test(note));
  expect(await said("  a: {image: a, profiles: [x]}\n  b: {image: b, profiles: [y]}\n")).toHaveLength(1);
  expect(await said("  a: {image: a}\n")).toEqual([]);
});

test("a platform is kept, and an image that is mounted as a volume counts", async () => {
  const volumes = "[{type: image, source: 'b:1', target: /data}, './x:/y']";
  const world = worldOf(compose(`  a: {image: 'a:1', platform: linux/arm64, volumes: ${volumes}}\n`));
  expect((await discovered(["compose:compose.yaml"], world)).images).toEqual([
    { reference: "a:1", platform: "linux/arm64", at: { source: "compose:compose.yaml", name: "compose.yaml a" } },
    { reference: "b:1", at: { source: "compose:compose.yaml", name: "compose.yaml a /data" } },
  ]);
});

// Proves: image-runs-not-left
test("a variable that is not set is an error with variable, file and service; the other services count all the same", async () => {
  const services = "  a:\n    image: a:${TAG}\n  b: {image: b}\n  c: {image: '$OTHER'}\n";
  const { images, code, what } = await find(compose(services));
  expect(images).toEqual([["compose.yaml b", "b"]]);
  expect(code).toBe("discovery-variable-unset");
  expect(what).toBe(
    `compose.yaml, service "a": ${UNSET}. Also: compose.yaml, service "c": ${UNSET.replace("TAG", "OTHER")}`,
  );
});

const UNSET = "the variable TAG is not set and has no default";
const OF_HOST = "its image depends on PATH, HOME, USER or a similar variable, which each host sets itself";
// Proves: image-runs-not-left
test.each<[string, string, string?, string?]>([
  ["a required one", "${TAG:?say which}", "", UNSET],
  ["one that .env takes from the environment", "${FROM_HOME}", "FROM_HOME=a${HOME}/x\n", OF_HOST],
  ["one of the folder", "a:${PWD}", "", OF_HOST],
  ["a condition on one that every host has", "good/x${PATH:+evil}:1"],
  ["such a condition in .env", "good/x:${A}", "A=1${SHLVL:+-evil}\n"],
  ["one that changes what Compose does", "a:${GODEBUG}"],
  ["such a one in small letters", "a:1${http_proxy}"],
  ["such a one in .env", "a:1${A}", "A=${XDG_CONFIG_HOME}x\n"],
  ["such a one in the project's name", "${COMPOSE_PROJECT_NAME}/a", "COMPOSE_PROJECT_NAME=x${DOCKER_HOST}\n"],
])("%s gets no value and is an error of its service; the others count", async (_, image, env = "", why = "") => {
  const own = "user: '${USER}', environment: {TAG: '$TAG', X: '${NONE}', LD_PRELOAD: '$LD_PRELOAD'}";
  const services = `  a: {image: '${image}'}\n  b: {image: 'b:1', ${own}}\n`;
  const { images, code, what } = await find({ ...compose(services), ".env": env });
  expect([images, code]).toEqual([[["compose.yaml b", "b:1"]], "discovery-variable-unset"]);
  expect(what).toContain(`compose.yaml, service "a": ${why}`);
});

// Proves: list-images-takes-no
test.each([
  ["in a file", compose("  a: {image: 'a:${COMPOSE_EXPERIMENTAL_GIT_REMOTE:+clean}'}\n")],
  ["by a merge key", compose('  a: {<<: {image: "a:\\u0024{COMPOSE_ENV_FILES-clean}"}}\n')],
  ["in .env", { ...compose("  a: {image: 'a:${A}'}\n"), ".env": "A=${COMPOSE_EXPERIMENTAL_OCI_REMOTE:+clean}\n" }],
  [
    "in an included file with other variables",
    {
      "compose.yaml": "include: [{path: b.yaml, env_file: vars}]\n",
      "b.yaml": "services: {a: {image: 'a:${COMPOSE_EXPERIMENTAL_GIT_REMOTE:+clean}'}}\n",
      vars: "X=1\n",
    },
  ],
])("a variable that only we set for Compose makes no other image: %s", async (_, files) => {
  expect(await find(files)).toMatchObject({ images: [], code: "discovery-variable-unset" });
});

// Proves: list-images-takes-no
test("Compose is started without the variables of a file that change programs, and with its other ones", async () => {
  const log = join(folder.path, "environments");
  const path = pathWith(`[ -z "$TAG" ] || /usr/bin/env >> '${log}'\nexec '${COMPOSE}' "$@"\n`);
  const names = ["LD_PRELOAD", "GODEBUG", "COMPOSE_FILE", "DOCKER_HOST", "BUILDKIT_HOST", "HTTPS_PROXY", "no_proxy"];
  const image = ["TAG", ...names].map((name) => `\${${name}}`).join("");
  const world = worldWith(folder.path, path, compose(`  a: {image: 'a:${image}'}\n`));
  expect((await discovered(["compose:compose.yaml"], world)).images).toEqual([]);
  const given = readFileSync(log, "utf8").match(/^\w+(?==)/gm) ?? [];
  expect(given).toContain("TAG");
  expect(given.filter((name) => names.includes(name))).toEqual([]);
});

// Proves: image-runs-not-left
test("a .env above the folder of a file names it by COMPOSE_FILE, and then gives it other variables", async () => {
  const service = "services: {a: {image: 'app:${TAG:-good}'}}\n";
  const files = { ".env": "COMPOSE_FILE=a/b/compose.yaml\nTAG=evil\n", "a/b/compose.yaml": service };
  const { images, code, notes } = await find(files, "a/b/compose.yaml");
  expect(code).toBe(undefined);
  expect(images).toEqual([
    ["a/b/compose.yaml a", "app:evil"],
    ["a/b/compose.yaml a", "app:good"],
  ]);
  expect(notes).toContain(
    "These files count by themselves, too, since the pattern matches them and a file that includes them replaces their images: a/b/compose.yaml.",
  );
  const same = { ...files, ".env": "COMPOSE_FILE=a/b/compose.yaml\n" };
  expect((await find(same, "**/*.yaml")).images).toEqual([["a/b/compose.yaml a", "app:good"]]);
  const needed = { ...files, "a/b/compose.yaml": service.replace(":-good", ":?x") };
  expect(await find(needed, "a/b/compose.yaml")).toMatchObject({
    images: [["a/b/compose.yaml a", "app:evil"]],
    code: undefined,
  });
});

// Proves: image-runs-not-left
test("an included file that cannot be read by itself, since a file is not there, is an error", async () => {
  const files = {
    "compose.yaml": "include: [{path: sub/c.yaml, project_directory: .}]\n",
    "sub/c.yaml": "services: {b: {extends: {file: x.yaml, service: b}}}\n",
    "x.yaml": "services: {b: {image: 'b:1'}}\n",
  };
  expect(await find(files)).toMatchObject({ images: [["compose.yaml b", "b:1"]], code: undefined });
  expect(await find(files, "**/c*.yaml")).toMatchObject({ images: [["compose.yaml b", "b:1"]], code: "file-missing" });
});

// Proves: image-runs-not-left
test("the .env of a listed file's folder is not forgotten if the project is not whole", async () => {
  const { images, code } = await find(
    {
      ".env": "COMPOSE_FILE=sub/compose.yaml:x.yaml\n",
      "sub/.env": "TAG=evil\n",
      "sub/compose.yaml": "services: {a: {image: 'app:${TAG:-good}', command: '${NONE:?x}'}}\n",
      "x.yaml": "services: {b: {image: 'b:1'}}\n",
    },
    "*.yaml",
  );
  expect(images).not.toContainEqual(["sub/compose.yaml a", "app:good"]);
  expect(code).toBe("discovery-compose-refused");
});

test("a variable that is not used need not be set", async () => {
  const files = {
    ".env": "A=${HOME}\n",
    "compose.yaml": "services:\n  a: {image: 'a:1', command: '${NONE:?x}'}\n  b: {image: 'b:${NONE}'}\n",
    "compose.override.yaml": "services:\n  b: {image: 'b:2'}\n",
  };
  expect(await find(files)).toMatchObject({
    images: [
      ["compose.yaml a", "a:1"],
      ["compose.yaml b", "b:2"],
    ],
    code: undefined,
  });
});

// Proves: list-images-takes-no
test("an error shows what the file has, not the value of a variable, which may be a secret", async () => {
  const { code, what } = await find({ ...compose("  a: {image: '${PASSWORD}'}\n"), ".env": "PASSWORD=Tr0ub4dor\n" });
  expect(code).toBe("discovery-reference-invalid");
  expect(what).toBe('compose.yaml: "${PASSWORD}" does not become an image reference');
});

test("a file that others include or add to is not its own project", async () => {
  const files = {
    "compose.yaml": "include: [sub/compose.yaml]\nservices:\n  a: {image: 'a:1'}\n",
    "compose.override.yaml": "services:\n  a: {environment: {X: 1}}\n",
    "sub/compose.yaml": "services:\n  b: {image: 'b:${TAG}'}\n",
    ".env": "TAG=5\n",
  };
  expect(await find(files, "**/*.yaml")).toMatchObject({
    images: [
      ["compose.yaml a", "a:1"],
      ["compose.yaml b", "b:5"],
    ],
    code: undefined,
  });
});

test.each([
  ["a service that extends itself", "  a: {extends: b}\n  b: {extends: a}\n", /: Circular reference: /],
  ["braces that do not close", "  a: {image: 'a:${TAG:-x'}\n", /refuses "compose.yaml"$/],
])("%s is an error that says what Compose says", async (_, services, reason) => {
  const { images, code, what } = await find(compose(`${services}  c: {image: c}\n`));
  expect([images, code]).toEqual([[], "discovery-compose-refused"]);
  expect(what).toMatch(/^docker-compose 5\.5\.1 refuses "compose\.yaml"/);
  expect(what).toMatch(reason);
});

test.each([
  [
    "includes in a circle",
    { "compose.yaml": "include: [a/b.yaml]\n", "a/b.yaml": "include: [../compose.yaml]\n" },
    "discovery-compose-refused",
  ],
  ["includes what is not there", { "compose.yaml": "include: [x.yaml]\n" }, "file-missing"],
  ["is of another kind", { "compose.yaml": "apiVersion: v1\nkind: Pod\n" }, "discovery-compose-refused"],
  ["has a service twice", compose("  a: {image: a}\n  a: {image: b}\n"), "discovery-yaml-invalid"],
  ["is a template", compose("  a: {image: {{ image }}}\n"), "discovery-template"],
])("a file that %s is an error", async (_, files, code) => {
  expect(await find(files)).toMatchObject({ images: [], code });
});

// Proves: list-images-takes-no
test("what a step or the checkout left in .git or in RUNNER_TEMP is not read, whatever a file names", async () => {
  const world = worldOf({ ".git/config": "TOKEN=s3cr3t\n", "git.txt": "" });
  rmSync(join(world.workspace, "git.txt"));
  symlinkSync(".git/config", join(world.workspace, "git.txt"));
  writeFileSync(join(world.temp, "left.env"), "TOKEN=s3cr3t\n");
  const services = "services: {a: {image: 'evil.example/a:${TOKEN}'}}\n";
  for (const [name, file, code] of [
    ["git", ".git/config", "discovery-git-file"],
    ["link", "git.txt", "discovery-git-file"],
    ["temp", join(world.temp, "left.env"), "discovery-remote"],
  ] as const) {
    writeFileSync(join(world.workspace, `${name}.yaml`), `include: [{path: b.yaml, env_file: ${file}}]\n`);
    writeFileSync(join(world.workspace, "b.yaml"), services);
    const { images, sources } = await discovered([`compose:${name}.yaml`], world);
    expect(images).toEqual([]);
    expect(sources[0]?.error?.code).toBe(code);
  }
  expect((await discovered(["file:git.txt"], world)).sources[0]?.error?.code).toBe("discovery-git-file");
});

// Proves: list-images-takes-no
test("a line of .env that cannot be read is an error that does not repeat it", async () => {
  const { images, code, what } = await find({ ...compose("  a: {image: 'a:$TAG'}\n"), ".env": "TAG=1\nB='s3cr3t\n" });
  expect([images, code]).toEqual([[], "discovery-compose-refused"]);
  expect(what).toBe('docker-compose 5.5.1 refuses "compose.yaml"');
});

test("a pattern finds files in folders, and follows no link to a folder; one that matches nothing is an error", async () => {
  const files = {
    "a/compose.yaml": "services: {x: {image: x}}\n",
    "a/b/c/compose.yaml": "services: {y: {image: y}}\n",
    "a/README.md": "# {{\n",
  };
  expect((await find(files, "**/compose.yaml")).images).toHaveLength(2);
  expect((await find(files, "a/*")).images).toEqual([["a/compose.yaml x", "x"]]);
  expect((await find(files, "*/b/**")).images).toEqual([["a/b/c/compose.yaml y", "y"]]);
  expect(await find(files, "**/docker-compose.yml")).toMatchObject({ images: [], code: "discovery-nothing-found" });
  const world = worldOf(files);
  const other = worldOf({ "compose.yaml": "services: {z: {image: z}}\n" });
  symlinkSync(other.workspace, join(world.workspace, "out"));
  symlinkSync(join(other.workspace, "compose.yaml"), join(world.workspace, "compose.yaml"));
  symlinkSync("..", join(world.workspace, "a", "loop"));
  const { images, sources } = await discovered(["compose:**/compose.yaml"], world);
  expect(images.map(({ reference }) => reference).sort()).toEqual(["x", "y"]);
  expect(sources[0]?.error?.code).toBe("discovery-remote");
  // A link within the workspace could lead to what runs.
  expect(sources[0]?.error?.what).toContain('A pattern does not follow links to folders: "a/loop"');
  expect(sources[0]?.notes).toEqual(["A pattern does not follow links to folders: out.", asked]);
});

// Proves: file-multiplies-ends-bound
test("files that multiply by aliases, merge keys or includes end at a bound", async () => {
  const laughs = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`).join("\n");
  const laughing = `x-a: &a0 lol\nx-b:\n${laughs.replace(/^/gm, "  ")}\nservices: {a: {image: a}}\n`;
  expect(await find({ "compose.yaml": laughing })).toMatchObject({ code: "discovery-too-large" });
  const keys = Array.from({ length: 6000 }, (_, i) => `k${i}: 1`).join(", ");
  const merges = `x-a: &a {${keys}}\nx-b: {<<: [${"*a,".repeat(200)}]}\nservices: {a: {image: a}}\n`;
  expect(await find({ "compose.yaml": merges })).toMatchObject({ code: "discovery-too-large" });
  const chain = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `f${i}.yaml`,
      `include: [f${i + 1}.yaml, f${i + 1}.yaml]\nservices: {s${i}: {image: a}}\n`,
    ]),
  );
  const files = { ...chain, "f20.yaml": "services: {z: {image: z}}\n" };
  expect((await find(files, "f0.yaml")).images).toHaveLength(21);
  const many = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`m/${i}.yaml`, "services: {}\n"]));
  const all = `include: [${Object.keys(many).join(", ")}]\n`;
  expect(await find({ ...many, "f0.yaml": all }, "f0.yaml")).toMatchObject({ code: "discovery-too-large" });
});

test("Docker's own plugin is asked first; without one, docker-compose", async () => {
  const said = async (name: string, script: string) => {
    const docker = join(folder.path, name);
    writeProgram(docker, script);
    const programs = pathOf(folder.path, { docker, "docker-compose": COMPOSE });
    const { notes, images } = await find(ONE, "compose.yaml", programs);
    expect(images).toEqual([["compose.yaml a", "a:1"]]);
    return notes;
  };
  const withPlugin = `[ "$1" = compose ] || exit 1; shift; exec ${COMPOSE} "$@"`;
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
  const answering = (config: object) =>
    pathWith(`case "$*" in *version*) echo 9.0.0;; *) echo '${JSON.stringify(config)}';; esac`);
  const pre_start = [{ image: "init:1", volumes: [{ type: "image", source: "data:1", target: "/d" }] }];
  const read = await find(ONE, "compose.yaml", answering({ services: { a: { image: "a:1", pre_start } } }));
  expect(read.images).toEqual([
    ["compose.yaml a", "a:1"],
    ["compose.yaml a pre_start 0", "init:1"],
    ["compose.yaml a pre_start 0 /d", "data:1"],
  ]);
  expect((await find(ONE, "compose.yaml", answering({ services: [] }))).code).toBe("discovery-compose-refused");
});

// Proves: image-runs-not-left
test("without Compose it is an error whose remedy works", async () => {
  const files = { "compose.yaml": "services:\n  a: {image: 'a:${TAG}'}\n  b: {image: 'b:1', profiles: [p]}\n" };
  const world = worldWith(folder.path, pathOf(folder.path, {}), files);
  const { sources } = await discovered(["compose:compose.yaml"], world);
  expect(sources[0]?.error?.code).toBe("discovery-program-missing");
  expect(sources[0]?.error?.remedy).toContain("run `docker compose config --images > images.txt`");
  const env = { HOME: world.temp, TAG: "1", COMPOSE_PROFILES: "*" };
  const { stdout } = await finish(COMPOSE, ["config", "--images"], { cwd: world.workspace, env });
  writeFileSync(join(world.workspace, "images.txt"), stdout);
  const { images } = await discovered(["file:images.txt"], world);
  expect(images.map(({ reference }) => reference).sort()).toEqual(["a:1", "b:1"]);
});

// Proves: how-manifest-written-hides
test("a volume whose type is a variable hides no image", async () => {
  const volumes = "[{type: '${KIND:-image}', source: evil, target: /x}]";
  expect(await imagesOf({ "compose.yaml": `services: {a: {image: 'a:1', volumes: ${volumes}}}\n` })).toEqual([
    "a:1",
    "evil",
  ]);
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
      `compose.yaml, service "b": ${UNSET}. Also: compose.yaml, service "c": ${UNSET.replace("TAG", "NONE")}`,
    );
  });

  test("and includes files with other variables is an error, since its images cannot be distinguished", async () => {
    const files = {
      "compose.yaml": `include: [sub/c.yaml]\n${service("volumes: ['${DATA}:/d']")}`,
      "sub/c.yaml": "services: {b: {image: 'b:${TAG:-1}'}}\n",
    };
    expect(await imagesOf(files)).toEqual(["a:1", "b:1"]);
    expect((await find({ ...files, "sub/.env": "TAG=2\n" })).code).toBe("discovery-compose-refused");
  });

  test("before its variables are resolved, as versions before 2.27.1 do, has its images if all are set", async () => {
    const refusal = "invalid hostPort: ${PORT:-80}";
    const script = [
      `case "$*" in *--no-interpolate*) echo '${refusal}' >&2; exit 1;; *--no-env-resolution*) exit 2;; esac`,
      `case "$*" in *version*) echo 2.26.1-4;; *) exec ${COMPOSE} "$@";; esac`,
    ];
    const path = pathWith(script.join("; "));
    const text = service("ports: ['${PORT:-80}:80']");
    expect(await find({ "compose.yaml": text }, "compose.yaml", path)).toMatchObject({ images, code: undefined });
    const unset = await find({ "compose.yaml": text.replace(":-80", "") }, "compose.yaml", path);
    expect([unset.images, unset.code]).toEqual([[], "discovery-compose-refused"]);
    expect(unset.what).toContain(refusal);
  });

  test("is not asked of a version before 2.25", async () => {
    const { code } = await find(ONE, "compose.yaml", pathWith("echo 2.24.6"));
    expect(code).toBe("discovery-program-missing");
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
    const what = 'docker-compose 5.5.1 refuses "compose.yaml"';
    expect(read).toMatchObject({ code: "discovery-compose-refused", what });
  });
});

// Proves: list-images-takes-no
describe("a file elsewhere is refused before Compose starts", () => {
  test.each([
    ["an included file", "include: [/etc/c.yaml]\n"],
    ["one by ..", "include: [../../c.yaml]\n"],
    ["one by a variable", "include: ['${X:-/etc/c.yaml}']\n"],
    ["one of several", "include: [{path: [b.yaml, /etc/c.yaml]}]\n"],
    ["variables of an included file", "include: [{path: b.yaml, env_file: [/proc/self/environ]}]\n"],
    ["the folder of one", "include: [{path: b.yaml, project_directory: /root}]\n"],
    ["the folder above the workspace", "include: [{path: b.yaml, project_directory: ..}]\n"],
    ["an extended file", "services: {a: {extends: {file: ../c.yaml, service: a}}}\n"],
    ["one that the extended file names", "services: {a: {extends: {file: sub/d.yaml, service: a}}}\n"],
    ["one behind an alias", "x-a: &a {extends: {file: /etc/c.yaml, service: a}}\nservices: {a: {<<: *a}}\n"],
    ["labels", "services: {a: {image: 'a:1', label_file: [/etc/passwd]}}\n"],
    ["a file of a home", "include: ['~/c.yaml']\n"],
    ["a repository", "include: ['https://github.com/a/b.git']\n"],
  ])("%s", async (_, text) => {
    const started = join(folder.path, `started-${Math.random()}`);
    const path = pathWith(`case "$*" in *version*) echo 5.5.1;; *) touch ${started};; esac`);
    const extended = "services: {a: {extends: {file: ../../c.yaml, service: a}}}\n";
    const files = { "compose.yaml": text, "b.yaml": "services: {}\n", "sub/d.yaml": extended };
    expect((await find(files, "compose.yaml", path)).code).toBe("discovery-remote");
    expect(existsSync(started)).toBe(false);
  });

  test("and so is one that COMPOSE_FILE names", async () => {
    const world = worldOf({ ...ONE, ".env": "COMPOSE_FILE=compose.yaml:../c.yaml\n" });
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
    ...ONE,
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
    expect(await imagesOf(files)).toEqual(["a:1", "good:1", "hook:1"]);
  });

  // Proves: how-manifest-written-hides
  test("counts by itself, too, where the other one gives a variable another value", async () => {
    const files = {
      "compose.yaml": "include: [{path: prod.yaml, env_file: vars}]\n",
      "prod.yaml": "services: {b: {image: '${NAME:-evil}:1'}, c: {image: 'c:${TAG:?x}'}}\n",
      vars: "NAME=good\nTAG=2\n",
    };
    expect(await imagesOf(files, "*.yaml")).toEqual(["c:2", "evil:1", "good:1"]);
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

// Proves: list-images-takes-no
test("Compose sees nothing of the job: a stranger's file cannot send a secret to a registry", async () => {
  const seen = join(folder.path, "seen.txt");
  const path = pathWith(`/usr/bin/env >> ${seen}; echo "args $*" >> ${seen}; exec ${COMPOSE} "$@"`);
  const files = { "compose.yaml": "services: {a: {image: 'a:${TAG:-1}'}}\n", ".git/config": "s3cr3t" };
  const world = worldWith(folder.path, path, files, { TAG: SECRET, HOME: folder.path });
  expect(await found("compose:compose.yaml", world)).toMatchObject({
    images: [["compose.yaml a", "a:1"]],
    code: undefined,
  });
  const all = readFileSync(seen, "utf8");
  expect(all).toContain("--profile=* config --format=json");
  expect(all).not.toMatch(/s3cr3t/);
});
