import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Purpose, trivyEnvironment } from "../../../../src/scanners/trivy/process/environment.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";

const folder = temporaryFolder("environment");
afterAll(() => folder.remove());

const workspace = join(folder.path, "workspace");
mkdirSync(workspace);
const GIB = 1024 ** 3;
const HOME = "/home/someone";
const environment = (env: Record<string, string>, purpose: Purpose = "repository", memory = 2 * GIB) =>
  trivyEnvironment({ env, platform: "linux", runFolder: folder.path, temp: folder.path, workspace }, purpose, memory);

const OWN = ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"];
const PURPOSES: Purpose[] = ["files", "repository"];

describe("the environment of a Trivy process", () => {
  it.each([
    "TRIVY_SEVERITY",
    "TRIVY_IGNOREFILE",
    "TRIVY_USERNAME",
    "NODE_OPTIONS",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "INPUT_TOKEN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GITHUB_WORKSPACE",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "GODEBUG",
    "MAVEN_CENTRAL_URL",
    "RUNNER_TEMP",
    "SOME_SECRET",
    "XDG_CONFIG_DIRS",
  ])("never has %s", (name) => {
    for (const purpose of PURPOSES) expect(environment({ [name]: "x" }, purpose)).not.toHaveProperty(name);
  });

  // Proves: nor-any-variable
  it("has no other names than those that are meant, whatever the runner has", () => {
    const allowed =
      /^(?:PATH|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|DOCKER_CONFIG|CONTAINERD_\w+|AWS_EC2_METADATA_DISABLED|GOGC|GOMEMLIMIT)$/;
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,12}$/), fc.string()),
        fc.constantFrom(...PURPOSES),
        (env, purpose) => {
          for (const name of Object.keys(environment(env, purpose)))
            if (!OWN.includes(name)) expect(name).toMatch(allowed);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("has our own folders, private and empty, for everything that Trivy reads or writes by itself", () => {
    const env = environment({ HOME, TMPDIR: "/tmp", XDG_CONFIG_HOME: "/x" });
    for (const name of OWN) expect(env[name]?.startsWith(folder.path)).toBe(true);
    expect(statSync(env.HOME ?? "").mode & 0o7777).toBe(0o700);
    expect(readdirSync(env.HOME ?? "")).toEqual([]);
    expect(existsSync(env.TMPDIR ?? "")).toBe(true);
  });

  // Proves: scanner-needs-no-network
  it("passes proxies and certificates on, in both spellings, to the clone of a repository alone", () => {
    const given = {
      HTTPS_PROXY: "http://proxy:1",
      https_proxy: "http://proxy:2",
      NO_PROXY: "a",
      no_proxy: "b",
      SSL_CERT_FILE: "/ca.pem",
      SSL_CERT_DIR: "/ca",
    };
    expect(environment(given, "repository")).toMatchObject(given);
    for (const name of Object.keys(given)) expect(environment(given, "files")).not.toHaveProperty(name);
  });

  // Proves: nor-any-variable
  it("keeps the absolute folders of the PATH, as an empty or relative one means the working folder", () => {
    expect(environment({ PATH: "/usr/bin::relative:./x:/bin" }).PATH).toBe("/usr/bin:/bin");
    expect(environment({}).PATH).toBe("/usr/local/bin:/usr/bin:/bin");
  });

  const NO_LOGIN: [string, Purpose][] = [
    ["a scan", "files"],
    ["a repository's clone", "repository"],
  ];
  // Proves: trivy-sees-no-token, registry-s-login-goes
  it.each(NO_LOGIN)("gives no login to %s: no Docker configuration, no Podman's, no clouds'", (_, purpose) => {
    const env = environment(
      {
        HOME,
        DOCKER_CONFIG: "/docker",
        REGISTRY_AUTH_FILE: "/auth",
        XDG_RUNTIME_DIR: "/run/user/1000",
        AWS_SECRET_ACCESS_KEY: "x",
      },
      purpose,
    );
    expect(readdirSync(env.DOCKER_CONFIG ?? "")).toEqual([]);
    for (const name of ["REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "AWS_SECRET_ACCESS_KEY"])
      expect(env).not.toHaveProperty(name);
  });

  it("keeps AWS' tools from asking the machine for its role", () => {
    for (const purpose of PURPOSES) expect(environment({}, purpose).AWS_EC2_METADATA_DISABLED).toBe("true");
  });

  // Proves: scanner-needs-no-network
  it("passes no engine's address on: images come as files", () => {
    const docker = { DOCKER_HOST: "unix:///x", DOCKER_CERT_PATH: "/c", DOCKER_TLS_VERIFY: "1", DOCKER_CONTEXT: "c" };
    const others = { ...docker, CONTAINERD_ADDRESS: "/run/c", CONTAINERD_NAMESPACE: "k8s.io" };
    for (const purpose of PURPOSES) {
      const env = environment(others, purpose);
      for (const name of Object.keys(others)) expect(env).not.toHaveProperty(name);
    }
  });

  it("collects garbage less often if there is memory, within a limit", () => {
    expect(environment({}, "files", 16 * GIB)).toMatchObject({ GOGC: "400", GOMEMLIMIT: String(8 * GIB) });
    expect(environment({}, "files", 3 * GIB)).not.toHaveProperty("GOGC");
  });
});
