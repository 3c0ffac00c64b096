import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Purpose, trivyEnvironment } from "../../../../src/scanners/trivy/scan/environment.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const folder = temporaryFolder("environment");
afterAll(() => folder.remove());

const workspace = join(folder.path, "workspace");
mkdirSync(workspace);
const GIB = 1024 ** 3;
const HOME = "/home/someone";
const environment = (env: Record<string, string>, purpose: Purpose = "registry", memory = 2 * GIB) =>
  trivyEnvironment({ env, platform: "linux", runFolder: folder.path, temp: folder.path, workspace }, purpose, memory);

const OWN = ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"];
const PURPOSES: Purpose[] = ["database", "image", "local", "registry", "anonymous", "conversion"];

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

  it("has no other names than those that are meant, whatever the runner has", () => {
    const allowed =
      /^(?:PATH|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|SSL_CERT_(?:FILE|DIR)|DOCKER_\w+|CONTAINERD_\w+|XDG_RUNTIME_DIR|REGISTRY_AUTH_FILE|(?:AWS|GOOGLE|AZURE|CLOUDSDK)_\w+|GOGC|GOMEMLIMIT)$/;
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

  it("has folders of our own, private and empty, for everything that Trivy reads or writes by itself", () => {
    const env = environment({ HOME, TMPDIR: "/tmp", XDG_CONFIG_HOME: "/x" });
    for (const name of OWN) expect(env[name]?.startsWith(folder.path)).toBe(true);
    expect(statSync(env.HOME ?? "").mode & 0o7777).toBe(0o700);
    expect(readdirSync(env.HOME ?? "")).toEqual([]);
    expect(existsSync(env.TMPDIR ?? "")).toBe(true);
  });

  it("passes proxies and certificates on, in both spellings, where there may be a network", () => {
    const given = {
      HTTPS_PROXY: "http://proxy:1",
      https_proxy: "http://proxy:2",
      NO_PROXY: "a",
      no_proxy: "b",
      SSL_CERT_FILE: "/ca.pem",
      SSL_CERT_DIR: "/ca",
    };
    for (const purpose of PURPOSES.filter((each) => each !== "image"))
      expect(environment(given, purpose)).toMatchObject(given);
  });

  it("has nothing of a network, a login or an engine for an image whose bytes are here", () => {
    const given = Object.fromEntries(
      [
        ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"],
        ...["SSL_CERT_FILE", "SSL_CERT_DIR", "DOCKER_CONFIG", "DOCKER_HOST", "DOCKER_CONTEXT", "CONTAINERD_ADDRESS"],
        ...["REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE", "CLOUDSDK_CONFIG"],
        ...["GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_SECRET", "AZURE_CONFIG_DIR"],
      ].map((name) => [name, "http://user:s3cret@given"]),
    );
    const { DOCKER_CONFIG, ...env } = environment({ ...given, HOME, PATH: "/usr/bin" }, "image");
    expect(Object.keys(env).sort()).toEqual([...OWN, "AWS_EC2_METADATA_DISABLED", "PATH"].sort());
    expect(Object.values(env).join()).not.toContain("given");
    expect(readdirSync(DOCKER_CONFIG ?? "")).toEqual([]);
  });

  it("keeps the absolute folders of the PATH, as an empty or relative one means the working folder", () => {
    expect(environment({ PATH: "/usr/bin::relative:./x:/bin" }).PATH).toBe("/usr/bin:/bin");
    expect(environment({}).PATH).toBe("/usr/local/bin:/usr/bin:/bin");
  });

  const NO_LOGIN: [string, Purpose][] = [
    ["a database", "database"],
    ["an image whose bytes are here", "image"],
    ["an image that only another image names", "anonymous"],
  ];
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

  it("keeps AWS' tools from asking the machine for its role if no login is wanted", () => {
    expect(environment({}, "anonymous").AWS_EC2_METADATA_DISABLED).toBe("true");
    expect(environment({}, "registry")).not.toHaveProperty("AWS_EC2_METADATA_DISABLED");
  });

  it("takes Docker's configuration from below the real HOME if DOCKER_CONFIG does not say otherwise", () => {
    expect(environment({ HOME }).DOCKER_CONFIG).toBe(`${HOME}/.docker`);
    expect(environment({ HOME, DOCKER_CONFIG: "/elsewhere" }).DOCKER_CONFIG).toBe("/elsewhere");
    expect(readdirSync(environment({}).DOCKER_CONFIG ?? "")).toEqual([]);
  });

  it("gives the clouds' credentials for a registry alone", () => {
    const given = {
      AWS_ACCESS_KEY_ID: "a",
      AWS_REGION: "r",
      GOOGLE_APPLICATION_CREDENTIALS: "g",
      AZURE_CLIENT_ID: "z",
    };
    expect(environment(given)).toMatchObject(given);
    for (const name of Object.keys(given)) expect(environment(given, "local")).not.toHaveProperty(name);
  });

  it("tells the clouds' tools where their files are, as HOME is not the real one", () => {
    expect(environment({ HOME, AWS_CONFIG_FILE: "/mine" })).toMatchObject({
      AWS_SHARED_CREDENTIALS_FILE: join(HOME, ".aws", "credentials"),
      AWS_CONFIG_FILE: "/mine",
      CLOUDSDK_CONFIG: join(HOME, ".config", "gcloud"),
    });
    expect(environment({ HOME }, "local")).not.toHaveProperty("AWS_CONFIG_FILE");
  });

  it("passes the addresses of Docker, containerd and Podman on for scans", () => {
    const given = {
      DOCKER_HOST: "unix:///x",
      DOCKER_CERT_PATH: "/c",
      DOCKER_TLS_VERIFY: "1",
      CONTAINERD_ADDRESS: "/run/c",
      CONTAINERD_NAMESPACE: "k8s.io",
      XDG_RUNTIME_DIR: "/run/user/1",
    };
    expect(environment(given, "local")).toMatchObject(given);
    expect(environment(given, "registry")).toMatchObject(given);
  });

  it("collects garbage less often if there is memory, within a limit", () => {
    expect(environment({}, "local", 16 * GIB)).toMatchObject({ GOGC: "400", GOMEMLIMIT: String(8 * GIB) });
    expect(environment({}, "local", 3 * GIB)).not.toHaveProperty("GOGC");
  });
});
