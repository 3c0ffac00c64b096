import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureCurl } from "../../scripts/setup/system.ts";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { vulnerabilityDatabase, vulnerabilityDatabaseArtifact } from "./database.ts";
import { type ConnectionFault, startInternet } from "./internet.ts";
import { createRegistry, type MemoryRegistry, type RegistryFault } from "./registry.ts";
import { sharedFolder } from "./shared.ts";

const curlProgram = await ensureCurl();
const folder = sharedFolder("internet-test");
const trivy = await ensureTrivy();
const database = vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now: new Date() }));

function registryWith(host: string, repository: string): MemoryRegistry {
  const registry = createRegistry(host);
  registry.add(repository, "2", database);
  return registry;
}

/** The real Trivy's download: exit code, log, and the database's metadata if it got one. */
async function download(env: Readonly<Record<string, string>>, ...args: string[]) {
  const cache = mkdtempSync(join(folder.path, "cache-"));
  const quiet = ["--no-progress", "--skip-version-check", "--disable-telemetry"];
  const all = ["image", "--download-db-only", `--cache-dir=${cache}`, ...quiet, ...args];
  const result = await finish(trivy, all, { env: { PATH: "/usr/bin:/bin", HOME: folder.path, ...env } });
  const got = result.code === 0 ? JSON.parse(readFileSync(join(cache, "db/metadata.json"), "utf8")) : undefined;
  return { ...result, got };
}

/** A folder for DOCKER_CONFIG with one host's login. */
function dockerLogin(host: string, username: string, password: string): string {
  const config = mkdtempSync(join(folder.path, "docker-"));
  mkdirSync(config, { recursive: true });
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  return config;
}

describe("our own internet, with a real Trivy in it", () => {
  it("has the database at the place where Trivy looks by itself", async () => {
    const registry = registryWith("mirror.gcr.io", "aquasec/trivy-db");
    await using net = await startInternet({ "mirror.gcr.io": registry.handler });
    const { code, stderr, got } = await download(net.env);
    expect(code, stderr).toBe(0);
    expect(got).toMatchObject({ Version: 2 });
    expect(new Set(net.connections)).toEqual(new Set(["mirror.gcr.io:443"]));
    expect(net.strangers).toEqual([]);
    expect(net.requests).toContainEqual({
      host: "mirror.gcr.io",
      method: "GET",
      path: "/v2/aquasec/trivy-db/manifests/2",
      authorization: undefined,
    });
    expect(registry.requests.map(({ path }) => path)).toEqual(net.requests.map(({ path }) => path));
  });

  it("has a ghcr.io that hands out tokens and sends its clients elsewhere for the contents, without a token", async () => {
    const registry = registryWith("ghcr.io", "aquasecurity/trivy-db");
    registry.requireToken({ realm: "https://ghcr.io/token", service: "ghcr.io" });
    registry.redirectBlobs("https://pkg-containers.githubusercontent.com");
    await using net = await startInternet({
      "ghcr.io": registry.handler,
      "pkg-containers.githubusercontent.com": registry.handler,
    });
    const { code, stderr } = await download(net.env, "--db-repository=ghcr.io/aquasecurity/trivy-db:2");
    expect(code, stderr).toBe(0);
    const sent = (host: string) => net.requests.filter((one) => one.host === host).map((one) => one.authorization);
    expect(net.requests.map(({ path }) => path)).toContain("/token");
    expect(sent("ghcr.io").some((one) => /^Bearer bed-/.test(one ?? ""))).toBe(true);
    expect(sent("pkg-containers.githubusercontent.com")).toEqual([undefined]);
  });

  it("has a Docker Hub whose login goes to the token endpoint alone", async () => {
    const registry = registryWith("index.docker.io", "acme/private-db");
    registry.requireLogin(/^acme\//, { username: "robot", password: "hub-password" });
    registry.requireToken({ realm: "https://auth.docker.io/token", service: "registry.docker.io" });
    await using net = await startInternet({
      "index.docker.io": registry.handler,
      "auth.docker.io": registry.handler,
    });
    const wanted = "--db-repository=docker.io/acme/private-db:2";
    const hub = "https://index.docker.io/v1/";
    const [none, wrong, right] = [
      await download(net.env, wanted),
      await download({ ...net.env, DOCKER_CONFIG: dockerLogin(hub, "robot", "guess") }, wanted),
      await download({ ...net.env, DOCKER_CONFIG: dockerLogin(hub, "robot", "hub-password") }, wanted),
    ];
    expect(none.stderr).toContain("UNAUTHORIZED");
    expect(wrong.stderr).toContain("UNAUTHORIZED");
    expect(right.code, right.stderr).toBe(0);
    const basic = net.requests.filter(({ authorization }) => authorization?.startsWith("Basic "));
    expect(new Set(basic.map(({ host, path }) => host + path))).toEqual(new Set(["auth.docker.io/token"]));
  });

  it("refuses every other host and says which it was", async () => {
    await using net = await startInternet({});
    const { code, stderr } = await download(net.env);
    expect(code).toBe(1);
    expect(stderr).toContain("Forbidden");
    expect(net.strangers).toContain("mirror.gcr.io:443");
    expect(net.requests).toEqual([]);
  });

  it.each<[ConnectionFault, RegExp]>([
    ["refused", /Service Unavailable/],
    ["reset", /connection reset by peer|: EOF/],
    ["untrusted", /certificate signed by unknown authority/],
    ["wrong-name", /certificate is valid for elsewhere\.test, not mirror\.gcr\.io/],
    ["expired", /certificate has expired/],
  ])("plays a connection that is %s, as often as told", async (fault, words) => {
    await using net = await startInternet({
      "mirror.gcr.io": registryWith("mirror.gcr.io", "aquasec/trivy-db").handler,
    });
    net.fault("mirror.gcr.io", fault);
    const { code, stderr } = await download(net.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    net.fault("mirror.gcr.io", fault, 0);
    expect((await download(net.env)).code).toBe(0);
  });

  it("plays a host that never answers", async () => {
    await using net = await startInternet({
      "mirror.gcr.io": registryWith("mirror.gcr.io", "aquasec/trivy-db").handler,
    });
    net.fault("mirror.gcr.io", "silent");
    const child = spawn(trivy, ["image", "--download-db-only", `--cache-dir=${folder.path}/silent`], {
      env: { PATH: "/usr/bin:/bin", HOME: folder.path, ...net.env },
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, signal) => resolve(signal)));
    await expect.poll(() => net.connections.length).toBeGreaterThan(0);
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect(net.requests).toEqual([]);
  });

  it.each<[string, RegExp, RegistryFault, RegExp]>([
    [
      "other bytes of the right length",
      /\/blobs\/(?!.*config)/,
      { wrongDigest: true },
      /error verifying sha256 checksum/,
    ],
    ["another media type", /\/manifests\//, { wrongMediaType: true }, /unacceptable media type/],
    ["a body that is cut off", /\/blobs\//, { truncate: 1000 }, /unexpected EOF/],
    ["a status", /\/manifests\//, { status: 403 }, /DENIED/],
  ])("has registries that answer with %s", async (_, match, fault, words) => {
    const registry = registryWith("mirror.gcr.io", "aquasec/trivy-db");
    await using net = await startInternet({ "mirror.gcr.io": registry.handler });
    registry.fault(match, fault);
    const { code, stderr } = await download(net.env);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });
});

describe.skipIf(curlProgram === undefined)("the proxy (needs curl)", () => {
  it("leads to a port of this machine as it is, and to a handler without TLS, too", async () => {
    await using net = await startInternet({ "plain.test": (request, response) => response.end(`at ${request.url}`) });
    const port = Number(new URL(net.env.HTTPS_PROXY ?? "").port);
    net.mount("proxy.test", port);
    const curl = async (...args: string[]) =>
      (
        await finish(curlProgram ?? "", ["--silent", "--show-error", ...args], {
          env: { PATH: process.env.PATH, ...net.env },
        })
      ).stdout;
    expect(await curl("http://plain.test/a?b=c")).toBe("at /a?b=c");
    expect(await curl("--proxytunnel", "http://plain.test:8080/d")).toBe("at /d");
    // The proxy behind its own name: a tunnel whose end knows no such host.
    expect(await curl("--proxytunnel", "http://proxy.test/")).toBe("No way there\n");
    expect(net.connections).toEqual(["plain.test:80", "plain.test:8080", "proxy.test:80"]);
  });
});
