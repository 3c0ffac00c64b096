import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type DatabaseRequest,
  prepareDatabase,
  prepareJavaDatabase,
} from "../../../../src/scanners/trivy/database/database.ts";
import { databaseStore } from "../../../../src/system/store/store.ts";
import type { Advance } from "../../../../src/system/world.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../../support/database.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/folder.ts";
import { type ConnectionFault, type Internet, startInternet } from "../../../support/internet.ts";
import type { Artifact } from "../../../support/oci.ts";
import { atMost } from "../../../support/patience.ts";
import { createRegistry, type MemoryRegistry, type RegistryFault, startRegistry } from "../../../support/registry.ts";
import { type TestWorld, testWorld } from "../world.ts";

// The public registries behind a proxy. Each fails in every possible way.

const FIRST = "mirror.gcr.io";
const SECOND = "ghcr.io";
const now = new Date();
let net: Internet;
let databases: { readonly vulnerability: Artifact; readonly java: Artifact };
const registries: Record<string, MemoryRegistry> = Object.fromEntries(
  [FIRST, SECOND, "public.ecr.aws", "index.docker.io", "mirror.example"].map((host) => [host, createRegistry(host)]),
);
const at = (host: string): MemoryRegistry => registries[host] ?? createRegistry(host);

beforeAll(async () => {
  net = await startInternet(Object.fromEntries(Object.entries(registries).map(([host, one]) => [host, one.handler])));
  databases = {
    vulnerability: vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })),
    java: javaDatabaseArtifact(javaDatabase({ now })),
  };
  for (const [host, name] of [
    [FIRST, "aquasec"],
    [SECOND, "aquasecurity"],
    ["public.ecr.aws", "aquasecurity"],
    ["index.docker.io", "aquasec"],
    ["mirror.example", "team"],
  ] as const) {
    at(host).add(`${name}/trivy-db`, "2", databases.vulnerability);
    at(host).add(`${name}/trivy-java-db`, "1", databases.java);
  }
});
afterAll(() => net.close());

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  const own = temporaryFolder("database-download");
  folder = own;
  world = testWorld(folder.path, { env: { PATH: process.env.PATH, HOME: folder.path, ...net.env } });
  net.clearFaults();
  net.requests.length = 0;
  net.connections.length = 0;
  net.strangers.length = 0;
  for (const registry of Object.values(registries)) registry.clearFaults();
  return () => own.remove();
});

const request = (more: Partial<DatabaseRequest> = {}): DatabaseRequest => ({
  repositories: [],
  timeoutMs: 60_000,
  maxAgeMs: 72 * 3_600_000,
  offline: false,
  store: databaseStore(world),
  ...more,
});
const hosts = () => [...new Set(net.requests.map(({ host }) => host))];
const attemptsOf = ({ lines }: TestWorld) =>
  lines.filter((line) => / database, .*: /.test(line)).map((line) => line.slice(6));
const attempts = () => attemptsOf(world);

type Fault = RegistryFault | ConnectionFault;
/** A name, the fault, its description, and the advice of the error if all repositories fail like this. */
const FAULTS: readonly (readonly [string, Fault, RegExp, RegExp])[] = [
  ["nobody listens", "refused", /: its registry does not answer|broke off/, /Open port 443 .*or set `db-repository`/],
  ["the connection is cut", "reset", /: its registry does not answer|broke off/, /Open port 443/],
  ["nobody answers", "silent", /: it did not answer in time|: nothing came/, /Open port 443 .* raise `timeout`/],
  ["it hangs amid an answer", { hang: true }, /: it did not answer in time|: nothing came/, /raise `timeout`/],
  ["its certificate is not trusted", "untrusted", /: its registry's TLS certificate is not trusted/, /SSL_CERT_FILE/],
  ["its certificate is another's", "wrong-name", /: its registry's TLS certificate is not trusted/, /SSL_CERT_FILE/],
  ["its certificate has expired", "expired", /: its registry's TLS certificate is not trusted/, /SSL_CERT_FILE/],
  ["it wants a login (401)", { status: 401 }, /: its registry refuses it/, /asked without a login/],
  ["it forbids (403)", { status: 403 }, /: its registry refuses it/, /asked without a login/],
  ["it has none (404)", { status: 404 }, /: its registry does not have it/, /names in `db-repository`/],
  ["it sends half", { truncate: 100 }, /: the connection to its registry broke off/, /Open port 443/],
  ["it sends something of another digest", { wrongDigest: true }, /sends other bytes/, /Open port 443/],
  ["it sends another media type", { wrongMediaType: true }, /: what lies there is something else/, /Check the names/],
  ["it is asked too often (429)", { status: 429 }, /: its registry limits how often/, /some minutes/],
  ["it has a fault (503)", { status: 503 }, /: its registry .*\(HTTP 503\)/, /Open port 443/],
];

const hangs = (fault: Fault) => fault === "silent" || (typeof fault === "object" && fault.hang === true);

it("shows those who watch a download by its bytes, and that it has ended", async () => {
  const shown: Advance[] = [];
  const watched = { ...world, log: { ...world.log, advance: (advance: Advance) => void shown.push(advance) } };
  await prepareDatabase(request(), watched);
  const about = { what: "Vulnerability database", unit: "bytes" };
  expect(shown.length).toBeGreaterThan(1);
  for (const each of shown.slice(0, -1)) expect(each).toEqual({ ...about, done: expect.any(Number), of: expect.any(Number) });
  expect(shown.at(-1)).toEqual({ ...about, done: 0, of: 0 });
});

// Side by side, since most of their time is waiting before asking again.
describe.concurrent("if the first repository fails, the second is asked", () => {
  it.each(FAULTS)("%s", async (_, fault, cause) => {
    await using own = await ownInternet(fault, [FIRST]);
    const { updatedAt } = await prepareDatabase(
      own.request(hangs(fault) ? { timeoutMs: atMost(8000) } : {}),
      own.world,
    );
    expect(updatedAt.getTime()).toBe(now.getTime() - 3_600_000);
    expect(attemptsOf(own.world)).toEqual([
      expect.stringMatching(cause),
      expect.stringMatching(/^The vulnerability database, ghcr\.io\/aquasecurity\/trivy-db:2: downloaded in .* of 20/),
    ]);
    expect(attemptsOf(own.world)[0]).toContain("mirror.gcr.io/aquasec/trivy-db:2");
    expect(own.strangers).toEqual([]);
  });
});

describe("if a name is not known", () => {
  it("the name of its host is not known: the next one is asked", async () => {
    await using registry = await startRegistry();
    registry.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    const direct = testWorld(folder.path, { env: { PATH: process.env.PATH, HOME: folder.path } });
    const repositories = ["no-such-host.invalid/trivy-db:2", `${registry.host}/trivy-db:2`];
    await prepareDatabase(request({ repositories }), direct);
    expect(direct.lines.find((line) => /^info: .*no-such-host\.invalid/.test(line))).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it("the names of all hosts are not known", async () => {
    // Without a proxy, since a proxy would resolve the name.
    const direct = testWorld(folder.path, { env: { PATH: process.env.PATH, HOME: folder.path } });
    const repositories = ["no-such-host.invalid/trivy-db:2", "also-not.invalid/trivy-db:2"];
    const error = await prepareDatabase(request({ repositories }), direct).catch((thrown) => thrown);
    expect(error.what).toMatch(
      /no-such-host\.invalid\/trivy-db:2: .*(?:ENOTFOUND|EAI_AGAIN).*also-not\.invalid.*(?:ENOTFOUND|EAI_AGAIN)/,
    );
  });
});

describe.concurrent("if every repository fails, one error says what to do", () => {
  it.each(FAULTS)(
    "%s",
    async (_, fault, cause, remedy) => {
      await using own = await ownInternet(fault);
      const timeoutMs = hangs(fault) ? atMost(4000) : 300_000;
      const error = await prepareDatabase(own.request({ timeoutMs }), own.world).catch((thrown) => thrown);
      expect(error.code).toMatch(/^database-(?:unavailable|timeout)$/);
      for (const repository of ["mirror.gcr.io/aquasec/trivy-db:2", "docker.io/aquasec/trivy-db:2"])
        expect(error.what).toContain(repository);
      expect(error.what).toMatch(cause);
      expect(error.remedy).toMatch(remedy);
    },
    600_000,
  );
});

const PUBLIC = [FIRST, SECOND, "public.ecr.aws", "index.docker.io"];

/** The four public registries, of which these have the fault, for a case of its own. */
async function ownInternet(fault: Fault, faulty: readonly string[] = PUBLIC) {
  const own = temporaryFolder("database-download");
  const all = PUBLIC.map((host) => [host, createRegistry(host)] as const);
  for (const [, one] of all)
    for (const name of ["aquasec", "aquasecurity"]) {
      one.add(`${name}/trivy-db`, "2", databases.vulnerability);
      one.add(`${name}/trivy-java-db`, "1", databases.java);
    }
  const internet = await startInternet(Object.fromEntries(all.map(([host, one]) => [host, one.handler])));
  for (const [host, one] of all) {
    if (!faulty.includes(host)) continue;
    if (typeof fault === "string") internet.fault(host, fault);
    else one.fault(fault.truncate || fault.wrongDigest ? /\/blobs\// : /\/manifests\//, fault);
  }
  const env = { PATH: process.env.PATH, HOME: own.path, ...internet.env };
  const ownWorld = testWorld(own.path, { env });
  return {
    world: ownWorld,
    strangers: internet.strangers,
    request: (more: Partial<DatabaseRequest>) => request({ store: databaseStore(ownWorld), ...more }),
    async [Symbol.asyncDispose]() {
      await internet.close();
      own.remove();
    },
  };
}

describe("asking again", () => {
  const only = { repositories: ["mirror.example/team/trivy-db:2"] };

  it.each<[string, RegistryFault]>([
    ["half of it came", { truncate: 1000, times: 1 }],
    ["the connection was cut", { reset: true, times: 1 }],
  ])("helps where %s once", async (_, fault) => {
    at("mirror.example").fault(/\/blobs\//, fault);
    const { updatedAt } = await prepareDatabase(request(only), world);
    expect(updatedAt.getTime()).toBe(now.getTime() - 3_600_000);
    expect(attempts()).toHaveLength(1);
  });

  it("helps if a rate limit is over", async () => {
    at("mirror.example").fault(/\/manifests\//, { status: 429, times: 2 });
    await prepareDatabase(request(only), world);
    expect(attempts()).toEqual([expect.stringContaining("downloaded")]);
  });

  it.each<[string, RegistryFault]>([
    ["there is none", { status: 404 }],
    ["it wants a login", { status: 401 }],
    ["it is something else", { wrongMediaType: true }],
  ])("is not tried where %s", async (_, fault) => {
    at("mirror.example").fault(/\/manifests\//, fault);
    await expect(prepareDatabase(request(only), world)).rejects.toMatchObject({ code: "database-unavailable" });
    expect(attempts()).toHaveLength(1);
  });

  it("ends with the time", async () => {
    at("mirror.example").fault(/\/blobs\//, { truncate: 1000 });
    const began = performance.now();
    const error = await prepareDatabase(request({ ...only, timeoutMs: 1000 }), world).catch((thrown) => thrown);
    expect(error.code).toMatch(/^database-(?:unavailable|timeout)$/);
    expect(performance.now() - began).toBeLessThan(atMost(10_000));
  });
});

describe("logins", () => {
  const auth = Buffer.from("user:secret").toString("base64");
  beforeEach(() => {
    const docker = join(folder.path, "docker");
    mkdirSync(docker);
    const keys = [FIRST, SECOND, "public.ecr.aws", "https://index.docker.io/v1/", "mirror.example"];
    writeFileSync(
      join(docker, "config.json"),
      JSON.stringify({ auths: Object.fromEntries(keys.map((k) => [k, { auth }])) }),
    );
    Object.assign(world.env, {
      DOCKER_CONFIG: docker,
      TRIVY_USERNAME: "u",
      TRIVY_PASSWORD: "p",
      GITHUB_TOKEN: "ghs_x",
    });
  });
  const given = () => new Set(net.requests.map(({ host, authorization }) => `${host} ${authorization}`));

  it("none goes to the public repositories, though Docker has one for each", async () => {
    for (const host of [FIRST, SECOND, "public.ecr.aws"]) at(host).fault(/\/manifests\//, { status: 404 });
    await prepareDatabase(request(), world);
    await prepareJavaDatabase(request(), world).catch(() => {});
    expect(hosts()).toEqual([FIRST, SECOND, "public.ecr.aws", "index.docker.io"]);
    expect([...given()].filter((each) => !each.endsWith(" undefined"))).toEqual([]);
  });

  it("one that is named gets its own, also under a public name", async () => {
    at("mirror.example").requireLogin(/^team\//, { username: "user", password: "secret" });
    const repositories = ["mirror.example/team/nothing:2", "mirror.example/team/trivy-db:2"];
    await prepareDatabase(request({ repositories }), world);
    expect(hosts()).toEqual(["mirror.example"]);
    expect(given()).toContain(`mirror.example Basic ${auth}`);
  });
});

describe("a login that a credential helper gives", () => {
  /** A helper that returns the login only if it finds what the cloud's own tool needs. */
  function helper(name: string, condition: string): void {
    const folderOfHelpers = join(folder.path, "bin");
    mkdirSync(folderOfHelpers, { recursive: true });
    const said = JSON.stringify({ Username: "user", Secret: "secret" });
    const script = `#!/bin/sh\ncat > /dev/null\n${condition} || { echo no credentials; exit 1; }\necho '${said}'\n`;
    writeFileSync(join(folderOfHelpers, `docker-credential-${name}`), script, { mode: 0o755 });
    const docker = join(folder.path, "docker");
    mkdirSync(docker);
    writeFileSync(join(docker, "config.json"), JSON.stringify({ credHelpers: { "mirror.example": name } }));
    Object.assign(world.env, { DOCKER_CONFIG: docker, PATH: `${folderOfHelpers}:${process.env.PATH}` });
  }
  const only = { repositories: ["mirror.example/cloud/trivy-db:2"] };
  beforeAll(() => {
    at("mirror.example").add("cloud/trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    at("mirror.example").requireLogin(/^cloud\//, { username: "user", password: "secret" });
  });

  it("works if the helper needs the cloud's variables", async () => {
    helper("cloud", '[ "$AWS_ACCESS_KEY_ID" = key ]');
    Object.assign(world.env, { AWS_ACCESS_KEY_ID: "key" });
    await prepareDatabase(request(only), world);
    expect(attempts()[0]).toContain("mirror.example/cloud/trivy-db:2: downloaded");
  });

  it("is reported as what failed if the helper has none", async () => {
    helper("cloud", "false");
    const error = await prepareDatabase(request(only), world).catch((thrown) => thrown);
    expect(attempts()[0]).toContain("its registry refuses it to this login");
    expect(error).toMatchObject({ code: "database-unavailable" });
  });
});

it("a later run asks again after a failure", async () => {
  at("mirror.example").fault(/\/manifests\//, { status: 404, times: 1 });
  const asked = request({ repositories: ["mirror.example/team/trivy-db:2"] });
  await expect(prepareDatabase(asked, world)).rejects.toMatchObject({ code: "database-unavailable" });
  await prepareDatabase(asked, world);
  expect(attempts()).toHaveLength(2);
});

it("a repository that is named without a tag has the database under that of its schema", async () => {
  const { updatedAt } = await prepareDatabase(request({ repositories: ["mirror.example/team/trivy-db"] }), world);
  expect(updatedAt.getTime()).toBe(now.getTime() - 3_600_000);
});

describe.concurrent("the Java database", () => {
  it.each(FAULTS.filter(([, fault]) => !hangs(fault)))(
    "comes from the second repository where %s",
    async (_, fault, cause) => {
      await using own = await ownInternet(fault, [FIRST]);
      await prepareJavaDatabase(own.request({}), own.world);
      expect(attemptsOf(own.world)).toEqual([
        expect.stringMatching(cause),
        expect.stringMatching(/^The Java database, ghcr\.io\/aquasecurity\/trivy-java-db:1: downloaded/),
      ]);
    },
  );
});
