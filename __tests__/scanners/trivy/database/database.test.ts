import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { finish } from "../../../../scripts/setup/command.ts";
import { root } from "../../../../scripts/setup/tools.ts";
import {
  type DatabaseRequest,
  databaseError,
  JAVA_REPOSITORIES,
  prepareDatabase,
  VULNERABILITY_REPOSITORIES,
} from "../../../../src/scanners/trivy/database/database.ts";
import { sha256OfBytes } from "../../../../src/system/store/hashing.ts";
import { databaseStore } from "../../../../src/system/store/store.ts";
import type { Advance } from "../../../../src/system/world.ts";
import {
  type DatabaseOptions,
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../../support/databases/database.ts";
import { buildArtifact } from "../../../support/images/oci.ts";
import { startInternet } from "../../../support/network/internet.ts";
import {
  createRegistry,
  type Registry,
  type RegistryFault,
  startRegistry,
} from "../../../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { atMost } from "../../../support/runs/patience.ts";
import { type TestWorld, testWorld } from "../world.ts";

const HOUR_MS = 3_600_000;
const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
  const add = (name: string, options: Partial<DatabaseOptions> & { empty?: boolean }) =>
    registry.add(name, "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now, ...options })));
  add("db", {});
  add("other", { updatedAt: hoursAgo(2) });
  add("stale", { updatedAt: hoursAgo(73) });
  add("almost-stale", { updatedAt: hoursAgo(71) });
  add("yesterday", { updatedAt: hoursAgo(30) });
  add("future", { updatedAt: hoursAgo(-2) });
  add("soon", { updatedAt: hoursAgo(-0.5) });
  add("empty", { empty: true });
  add("schema", { schema: 3 });
  registry.add("java", "1", javaDatabaseArtifact(javaDatabase({ now })));
  const cut = vulnerabilityDatabase({ now });
  registry.add("cut", "2", vulnerabilityDatabaseArtifact({ ...cut, file: cut.file.subarray(0, 1_100_000) }));
  registry.add("noise", "2", vulnerabilityDatabaseArtifact({ ...cut, file: Buffer.alloc(2_000_000, "x") }));
  registry.add(
    "image",
    "2",
    buildArtifact({ title: "x.tar.gz", layerType: "application/octet-stream", files: [{ path: "x", data: "y" }] }),
  );
});
afterAll(() => registry.close());

let folder: TemporaryFolder;
let world: TestWorld;
let store: string;
beforeEach(() => {
  const own = temporaryFolder("database");
  folder = own;
  mkdirSync(join(folder.path, "tools"));
  world = testWorld(folder.path, { toolCache: join(folder.path, "tools") });
  store = databaseStore(world).store;
  registry.clearFaults();
  registry.requests.length = 0;
  return () => own.remove();
});

const names = (...list: string[]) => list.map((name) => `${registry.host}/${name}:2`);
const request = (repositories: readonly string[], more: Partial<DatabaseRequest> = {}): DatabaseRequest => ({
  dbRepository: repositories,
  javaDbRepository: repositories,
  timeout: 30_000,
  maxDbAge: 72 * HOUR_MS,
  offline: false,
  store,
  ...more,
});
const prepare = (...repositories: string[]) => prepareDatabase("vulnerability", request(names(...repositories)), world);
const later = (ms: number) => {
  Object.assign(world, { now: () => new Date(now.getTime() + ms) });
};
const attempts = () => world.lines.filter((line) => / database, .*: /.test(line)).map((line) => line.slice(6));
const warnings = () => world.lines.filter((line) => line.startsWith("warning"));

describe("a database", () => {
  // Proves: database-s-checksum-costs
  it("is downloaded once, known by the SHA-256 of its bytes, and then used without any request", async () => {
    const first = await prepare("db");
    expect(first.updatedAt).toEqual(hoursAgo(1));
    expect(readdirSync(first.folder).sort()).toEqual(["image-gate.json", "metadata.json", "trivy.db"]);
    expect(first.sha256).toBe(sha256OfBytes(readFileSync(join(first.folder, "trivy.db"))));
    const { length } = registry.requests;
    expect(length).toBeGreaterThan(0);
    expect(await prepare("db")).toEqual(first);
    expect(registry.requests).toHaveLength(length);
  });

  it("has the tag of its schema in a repository that is named without one", async () => {
    const { updatedAt } = await prepareDatabase("vulnerability", request([`${registry.host}/db`]), world);
    expect(updatedAt).toEqual(hoursAgo(1));
  });

  it("shows those who watch a download by its bytes, and that it has ended", async () => {
    const shown: Advance[] = [];
    const watched = { ...world, log: { ...world.log, advance: (advance: Advance) => void shown.push(advance) } };
    await prepareDatabase("vulnerability", request(names("db")), watched);
    const about = { what: "Vulnerability database", unit: "bytes" };
    expect(shown.length).toBeGreaterThan(1);
    for (const each of shown.slice(0, -1))
      expect(each).toEqual({ ...about, done: expect.any(Number), of: expect.any(Number) });
    expect(shown.at(-1)).toEqual({ ...about, done: 0, of: 0 });
  });

  // Proves: empty-stale-damaged-database, date-ahead-damage
  it.each([
    ["stale", "more than 3 days ago"],
    ["future", "in the future"],
    ["empty", "empty"],
    ["schema", "schema"],
    ["cut", "cut off"],
    ["noise", "not a database"],
    ["image", "is not such a database"],
  ])("that is %s is not used: the next repository is asked", async (name, why) => {
    const { updatedAt } = await prepare(name, "db");
    expect(updatedAt).toEqual(hoursAgo(1));
    expect(world.lines.join("\n")).toContain(why);
  });

  it.each(["almost-stale", "soon"])("that is %s is used", async (name) => {
    expect((await prepare(name)).folder).toContain("db-");
  });

  it("that is too old everywhere is its own error", async () => {
    await expect(prepare("stale")).rejects.toMatchObject({ code: "database-stale" });
  });
});

describe("`max-db-age`", () => {
  const aged = (name: string, hours: number) =>
    prepareDatabase("vulnerability", request(names(name), { maxDbAge: hours * HOUR_MS }), world);

  it("lets an older one through if it is raised", async () => {
    expect((await aged("stale", 74)).updatedAt).toEqual(hoursAgo(73));
  });

  it("refuses a younger one if it is lowered, and says what to raise", async () => {
    const error = await aged("yesterday", 29).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "database-stale" });
    expect(error.what).toContain("more than 29 h ago");
    expect(error.remedy).toContain("`max-db-age`");
  });

  it("holds for the stored one, which is then replaced", async () => {
    await prepare("yesterday");
    const { updatedAt } = await prepareDatabase(
      "vulnerability",
      request(names("db"), { maxDbAge: 12 * HOUR_MS }),
      world,
    );
    expect(updatedAt).toEqual(hoursAgo(1));
  });

  it("does not hold for the Java database", async () => {
    const asked = request([`${registry.host}/java:1`], { maxDbAge: 1 });
    expect((await prepareDatabase("java", asked, world)).updatedAt).toEqual(hoursAgo(1));
  });
});

describe("offline", () => {
  const offline = (list: readonly string[]) =>
    prepareDatabase("vulnerability", request(list, { offline: true }), world);

  it("asks the repositories that are named", async () => {
    expect((await offline(names("db"))).updatedAt).toEqual(hoursAgo(1));
  });

  it.each<["vulnerability" | "java", boolean, RegExp]>([
    ["vulnerability", false, /^Set `db-repository`/],
    ["java", false, /^Set `java-db-repository`/],
    ["vulnerability", true, /^Run `image-gate db update` .*`db-repository`/],
    ["java", true, /^Run `image-gate db update --java` .*`java-db-repository`/],
  ])(
    "asks no public repository for the %s database: an error says what to set or run (terminal: %s)",
    async (kind, isAtTerminal, remedy) => {
      await expect(
        prepareDatabase(kind, request([], { offline: true }), { ...world, isAtTerminal }),
      ).rejects.toMatchObject({
        code: "database-offline",
        remedy: expect.stringMatching(remedy),
      });
    },
  );

  it("uses a stored one that is due, while it is young enough, without a warning", async () => {
    const first = await prepare("yesterday");
    later(1.5 * HOUR_MS);
    expect(await offline([])).toEqual(first);
    expect(warnings()).toEqual([]);
    expect(world.lines.join("\n")).toContain(`from ${registry.host}/yesterday:2, kept on this machine`);
    later(60 * HOUR_MS);
    await expect(offline([])).rejects.toMatchObject({ code: "database-offline" });
  });
});

describe("a stored database", () => {
  // Proves: database-kept-came
  it("of another repository is not used: what one says is not what another says", async () => {
    const first = await prepare("db");
    const second = await prepare("other");
    expect([second.updatedAt, second.folder === first.folder]).toEqual([hoursAgo(2), false]);
    expect(world.lines.find((line) => line.includes("is not used"))).toContain(
      `it came from "${registry.host}/db:2", which this run does not ask`,
    );
  });

  it("that is due is not downloaded again if the registry has the same one", async () => {
    const first = await prepare("yesterday");
    later(1.5 * HOUR_MS);
    registry.requests.length = 0;
    expect(await prepare("yesterday")).toEqual(first);
    expect(registry.requests.some(({ path }) => path.includes("/manifests/"))).toBe(true);
    expect(registry.requests.some(({ path }) => path.includes("/blobs/"))).toBe(false);
    registry.requests.length = 0;
    await prepare("yesterday");
    expect(registry.requests).toEqual([]);
  });

  it("that is due, but was downloaded less than an hour ago, is used: a late build is not fetched again by every run", async () => {
    const { folder: at, nextUpdate } = await prepare("yesterday");
    expect(nextUpdate.getTime()).toBeLessThan(Date.now());
    registry.requests.length = 0;
    expect((await prepare("db", "yesterday")).folder).toBe(at);
    expect(registry.requests).toEqual([]);
  });

  it("is used with a warning if the refresh fails and it is young enough, and otherwise is an error", async () => {
    const first = await prepare("db");
    later(30 * HOUR_MS);
    registry.fault(/\/v2\/db\//, { status: 500 });
    expect(await prepare("db", "nope")).toEqual(first);
    expect(warnings()).toEqual([expect.stringContaining("nope:2")]);
    later(80 * HOUR_MS);
    await expect(prepare("db", "nope")).rejects.toMatchObject({ code: "database-unavailable" });
  });

  // Proves: empty-stale-damaged-database
  it("that was changed is replaced with a warning, and not used either if nothing can replace it", async () => {
    const damage = (at: string) => appendFileSync(join(at, "trivy.db"), "x");
    damage((await prepare("db")).folder);
    const { folder: at } = await prepare("db");
    expect(warnings()).toEqual([expect.stringContaining("the SHA-256 of its trivy.db is wrong")]);
    damage(at);
    registry.fault(/./, { status: 404 });
    await expect(prepare("db")).rejects.toMatchObject({ code: "database-unavailable" });
  });
});

describe("repositories that fail", () => {
  const MANIFESTS = /v2\/db\/manifests/;
  const BLOBS = /v2\/db\/blobs/;
  const faults: [string, RegExp, RegistryFault, RegExp, RegExp][] = [
    ["a reset", MANIFESTS, { reset: true }, /: its registry (?:could not be reached|broke off)/, /Open port 443/],
    ["silence", MANIFESTS, { hang: true }, /did not answer in time/, /Open port 443.*`db-repository`.*raise `timeout`/],
    ["401", MANIFESTS, { status: 401 }, /: its registry wants a login/, /Log in first/],
    ["403", MANIFESTS, { status: 403 }, /: its registry wants a login/, /Log in first/],
    ["404", MANIFESTS, { status: 404 }, /: its registry does not have it/, /names in `db-repository`/],
    [
      "404 for a blob",
      BLOBS,
      { status: 404, code: "BLOB_UNKNOWN" },
      /but not all of its parts/,
      /names in `db-repository`/,
    ],
    ["another digest", BLOBS, { wrongDigest: true }, /sends bytes that do not match/, /Open port 443/],
    [
      "another media type",
      MANIFESTS,
      { wrongMediaType: true },
      /: its content is not such a database/,
      /Check the names/,
    ],
    ["429", MANIFESTS, { status: 429 }, /: its registry limits how often/, /some minutes/],
    ["503", MANIFESTS, { status: 503 }, /: its registry answered with HTTP 503/, /Open port 443/],
    [
      "a cut body",
      BLOBS,
      { truncate: 1000 },
      /broke off|something|could not be reached|did not answer/,
      /port 443|Check the names/,
    ],
  ];
  // At the same time, each with a registry and its own folder: most of the time is waiting before a new request.
  it.concurrent.each(faults)(
    "with %s are named with the cause, and the remedy fits",
    async (_, match, fault, cause, remedy) => {
      await using faulty = await startRegistry();
      using own = temporaryFolder("database");
      faulty.add("db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
      faulty.fault(match, fault);
      const ownWorld = testWorld(own.path, { toolCache: own.path });
      const ownStore = databaseStore(ownWorld).store;
      const timeout = fault.hang ? 4_000 : 30_000;
      const asked = { ...request([`${faulty.host}/db:2`], { timeout }), store: ownStore };
      const error = await prepareDatabase("vulnerability", asked, ownWorld).catch((thrown) => thrown);
      expect(error.code).toBe(fault.hang ? "database-timeout" : "database-unavailable");
      expect(error.what).toContain(`${faulty.host}/db:2`);
      expect(error.what).toMatch(cause);
      expect(error.remedy).toMatch(remedy);
      expect(readdirSync(ownStore)).toEqual(["locks"]);
    },
  );

  it.each<[string, RegExp, RegistryFault]>([
    ["half of it comes once: the rest is asked for", /\/blobs\//, { truncate: 1000, times: 1 }],
    ["a rate limit is over soon", /\/manifests\//, { status: 429, times: 2 }],
  ])("are asked again if %s", async (_, match, fault) => {
    registry.fault(match, fault);
    await prepare("db");
    expect(attempts()).toEqual([expect.stringMatching(/^The vulnerability database, 127.*:2: downloaded in .* of 20/)]);
  });

  it("by silence get an equal share of the time", async () => {
    registry.fault(/v2\/other\//, { hang: true });
    const timeout = atMost(10_000);
    const start = performance.now();
    await prepareDatabase("vulnerability", request(names("other", "nope", "no", "none", "db"), { timeout }), world);
    expect(performance.now() - start).toBeGreaterThan(0.15 * timeout);
    // The limit for one that sends is half of the time.
    expect(performance.now() - start).toBeLessThan(0.45 * timeout);
    expect(world.lines.join("\n")).toMatch(/other:2: (?:it|its registry) did not answer in time/);
  });

  it("by being slow alone do not fail: one that sends may take longer than its share", async () => {
    const timeout = atMost(16_000);
    registry.fault(/v2\/(?:db|other)\/blobs/, { slowMs: 0.3 * timeout });
    const asked = request(names("db", "other", "db", "other"), { timeout });
    expect((await prepareDatabase("vulnerability", asked, world)).updatedAt).toEqual(hoursAgo(1));
  });

  it("by a name that does not exist or a closed port are distinguished", async () => {
    const list = ["no-such-host.invalid/db:2", "127.0.0.1:1/db:2"];
    const error = await prepareDatabase("vulnerability", request(list), world).catch((thrown) => thrown);
    expect(error.what).toMatch(/no-such-host\.invalid\/db:2: its registry .*\((?:ENOTFOUND|EAI_AGAIN)\)/);
    expect(error.what).toMatch(/127\.0\.0\.1:1\/db:2: its registry .*\(ECONNREFUSED\)/);
  });

  it("name the hosts of Trivy's own repositories, and the page with those that they send their clients to", () => {
    const failed = VULNERABILITY_REPOSITORIES.map((place) => ({ place, reason: "timeout", why: "no answer" }));
    const { remedy } = databaseError("vulnerability", request([], { timeout: 600_000 }), failed, 0);
    for (const host of ["mirror.gcr.io", "ghcr.io", "public.ecr.aws", "docs/network.md"])
      expect(remedy).toContain(host);
    expect(remedy).toContain("which is 600 s");
  });
});

describe("the Java database", () => {
  it.each<[string, () => Buffer, string]>([
    ["knows no jar", () => withoutJars(), "knows no jar"],
    ["is a bare header", () => Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(84)]), "not a database"],
    ["is something else in SQLite", () => otherTables(), "not a Java database"],
  ])("that %s is never used: without its rows Trivy finds nothing in jars and says nothing", async (_, file, why) => {
    const bad = { ...javaDatabase({ now }), file: file() };
    registry.add("bad-java", "1", javaDatabaseArtifact(bad));
    const list = [`${registry.host}/bad-java:1`, `${registry.host}/java:1`];
    await prepareDatabase("java", request(list), world);
    expect(world.lines.find((line) => line.includes("bad-java:1"))).toContain(why);
    expect(world.lines.join("\n")).toContain("/java:1: downloaded");
  });

  /** The test bed's database, changed by SQL. */
  function changed(sql: string): Buffer {
    const path = join(folder.path, "changed.db");
    writeFileSync(path, javaDatabase({ now }).file);
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    return readFileSync(path);
  }
  const withoutJars = () => changed("DELETE FROM indices; DELETE FROM artifacts; VACUUM");
  const otherTables = () => changed("DROP TABLE indices; CREATE TABLE other(id INTEGER); VACUUM");

  it("is downloaded and kept alongside the other, whatever its size", async () => {
    const list = [`${registry.host}/java:1`];
    const { folder: at } = await prepareDatabase("java", request(list), world);
    expect(readdirSync(at).sort()).toEqual(["image-gate.json", "metadata.json", "trivy-java.db"]);
    registry.requests.length = 0;
    await prepareDatabase("java", request(list), world);
    expect(registry.requests).toEqual([]);
    expect(JAVA_REPOSITORIES).toHaveLength(VULNERABILITY_REPOSITORIES.length);
  });

  it("names its own input if it is missing", async () => {
    await expect(prepareDatabase("java", request(names("nope")), world)).rejects.toMatchObject({
      code: "database-unavailable",
      remedy: expect.stringContaining("`java-db-repository`"),
    });
  });
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
    const hosts = ["mirror.gcr.io", "ghcr.io", "public.ecr.aws", "index.docker.io"];
    const registries = Object.fromEntries(hosts.map((host) => [host, createRegistry(host)]));
    registries["index.docker.io"]?.add(
      "aquasec/trivy-db",
      "2",
      vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })),
    );
    await using net = await startInternet(
      Object.fromEntries(Object.entries(registries).map(([host, one]) => [host, one.handler])),
    );
    const login = logIn("mirror.gcr.io", "ghcr.io", "public.ecr.aws", "https://index.docker.io/v1/");
    const asked = request([], { store: folder.path });
    // In its own process, since Node reads proxies once.
    const program = `
      import { prepareDatabase } from ${JSON.stringify(join(root, "src/scanners/trivy/database/database.ts"))};
      const quiet = Object.fromEntries(["info", "warning", "debug", "mask"].map((name) => [name, () => {}]));
      const world = { env: process.env, platform: "linux", runFolder: ${JSON.stringify(folder.path)}, now: () => new Date(), signal: new AbortController().signal, log: quiet };
      console.log((await prepareDatabase("vulnerability", ${JSON.stringify(asked)}, world)).updatedAt.getTime());`;
    const env = { PATH: process.env.PATH ?? "", HOME: folder.path, ...net.env, ...login };
    const { stdout, stderr } = await finish(process.execPath, ["--input-type=module", "--eval", program], { env });
    expect(stdout.trim(), stderr).toBe(String(hoursAgo(1).getTime()));
    expect([...new Set(net.requests.map(({ host }) => host))]).toEqual(hosts);
    expect(net.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    expect(net.strangers).toEqual([]);
  });

  // Proves: registry-s-login-goes
  it("one that is named gets its own, and one that is refused is left out", async () => {
    await using guarded = await startRegistry();
    guarded.add("team/trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    guarded.requireLogin(/^team\//, { username: "user", password: "secret" });
    Object.assign(world.env, logIn(guarded.host));
    await prepareDatabase("vulnerability", request([`${guarded.host}/team/trivy-db:2`]), world);
    expect(guarded.requests.map(({ authorization }) => authorization)).toContain(`Basic ${auth}`);
    registry.fault(/\/manifests\//, { status: 401, times: 1 });
    Object.assign(world.env, logIn(registry.host));
    await prepare("db");
    expect(attempts().at(-1)).toContain("downloaded");
  });
});

describe("a login that a credential helper gives", () => {
  let guarded: Registry;
  beforeAll(async () => {
    guarded = await startRegistry();
    guarded.add("cloud/trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
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
    return request([`${guarded.host}/cloud/trivy-db:2`]);
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
