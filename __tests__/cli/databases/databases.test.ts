import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy, fileSha256 } from "../../../scripts/setup/tools.ts";
import { updateDatabases } from "../../../src/actions/gate/databases.ts";
import { clean } from "../../../src/cli/databases/clean.ts";
import { databaseStatus } from "../../../src/cli/databases/status.ts";
import { worldWithInputs } from "../../../src/cli/inputs.ts";
import { sizeWords } from "../../../src/render/shared/phrases.ts";
import { databaseStore } from "../../../src/system/store/store.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../support/databases/database.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
let store: string;
beforeEach(() => {
  folder = temporaryFolder("databases");
  const env = { PATH: process.env.PATH, HOME: folder.path, XDG_CACHE_HOME: join(folder.path, "caches") };
  world = testWorld(folder.path, { env, toolCache: join(folder.path, "caches", "image-gate"), isAtTerminal: true });
  store = databaseStore(world).store;
});
afterEach(() => folder.remove());

const NONE = new Map<string, string>();
const status = async () => JSON.parse((await databaseStatus(NONE, { world, format: "json" })).out);

function fill(names: Readonly<Record<string, number>>): void {
  for (const [name, bytes] of Object.entries(names)) {
    mkdirSync(join(store, name), { recursive: true });
    writeFileSync(join(store, name, "file"), Buffer.alloc(bytes));
  }
}

describe("db status", () => {
  it("says that nothing is kept, on a new machine", async () => {
    expect(await databaseStatus(NONE, { world, format: "table" })).toEqual({
      out: `${store}\n  vulnerability database   not here\n  Java database            not here\n  all that is kept         0.0 kB\n`,
      err: "",
      code: 0,
    });
  });

  it("says of a damaged database why it is not usable, and has the size of all that is ours", async () => {
    fill({ "db-a1B2c3": 3_000_000, trivy: 160_000_000 / 100, reports: 5, mine: 7 });
    symlinkSync(join(store, "db-a1B2c3"), join(store, "db"));
    writeFileSync(join(store, "db-a1B2c3", "trivy.db"), "no database");
    const { out, code } = await databaseStatus(NONE, { world, format: "table" });
    expect(out).toContain("  vulnerability database   not usable: its metadata.json is unusable\n");
    expect(out).toMatch(/\n {2}all that is kept {9}4\.6 MB\n$/);
    expect(code).toBe(0);
  });

  it.each([
    [0, "0.0 kB"],
    [999, "1.0 kB"],
    [1_500, "1.5 kB"],
    [999_999, "1,000 kB"],
    [160_400_000, "160 MB"],
    [12_345_678_901, "12 GB"],
  ])("writes %d bytes as %s", (bytes, text) => expect(sizeWords(bytes)).toBe(text));
});

describe("clean", () => {
  // Proves: clean-removes-only-ours
  it("removes what is ours, a link and not what it leads to, and nothing else", async () => {
    const precious = join(folder.path, "precious");
    mkdirSync(precious);
    writeFileSync(join(precious, "file"), "");
    fill({
      "db-a1B2c3": 10,
      "fresh-a1B2c3": 1,
      "kev.0123456789abcdef-a1B2c3": 1,
      layers: 2,
      reports: 3,
      trivy: 4,
      mine: 5,
    });
    symlinkSync(precious, join(store, "java-db"));
    const { out, code } = clean({ world, format: "table" });
    expect(out).toContain(`${store}: freed 0.0 kB\n`);
    expect(out).toContain("Left, as it is not ours: mine\n");
    expect(code).toBe(0);
    expect(readdirSync(store)).toEqual(["mine"]);
    expect(existsSync(join(precious, "file"))).toBe(true);
    expect(clean({ world, format: "table" }).out).toContain(": nothing to remove\n");
  });
});

/** A world with the real Trivy and these inputs. */
async function worldWith(inputs: Readonly<Record<string, string>>) {
  const trivy = await ensureTrivy();
  const given = { "trivy-binary": trivy, "trivy-sha256": await fileSha256(trivy), ...inputs };
  return worldWithInputs("gate", new Map(Object.entries(given)), world);
}

describe("db update", () => {
  it("downloads both databases with the real scanner, and clean removes them", async () => {
    await using registry = await startRegistry();
    const now = new Date();
    registry.add("db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    registry.add("java", "1", javaDatabaseArtifact(javaDatabase({ now })));
    const repositories = { "db-repository": `${registry.host}/db:2`, "java-db-repository": `${registry.host}/java:1` };
    await updateDatabases({ java: true }, await worldWith(repositories));
    const { databases, bytes } = await status();
    expect(databases).toMatchObject([
      { name: "vulnerability database", state: "current", builtAt: expect.any(String) },
      { name: "Java database", state: "current" },
    ]);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect((await databaseStatus(NONE, { world, format: "table" })).out).toMatch(
      /vulnerability database {3}built .*, 1 h old; the next is due/,
    );
    expect(clean({ world, format: "table" }).out).toContain(": freed ");
    expect((await status()).databases).toMatchObject([{ state: "missing" }, { state: "missing" }]);
  });

  it("is an error for a wrong value, and where no database can be had", async () => {
    await expect(updateDatabases({ java: false }, await worldWith({ "max-db-age": "soon" }))).rejects.toThrow(
      expect.objectContaining({ code: "input-invalid" }),
    );
    await expect(updateDatabases({ java: false }, await worldWith({ offline: "true" }))).rejects.toThrow(
      expect.objectContaining({ code: "database-offline" }),
    );
  });
});
