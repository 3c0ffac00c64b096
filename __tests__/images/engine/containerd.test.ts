import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LocatedTarget, Target } from "../../../src/domain/target.ts";
import { imageAcquirer } from "../../../src/images/acquire/acquire.ts";
import type { ExportOptions } from "../../../src/images/engine/export.ts";
import { ImageFault } from "../../../src/images/fault.ts";
import { findInEngine } from "../../../src/images/sources/engine.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { containerd } from "../../support/images/image-files.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// A `ctr` that prints the recorded output of containerd 1.6.
const folder = temporaryFolder("ctr");
const at = (name: string) => join(folder.path, name);
const socket = at("c.sock");
const app = debian12();
const { digest } = app.descriptor;
let server: Server;
let count = 0;

const HEAD = "REF TYPE DIGEST SIZE PLATFORMS LABELS \n";
const row = (name: string, of = digest) =>
  `${name} application/vnd.oci.image.manifest.v1+json ${of} 7.5 KiB linux/amd64 -      \n`;

/** A fake program: its answer to a list, and its command for an export, in which `$file` is the path. */
const fake = (path: string, isList: string, before: string) => {
  return (list: string, exporting = 'cat "$ARCHIVE" > "$file"'): void => {
    writeFileSync(at("list"), list);
    writeProgram(
      at(path),
      `for word in "$@"; do echo "$word"; done >> '${at("words")}'; env >> '${at("env")}'
ARCHIVE='${at("archive.tar")}'
if [ ${isList} ]; then cat '${at("list")}'; exit; fi
while [ "$1" != ${before} ]; do shift; done; file="$2"
${exporting}
`,
    );
  };
};
const ctr = fake("bin/ctr", '"$6" = list', "--");
/** Its list has a line for each name and platform. */
const nerdctl = fake("nerdctl/nerdctl", '"$5" = images', "--output");

const world = (env: Record<string, string | undefined> = {}) =>
  testWorld(folder.path, { env: { PATH: `${at("bin")}:/usr/bin:/bin`, CONTAINERD_ADDRESS: socket, ...env } });
const optionsOf = (more: Partial<ExportOptions> = {}): ExportOptions & { readonly scratch: string } => ({
  world: world(),
  file: at(`out-${++count}.tar`),
  scratch: at("scratch"),
  signal: new AbortController().signal,
  ...more,
});
const exporting = (reference = "acme/app:1.0", more: Partial<ExportOptions> = {}) =>
  findInEngine("containerd", reference, optionsOf(more));
async function problemOf(more: Partial<ExportOptions> = {}): Promise<ImageFault> {
  const options = optionsOf(more);
  const thrown = await findInEngine("containerd", "acme/app:1.0", options).then(
    (found) => expect.fail(JSON.stringify(found)),
    (error: unknown) => error,
  );
  expect(existsSync(options.file)).toBe(false);
  expect(thrown).toBeInstanceOf(ImageFault);
  return thrown as ImageFault;
}
const words = () => readFileSync(at("words"), "utf8").trim().split("\n");

beforeAll(async () => {
  mkdirSync(at("bin"));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
});
beforeEach(() => {
  for (const name of ["words", "env"]) rmSync(at(name), { force: true });
  writeFileSync(at("archive.tar"), containerd(app));
});
afterAll(() => {
  server.close();
  folder.remove();
});

describe("an image of containerd", () => {
  it("is exported by ctr, from the namespace and for the platform that are meant", async () => {
    ctr(HEAD + row("docker.io/acme/app:1.0"));
    const options = optionsOf({ platform: "linux/amd64", world: world({ CONTAINERD_NAMESPACE: "k8s.io" }) });
    expect(await findInEngine("containerd", "acme/app:1.0", options)).toMatchObject({
      config: app.config,
      digest: undefined,
      place: "containerd",
      repoTags: ["docker.io/acme/app:1.0"],
      repoDigests: [`docker.io/acme/app@${digest}`],
      notes: [],
    });
    expect(statSync(options.file).mode & 0o777).toBe(0o600);
    const own = ["--address", socket, "--namespace", "k8s.io", "images"];
    const asked = ["export", "--platform", "linux/amd64", "--", options.file, "docker.io/acme/app:1.0"];
    expect(words()).toEqual([...own, "list", 'name=="docker.io/acme/app:1.0"', ...own, ...asked]);
  });

  // Proves: engine-gives-image-name
  it("sees nothing of the job's environment", async () => {
    ctr(HEAD + row("docker.io/acme/app:1.0"));
    const env = { GITHUB_TOKEN: "ghs_secret", CONTAINERD_NAMESPACE: "default", LD_PRELOAD: "", INPUT_X: "1" };
    await exporting("acme/app:1.0", { world: world(env) });
    expect(readFileSync(at("env"), "utf8")).not.toMatch(/GITHUB|INPUT|CONTAINERD|secret/);
  });

  it.each([
    ["acme/app", 'name=="docker.io/acme/app:latest"', "docker.io/acme/app:latest"],
    ["ghcr.io/acme/app:1.0", 'name=="ghcr.io/acme/app:1.0"', "ghcr.io/acme/app:1.0"],
    [digest, `target.digest==${digest}`, "docker.io/acme/any:3"],
    [`acme/app@${digest}`, `target.digest==${digest}`, "docker.io/acme/app:2"],
  ])("is looked for as containerd calls it: %s", async (reference, filter, name) => {
    ctr(HEAD + row(name));
    expect(await exporting(reference)).toMatchObject({ place: "containerd", config: app.config });
    expect(words()).toContain(filter);
  });

  it.each([
    ["nothing", ""],
    ["only the head", HEAD],
    ["another name", HEAD + row("docker.io/acme/app:1.0-evil")],
    ["no digest", `${HEAD}docker.io/acme/app:1.0 - - - - -\n`],
  ])("is missing if ctr lists %s", async (_, list) => {
    ctr(list);
    expect(await exporting()).toEqual({ kind: "missing" });
  });

  it("of another repository under the same digest is not the one that was named", async () => {
    ctr(HEAD + row("docker.io/acme/other:1.0"));
    expect(await exporting(`acme/app@${digest}`)).toEqual({ kind: "missing" });
  });
});

describe("an image of containerd, where there is no ctr", () => {
  const only = (env: Record<string, string> = {}) => world({ PATH: `${at("nerdctl")}:/usr/bin:/bin`, ...env });
  beforeAll(() => mkdirSync(at("nerdctl")));

  it("is exported by nerdctl, which sees nothing of the job's environment", async () => {
    nerdctl(`docker.io/acme/other:1.0 ${digest}\ndocker.io/acme/app:1.0 ${digest}\n`);
    const options = optionsOf({ platform: "linux/amd64", world: only({ GITHUB_TOKEN: "ghs_secret" }) });
    expect(await findInEngine("containerd", "acme/app:1.0", options)).toMatchObject({
      config: app.config,
      repoTags: ["docker.io/acme/app:1.0"],
    });
    const own = ["--address", socket, "--namespace", "default"];
    const saved = ["save", "--platform", "linux/amd64", "--output", options.file, "--", "docker.io/acme/app:1.0"];
    expect(words()).toEqual([...own, "images", "--no-trunc", "--format", "{{.Name}} {{.Digest}}", ...own, ...saved]);
    expect(readFileSync(at("env"), "utf8")).not.toMatch(/GITHUB|CONTAINERD|secret/);
  });

  it.each<[string, string, object]>([
    ["acme/app:1.0", `docker.io/acme/app:1.0-evil ${digest}\n`, { kind: "missing" }],
    [`acme/app@${digest}`, `docker.io/acme/other:1.0 ${digest}\n`, { kind: "missing" }],
    [
      `acme/app@${digest}`,
      `<none> <none>\ndocker.io/acme/app:2 ${digest}\n`,
      { place: "containerd", config: app.config },
    ],
    [digest, `docker.io/acme/any:3 ${digest}\n`, { place: "containerd", config: app.config }],
  ])("%s in the list %j is found by its name and digest, or missing", async (reference, list, expected) => {
    nerdctl(list);
    expect(await exporting(reference, { world: only() })).toMatchObject(expected);
  });

  it("says why nerdctl cannot save it", async () => {
    nerdctl(`docker.io/acme/app:1.0 ${digest}\n`, `echo 'level=fatal msg="no such image: x"' >&2; exit 1`);
    const message = expect.stringMatching(/removed before/);
    expect(await problemOf({ world: only() })).toMatchObject({ code: "image-changed", message });
  });

  it("is ctr's to export where both are there", async () => {
    nerdctl("");
    ctr(HEAD + row("docker.io/acme/app:1.0"));
    const both = world({ PATH: `${at("nerdctl")}:${at("bin")}:/usr/bin:/bin` });
    expect(await exporting("acme/app:1.0", { world: both })).toMatchObject({ place: "containerd" });
    expect(words()).toContain("export");
  });
});

describe("containerd", () => {
  const unreachable = (why: RegExp) => ({ kind: "unreachable", why: expect.stringMatching(why) });

  it.each<[string, Record<string, string>, RegExp]>([
    ["without a socket", { CONTAINERD_ADDRESS: at("none.sock") }, /there is no socket/],
    ["at a path that is not a socket", { CONTAINERD_ADDRESS: at("bin/ctr") }, /is not the absolute path of a socket/],
    ["at a relative path", { CONTAINERD_ADDRESS: "c.sock" }, /is not the absolute path of a socket/],
  ])("%s cannot be asked", async (_, env, why) => {
    ctr(HEAD);
    expect(await exporting("acme/app:1.0", { world: world(env) })).toEqual(unreachable(why));
    expect(existsSync(at("words"))).toBe(false);
  });

  it("that ctr cannot reach says why", async () => {
    writeProgram(at("bin/ctr"), 'echo "ctr: failed to dial \\"/c.sock\\": permission denied" >&2; exit 1');
    expect(await exporting()).toEqual(unreachable(/failed to dial .*: permission denied$/));
  });

  it("without a program on the PATH cannot be asked; one in the workspace does not count", async () => {
    const place = world();
    mkdirSync(join(place.workspace, "bin"), { recursive: true });
    for (const name of ["ctr", "nerdctl"]) writeProgram(join(place.workspace, "bin", name), `touch '${at("words")}'`);
    const own = world({ PATH: `${join(place.workspace, "bin")}:/nonexistent` });
    expect(await exporting("acme/app:1.0", { world: own })).toMatchObject(
      unreachable(/needs `ctr` or `nerdctl` on the PATH$/),
    );
    expect(existsSync(at("words"))).toBe(false);
  });
});

it("a containerd that gives nothing is waited for no longer than its scan may take", async () => {
  ctr(HEAD + row("docker.io/acme/app:1.0"), "exec sleep 30");
  const settings = { imageSource: ["containerd"], offline: true, timeoutMs: 700 };
  await using images = imageAcquirer(settings, world());
  const target = { input: "acme/app:1.0", label: "acme/app:1.0" } as Target;
  const located: LocatedTarget = { how: "reference", location: "acme/app:1.0" };
  await expect(images.acquire(target, located, {}, world())).rejects.toMatchObject({ code: "scan-timeout" });
});

describe("an export by ctr that goes wrong leaves nothing behind, and says why:", () => {
  const says = (text: string) => `echo 'ctr: ${text}' >&2; exit 1`;
  it.each<[string, string, string, RegExp]>([
    ["an error", says("content lost"), "daemon-export-failed", /cannot export all of it: content lost/],
    ["a full disk", says("write x: no space left on device"), "disk-full", /the disk is full/],
    ["a platform", says("no manifest found for platform: not found"), "platform-mismatch", /it is missing for/],
    ["removed", says('image "x": not found'), "image-changed", /removed before/],
    ["half a tar", 'head -c 700 "$ARCHIVE" > "$file"', "daemon-export-failed", /cannot be read/],
  ])("%s", async (_, shell, code, message) => {
    ctr(HEAD + row("docker.io/acme/app:1.0"), shell);
    expect(await problemOf()).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("another image than the one of the digest in the list", async () => {
    ctr(HEAD + row("docker.io/acme/app:1.0"));
    writeFileSync(at("archive.tar"), containerd(clean()));
    expect((await problemOf()).code).toBe("image-inconsistent");
  });

  it("a run that is cancelled, or out of time", async () => {
    ctr(HEAD + row("docker.io/acme/app:1.0"), 'cat "$ARCHIVE" > "$file"; exec sleep 30');
    for (const [signal, name] of [
      [AbortSignal.timeout(500), "TimeoutError"],
      [AbortSignal.abort(), "AbortError"],
    ] as const) {
      const options = optionsOf({ signal });
      await expect(findInEngine("containerd", "acme/app:1.0", options)).rejects.toMatchObject({ name });
      expect(existsSync(options.file)).toBe(false);
    }
  });
});
