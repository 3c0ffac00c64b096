import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { finish } from "../../../../scripts/setup/command.ts";
import { root } from "../../../../scripts/setup/tools.ts";
import { type DatabaseRequest, prepareDatabase } from "../../../../src/scanners/trivy/database/database.ts";
import { databaseStore } from "../../../../src/system/store/store.ts";
import type { Advance } from "../../../../src/system/world.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../../support/databases/database.ts";
import type { Artifact } from "../../../support/images/oci.ts";
import { type Internet, startInternet } from "../../../support/network/internet.ts";
import {
  createRegistry,
  type Registry,
  type RegistryFault,
  startRegistry,
} from "../../../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { atMost } from "../../../support/runs/patience.ts";
import { type TestWorld, testWorld } from "../world.ts";

const now = new Date();
const BUILT = now.getTime() - 3_600_000;
let net: Internet;
let registry: Registry;
let other: Registry;
const PUBLIC = ["mirror.gcr.io", "ghcr.io", "public.ecr.aws", "index.docker.io"];
const publicRegistries = Object.fromEntries(PUBLIC.map((host) => [host, createRegistry(host)]));
let databases: { readonly vulnerability: Artifact; readonly java: Artifact };

beforeAll(async () => {
  databases = {
    vulnerability: vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })),
    java: javaDatabaseArtifact(javaDatabase({ now })),
  };
  [registry, other] = [await startRegistry(), await startRegistry()];
  for (const each of [registry, other]) {
    each.add("trivy-db", "2", databases.vulnerability);
    each.add("trivy-java-db", "1", databases.java);
  }
  for (const name of ["aquasec", "aquasecurity"])
    publicRegistries["index.docker.io"]?.add(`${name}/trivy-db`, "2", databases.vulnerability);
  net = await startInternet(
    Object.fromEntries(Object.entries(publicRegistries).map(([host, one]) => [host, one.handler])),
  );
});
afterAll(async () => {
  await Promise.all([net.close(), registry.close(), other.close()]);
});

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  const own = temporaryFolder("database-download");
  folder = own;
  world = testWorld(folder.path, { env: { PATH: process.env.PATH, HOME: folder.path } });
  registry.clearFaults();
  registry.requests.length = 0;
  return () => own.remove();
});

const requestTo = (repositories: readonly string[], more: Partial<DatabaseRequest> = {}): DatabaseRequest => ({
  dbRepository: repositories,
  javaDbRepository: repositories,
  timeout: 60_000,
  maxDbAge: 72 * 3_600_000,
  offline: false,
  store: databaseStore(world).store,
  ...more,
});
const request = (more: Partial<DatabaseRequest> = {}) => requestTo([`${registry.host}/trivy-db:2`], more);
const attempts = () => world.lines.filter((line) => / database, .*: /.test(line)).map((line) => line.slice(6));

/** A name, the fault, its description, and the error's remedy if there is no other repository. */
const FAULTS: readonly (readonly [string, RegistryFault, RegExp, RegExp])[] = [
  ["the connection is cut", { reset: true }, /: its registry (?:could not be reached|broke off)/, /Open port 443/],
  ["it hangs", { hang: true }, /did not answer in time/, /raise `timeout`/],
  ["it wants a login (401)", { status: 401 }, /: its registry wants a login/, /Log in first/],
  ["it forbids (403)", { status: 403 }, /: its registry wants a login/, /Log in first/],
  ["it has none (404)", { status: 404 }, /: its registry does not have it/, /names in `db-repository`/],
  ["it sends something of another digest", { wrongDigest: true }, /sends bytes that do not match/, /Open port 443/],
  ["it sends another media type", { wrongMediaType: true }, /: its content is not such a database/, /Check the names/],
  ["it is asked too often (429)", { status: 429 }, /: its registry limits how often/, /some minutes/],
  ["it has a fault (503)", { status: 503 }, /: its registry answered with HTTP 503/, /Open port 443/],
];

it("shows those who watch a download by its bytes, and that it has ended", async () => {
  const shown: Advance[] = [];
  const watched = { ...world, log: { ...world.log, advance: (advance: Advance) => void shown.push(advance) } };
  await prepareDatabase("vulnerability", request(), watched);
  const about = { what: "Vulnerability database", unit: "bytes" };
  expect(shown.length).toBeGreaterThan(1);
  for (const each of shown.slice(0, -1))
    expect(each).toEqual({ ...about, done: expect.any(Number), of: expect.any(Number) });
  expect(shown.at(-1)).toEqual({ ...about, done: 0, of: 0 });
});

describe.each(FAULTS)("if %s", (_, fault, cause, advice) => {
  const timeout = fault.hang ? 4000 : 60_000;
  beforeEach(() => registry.fault(fault.wrongDigest ? /\/blobs\// : /\/manifests\//, fault));

  it("the next repository is asked", async () => {
    const repositories = [`${registry.host}/trivy-db:2`, `${other.host}/trivy-db:2`];
    const { updatedAt } = await prepareDatabase(
      "vulnerability",
      requestTo(repositories, { timeout: 5 * timeout }),
      world,
    );
    expect(updatedAt.getTime()).toBe(BUILT);
    expect(attempts()).toEqual([
      expect.stringMatching(cause),
      expect.stringMatching(/^The vulnerability database, 127.*:2: downloaded in .* of 20/),
    ]);
  });

  it("one error says what to do", async () => {
    const error = await prepareDatabase("vulnerability", request({ timeout }), world).catch((thrown) => thrown);
    expect(error.code).toBe(fault.hang ? "database-timeout" : "database-unavailable");
    expect(error.what).toContain(`${registry.host}/trivy-db:2`);
    expect(error.what).toMatch(cause);
    expect(error.remedy).toMatch(advice);
  });
});

it("if half of it comes once, the rest is asked for", async () => {
  registry.fault(/\/blobs\//, { truncate: 1000, times: 1 });
  expect((await prepareDatabase("vulnerability", request(), world)).updatedAt.getTime()).toBe(BUILT);
  expect(attempts()).toHaveLength(1);
});

it("if a rate limit is over soon, it is asked again", async () => {
  registry.fault(/\/manifests\//, { status: 429, times: 2 });
  await prepareDatabase("vulnerability", request(), world);
  expect(attempts()).toEqual([expect.stringContaining("downloaded")]);
});

it("asking again ends with the time", async () => {
  registry.fault(/\/blobs\//, { truncate: 1000 });
  const began = performance.now();
  const error = await prepareDatabase("vulnerability", request({ timeout: 1000 }), world).catch((thrown) => thrown);
  expect(error.code).toMatch(/^database-(?:unavailable|timeout)$/);
  expect(performance.now() - began).toBeLessThan(atMost(10_000));
});

it("the Java database comes from its own repository in the same way", async () => {
  const repositories = [`${registry.host}/nothing:1`, `${other.host}/trivy-java-db:1`];
  await prepareDatabase("java", requestTo(repositories), world);
  expect(attempts()).toEqual([
    expect.stringMatching(/its registry does not have it/),
    expect.stringMatching(/^The Java database, 127.*trivy-java-db:1: downloaded/),
  ]);
});

const auth = Buffer.from("user:secret").toString("base64");
function logIn(...hosts: readonly string[]): Record<string, string> {
  const docker = join(folder.path, "docker");
  mkdirSync(docker, { recursive: true });
  const auths = Object.fromEntries(hosts.map((host) => [host, { auth }]));
  writeFileSync(join(docker, "config.json"), JSON.stringify({ auths }));
  return { DOCKER_CONFIG: docker };
}

describe("logins", () => {
  it("none goes to the public repositories, though Docker has one for each", async () => {
    const login = logIn("mirror.gcr.io", "ghcr.io", "public.ecr.aws", "https://index.docker.io/v1/");
    const asked = requestTo([], { store: folder.path });
    // In its own process, since Node reads proxies once.
    const program = `
      import { prepareDatabase } from ${JSON.stringify(join(root, "src/scanners/trivy/database/database.ts"))};
      const quiet = Object.fromEntries(["info", "warning", "debug", "mask"].map((name) => [name, () => {}]));
      const world = { env: process.env, platform: "linux", runFolder: ${JSON.stringify(folder.path)}, now: () => new Date(), signal: new AbortController().signal, log: quiet };
      console.log((await prepareDatabase("vulnerability", ${JSON.stringify(asked)}, world)).updatedAt.getTime());`;
    const env = { PATH: process.env.PATH ?? "", HOME: folder.path, ...net.env, ...login };
    const { stdout, stderr } = await finish(process.execPath, ["--input-type=module", "--eval", program], { env });
    expect(stdout.trim(), stderr).toBe(String(BUILT));
    expect([...new Set(net.requests.map(({ host }) => host))]).toEqual(PUBLIC);
    expect(net.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(net.strangers).toEqual([]);
  });

  // Proves: registry-s-login-goes
  it("one that is named gets its own, and one that is refused is left out", async () => {
    await using guarded = await startRegistry();
    guarded.add("team/trivy-db", "2", databases.vulnerability);
    guarded.requireLogin(/^team\//, { username: "user", password: "secret" });
    Object.assign(world.env, logIn(guarded.host));
    await prepareDatabase("vulnerability", requestTo([`${guarded.host}/team/trivy-db:2`]), world);
    expect(guarded.requests.map(({ authorization }) => authorization)).toContain(`Basic ${auth}`);
    registry.fault(/\/manifests\//, { status: 401, times: 1 });
    Object.assign(world.env, logIn(registry.host));
    await prepareDatabase("vulnerability", request(), world);
    expect(attempts().at(-1)).toContain("downloaded");
  });
});

describe("a login that a credential helper gives", () => {
  let guarded: Registry;
  beforeAll(async () => {
    guarded = await startRegistry();
    guarded.add("cloud/trivy-db", "2", databases.vulnerability);
    guarded.requireLogin(/^cloud\//, { username: "user", password: "secret" });
  });
  afterAll(() => guarded.close());

  /** A helper that returns the login only if it finds what the cloud's own tool needs. */
  function helper(name: string, condition: string): DatabaseRequest {
    const folderOfHelpers = join(folder.path, "bin");
    mkdirSync(folderOfHelpers, { recursive: true });
    const said = JSON.stringify({ Username: "user", Secret: "secret" });
    const script = `#!/bin/sh\ncat > /dev/null\n${condition} || { echo no credentials; exit 1; }\necho '${said}'\n`;
    writeFileSync(join(folderOfHelpers, `docker-credential-${name}`), script, { mode: 0o755 });
    const docker = join(folder.path, "docker");
    mkdirSync(docker);
    writeFileSync(join(docker, "config.json"), JSON.stringify({ credHelpers: { [guarded.host]: name } }));
    Object.assign(world.env, { DOCKER_CONFIG: docker, PATH: `${folderOfHelpers}:${process.env.PATH}` });
    return requestTo([`${guarded.host}/cloud/trivy-db:2`]);
  }

  it("works if the helper needs the cloud's variables", async () => {
    const asked = helper("cloud", '[ "$AWS_ACCESS_KEY_ID" = key ]');
    Object.assign(world.env, { AWS_ACCESS_KEY_ID: "key" });
    await prepareDatabase("vulnerability", asked, world);
    expect(attempts()[0]).toContain("/cloud/trivy-db:2: downloaded");
  });

  it("is reported as what failed if the helper has none", async () => {
    const error = await prepareDatabase("vulnerability", helper("cloud", "false"), world).catch((thrown) => thrown);
    expect(attempts()[0]).toContain("its registry wants a login");
    expect(error).toMatchObject({ code: "database-unavailable" });
  });
});

it("a later run asks again after a failure", async () => {
  registry.fault(/\/manifests\//, { status: 404, times: 1 });
  await expect(prepareDatabase("vulnerability", request(), world)).rejects.toMatchObject({
    code: "database-unavailable",
  });
  await prepareDatabase("vulnerability", request(), world);
  expect(attempts()).toHaveLength(2);
});

it("a repository that is named without a tag has the database under its schema's tag", async () => {
  const { updatedAt } = await prepareDatabase("vulnerability", requestTo([`${registry.host}/trivy-db`]), world);
  expect(updatedAt.getTime()).toBe(BUILT);
});
