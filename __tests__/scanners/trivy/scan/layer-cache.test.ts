import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LayerCache, type LayerPlace } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
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

const NONE = new Map();

/** Runs a scan: what it found. */
function scan(own: string, { from = cache, mayShare = true, isKept = true } = {}): string {
  const place = from.begin(mayShare);
  const found = inside(place);
  write(place, `${own} `);
  if (isKept) place.keep(NONE);
  place.end();
  return found;
}

describe("what one scan has read", () => {
  it("serves the next: layers were held to the digests by which they are found", () => {
    scan("a");
    expect(scan("b")).toBe("a ");
    expect(scan("c")).toBe("a b ");
  });

  // Proves: no-target-answers-another
  it("is lost, with all before it, if a scan has failed or was not whole", () => {
    scan("a");
    scan("poison", { isKept: false });
    expect(scan("b")).toBe("");
  });

  it("is lost if it is read anew for another attempt", () => {
    scan("a");
    const place = cache.begin(true);
    write(place, "poison ");
    place.renew();
    expect(inside(place)).toBe("");
    write(place, "again ");
    place.keep(NONE);
    place.end();
    expect(scan("b")).toBe("again ");
  });

  // Proves: no-target-answers-another
  it("is neither given to nor taken from what is not held to digests", () => {
    scan("a");
    expect(scan("folder", { mayShare: false })).toBe("");
    expect(scan("b")).toBe("a ");
  });
});

describe("a layer that was read as a base image's", () => {
  const base = new Map([["x", "base"]] as const);
  const own = new Map([["x", "own"]] as const);

  it.each([
    ["base", base, base, true],
    ["base", base, own, false],
    ["own", own, base, false],
    ["own", own, new Map([["y", "base"]] as const), true],
  ] as const)("(or not: %s) fits only an image of which it is the same", (_, first, second, fits) => {
    const place = cache.begin(true);
    place.keep(first);
    place.end();
    const next = cache.begin(true);
    expect(next.fits(second)).toBe(fits);
    next.renew();
    expect(next.fits(second)).toBe(true);
    next.end();
  });

  it("is known in a copy, and forgotten with what was read", () => {
    const place = cache.begin(true);
    write(place, "x ");
    place.keep(base);
    place.end();
    expect(cache.fork(join(folder.path, "fork")).begin(true).fits(own)).toBe(false);
    cache.begin(true).end();
    expect(cache.begin(true).fits(own)).toBe(true);
  });
});

describe("a copy for another worker", () => {
  it("has the layers and the Java database; what is written later stays apart", () => {
    const java = { folder: join(folder.path, "java"), updatedAt: new Date(0), nextUpdate: new Date(0) };
    const place = cache.begin(true);
    place.addJavaDatabase(java);
    write(place, "base ");
    place.keep(NONE);
    place.end();
    const fork = cache.fork(join(folder.path, "fork"));
    const beside = fork.begin(true);
    expect(readlinkSync(join(beside.folder, "java-db"))).toBe(java.folder);
    beside.keep(NONE);
    beside.end();
    expect(scan("a", { from: fork })).toBe("base ");
    expect(scan("b")).toBe("base ");
  });

  it("is empty if there is nothing, and if it cannot be made", () => {
    expect(scan("a", { from: cache.fork(join(folder.path, "none")) })).toBe("");
    scan("a");
    mkdirSync(join(folder.path, "taken", "shared"), { recursive: true });
    writeFileSync(join(folder.path, "taken", "shared", "fanal"), "");
    expect(inside(cache.fork(join(folder.path, "taken")).begin(true))).toBe("");
  });
});
