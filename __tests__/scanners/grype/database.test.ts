import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import { type DatabaseRequest, prepareDatabase } from "../../../src/scanners/grype/database/database.ts";
import { storedFolder } from "../../../src/system/store/store.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/folder.ts";
import { type GrypeDatabaseOptions, grypeDatabaseArchive } from "../../support/grype-database.ts";
import { type Fault, faultPlan, type Listening, listen } from "../../support/http.ts";
import { writeProgram } from "../../support/program.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// A mirror that serves a listing and the archive that it names, and the real Grype that imports it.

const faults = faultPlan<Fault & { readonly body?: Buffer }>();
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
    if (fault?.reset) return void request.socket.destroy();
    const body = fault?.body ?? files.get(url);
    response
      .writeHead(fault?.status ?? (body === undefined ? 404 : 200), fault?.headers)
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

/** Publishes a database; the listing can say something else than the truth. */
function publish(options: GrypeDatabaseOptions = {}, says: Readonly<Record<string, unknown>> = {}): string {
  const { bytes, sha256 } = grypeDatabaseArchive(options);
  return publishBytes(bytes, { checksum: `sha256:${sha256}`, ...says });
}

function publishBytes(bytes: Buffer, says: Readonly<Record<string, unknown>> = {}): string {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const listing = {
    status: "active",
    schemaVersion: "v6.1.10",
    built: new Date().toISOString(),
    path: "vulnerability-db_v6.1.10.tar.zst",
    checksum: `sha256:${sha256}`,
    ...says,
  };
  files.set("/databases/v6/latest.json", Buffer.from(JSON.stringify(listing)));
  files.set("/databases/v6/vulnerability-db_v6.1.10.tar.zst", bytes);
  return sha256;
}

const DAY_MS = 86_400_000;
const prepare = (more: Partial<DatabaseRequest> = {}, at: TestWorld = world) =>
  prepareDatabase({ places: [base], timeoutMs: 20_000, maxAgeMs: 3 * DAY_MS, offline: false, ...more }, { path }, at);

/** The error of a preparation. */
const refusal = (more: Partial<DatabaseRequest> = {}) =>
  prepare(more).then(
    () => expect.unreachable("a database was taken"),
    (error: unknown) => error as { code: string; what: string },
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

  it("is compared with its listing again after two hours, and fetched only if that names another archive", async () => {
    await prepare();
    requests.length = 0;
    const later = testWorld(folder.path, { toolCache: folder.path, now: () => new Date(Date.now() + 3 * 3_600_000) });
    await prepare({}, later);
    expect(requests).toEqual(["/databases/v6/latest.json"]);
    const last = testWorld(folder.path, { toolCache: folder.path, now: () => new Date(Date.now() + 6 * 3_600_000) });
    publish({ hoursAgo: { debian: 1 } });
    requests.length = 0;
    await prepare({}, last);
    expect(requests).toHaveLength(2);
  });

  it("is held to its SHA-256 at each start, and fetched anew where it was changed", async () => {
    const { folder: stored } = await prepare();
    appendFileSync(join(stored, "vulnerability.db"), "x");
    requests.length = 0;
    await prepare();
    expect(requests).toHaveLength(2);
    expect(world.lines.join("\n")).toContain("the SHA-256 of its vulnerability.db is wrong");
  });

  it("comes from an archive with its SHA-256 as well, without any request", async () => {
    const { bytes, sha256 } = grypeDatabaseArchive();
    writeFileSync(join(world.workspace, "db.tar.zst"), bytes);
    const { built } = await prepare({ places: [`db.tar.zst@sha256:${sha256}`], offline: true });
    expect(built.getTime()).toBeLessThan(Date.now());
    // Another archive is meant by another hash, even under the same name.
    expect(await refusal({ places: [`db.tar.zst@sha256:${"0".repeat(64)}`] })).toMatchObject({
      code: "grype-database-hash-mismatch",
      what: expect.stringContaining(`has the SHA-256 ${sha256}`),
    });
    expect(requests).toEqual([]);
  });

  it("that was replaced on this machine is told of as that, where no other can be had", async () => {
    const { folder: stored } = await prepare();
    appendFileSync(join(stored, "vulnerability.db"), "x");
    faults.add(/latest/, { status: 503 });
    expect(await refusal()).toMatchObject({
      code: "grype-database-hash-mismatch",
      what: expect.stringMatching(/this machine's store: the SHA-256 of its vulnerability\.db is wrong.*HTTP 503/s),
    });
    expect(await refusal({ places: [], offline: true })).toMatchObject({ code: "grype-database-hash-mismatch" });
    expect(world.lines.some((line) => line.startsWith("warning") && line.includes("is not used"))).toBe(true);
  });

  it("of other bytes at one place is warned of, although the next one has the right ones", async () => {
    const { bytes, sha256 } = grypeDatabaseArchive();
    writeFileSync(join(world.workspace, "db.tar.zst"), bytes);
    publish({}, { checksum: `sha256:${"1".repeat(64)}` });
    await prepare({ places: [base, `db.tar.zst@sha256:${sha256}`] });
    expect(world.lines.filter((line) => line.startsWith("warning"))).toEqual([
      expect.stringMatching(/the archive has the SHA-256 [0-9a-f]{64}, not 1{64}/),
    ]);
  });

  it("of one place is not taken for that of another", async () => {
    await prepare();
    requests.length = 0;
    const other = `http://127.0.0.1:${server.port}/elsewhere`;
    expect((await refusal({ places: [other] })).code).toBe("grype-database-unavailable");
    expect(requests).toEqual(["/elsewhere/v6/latest.json"]);
  });

  it("that was fetched before is used with a warning, where the host does not answer", async () => {
    await prepare();
    faults.add(/latest/, { status: 503 });
    const later = testWorld(folder.path, { toolCache: folder.path, now: () => new Date(Date.now() + 3 * 3_600_000) });
    await prepare({}, later);
    expect(later.lines.find((line) => line.startsWith("warning"))).toContain("could not be refreshed");
  });
});

describe("no database is taken", () => {
  it.each([
    ["whose listing has an empty checksum", { checksum: "" }, "unavailable", "names no SHA-256"],
    ["whose listing has no checksum", { checksum: undefined }, "unavailable", "names no SHA-256"],
    [
      "whose listing has another kind of checksum",
      { checksum: "xxh64:0123456789abcdef" },
      "unavailable",
      "names no SHA-256",
    ],
    [
      "of other bytes than the listing says",
      { checksum: `sha256:${"1".repeat(64)}` },
      "hash-mismatch",
      "has the SHA-256",
    ],
    ["of a newer schema than this Grype reads", { schemaVersion: "v7.0.0" }, "schema", "v7.0.0"],
    ["that is not made any more", { status: "eol" }, "schema", "eol"],
    ["whose listing is another document", { path: 7 }, "unavailable", "no listing"],
    ["that lies on another host", { path: "http://127.0.0.1:1/db.tar.zst" }, "unavailable", "lies elsewhere"],
    ["that lies on this machine's disk", { path: "file:///etc/db.tar.zst" }, "unavailable", "lies elsewhere"],
  ])("by its listing: one %s", async (_, says, code, what) => {
    publish({}, says);
    expect(await refusal()).toMatchObject({ code: `grype-database-${code}`, what: expect.stringContaining(what) });
  });

  it.each([
    ["without advisories", { advisories: [] }, "unavailable", "no advisories"],
    ["smaller than 1 MiB", { padding: 0 }, "unavailable", "it is empty"],
    ["of another schema than its listing says", { model: 7 }, "", ""],
    [
      "whose sources are all too old",
      { hoursAgo: { nvd: 100, debian: 100, github: 100 } },
      "stale",
      "more than 3 days ago",
    ],
    ["of the future", { hoursAgo: { debian: -48 } }, "unavailable", "of the future"],
  ])("by what it holds: one %s", async (_, options, code, what) => {
    publish(options);
    const error = await refusal();
    expect(error.code).toMatch(code === "" ? /^grype-database-(?:schema|unavailable)$/ : `grype-database-${code}`);
    expect(error.what).toContain(what);
  });

  it.each([
    ["a host that hangs", { hang: true }, "timeout", "in time"],
    ["a host that refuses", { status: 403 }, "unavailable", "HTTP 403"],
    ["a host that has none", { status: 404 }, "unavailable", "HTTP 404"],
  ])("of %s", async (_, fault, code, what) => {
    faults.add(/\.tar\.zst$/, fault);
    const error = await refusal({ timeoutMs: 2_000 });
    expect(error).toMatchObject({ code: `grype-database-${code}`, what: expect.stringContaining(what) });
  });

  it("that is another kind of file", async () => {
    publishBytes(Buffer.from("not a database"));
    expect(await refusal()).toMatchObject({ what: expect.stringContaining("Grype cannot import it") });
  });

  it("if offline names none, and none is there", async () => {
    expect(await refusal({ places: [], offline: true })).toMatchObject({ code: "grype-database-offline" });
    expect(requests).toEqual([]);
  });

  it("nor left in the store by a failed one", async () => {
    publish({ advisories: [] });
    await refusal();
    const store = join(folder.path, "image-gate");
    expect(storedFolder(store, "grype-db")).toBeUndefined();
    expect(readdirSync(store).filter((name) => name.startsWith("fresh-"))).toEqual([]);
  });
});

it("a source that is too old does not spoil the others", async () => {
  publish({ hoursAgo: { ubuntu: 500 } });
  const { built, captured } = await prepare();
  expect(Date.now() - built.getTime()).toBeGreaterThan(400 * 3_600_000);
  expect(captured.get("debian")?.getTime()).toBeGreaterThan(Date.now() - 3 * 3_600_000);
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

  it("is the Docker login of its own host, for listing and archive, and is in no line of the log", async () => {
    const at = loggedIn(own(), "ghcr.io");
    await prepare({}, at);
    expect(logins).toEqual([HEADER, HEADER]);
    expect(at.lines.filter((line) => line.startsWith("mask: "))).toContain(`mask: ${SECRET}`);
    const others = at.lines.filter((line) => !line.startsWith("mask: ")).join("\n");
    expect(others).toContain("is sent unencrypted");
    expect(others).not.toContain(SECRET);
    expect(others).not.toContain(HEADER.slice(6));
  });

  it("is that of no other host, nor of the same one at another port", async () => {
    await prepare({}, loggedIn("ghcr.io", "127.0.0.1", `127.0.0.1:${server.port + 1}`, "docker.io"));
    expect(logins).toEqual([undefined, undefined]);
  });

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

  it("does not reach Grype's process, which imports the archive", async () => {
    const seen = join(folder.path, "seen");
    const spy = join(folder.path, "spy");
    writeProgram(spy, `env > ${seen}; echo "$@" >> ${seen}; cat "$DOCKER_CONFIG"/* >> ${seen}; exec ${path} "$@"`);
    const at = loggedIn(own());
    await prepareDatabase(
      { places: [base], timeoutMs: 20_000, maxAgeMs: 3 * DAY_MS, offline: false },
      { path: spy },
      at,
    );
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

  it("is asked for where the host wants one", async () => {
    faults.add(/latest/, { status: 401 });
    const error = await refusal();
    expect(error).toMatchObject({ code: "grype-database-unavailable", what: expect.stringContaining("HTTP 401") });
    expect((error as unknown as { remedy: string }).remedy).toContain("`docker login`");
  });
});
