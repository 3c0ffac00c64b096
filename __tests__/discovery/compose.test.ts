import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { COMPOSE_CASES } from "./compose-cases.ts";
import { discovered, found } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

const folder = temporaryFolder("discovery-compose");
afterAll(() => folder.remove());

const SECRET = "s3cr3t-of-the-job";

const COMPOSE = await ensureCompose();
const PATH = pathOf(folder.path, { "docker-compose": COMPOSE });

const asked = expect.stringMatching(/^docker-compose 5\.5\.1 \(.*\) was asked for the images of the Compose files\.$/);

const worldOf = (files: Readonly<Record<string, string>>) => worldWith(folder.path, PATH, files, { TAG: SECRET });
const find = (files: Readonly<Record<string, string>>, glob = "compose.yaml") =>
  found(`compose:${glob}`, worldOf(files));

const compose = (services: string) => ({ "compose.yaml": `services:\n${services}` });

describe("a project has the images that docker compose would start", () => {
  test.each(COMPOSE_CASES)("$says", async ({ files, images }) => {
    const found = await find(files);
    expect(found.code).toBe(undefined);
    const pulled = Object.entries(images).filter(([, image]) => image !== null);
    expect(found.images.sort()).toEqual(pulled.map(([name, image]) => [`compose.yaml ${name}`, image]).sort());
    for (const [name, image] of Object.entries(images)) {
      const isSaid = found.notes.some(
        (note) => /^Services that are built/.test(note) && new RegExp(`compose\\.yaml ${name}[,.]`).test(note),
      );
      expect(isSaid, name).toBe(image === null);
    }
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
  const world = worldOf(
    compose(
      "  a:\n    image: a:1\n    platform: linux/arm64\n    volumes:\n      - {type: image, source: b:1, target: /data}\n      - ./x:/y\n",
    ),
  );
  expect((await discovered(["compose:compose.yaml"], world)).images).toEqual([
    { reference: "a:1", platform: "linux/arm64", at: { source: "compose:compose.yaml", name: "compose.yaml a" } },
    { reference: "b:1", at: { source: "compose:compose.yaml", name: "compose.yaml a /data" } },
  ]);
});

// Proves: image-runs-not-left
test("a variable that is not set is an error with variable, file and service; the other services count all the same", async () => {
  const { images, code, what } = await find(
    compose("  a:\n    image: a:${TAG}\n  b: {image: b}\n  c: {image: '$OTHER'}\n"),
  );
  expect(images).toEqual([["compose.yaml b", "b"]]);
  expect(code).toBe("discovery-variable-unset");
  expect(what).toBe(
    'compose.yaml, service "a": the variable TAG is not set and has no default. ' +
      'Also: compose.yaml, service "c": the variable OTHER is not set and has no default',
  );
});

// Proves: list-images-takes-no
test("the job's environment is not read: a stranger's file cannot send a secret to a registry", async () => {
  const { images } = await find(compose("  a: {image: 'evil.example/${TAG:-none}'}\n"));
  expect(images).toEqual([["compose.yaml a", "evil.example/none"]]);
});

test.each([
  ["a required one", "${TAG:?say which}", "the variable TAG is not set and has no default"],
  [
    "one that .env takes from the environment",
    "${FROM_HOME}",
    "its image depends on PATH, HOME, USER or a similar variable, which each host sets itself",
  ],
  [
    "one of the folder",
    "a:${PWD}",
    "its image depends on PATH, HOME, USER or a similar variable, which each host sets itself",
  ],
])("%s is an error of its service, and the others count", async (_, image, why) => {
  const services = `  a: {image: '${image}'}\n  b: {image: 'b:1', environment: {TAG: '$TAG', X: '\${NONE}'}}\n`;
  const { images, code, what } = await find({ ...compose(services), ".env": "FROM_HOME=a${HOME}/x\n" });
  expect([images, code]).toEqual([[["compose.yaml b", "b:1"]], "discovery-variable-unset"]);
  expect(what).toBe(`compose.yaml, service "a": ${why}`);
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

// Proves: image-runs-not-left
test.each([
  ["by a condition", "good/x${PATH:+evil}:1", ""],
  ["through .env", "good/x:${A}", "A=1${SHLVL:+-evil}\n"],
])("a variable that every host has hides no other image: %s", async (_, image, env) => {
  const services = `  a: {image: '${image}'}\n  b: {image: 'b:1', user: '\${USER}'}\n`;
  const { images, code } = await find({ ...compose(services), ".env": env });
  expect([images, code]).toEqual([[["compose.yaml b", "b:1"]], "discovery-variable-unset"]);
});

// Proves: image-runs-not-left
test.each([
  ["by its name", "a:${GODEBUG}", ""],
  ["in small letters", "a:1${http_proxy}", ""],
  ["through .env", "a:1${A}", "A=${XDG_CONFIG_HOME}x\n"],
  ["through the name of the project", "${COMPOSE_PROJECT_NAME}/a", "COMPOSE_PROJECT_NAME=x${DOCKER_HOST}\n"],
])(
  "a variable that changes what Compose does gets no value, and no image is known by it: %s",
  async (_, image, env) => {
    const services = `  a: {image: '${image}'}\n  b: {image: 'b:1', environment: {LD_PRELOAD: '$LD_PRELOAD'}}\n`;
    const { images, code } = await find({ ...compose(services), ".env": env });
    expect([images, code]).toEqual([[["compose.yaml b", "b:1"]], "discovery-variable-unset"]);
  },
);

// Proves: list-images-takes-no
test("Compose is started without the variables of a file that change programs, and with its other ones", async () => {
  const log = join(folder.path, "environments");
  const started = join(folder.path, "started-compose");
  const script = `#!/bin/sh\n[ -z "$TAG" ] || /usr/bin/env >> '${log}'\nexec '${COMPOSE}' "$@"\n`;
  writeFileSync(started, script, { mode: 0o755 });
  const names = ["LD_PRELOAD", "GODEBUG", "COMPOSE_FILE", "DOCKER_HOST", "BUILDKIT_HOST", "HTTPS_PROXY", "no_proxy"];
  const image = ["TAG", ...names].map((name) => `\${${name}}`).join("");
  const world = worldWith(
    folder.path,
    pathOf(folder.path, { "docker-compose": started }),
    compose(`  a: {image: 'a:${image}'}\n`),
  );
  expect((await discovered(["compose:compose.yaml"], world)).images).toEqual([]);
  const given = readFileSync(log, "utf8")
    .split("\n")
    .map((line) => line.replace(/=.*/, ""));
  expect(given).toContain("TAG");
  for (const name of names) expect(given).not.toContain(name);
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
  expect(
    await find({ "compose.yaml": `x-a: &a0 lol\nx-b:\n${laughs.replace(/^/gm, "  ")}\nservices: {a: {image: a}}\n` }),
  ).toMatchObject({
    code: "discovery-too-large",
  });
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
