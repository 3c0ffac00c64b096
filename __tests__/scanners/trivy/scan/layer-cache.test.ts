import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LayerCache, type LayerPlace } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";

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

/** The result of a scan. */
function scan(own: string, { from = cache, mayShare = true, isKept = true } = {}): string {
  const place = from.begin(mayShare);
  const found = inside(place);
  write(place, `${own} `);
  if (isKept) place.keep(NONE);
  place.end();
  return found;
}

describe("what one scan has read", () => {
  it("serves the next: layers were checked against the digests by which they are found", () => {
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

  it("is lost if it is read again for another attempt", () => {
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
  it("is neither given to nor taken from a target without digests", () => {
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

  it("is forgotten with what was read", () => {
    const place = cache.begin(true);
    write(place, "x ");
    place.keep(base);
    place.end();
    cache.begin(true).end();
    expect(cache.begin(true).fits(own)).toBe(true);
  });
});
