import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialsFor } from "../../../src/images/registry/credentials.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("login");
  world = testWorld(folder.path, { env: { HOME: join(folder.path, "home") } });
});
afterEach(() => folder.remove());

function write(name: string, content: unknown): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
const config = (repository: string) => credentialsFor({ ...world, signal: new AbortController().signal })(repository);

describe("the login for a repository", () => {
  // Proves: registry-s-login-goes
  it("is its own host's, and no other's", async () => {
    const [mine, other] = [auth("me:secret"), auth("you:other")];
    write("home/.docker/config.json", {
      auths: { "ghcr.io": mine, "https://index.docker.io/v1/": other, "ghcr.io.evil.example": other, "evil.io": other },
    });
    expect(await config("ghcr.io/acme/trivy-db")).toEqual({ username: "me", password: "secret" });
    expect(await config("docker.io/aquasec/trivy-db")).toEqual({ username: "you", password: "other" });
    expect(await config("quay.io/acme/trivy-db")).toBeUndefined();
  });

  it("holds for one port alone", async () => {
    write("home/.docker/config.json", { auths: { "registry.example.com:5000": auth("a:b") } });
    expect(await config("registry.example.com:5000/a/b")).toBeDefined();
    expect(await config("registry.example.com/a/b")).toBeUndefined();
    expect(await config("registry.example.com:5001/a/b")).toBeUndefined();
  });

  it.each([
    [
      "DOCKER_CONFIG's",
      () => ({ DOCKER_CONFIG: dirname(write("docker/config.json", { auths: { "a.io": auth("a:b") } })) }),
    ],
    ["REGISTRY_AUTH_FILE's", () => ({ REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": auth("a:b") } }) })],
    [
      "Podman's",
      () => ({
        XDG_RUNTIME_DIR: dirname(dirname(write("run/containers/auth.json", { auths: { "a.io/team": auth("a:b") } }))),
      }),
    ],
  ])("is %s", async (_, env) => {
    Object.assign(world.env, env());
    expect(await config("a.io/team/db")).toBeDefined();
    expect(await config("b.io/team/db")).toBeUndefined();
  });

  it("is Docker's before Podman's", async () => {
    write("home/.docker/config.json", { auths: { "a.io": auth("docker:1") } });
    Object.assign(world.env, { REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": auth("podman:1") } }) });
    expect(await config("a.io/x")).toEqual({ username: "docker", password: "1" });
  });

  it.each(["{", "[]", '{"auths": 1}', ""])("is undefined, with a warning, where the file is %j", async (text) => {
    write("home/.docker/config.json", text);
    expect(await config("a.io/x")).toBeUndefined();
    expect(world.lines).toEqual([expect.stringMatching(/^warning: The Docker configuration/)]);
  });

  it("is looked up in a broken file once for all repositories", async () => {
    write("home/.docker/config.json", "{");
    const find = credentialsFor({ ...world, signal: new AbortController().signal });
    for (const name of ["a", "b", "c"]) expect(await find(`a.io/${name}`)).toBeUndefined();
    expect(world.lines).toHaveLength(1);
  });

  it("is undefined without a file, without a warning", async () => {
    expect(await config("a.io/x")).toBeUndefined();
    expect(world.lines).toEqual([]);
  });
});
