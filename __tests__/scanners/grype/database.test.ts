import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import { type DatabaseRequest, prepareDatabase } from "../../../src/scanners/grype/database/database.ts";
import { requirePlainFiles } from "../../../src/scanners/grype/database/download.ts";
import { knowsRelease } from "../../../src/scanners/grype/database/facts.ts";
import type { Advance } from "../../../src/system/world.ts";
import { type GrypeDatabaseOptions, grypeDatabaseArchive } from "../../support/databases/grype-database.ts";
import { type Fault, faultPlan, type Listening, listen } from "../../support/network/http.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";
import { folderCache } from "../trivy/install/folder-cache.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// A mirror that serves a listing and the archive that it names, and the real Grype that imports it.

const faults = faultPlan<Fault & { readonly body?: Buffer; readonly cut?: boolean }>();
const requests: string[] = [];
/** The header `Authorization` of each request. */
const logins: (string | undefined)[] = [];
const files = new Map<string, Buffer>();
let server: Listening;
let base: string;
let path: string;
let folder: TemporaryFolder;
let world: TestWorld;

beforeAll(async () => {
  path = await ensureGrype();
  server = await listen((request, response) => {
    const { url = "" } = request;
    requests.push(url);
    logins.push(request.headers.authorization);
    const fault = faults.take(url);
    if (fault?.hang) return;
    if (fault?.cut) {
      const whole = files.get(url) ?? Buffer.alloc(0);
      response.writeHead(200, { "content-length": whole.length }).write(whole.subarray(0, 1000));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    if (fault?.reset) return void request.socket.destroy();
    const body = fault?.body ?? files.get(url);
    response
      .writeHead(fault?.status ?? (body === undefined ? 404 : 200), {
        ...(!fault?.status && body !== undefined && { "content-length": Buffer.byteLength(body) }),
        ...fault?.headers,
      })
      .end(fault?.status ? "" : body);
  });
  base = `http://127.0.0.1:${server.port}/databases`;
});
afterAll(() => server.close());
beforeEach(() => {
  folder = temporaryFolder("grype-database");
  world = testWorld(folder.path, { toolCache: folder.path });
  faults.clear();
  requests.length = 0;
  logins.length = 0;
  publish();
});
afterEach(() => folder.remove());

/** Publishes a database. The listing can differ from it. */
function publish(options: GrypeDatabaseOptions = {}, says: Readonly<Record<string, unknown>> = {}): string {
  const { bytes, sha256 } = grypeDatabaseArchive(options);
  return publishBytes(bytes, { checksum: `sha256:${sha256}`, ...says });
}

function publishBytes(bytes: Buffer, says: Readonly<Record<string, unknown>> = {}, at = "databases"): string {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const listing = {
    status: "active",
    schemaVersion: "v6.1.10",
    built: new Date().toISOString(),
    path: "vulnerability-db_v6.1.10.tar.zst",
    checksum: `sha256:${sha256}`,
    ...says,
  };
  files.set(`/${at}/v6/latest.json`, Buffer.from(JSON.stringify(listing)));
  files.set(`/${at}/v6/vulnerability-db_v6.1.10.tar.zst`, bytes);
  return sha256;
}

const DAY_MS = 86_400_000;
const VERSION = "0.121.3";
const prepare = (more: Partial<DatabaseRequest> = {}, at: TestWorld = world, grype = { path, version: VERSION }) =>
  prepareDatabase(
    { dbRepository: [base], timeout: 60_000, maxDbAge: 3 * DAY_MS, offline: false, cache: undefined, ...more },
    grype,
    at,
  );
/** A world on the same machine, this many hours later. */
const later = (hours: number) =>
  testWorld(folder.path, { toolCache: folder.path, now: () => new Date(Date.now() + hours * 3_600_000) });
const warnings = (at: TestWorld = world) => at.lines.filter((line) => line.startsWith("warning"));

/** The error when the database is prepared. */
const refusal = (more: Partial<DatabaseRequest> = {}) =>
  prepare(more).then(
    () => expect.unreachable("a database was taken"),
    (error: unknown) => error as { code: string; what: string; remedy: string },
  );

describe("Grype's database", () => {
  it("is fetched once, and is then there without a request", async () => {
    const first = await prepare();
    expect(first.schema).toBe("6.1.10");
    expect(first.captured.has("debian")).toBe(true);
    expect(requests).toEqual(["/databases/v6/latest.json", "/databases/v6/vulnerability-db_v6.1.10.tar.zst"]);
    requests.length = 0;
    expect((await prepare()).sha256).toBe(first.sha256);
    expect(requests).toEqual([]);
  });

  it("says how far its download is, and then that it is over", async () => {
    const seen: Advance[] = [];
    const log = { ...world.log, advance: (advance: Advance) => void seen.push(advance) };
    await prepare({}, { ...world, log });
    const size = files.get("/databases/v6/vulnerability-db_v6.1.10.tar.zst")?.length;
    expect(seen.at(-2)).toEqual({ what: "Grype's database", unit: "bytes", done: size, of: size });
    expect(seen.at(-1)).toMatchObject({ done: 0, of: 0 });
  });

  it("is compared with its listing again after two hours, and fetched only if that names another archive", async () => {
    await prepare();
    requests.length = 0;
    await prepare({}, later(3));
    expect(requests).toEqual(["/databases/v6/latest.json"]);
    publish({ hoursAgo: { debian: 1 } });
    requests.length = 0;
    await prepare({}, later(6));
    expect(requests).toHaveLength(2);
  });

  it("comes from an archive with its SHA-256 as well, without any request", async () => {
    const { bytes, sha256 } = grypeDatabaseArchive();
    writeFileSync(join(world.workspace, "db.tar.zst"), bytes);
    const { built } = await prepare({ dbRepository: [`db.tar.zst@sha256:${sha256}`], offline: true });
    expect(built.getTime()).toBeLessThan(Date.now());
    // Another hash means another archive, even under the same name.
    expect(await refusal({ dbRepository: [`db.tar.zst@sha256:${"0".repeat(64)}`] })).toMatchObject({
      code: "grype-database-hash-mismatch",
      what: expect.stringContaining(`has the SHA-256 ${sha256}`),
    });
    expect(requests).toEqual([]);
  });

  // Proves: database-signs-held-listing
  it.each(["vulnerability.db", "import.json"])(
    "is checked against the SHA-256 of its %s at each start, and fetched again where it was changed",
    async (name) => {
      appendFileSync(join((await prepare()).folder, name), " x");
      requests.length = 0;
      await prepare();
      expect(requests).toHaveLength(2);
      expect(warnings()).toEqual([expect.stringContaining(`the SHA-256 of its ${name} is wrong`)]);
    },
  );

  // Proves: scanner-without-data-no
  it("that was replaced on this machine has an error that says so, if no other can be had", async () => {
    const { folder: stored } = await prepare();
    appendFileSync(join(stored, "vulnerability.db"), "x");
    faults.add(/latest/, { status: 404 });
    expect(await refusal()).toMatchObject({
      code: "grype-database-hash-mismatch",
      what: expect.stringMatching(/this machine's store: the SHA-256 of its vulnerability\.db is wrong.*HTTP 404/s),
    });
    expect(await refusal({ dbRepository: [], offline: true })).toMatchObject({ code: "grype-database-hash-mismatch" });
  });

  it("of other bytes at one place is warned of, although the next one has the right ones", async () => {
    const { bytes, sha256 } = grypeDatabaseArchive();
    writeFileSync(join(world.workspace, "db.tar.zst"), bytes);
    publish({}, { checksum: `sha256:${"1".repeat(64)}` });
    await prepare({ dbRepository: [base, `db.tar.zst@sha256:${sha256}`] });
    expect(warnings()).toEqual([expect.stringMatching(/the archive has the SHA-256 [0-9a-f]{64}, not 1{64}/)]);
  });

  it("that was fetched before is used with a warning, where the host does not answer", async () => {
    await prepare();
    faults.add(/latest/, { status: 503 });
    const at = later(3);
    await prepare({}, at);
    expect(warnings(at)[0]).toContain("could not be refreshed");
  });

  it("is kept in the shared cache, and comes from there on the next machine", async () => {
    const cache = folderCache(join(folder.path, "kept"));
    await prepare({ cache });
    await cache.settle();
    requests.length = 0;
    const other = join(folder.path, "elsewhere");
    await prepare({ cache }, testWorld(other, { toolCache: other }));
    expect(requests).toEqual([]);
    expect(cache.keys()).toEqual([expect.stringMatching(/^grype-db-v6-/)]);
  });

  it("that a newer Grype has imported is not used by an older one, and is used by a newer", async () => {
    await prepare();
    requests.length = 0;
    await prepare({}, world, { path, version: "0.122.0" });
    expect(requests).toEqual([]);
    await prepare({}, world, { path, version: "0.120.0" });
    expect(requests).toHaveLength(2);
    expect(world.lines.join("\n")).toContain("Grype 0.121.3 has imported it, and this Grype is older (0.120.0)");
  });

  it("has a source that is too old, which does not spoil the others", async () => {
    publish({ hoursAgo: { ubuntu: 500 } });
    const { built, captured } = await prepare();
    expect(Date.now() - built.getTime()).toBeGreaterThan(400 * 3_600_000);
    expect(captured.get("debian")?.getTime()).toBeGreaterThan(Date.now() - 3 * 3_600_000);
  });
});

describe("no database is taken", () => {
  const LISTING = /latest/;
  const ARCHIVE = /\/databases\/.*\.tar\.zst$/;

  // Proves: database-signs-held-listing
  it.each([
    ["whose listing has an empty checksum", { checksum: "" }, "unavailable", "names no SHA-256"],
    ["whose listing has no checksum", { checksum: undefined }, "unavailable", "names no SHA-256"],
    ["whose listing has an xxh64", { checksum: "xxh64:0123456789abcdef" }, "unavailable", "names no SHA-256"],
    ["of other bytes than listed", { checksum: `sha256:${"1".repeat(64)}` }, "hash-mismatch", "has the SHA-256"],
    ["of a newer schema than this Grype reads", { schemaVersion: "v7.0.0" }, "schema", "v7.0.0"],
    ["that is not made any more", { status: "eol" }, "schema", "eol"],
    ["whose listing is another document", { path: 7 }, "unavailable", "not a listing"],
    ["that is on another host", { path: "http://127.0.0.1:1/db.tar.zst" }, "unavailable", "is elsewhere"],
    ["that is on this machine's disk", { path: "file:///etc/db.tar.zst" }, "unavailable", "is elsewhere"],
  ])("by its listing: one %s", async (_, says, code, what) => {
    publish({}, says);
    expect(await refusal()).toMatchObject({ code: `grype-database-${code}`, what: expect.stringContaining(what) });
  });

  // Proves: database-signs-held-listing
  it.each([
    ["without advisories", { advisories: [] }, "unavailable", "no advisories"],
    ["smaller than 1 MiB", { padding: 0 }, "unavailable", "it is empty"],
    ["of another model than its listing says", { model: 7 }, "unavailable", "not a v6 database"],
    [
      "of a later revision",
      { revision: 2 },
      "schema",
      "it has the schema 6.2.10, and this Grype is older: it reads 6.1",
    ],
    ["whose sources are all too old", { hoursAgo: { nvd: 100, debian: 100, github: 100 } }, "stale", "3 days ago"],
    ["of the future", { hoursAgo: { debian: -48 } }, "unavailable", "in the future"],
  ])("by what it holds: one %s", async (_, options, code, what) => {
    publish(options);
    expect(await refusal()).toMatchObject({ code: `grype-database-${code}`, what: expect.stringContaining(what) });
  });

  // Proves: database-signs-held-listing
  it.each<[string, RegExp, Fault & { readonly body?: Buffer; readonly cut?: boolean }, string, string]>([
    ["whose listing is not there", LISTING, { status: 404 }, "unavailable", "HTTP 404"],
    ["whose listing wants a login", LISTING, { status: 401 }, "unavailable", "HTTP 401"],
    ["whose host has none", ARCHIVE, { status: 404 }, "unavailable", "HTTP 404"],
    ["whose host wants a login", ARCHIVE, { status: 401 }, "unavailable", "HTTP 401"],
    ["whose host refuses", ARCHIVE, { status: 403 }, "unavailable", "HTTP 403"],
    ["whose host is asked too often", ARCHIVE, { status: 429 }, "unavailable", "HTTP 429"],
    ["whose host has a fault", ARCHIVE, { status: 503 }, "unavailable", "HTTP 503"],
    ["whose host cuts the connection", ARCHIVE, { reset: true }, "unavailable", "127.0.0.1"],
    ["whose host cuts the body", ARCHIVE, { cut: true }, "unavailable", "127.0.0.1"],
    ["whose host sends a page", ARCHIVE, { body: Buffer.from("<html>") }, "hash-mismatch", "has the SHA-256"],
    [
      "whose host redirects without an end",
      ARCHIVE,
      { status: 302, headers: { location: "/databases/db.tar.zst" } },
      "unavailable",
      "HTTP 302",
    ],
    ["whose listing hangs", LISTING, { hang: true }, "timeout", "it did not answer in time"],
    ["whose host hangs", ARCHIVE, { hang: true }, "timeout", "it did not answer in time"],
  ])("by its source: one %s", async (_, match, fault, code, what) => {
    faults.add(match, fault);
    const error = await refusal({ timeout: fault.hang ? 1_500 : 60_000 });
    expect(error).toMatchObject({ code: `grype-database-${code}`, what: expect.stringContaining(`${base}: `) });
    expect(error.what).toContain(what);
    expect(error.remedy.includes("`docker login`")).toBe(fault.status === 401 || fault.status === 403);
  });

  it("of a name that does not exist or a closed port", async () => {
    const places = ["http://127.0.0.1:1/databases", "http://nowhere.invalid/databases"];
    const { code, what } = await refusal({ dbRepository: places });
    expect(code).toBe("grype-database-unavailable");
    for (const each of places) expect(what).toContain(`${each}: `);
  });

  it("by an import that hangs, which is ended in time", async () => {
    const hanging = join(folder.path, "hanging");
    writeProgram(hanging, "trap '' TERM INT; sleep 60");
    const began = performance.now();
    const work = prepare({ timeout: 1_500 }, world, { path: hanging, version: VERSION });
    await expect(work).rejects.toMatchObject({ code: "grype-database-timeout" });
    expect(performance.now() - began).toBeLessThan(atMost(10_000));
  });

  it("that is another kind of file", async () => {
    publishBytes(Buffer.from("not a database"));
    expect(await refusal()).toMatchObject({ what: expect.stringContaining("Grype cannot import it") });
  });

  it("if offline names none, and none is there", async () => {
    expect(await refusal({ dbRepository: [], offline: true })).toMatchObject({ code: "grype-database-offline" });
    expect(requests).toEqual([]);
  });

  it("but the next place's", async () => {
    publish({ hoursAgo: { debian: -48 } });
    publishBytes(grypeDatabaseArchive({ hoursAgo: { debian: 1 } }).bytes, {}, "next");
    await prepare({ dbRepository: [base, `http://127.0.0.1:${server.port}/next`] });
    expect(world.lines.find((line) => line.includes(`Grype's database, ${base}: `))).toContain("in the future");
  });

  it.each([
    ["while its listing is asked for", LISTING],
    ["while it sends", ARCHIVE],
  ])("when the run is cancelled %s", async (_, match) => {
    faults.add(match, { hang: true });
    const work = prepare();
    setTimeout(() => world.abort(), 100);
    const began = performance.now();
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
    expect(performance.now() - began).toBeLessThan(atMost(2_000));
  });
});

describe("the age of Grype's database", () => {
  const aged = (hours: number) => prepare({ maxDbAge: hours * 3_600_000 });

  it("is allowed with `max-db-age`, and an error says what to raise", async () => {
    publish({ hoursAgo: { nvd: 71, debian: 71, github: 71 } });
    expect((await prepare()).captured.has("nvd")).toBe(true);
    await expect(aged(70)).rejects.toMatchObject({
      code: "grype-database-stale",
      remedy: expect.stringContaining("`max-db-age`"),
    });
    expect((await aged(72)).captured.has("nvd")).toBe(true);
  });

  it("counts for the stored one, too, which is then replaced, or an error", async () => {
    await prepare();
    publish({ hoursAgo: { nvd: -79, debian: -79, github: -79 } });
    expect((await prepare({}, later(80))).captured.has("nvd")).toBe(true);
    faults.add(/latest/, { status: 404 });
    await expect(prepare({}, later(300))).rejects.toMatchObject({ code: "grype-database-unavailable" });
  });

  it("lets a stored one that is due be used offline, without a request and without a warning", async () => {
    const first = await prepare();
    requests.length = 0;
    const at = later(30);
    expect((await prepare({ dbRepository: [], offline: true }, at)).sha256).toBe(first.sha256);
    expect(requests).toEqual([]);
    expect(warnings(at)).toEqual([]);
    await expect(prepare({ dbRepository: [], offline: true }, later(100))).rejects.toMatchObject({
      code: "grype-database-offline",
    });
  });
});

describe("a distribution's releases in Grype's database", () => {
  const known = async (options: GrypeDatabaseOptions, name: string, version: string) => {
    publish(options);
    const { folder: at } = await prepare();
    return knowsRelease(join(at, "vulnerability.db"), { name, version });
  };
  const overrides = [{ alias: "kali", pattern: "^20\\d\\d", replacement: "debian", rolling: true }];

  it.each([
    ["as Grype does", overrides, "debian", "12", true],
    ["by another distribution's name", [{ alias: "kali", replacement: "debian", rolling: true }], "kali", "1", true],
    ["by no pattern of versions, which may take any time: they count as unknown", overrides, "kali", "2026.3", false],
  ])("are looked up %s", async (_, rules, name, version, expected) => {
    expect(await known({ overrides: rules }, name, version)).toBe(expected);
  });
});

describe("the login of a place", () => {
  const SECRET = "s3cret-password";
  const HEADER = `Basic ${Buffer.from(`robot:${SECRET}`).toString("base64")}`;

  /** Logs the runner in to hosts, as `docker login` does it. */
  function loggedIn(...hosts: readonly string[]): TestWorld {
    const docker = join(folder.path, "docker");
    mkdirSync(docker, { recursive: true });
    const auth = Buffer.from(`robot:${SECRET}`).toString("base64");
    const auths = Object.fromEntries(hosts.map((host) => [host, { auth }]));
    writeFileSync(join(docker, "config.json"), JSON.stringify({ auths }));
    const env = { ...world.env, DOCKER_CONFIG: docker };
    return testWorld(folder.path, { toolCache: folder.path, env });
  }
  const own = () => `127.0.0.1:${server.port}`;

  // Proves: login-mirror-mirror
  it("is Docker's login for its host, for listing and archive, and is in no line of the log", async () => {
    const at = loggedIn(own(), "ghcr.io");
    await prepare({}, at);
    expect(logins).toEqual([HEADER, HEADER]);
    expect(at.lines.filter((line) => line.startsWith("mask: "))).toContain(`mask: ${SECRET}`);
    const others = at.lines.filter((line) => !line.startsWith("mask: ")).join("\n");
    expect(others).toContain("is sent unencrypted");
    expect(others).not.toContain(SECRET);
    expect(others).not.toContain(HEADER.slice(6));
  });

  // Proves: login-mirror-mirror
  it("is not sent to another host, nor to the same one at another port", async () => {
    await prepare({}, loggedIn("ghcr.io", "127.0.0.1", `127.0.0.1:${server.port + 1}`, "docker.io"));
    expect(logins).toEqual([undefined, undefined]);
  });

  // Proves: login-mirror-mirror
  it("does not follow a redirect to another host", async () => {
    const seen: (string | undefined)[] = [];
    const { bytes } = grypeDatabaseArchive();
    publishBytes(bytes);
    const other = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end(bytes);
    });
    const location = `http://127.0.0.1:${other.port}/elsewhere.tar.zst?signature=s3`;
    faults.add(/\.tar\.zst$/, { status: 302, headers: { location } });
    await prepare({}, loggedIn(own(), `127.0.0.1:${other.port}`));
    await other.close();
    expect(logins).toEqual([HEADER, HEADER]);
    expect(seen).toEqual([undefined]);
  });

  // Proves: login-mirror-mirror
  it("does not reach Grype's process, which imports the archive", async () => {
    const seen = join(folder.path, "seen");
    const spy = join(folder.path, "spy");
    writeProgram(spy, `env > ${seen}; echo "$@" >> ${seen}; cat "$DOCKER_CONFIG"/* >> ${seen}; exec ${path} "$@"`);
    const at = loggedIn(own());
    await prepare({}, at, { path: spy, version: VERSION });
    expect(logins).toEqual([HEADER, HEADER]);
    const text = readFileSync(seen, "utf8");
    expect(text).toContain("db import");
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(HEADER.slice(6));
    expect(text).not.toContain(join(folder.path, "docker"));
  });

  it("is left out where it is refused, since an expired one is refused even if none is needed", async () => {
    faults.add(/latest/, { status: 401, times: 1 });
    await prepare({}, loggedIn(own()));
    expect(logins).toEqual([HEADER, undefined, HEADER]);
  });
});

describe("an unpacked database", () => {
  let temporary: TemporaryFolder;
  beforeAll(() => {
    temporary = temporaryFolder("grype-unpacked");
  });
  afterAll(() => temporary.remove());

  // Proves: second-scanner-refutes-nothing
  it("a link in an unpacked database is refused", () => {
    const folder = join(temporary.path, "6");
    mkdirSync(folder);
    const mine = join(temporary.path, "mine");
    writeFileSync(mine, "mine");
    writeFileSync(join(folder, "vulnerability.db"), "");
    requirePlainFiles(folder);
    symlinkSync(mine, join(folder, "import.json"));
    expect(() => requirePlainFiles(folder)).toThrow(/not a plain file: import\.json/);
    expect(readFileSync(mine, "utf8")).toBe("mine");
    symlinkSync(folder, join(temporary.path, "linked"));
    expect(() => requirePlainFiles(join(temporary.path, "linked"))).toThrow(/not a plain file: a link/);
  });
});
