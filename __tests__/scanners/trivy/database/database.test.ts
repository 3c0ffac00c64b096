import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type DatabaseRequest,
  JAVA_REPOSITORIES,
  prepareDatabase,
  VULNERABILITY_REPOSITORIES,
} from "../../../../src/scanners/trivy/database/database.ts";
import { readNote } from "../../../../src/supply/kept.ts";
import { databaseStore } from "../../../../src/system/store/store.ts";
import {
  type DatabaseOptions,
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../../support/databases/database.ts";
import { buildArtifact } from "../../../support/images/oci.ts";
import { type Registry, startRegistry } from "../../../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { atMost } from "../../../support/runs/patience.ts";
import { type TestWorld, testWorld } from "../world.ts";

const HOUR_MS = 3_600_000;
const now = new Date();
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);
/** Anyone who can write to the repository's cache can also change the file with the hashes. */
function sealWith(folder: string, sha256: string): void {
  const path = join(folder, "image-gate.json");
  const note = JSON.parse(readFileSync(path, "utf8"));
  note.files["trivy.db"] = sha256;
  writeFileSync(path, JSON.stringify(note));
}
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
const warnings = () => world.lines.filter((line) => line.startsWith("warning"));

function flipLastByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function changeMetadata(folder: string, change: Record<string, unknown>): void {
  const path = join(folder, "metadata.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

describe("a database", () => {
  it("is downloaded once, and then used without any request", async () => {
    const first = await prepare("db");
    expect(first.updatedAt.getTime()).toBe(now.getTime() - HOUR_MS);
    expect(readdirSync(first.folder).sort()).toEqual(["image-gate.json", "metadata.json", "trivy.db"]);
    const { length } = registry.requests;
    expect(length).toBeGreaterThan(0);
    expect(await prepare("db")).toEqual(first);
    expect(registry.requests).toHaveLength(length);
  });

  it("is in a folder that is ours alone", async () => {
    const { folder: at } = await prepare("db");
    expect(at.startsWith(realpathSync(join(folder.path, "tools", "image-gate")))).toBe(true);
    expect(statSync(store).mode & 0o7777).toBe(0o700);
  });

  it("leaves nothing behind but itself", async () => {
    await prepare("stale", "db");
    expect(
      readdirSync(store)
        .filter((name) => !name.startsWith("db-"))
        .sort(),
    ).toEqual(["db", "locks"]);
  });

  it("comes from the next repository if one has none", async () => {
    await prepare("nope", "db");
    expect(world.lines.join("\n")).toMatch(/nope:2: its registry does not have it/);
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
    expect(updatedAt.getTime()).toBe(now.getTime() - HOUR_MS);
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

  it("asks no public repository: an error says what to set", async () => {
    const error = await offline([]).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "database-offline" });
    expect(error.remedy).toMatch(/^Set `db-repository`/);
    await expect(prepareDatabase("java", request([], { offline: true }), world)).rejects.toMatchObject({
      code: "database-offline",
      remedy: expect.stringContaining("`java-db-repository`"),
    });
  });

  it("names the command that fetches one at a terminal", async () => {
    const atTerminal = { ...world, isAtTerminal: true };
    await expect(prepareDatabase("vulnerability", request([], { offline: true }), atTerminal)).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Run `image-gate db update` .*`db-repository`/),
    });
    await expect(prepareDatabase("java", request([], { offline: true }), atTerminal)).rejects.toMatchObject({
      remedy: expect.stringMatching(/^Run `image-gate db update --java` .*`java-db-repository`/),
    });
  });

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
    await expect(prepare("nope")).rejects.toMatchObject({ code: "database-unavailable" });
  });

  it("is named with its source, even if another one would be asked first", async () => {
    const first = await prepare("db");
    world.lines.length = 0;
    expect(await prepare("other", "db")).toEqual(first);
    expect(world.lines.join("\n")).toContain(`the copy from ${registry.host}/db:2, kept on this machine`);
  });

  // Proves: database-s-checksum-costs
  it("is known by the SHA-256 of the bytes that were hashed in this run", async () => {
    const { folder: at, sha256 } = await prepare("db");
    const hash = createHash("sha256")
      .update(readFileSync(join(at, "trivy.db")))
      .digest("hex");
    expect([sha256, (await prepare("db")).sha256, readNote(at)?.files["trivy.db"]]).toEqual([hash, hash, hash]);
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

  it("is refreshed when it is due, and the new one used", async () => {
    await prepare("yesterday");
    later(1.5 * HOUR_MS);
    const { updatedAt } = await prepare("db", "yesterday");
    expect(updatedAt.getTime()).toBe(now.getTime() - HOUR_MS);
  });

  it("that is due, but was downloaded less than an hour ago, is used: a late build is not fetched again by every run", async () => {
    const { folder: at } = await prepare("yesterday");
    expect(Date.parse(JSON.parse(readFileSync(join(at, "metadata.json"), "utf8")).NextUpdate)).toBeLessThan(Date.now());
    registry.requests.length = 0;
    expect((await prepare("db", "yesterday")).folder).toBe(at);
    expect(registry.requests).toEqual([]);
  });

  it("is used with a warning if the refresh fails and it is young enough", async () => {
    const first = await prepare("db");
    later(30 * HOUR_MS);
    registry.fault(/\/v2\/db\//, { status: 500 });
    const second = await prepare("db", "nope");
    registry.clearFaults();
    expect(second).toEqual(first);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toContain("nope:2");
  });

  it("is an error if the refresh fails and it is too old", async () => {
    await prepare("db");
    later(80 * HOUR_MS);
    await expect(prepare("nope")).rejects.toMatchObject({ code: "database-unavailable" });
  });

  // Proves: empty-stale-damaged-database, database-s-checksum-costs
  it.each<[string, (folder: string) => void, string]>([
    [
      "cut off",
      (at) => writeFileSync(join(at, "trivy.db"), readFileSync(join(at, "trivy.db")).subarray(0, 1_200_000)),
      "the SHA-256 of its trivy.db is wrong",
    ],
    ["emptied", (at) => writeFileSync(join(at, "trivy.db"), ""), "the SHA-256 of its trivy.db is wrong"],
    ["gone", (at) => rmSync(join(at, "trivy.db")), "missing"],
    ["without metadata", (at) => writeFileSync(join(at, "metadata.json"), "{"), "metadata.json"],
    ["changed in one byte", (at) => flipLastByte(join(at, "trivy.db")), "the SHA-256 of its trivy.db is wrong"],
    [
      "made to look younger",
      (at) => changeMetadata(at, { UpdatedAt: now.toISOString() }),
      "the SHA-256 of its metadata.json is wrong",
    ],
    ["without the hash of its download", (at) => rmSync(join(at, "image-gate.json")), "no usable image-gate.json"],
    ["with a broken seal", (at) => writeFileSync(join(at, "image-gate.json"), "[1]"), "no usable image-gate.json"],
    [
      "with a seal that names another hash",
      (at) => sealWith(at, "0".repeat(64)),
      "the SHA-256 of its trivy.db is wrong",
    ],
    ["with a seal of a million hashes", (at) => sealWith(at, "0".repeat(70_000)), "no usable image-gate.json"],
    [
      "from the future",
      (at) => changeMetadata(at, { UpdatedAt: "2099-01-01T00:00:00Z" }),
      "of its metadata.json is wrong",
    ],
    ["of another schema", (at) => changeMetadata(at, { Version: 3 }), "of its metadata.json is wrong"],
  ])("that is %s is replaced, and why is reported", async (_, damage, why) => {
    damage((await prepare("db")).folder);
    registry.requests.length = 0;
    const { folder: at } = await prepare("db");
    expect(registry.requests.length).toBeGreaterThan(0);
    expect(world.lines.find((line) => line.includes("is not used"))).toContain(why);
    registry.requests.length = 0;
    expect((await prepare("db", "yesterday")).folder).toBe(at);
    expect(registry.requests).toEqual([]);
  });

  it("that is damaged is not used either if nothing can replace it", async () => {
    flipLastByte(join((await prepare("db")).folder, "trivy.db"));
    await expect(prepare("nope")).rejects.toMatchObject({ code: "database-unavailable" });
  });

  // Proves: database-shared-place-not
  it("stays whole for a run that uses it while another replaces it", async () => {
    const first = await prepare("yesterday");
    later(1.5 * HOUR_MS);
    expect((await prepare("db")).folder).not.toBe(first.folder);
    expect(existsSync(join(first.folder, "trivy.db"))).toBe(true);
  });

  it("survives several runs that download at once", async () => {
    const all = await Promise.all([prepare("db"), prepare("db"), prepare("db")]);
    expect(all.every(({ updatedAt }) => updatedAt.getTime() === now.getTime() - HOUR_MS)).toBe(true);
    // Each still has its own database after the last of them has put its own in place.
    expect(all.map(({ folder: at }) => existsSync(join(at, "trivy.db")))).toEqual([true, true, true]);
    registry.requests.length = 0;
    expect((await prepare("db")).updatedAt.getTime()).toBe(now.getTime() - HOUR_MS);
    expect(registry.requests).toEqual([]);
  });
});

describe("where databases are stored", () => {
  it("is reported if nothing outlives the run", () => {
    expect(databaseStore(world).problem).toBeUndefined();
    chmodSync(join(folder.path, "tools"), 0o777);
    expect(databaseStore(world).problem).toContain(
      `${join(folder.path, "tools", "image-gate")} can be changed by others`,
    );
  });

  // Proves: database-shared-place-not
  it("is not a folder that others can write to", () => {
    chmodSync(join(folder.path, "tools", "image-gate"), 0o777);
    expect(databaseStore(world).store.startsWith(world.runFolder)).toBe(true);
  });

  // Proves: database-shared-place-not
  it("is not a folder that others can replace", () => {
    chmodSync(join(folder.path, "tools"), 0o777);
    expect(databaseStore(world).store.startsWith(world.runFolder)).toBe(true);
  });

  // Proves: database-shared-place-not
  it("is not what a link leads to", () => {
    const root = join(folder.path, "linked");
    mkdirSync(root);
    symlinkSync(folder.path, join(root, "image-gate"));
    Object.assign(world, { toolCache: root });
    expect(databaseStore(world).store.startsWith(world.runFolder)).toBe(true);
  });

  it("is the user's cache folder if others can write to the tool cache", () => {
    chmodSync(join(folder.path, "tools"), 0o777);
    Object.assign(world.env, { HOME: join(folder.path, "home") });
    expect(databaseStore(world).store).toBe(join(folder.path, "home/.cache/image-gate"));
    Object.assign(world.env, { XDG_CACHE_HOME: join(folder.path, "xdg") });
    expect(databaseStore(world).store).toBe(join(folder.path, "xdg/image-gate"));
    chmodSync(join(folder.path, "xdg"), 0o777);
    expect(databaseStore(world).store.startsWith(world.runFolder)).toBe(true);
  });

  it("is the run's own folder without a tool cache", () => {
    Object.assign(world, { toolCache: undefined });
    expect(databaseStore(world).store.startsWith(world.runFolder)).toBe(true);
  });
});

describe("repositories that fail", () => {
  const faults: [string, Parameters<Registry["fault"]>[1], RegExp, RegExp][] = [
    ["429", { status: 429 }, /limits how often/, /some minutes/],
    ["503", { status: 503 }, /HTTP 503/, /port 443/],
    ["401", { status: 401 }, /wants a login/, /Log in first/],
    ["403", { status: 403 }, /wants a login/, /Log in first/],
    ["404", { status: 404 }, /does not have it/, /names in `db-repository`/],
    ["a reset", { reset: true }, /broke off|could not be reached/, /port 443/],
    ["a cut body", { truncate: 1000 }, /broke off|something|could not be reached/, /port 443|Check the names/],
  ];
  // At the same time, each with a registry and its own folder: most of the time is waiting before a new request.
  it.concurrent.each(faults)(
    "with %s are named with the cause, and the remedy fits",
    async (_, fault, cause, remedy) => {
      await using faulty = await startRegistry();
      using own = temporaryFolder("database");
      faulty.add("db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
      faulty.fault(/v2\/db\/(?:manifests|blobs)/, fault);
      mkdirSync(join(own.path, "tools"));
      const ownWorld = testWorld(own.path, { toolCache: join(own.path, "tools") });
      const ownStore = databaseStore(ownWorld).store;
      const asked = { ...request([`${faulty.host}/db:2`]), store: ownStore };
      const error = await prepareDatabase("vulnerability", asked, ownWorld).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "database-unavailable" });
      expect(error.what).toContain(`${faulty.host}/db:2`);
      expect(error.what).toMatch(cause);
      expect(error.remedy).toMatch(remedy);
      expect(readdirSync(ownStore)).toEqual(["locks"]);
    },
  );

  it("by lacking a blob are passed over", async () => {
    registry.fault(/v2\/other\/blobs/, { status: 404, code: "BLOB_UNKNOWN" });
    await prepare("other", "db");
    expect(world.lines.join("\n")).toContain("but not all of its parts");
  });

  it("by silence get their share of the time, and what they leave is the next one's", async () => {
    registry.fault(/v2\/other\//, { hang: true });
    const timeout = atMost(6000);
    const start = performance.now();
    await prepareDatabase("vulnerability", request(names("nope", "other", "db"), { timeout }), world);
    const took = performance.now() - start;
    expect(took).toBeGreaterThan(0.4 * timeout);
    expect(took).toBeLessThan(2 * timeout);
    expect(world.lines.join("\n")).toMatch(/other:2: (?:it|its registry) did not answer in time/);
  });

  it("by being slow alone do not fail: one that sends may take longer than its share", async () => {
    const timeout = atMost(16_000);
    registry.fault(/v2\/(?:db|other)\/blobs/, { slowMs: 0.3 * timeout });
    const asked = request(names("db", "other", "db", "other"), { timeout });
    expect((await prepareDatabase("vulnerability", asked, world)).updatedAt).toEqual(hoursAgo(1));
  });

  it("by silence alone are a time-out that says which port to open where, and what to set or raise", async () => {
    registry.fault(/./, { hang: true });
    const error = await prepareDatabase("vulnerability", request(names("db"), { timeout: 1000 }), world).catch(
      (thrown) => thrown,
    );
    expect(error).toMatchObject({ code: "database-timeout" });
    expect(error.remedy).toContain("Open port 443");
    expect(error.remedy).toContain("`db-repository`");
    expect(error.remedy).toContain("raise `timeout`");
  });

  it("by a name that does not exist or a closed port are distinguished", async () => {
    const list = ["no-such-host.invalid/db:2", "127.0.0.1:1/db:2"];
    const error = await prepareDatabase("vulnerability", request(list), world).catch((thrown) => thrown);
    expect(error.what).toMatch(/no-such-host\.invalid\/db:2: its registry .*\((?:ENOTFOUND|EAI_AGAIN)\)/);
    expect(error.what).toMatch(/127\.0\.0\.1:1\/db:2: its registry .*\(ECONNREFUSED\)/);
  });

  it("are given up at once when the run is cancelled", async () => {
    registry.fault(/./, { hang: true });
    const work = prepare("db", "other");
    setTimeout(() => world.abort(), 300);
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("name the hosts of Trivy's own repositories, and the page with those that they send their clients to", async () => {
    const { databaseError } = await import("../../../../src/scanners/trivy/database/database.ts");
    const attempts = VULNERABILITY_REPOSITORIES.map((repository) => ({
      place: repository,
      reason: "timeout",
      why: "no answer",
    }));
    const { remedy } = databaseError("vulnerability", request([], { timeout: 600_000 }), attempts, 0);
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
