import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialsFor } from "../../../src/images/registry/credentials.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("credentials");
  world = testWorld(folder.path, {
    env: { HOME: join(folder.path, "home"), PATH: `${folder.path}:${process.env.PATH}` },
  });
});
afterEach(() => folder.remove());

function write(name: string, content: unknown): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const config = (content: unknown) => write("home/.docker/config.json", content);
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
const of = (repository: string) => credentialsFor(world)(repository);

describe("our own login to an image's registry", () => {
  // Proves: image-s-registry-gets, registry-s-login-goes
  it("is its own host's and port's, however Docker or Podman writes it", async () => {
    config({
      auths: {
        "ghcr.io": auth("me:se:cret"),
        "https://index.docker.io/v1/": { username: "hub", password: "x" },
        "registry.example:5000": { identitytoken: "refresh", ...auth("00000000:") },
        "ghcr.io.evil.example": auth("evil:evil"),
        "evil.io": auth("evil:evil"),
        "quay.io/acme": auth("acme:1"),
        "quay.io/acme/deep": auth("deep:2"),
        "quay.io": auth("all:3"),
      },
    });
    expect(await of("ghcr.io/acme/app")).toEqual({ username: "me", password: "se:cret" });
    expect(await of("docker.io/library/alpine")).toEqual({ username: "hub", password: "x" });
    expect(await of("registry.example:5000/app")).toEqual({ identityToken: "refresh" });
    expect(await of("quay.io/acme/deep/app")).toEqual({ username: "deep", password: "2" });
    expect(await of("quay.io/acme/app")).toEqual({ username: "acme", password: "1" });
    expect(await of("quay.io/acmeandmore/app")).toEqual({ username: "all", password: "3" });
    const others = [
      "registry.example/app",
      "registry.example:5001/app",
      "evil.example/app",
      "docker.io.evil.example/a",
    ];
    for (const none of others) expect(await of(none)).toBeUndefined();
  });

  it.each<[string, () => object]>([
    [
      "DOCKER_CONFIG's",
      () => ({ DOCKER_CONFIG: dirname(write("docker/config.json", { auths: { "a.io": auth("a:b") } })) }),
    ],
    ["REGISTRY_AUTH_FILE's", () => ({ REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": auth("a:b") } }) })],
    [
      "Podman's",
      () => ({
        XDG_RUNTIME_DIR: join(write("run/containers/auth.json", { auths: { "a.io/team": auth("a:b") } }), "../.."),
      }),
    ],
  ])("is %s", async (_, env) => {
    Object.assign(world.env, env());
    expect(await of("a.io/team/db")).toBeDefined();
    expect(await of("b.io/team/db")).toBeUndefined();
  });

  it("is Docker's before Podman's", async () => {
    config({ auths: { "a.io": auth("docker:1") } });
    Object.assign(world.env, { REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": auth("podman:1") } }) });
    expect(await of("a.io/x")).toEqual({ username: "docker", password: "1" });
  });

  it("comes from a credential helper, which sees no token of the job", async () => {
    const helper = `read host\n[ -z "$GITHUB_TOKEN$INPUT_TOKEN" ] && [ "$host" = "ghcr.io" ] &&\n  echo '{"Username":"helped","Secret":"s"}'\n`;
    writeProgram(join(folder.path, "docker-credential-bed"), helper);
    const refresh = `echo '{"Username":"<token>","Secret":"r"}'\n`;
    writeProgram(join(folder.path, "docker-credential-cloud"), refresh);
    config({
      credHelpers: { "ghcr.io": "bed", "acme.azurecr.io": "cloud", "gone.example": "gone", "x.example": "../bed" },
    });
    world = { ...world, env: { ...world.env, GITHUB_TOKEN: "t", INPUT_TOKEN: "t" } };
    expect(await of("ghcr.io/acme/app")).toEqual({ username: "helped", password: "s" });
    expect(await of("acme.azurecr.io/app")).toEqual({ identityToken: "r" });
    for (const none of ["gone.example/app", "x.example/app"]) expect(await of(none)).toBeUndefined();
  });

  it("is undefined without a file or an entry that can be read, which is not a warning", async () => {
    expect(await of("ghcr.io/acme/app")).toBeUndefined();
    for (const entry of [{}, { auth: "no colon in it" }]) {
      config({ auths: { "ghcr.io": entry } });
      expect(await of("ghcr.io/acme/app")).toBeUndefined();
    }
    expect(world.lines).toEqual([]);
  });

  it.each(["{", "[]", '{"auths": 1}', ""])(
    "is undefined where the file is %j, with one warning for all repositories",
    async (text) => {
      config(text);
      const find = credentialsFor(world);
      for (const name of ["a", "b", "c"]) expect(await find(`a.io/${name}`)).toBeUndefined();
      expect(world.lines).toEqual([expect.stringMatching(/^warning: The Docker configuration/)]);
    },
  );
});
