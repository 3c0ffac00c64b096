import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findEngine, isOpenToOthers } from "../../../src/images/engine/address.ts";
import type { GateError } from "../../../src/system/errors.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("address");
afterAll(() => folder.remove());

const find = (env: Record<string, string | undefined>) => findEngine(testWorld(folder.path, { env }));
function refused(env: Record<string, string | undefined>): GateError {
  try {
    return expect.fail(JSON.stringify(find(env)));
  } catch (error) {
    return error as GateError;
  }
}

/** A folder as Docker keeps its settings and contexts in. */
function settings(name: string, { current, contexts = {} }: { current?: string; contexts?: Record<string, object> }) {
  const config = join(folder.path, name);
  mkdirSync(config);
  if (current !== undefined) writeFileSync(join(config, "config.json"), JSON.stringify({ currentContext: current }));
  for (const [context, docker] of Object.entries(contexts)) {
    const meta = join(config, "contexts", "meta", createHash("sha256").update(context).digest("hex"));
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(meta, "meta.json"), JSON.stringify({ Name: context, Endpoints: { docker } }));
  }
  return config;
}

describe("an engine's address", () => {
  it.each<[string, object]>([
    ["unix:///run/docker.sock", { way: { kind: "unix", path: "/run/docker.sock" }, machine: "this host", notes: [] }],
    [
      "tcp://127.0.0.1",
      { way: { kind: "tcp", url: new URL("http://127.0.0.1:2375") }, machine: "127.0.0.1", notes: [] },
    ],
    [
      "tcp://[::1]:80/engine",
      { way: { kind: "tcp", url: new URL("http://[::1]:80/engine") }, machine: "[::1]", notes: [] },
    ],
    [
      "ssh://box",
      {
        way: { kind: "ssh", args: expect.arrayContaining(["--", "box", "docker", "system", "dial-stdio"]) },
        machine: "box",
      },
    ],
  ])("is understood as Docker understands it: %s", (host, address) => {
    expect(find({ DOCKER_HOST: host })).toMatchObject({ host, ...address });
  });

  it.each(["box.test", "127.evil.example.com", "127.0.0.1.evil.example.com", "localhost.example.com"])(
    "of another machine without TLS is said to be open to anyone who is on the way: %s",
    (name) => {
      const address = find({ DOCKER_HOST: `tcp://${name}:2375` });
      expect(isOpenToOthers(address)).toBe(true);
      expect(address.notes).toEqual([
        `The engine at tcp://${name}:2375 was asked without TLS: anyone on the network path could hide containers.`,
      ]);
      expect(isOpenToOthers(find({ DOCKER_HOST: "tcp://127.0.0.2:2375" }))).toBe(false);
    },
  );

  it.each([
    "npipe:////./pipe/docker_engine",
    "unix://relative.sock",
    "http://box:2375",
    "fd://",
    "box:2375",
    "/run/docker.sock",
    "tcp://",
    "tcp://box:99999",
    "tcp://me@box",
    "tcp://box?x=1",
    "ssh://me:secret@box",
    "ssh://-oProxyCommand=id",
    "ssh://-lroot@box",
    "ssh://box/run/$(id).sock",
    "ssh://box/run/a%20b.sock",
    "ssh://b;id@box",
    "ssh://box#x",
  ])("that is %s is refused", (host) => {
    const { code, message } = refused({ DOCKER_HOST: host });
    expect(code).toBe("discovery-engine-address");
    expect(message).not.toContain("secret");
  });
});

describe("without DOCKER_HOST", () => {
  const shop = { Host: "ssh://shop" };

  it("it is the current context's, unless DOCKER_CONTEXT names another", () => {
    const DOCKER_CONFIG = settings("two", { current: "shop", contexts: { shop, bank: { Host: "ssh://bank" } } });
    expect(find({ DOCKER_CONFIG }).host).toBe("ssh://shop");
    expect(find({ DOCKER_CONFIG, DOCKER_CONTEXT: "bank" }).host).toBe("ssh://bank");
    expect(find({ DOCKER_CONFIG, DOCKER_CONTEXT: "bank", DOCKER_HOST: "ssh://box" }).host).toBe("ssh://box");
  });

  it("it is the first of the usual sockets, Docker's before Podman's; that others are not looked at is reported", () => {
    const DOCKER_CONFIG = settings("default", { current: "default" });
    const sockets = ["/var/run/docker.sock", "/run/user/7/podman/podman.sock", "/run/podman/podman.sock"];
    const usual = (...there: readonly string[]) => {
      const world = testWorld(folder.path, { env: { DOCKER_CONFIG, XDG_RUNTIME_DIR: "/run/user/7" } });
      return findEngine(world, (path) => there.includes(path));
    };
    for (const [index, socket] of sockets.entries()) {
      const { host, notes } = usual(...sockets.slice(index));
      expect(host).toBe(`unix://${socket}`);
      expect(notes).toEqual(
        sockets.slice(index + 1).map((path) => expect.stringContaining(`${path} are not included`)),
      );
    }
    expect(() => usual()).toThrow("[discovery-engine-missing]");
  });

  it.each<[string, { current?: string; contexts?: Record<string, object> }]>([
    ["a context that does not exist", { current: "shop" }],
    ["a context without an address", { current: "shop", contexts: { shop: {} } }],
    ["a context that checks no certificate", { current: "shop", contexts: { shop: { ...shop, SkipTLSVerify: true } } }],
  ])("it is an error, and never another engine, with %s", (name, config) => {
    expect(refused({ DOCKER_CONFIG: settings(name, config) }).code).toBe("discovery-engine-address");
  });

  it("it is an error if settings are not JSON", () => {
    const DOCKER_CONFIG = settings("damaged", {});
    writeFileSync(join(DOCKER_CONFIG, "config.json"), "{");
    expect(refused({ DOCKER_CONFIG }).code).toBe("discovery-engine-address");
  });
});
