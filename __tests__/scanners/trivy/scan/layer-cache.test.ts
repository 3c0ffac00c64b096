import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LayerCache, type LayerPlace, type ReadLayers } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/folder.ts";

let folder: TemporaryFolder;
let cache: LayerCache;
beforeEach(() => {
  folder = temporaryFolder("layer-cache");
  cache = new LayerCache(join(folder.path, "cache"));
});
afterEach(() => folder.remove());

/** The file that Trivy leaves in a cache folder. */
const fileOf = (place: LayerPlace) => join(place.folder, "fanal", "fanal.db");
const inside = (place: LayerPlace) => (existsSync(fileOf(place)) ? readFileSync(fileOf(place), "utf8") : "");
function write(place: LayerPlace, text: string): void {
  mkdirSync(join(place.folder, "fanal"), { recursive: true });
  writeFileSync(fileOf(place), inside(place) + text);
}

/** A registry's image whose layers have these digests, keyed by the DiffIDs that it claims. */
const image = (layers: Readonly<Record<string, string>>, name = "id"): ReadLayers => ({
  diffIds: Object.keys(layers),
  imageId: `${name} ${Object.keys(layers)}`,
  proofs: async () => new Map([...Object.entries(layers), [`${name} ${Object.keys(layers)}`, "config"]]),
});
const unproven = (...diffIds: string[]): ReadLayers => ({ diffIds, imageId: undefined });

/** Runs a scan of an image: what it found, whether that held, and what it kept. */
async function scan(read: ReadLayers, from = cache, mayShare = true) {
  const place = from.begin(mayShare);
  const found = inside(place);
  write(place, `${read.diffIds} `);
  const holds = await place.holds(read);
  if (!holds) {
    place.clear();
    expect(inside(place)).toBe("");
    write(place, `${read.diffIds} `);
    expect(await place.holds(read)).toBe(true);
  }
  place.keep(read);
  place.end();
  return { found, holds };
}

describe("what one scan has read", () => {
  it("serves the next if the layers that both claim are proven to be the same bytes", async () => {
    await scan(image({ base: "b", a: "1" }));
    expect(await scan(image({ base: "b", c: "2" }))).toEqual({ found: "base,a ", holds: true });
    expect(await scan(image({ c: "2", d: "3" }))).toEqual({ found: "base,a base,c ", holds: true });
  });

  it.each<[string, ReadLayers]>([
    ["has other bytes there", image({ base: "other" })],
    ["cannot be proven", { ...image({ base: "b" }), proofs: async () => undefined }],
    ["has no proof of this layer", { ...image({ base: "b" }), proofs: async () => new Map() }],
    ["is of no registry", unproven("base")],
  ])("does not serve one that %s", async (_, next) => {
    await scan(image({ base: "b", a: "1" }));
    expect((await scan(next)).holds).toBe(false);
  });

  it("does not serve one if what was there first cannot be proven", async () => {
    await scan({ ...image({ base: "b" }), proofs: async () => undefined });
    expect((await scan(image({ base: "b" }))).holds).toBe(false);
  });

  it("does not serve one of the same configuration if that is not proven", async () => {
    await scan(image({ a: "1" }, "same"));
    const next = { ...image({ a: "1" }, "same"), proofs: async () => new Map([["a", "1"]]) };
    expect((await scan(next)).holds).toBe(false);
  });

  it("is not needed, and no proof asked for, if no layer is claimed by both", async () => {
    await scan(image({ a: "1" }));
    const proofs = () => expect.unreachable();
    expect((await scan({ diffIds: ["b"], imageId: "b", proofs })).holds).toBe(true);
  });

  it("is lost if the scan has failed, and if it is put back for another attempt", async () => {
    await scan(image({ base: "b" }));
    const place = cache.begin(true);
    write(place, "poison ");
    place.renew();
    expect(inside(place)).toBe("base ");
    write(place, "poison ");
    place.end();
    expect((await scan(image({ base: "b" }))).found).toBe("base ");
  });

  it("is neither given to nor taken from what is of no registry", async () => {
    await scan(image({ base: "b" }));
    expect(await scan(unproven("base"), cache, false)).toEqual({ found: "", holds: true });
    expect((await scan(image({ base: "b" }))).found).toBe("base ");
  });

  it("serves others after a liar, wherever that stands among them", async () => {
    const liar = image({ base: "lie" }, "liar");
    const honest = ["a", "b", "c"].map((own) => image({ base: "b", [own]: own }));
    for (const at of [0, 1, 2, 3]) {
      const own = new LayerCache(join(folder.path, `at-${at}`));
      const holds = [];
      for (const each of honest.toSpliced(at, 0, liar)) holds.push((await scan(each, own)).holds);
      // The liar costs itself and at most one other a second scan.
      expect(holds.filter((each) => !each).length).toBeLessThanOrEqual(2);
      expect(holds.at(-1) || at === 3).toBe(true);
    }
  });
});

describe("a copy for another worker", () => {
  it("has the layers and who brought them, and the Java database; what is written later stays apart", async () => {
    const java = { folder: join(folder.path, "java"), updatedAt: new Date(0), nextUpdate: new Date(0) };
    const place = cache.begin(true);
    place.addJavaDatabase(java);
    write(place, "base ");
    place.keep(image({ base: "b" }));
    place.end();
    const fork = cache.fork(join(folder.path, "fork"));
    const beside = fork.begin(true);
    expect(readlinkSync(join(beside.folder, "java-db"))).toBe(java.folder);
    beside.end();
    expect(await scan(image({ base: "b", a: "1" }), fork)).toEqual({ found: "base ", holds: true });
    expect((await scan(image({ base: "other" }), fork)).holds).toBe(false);
    expect((await scan(image({ base: "b" }))).found).toBe("base ");
  });

  it("is empty if there is nothing, and if it cannot be made", async () => {
    expect((await scan(image({ a: "1" }), cache.fork(join(folder.path, "none")))).found).toBe("");
    await scan(image({ a: "1" }));
    writeFileSync(join(folder.path, "file"), "");
    const broken = cache.fork(join(folder.path, "file"));
    expect(inside(broken.begin(true))).toBe("");
  });
});
