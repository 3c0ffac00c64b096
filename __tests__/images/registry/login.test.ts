import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logins } from "../../../src/images/registry/login.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/folder.ts";

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
const config = (repository: string) => {
  const at = logins(world)(repository)?.folder;
  return at === undefined ? undefined : JSON.parse(readFileSync(join(at, "config.json"), "utf8"));
};

describe("the login for a repository", () => {
  // Proves: registry-s-login-goes
  it("is its own host's, and no other goes with it", () => {
    const [mine, other] = [auth("me:secret"), auth("you:other")];
    write("home/.docker/config.json", {
      auths: { "ghcr.io": mine, "https://index.docker.io/v1/": other, "ghcr.io.evil.example": other, "evil.io": other },
      credHelpers: { "evil.io": "evil" },
      HttpHeaders: { "X-Secret": "1" },
    });
    expect(config("ghcr.io/acme/trivy-db:2")).toEqual({ auths: { "ghcr.io": mine }, credHelpers: {} });
    expect(config("aquasec/trivy-db:2")).toEqual({ auths: { "https://index.docker.io/v1/": other }, credHelpers: {} });
    expect(config("quay.io/acme/trivy-db:2")).toBeUndefined();
  });

  it("lies where nobody else can read it", () => {
    write("home/.docker/config.json", { auths: { "ghcr.io": auth("me:secret") } });
    const at = logins(world)("ghcr.io/a/b")?.folder ?? "";
    expect(at.startsWith(world.runFolder)).toBe(true);
    expect([statSync(at).mode & 0o777, statSync(join(at, "config.json")).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it("holds for one port alone", () => {
    write("home/.docker/config.json", { auths: { "registry.example.com:5000": auth("a:b") } });
    expect(config("registry.example.com:5000/a/b")).toBeDefined();
    expect(config("registry.example.com/a/b")).toBeUndefined();
    expect(config("registry.example.com:5001/a/b")).toBeUndefined();
  });

  it("comes from a helper if Docker keeps it in one", () => {
    write("home/.docker/config.json", {
      auths: { "ghcr.io": {} },
      credsStore: "desktop",
      credHelpers: { "eu.gcr.io": "gcloud" },
    });
    expect(config("ghcr.io/a/b")).toEqual({ auths: { "ghcr.io": {} }, credHelpers: { "ghcr.io": "desktop" } });
    expect(config("eu.gcr.io/a/b")).toEqual({ auths: {}, credHelpers: { "eu.gcr.io": "gcloud" } });
    expect(config("quay.io/a/b")).toBeUndefined();
  });

  it.each([
    ["DOCKER_CONFIG's", () => ({ DOCKER_CONFIG: dirname(write("docker/config.json", { auths: { "a.io": {} } })) })],
    ["REGISTRY_AUTH_FILE's", () => ({ REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": {} } }) })],
    [
      "Podman's",
      () => ({ XDG_RUNTIME_DIR: dirname(dirname(write("run/containers/auth.json", { auths: { "a.io/team": {} } }))) }),
    ],
  ])("is %s", (_, env) => {
    Object.assign(world.env, env());
    expect(config("a.io/team/db")).toBeDefined();
    expect(config("b.io/team/db")).toBeUndefined();
  });

  it("is Docker's before Podman's", () => {
    write("home/.docker/config.json", { auths: { "a.io": auth("docker:1") } });
    Object.assign(world.env, { REGISTRY_AUTH_FILE: write("auth.json", { auths: { "a.io": auth("podman:1") } }) });
    expect(config("a.io/x")).toMatchObject({ auths: { "a.io": auth("docker:1") } });
  });

  it.each(["{", "[]", '{"auths": 1}', ""])("is undefined, with a warning, where the file is %j", (text) => {
    write("home/.docker/config.json", text);
    expect(config("a.io/x")).toBeUndefined();
    expect(world.lines).toEqual([expect.stringMatching(/^warning: The Docker configuration/)]);
  });

  it("says whether a helper gives it, which has to find its own files", () => {
    write("home/.docker/config.json", { auths: { "a.io": {} }, credHelpers: { "b.io": "ecr-login" } });
    expect([logins(world)("a.io/x")?.viaHelper, logins(world)("b.io/x")?.viaHelper]).toEqual([false, true]);
  });

  it("is looked up in a broken file once for all repositories", () => {
    write("home/.docker/config.json", "{");
    const find = logins(world);
    for (const name of ["a", "b", "c"]) expect(find(`a.io/${name}`)).toBeUndefined();
    expect(world.lines).toHaveLength(1);
  });

  it("is undefined without a file, without a warning", () => {
    expect(config("a.io/x")).toBeUndefined();
    expect(world.lines).toEqual([]);
  });
});
