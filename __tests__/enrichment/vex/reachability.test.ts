import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { readingAt } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { barriersAround, MOST_STEPS, type Place, placesOf, usersOf } from "../../../src/enrichment/vex/reachability.ts";
import { readVexDocuments } from "../../../src/enrichment/vex/read.ts";
import { makeFinding, scanned } from "../../domain/make.ts";
import { type Fields, openVex } from "./documents.ts";
import { type About, about, type Edges, MATRIX, statementsAbout } from "./matrix.ts";

const purlOf = (name: string) => `pkg:golang/example.org/${name}@v1.0.0`;

function packageOf(name: string, dependsOn: readonly string[], change: Partial<InstalledPackage> = {}) {
  const id = (each: string) => `example.org/${each}@v1.0.0`;
  return {
    name: `example.org/${name}`,
    version: "v1.0.0",
    type: "gobinary",
    listedIn: "program" as const,
    purl: purlOf(name),
    path: "usr/bin/app",
    id: id(name),
    dependsOn: dependsOn.map(id),
    ...change,
  };
}

function packagesOf(edges: Edges, changes: Readonly<Record<string, Partial<InstalledPackage>>> = {}) {
  const names = new Set(Object.entries(edges).flatMap(([user, needs]) => [user, ...needs]));
  return [...names].map((name) => packageOf(name, edges[name] ?? [], changes[name]));
}

function findingIn(name: string) {
  const about = { name: `example.org/${name}`, version: "v1.0.0", type: "gobinary", purl: purlOf(name) };
  return makeFinding({ package: about, path: "usr/bin/app" });
}

function accepts(packages: readonly InstalledPackage[], statements: readonly Fields[], name = "leaf"): boolean {
  const bytes = Buffer.from(JSON.stringify(openVex(statements)));
  const documents = readVexDocuments([{ name: "a.json", bytes }], readingAt(new Date("2026-11-24T00:00:00Z")));
  const finding = findingIn(name);
  const outcome = scanned([finding]);
  if (!("scan" in outcome)) throw new Error("not scanned");
  return createVexMatcher(documents).statementOf(finding, outcome.target, { ...outcome.scan, packages }) !== undefined;
}

const named = (name: string) => `pkg:golang/example.org/${name}`;
const AFFECTED = { status: "affected", justification: undefined };

describe("a statement about a package that brings in another", () => {
  it.each(MATRIX)("that names %s: %j", (_, edges, statements, expected) => {
    expect(accepts(packagesOf(edges), statementsAbout(statements, named))).toBe(expected);
  });

  it("covers what only a circle below the product brings in, which Trivy takes for a way around", () => {
    const edges = { app: ["a"], a: ["b"], b: ["c", "leaf"], c: ["b"] };
    expect(accepts(packagesOf(edges), statementsAbout([about("app", "leaf")], named))).toBe(true);
  });

  it("does not cover what nothing known brings in: Trivy goes by the last link alone", () => {
    const island = { app: [], a: ["leaf"], leaf: ["a"] };
    expect(accepts(packagesOf(island), statementsAbout([about("a", "leaf")], named))).toBe(false);
  });

  it("goes by lists: a package of the same name in another file brings nothing in", () => {
    const packages = [packageOf("app", ["leaf"], { path: "usr/bin/tool" }), packageOf("leaf", [])];
    expect(accepts(packages, statementsAbout([about("app", "leaf")], named))).toBe(false);
    expect(
      accepts([packageOf("app", ["leaf"]), packageOf("leaf", [])], statementsAbout([about("app", "leaf")], named)),
    ).toBe(true);
  });

  it("does not cover a direct dependency where no package stands for the project", () => {
    const direct = { leaf: { relationship: "direct" } };
    expect(accepts(packagesOf({ a: ["leaf"] }, direct), statementsAbout([about("a", "leaf")], named))).toBe(false);
    const project = { ...direct, a: { relationship: "root" } };
    expect(accepts(packagesOf({ a: ["leaf"] }, project), statementsAbout([about("a", "leaf")], named))).toBe(true);
  });

  it("covers nothing in a report without packages", () => {
    expect(accepts([], statementsAbout([about("app", "leaf")], named))).toBe(false);
    expect(accepts([], statementsAbout([about("leaf")], named))).toBe(true);
  });

  it("means each of several packages with the same identity", () => {
    const packages = [packageOf("app", ["leaf"]), packageOf("leaf", []), packageOf("leaf", [])];
    expect(accepts(packages, statementsAbout([about("app", "leaf")], named))).toBe(false);
  });
});

describe("of statements about a package and what brings it in", () => {
  const packages = packagesOf({ app: ["a"], a: ["leaf"] });
  const at = (day: number, each: About, change = {}) =>
    statementsAbout([each], named, { timestamp: `2026-11-0${day}T00:00:00Z`, ...change });

  it("the latest decides, wherever it is", () => {
    const [app, itself] = [about("app"), about("leaf")];
    expect(accepts(packages, [...at(1, app), ...at(2, itself, AFFECTED)])).toBe(false);
    expect(accepts(packages, [...at(2, app), ...at(1, itself, AFFECTED)])).toBe(true);
    expect(accepts(packages, [...at(1, itself), ...at(2, about("app", "leaf"), AFFECTED)])).toBe(false);
    expect(accepts(packages, [...at(1, itself), ...at(2, about("app", "a"), AFFECTED)])).toBe(true);
    expect(accepts(packages, [...at(1, app), ...at(2, about("a"), { status: "under_investigation" })])).toBe(false);
  });
});

describe("the ways to a package", () => {
  const leaf = (edges: Edges) => {
    const places = placesOf(packagesOf(edges));
    return places.of(findingIn("leaf"));
  };
  const nameOf = (place: Place) => place.purl?.name ?? "";

  // Proves: vex-document-accepts-names
  it("are cut off exactly if no way up leads around the barriers", () => {
    const names = ["app", "a", "b", "c", "leaf"];
    const edges = fc.dictionary(fc.constantFrom(...names), fc.uniqueArray(fc.constantFrom(...names)), { maxKeys: 5 });
    fc.assert(
      fc.property(edges, fc.uniqueArray(fc.constantFrom<string[]>("app", "a", "b", "c")), (given, barriers) => {
        const all: Edges = { app: [], leaf: [], ...given };
        const found = barriersAround(leaf(all), (place) => barriers.includes(nameOf(place)), { left: MOST_STEPS });
        expect(found !== undefined).toBe(!isOpen(all, barriers));
        for (const place of found ?? []) expect(barriers).toContain(nameOf(place));
      }),
    );
  });

  /** The same result from a search downwards, for an entry from which a path without a barrier leads to the leaf. */
  function isOpen(edges: Edges, barriers: readonly string[]): boolean {
    const needs = (name: string) => (edges[name] ?? []).filter((each) => each !== name);
    const all = Object.keys(edges).concat(Object.values(edges).flat());
    const entries = all.filter((name) => !all.some((user) => needs(user).includes(name)));
    const below = (starts: readonly string[]) => {
      const found = new Set(starts);
      for (const name of found) for (const need of needs(name)) found.add(need);
      return found;
    };
    const known = below(entries);
    return all.some(
      (start) =>
        (entries.includes(start) || !known.has(start)) && !barriers.includes(start) && leads(start, needs, barriers),
    );
  }

  function leads(start: string, needs: (name: string) => readonly string[], barriers: readonly string[]): boolean {
    const found = new Set([start]);
    for (const name of found) for (const need of needs(name)) if (!barriers.includes(need)) found.add(need);
    return found.has("leaf");
  }

  // Proves: vex-document-accepts-names
  it("are given up, and nothing accepted, if they are too many", () => {
    const chain: Record<string, string[]> = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`p${index}`, [`p${index + 1}`]]),
    );
    const leaves = leaf({ ...chain, p100: ["leaf"] });
    expect(usersOf(leaves, { left: 50 })).toBeUndefined();
    expect(usersOf(leaves, { left: 1_000 })?.size).toBe(101);
    expect(barriersAround(leaves, (place) => nameOf(place) === "p0", { left: 50 })).toBeUndefined();
    expect(barriersAround(leaves, (place) => nameOf(place) === "p0", { left: 1_000 })?.size).toBe(1);
  });
});
