import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { chainFinder } from "../../../src/domain/upgrade/dependency-chains.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const LOCK = "package-lock.json";

/** Packages from lines such as `direct a > b c`: its relationship to the project, its name, and its dependencies. */
function listed(...lines: readonly string[]): InstalledPackage[] {
  return lines.map((line) => {
    const [head = "", tail = ""] = line.split(">");
    const [relationship, name = ""] = head.trim().split(" ");
    return { name, version: "1", type: "npm", path: LOCK, id: `${name}@1`, relationship, dependsOn: ids(tail) };
  });
}

function ids(text: string): string[] {
  return text
    .split(" ")
    .filter((name) => name !== "")
    .map((name) => `${name}@1`);
}

function chain(packages: readonly InstalledPackage[], name: string, path = LOCK): string | undefined {
  return chainFinder(packages)(path, name, "1")
    ?.packages.map((each) => each.name)
    .join(" ");
}

describe("chainFinder", () => {
  it("is the shortest way from a direct dependency", () => {
    const packages = listed("direct a > b", "indirect b > c", "indirect c > d", "direct e > c", "indirect d >");
    expect(chain(packages, "d")).toBe("e c d");
    expect(chain(packages, "b")).toBe("a b");
    expect(chainFinder(packages)(LOCK, "d", "1")).toEqual({
      path: LOCK,
      packages: [
        { name: "e", version: "1" },
        { name: "c", version: "1" },
        { name: "d", version: "1" },
      ],
      direct: true,
    });
  });

  it("finds no chain for a direct dependency, even if something else brings it in as well", () => {
    const packages = listed("direct a > b", "direct b >");
    expect(chain(packages, "a")).toBeUndefined();
    expect(chain(packages, "b")).toBeUndefined();
  });

  it("finds no chain if nothing leads there, or the package is unknown", () => {
    const packages = listed("direct a >", "indirect b >");
    expect(chain(packages, "b")).toBeUndefined();
    expect(chain(packages, "what")).toBeUndefined();
    expect(chain(packages, "b", "other.json")).toBeUndefined();
    expect(chain([], "b")).toBeUndefined();
  });

  it("takes what the project itself names if nothing is called direct", () => {
    expect(chain(listed("root app > a", "unknown a > b", "unknown b >"), "b")).toBe("a b");
    expect(chain(listed("workspace web > a", "unknown a > b", "unknown b >"), "b")).toBe("a b");
  });

  it("takes what nothing else brings in if no relationship is known: it must be direct", () => {
    expect(chain(listed("unknown a > b", "unknown b > c", "unknown c >"), "c")).toBe("a b c");
  });

  it("takes what only itself brings in for a start", () => {
    expect(chain(listed("unknown a > a b", "unknown b >"), "b")).toBe("a b");
  });

  it("prefers what is called direct to what the project names, and that to what nothing brings in", () => {
    const packages = listed(
      "root app > a",
      "direct b > c",
      "unknown a > c",
      "unknown c >",
      "unknown d > e",
      "unknown e >",
    );
    expect(chain(packages, "c")).toBe("b c");
    expect(chain(packages, "e")).toBeUndefined();
    const project = listed("root app > a", "unknown a > b", "unknown b >", "unknown d > e", "unknown e >");
    expect(chain(project, "b")).toBe("a b");
    expect(chain(project, "e")).toBeUndefined();
    expect(chainFinder(project)(LOCK, "b", "1")?.direct).toBe(true);
  });

  it("is the first of two starts that are as near, and takes no package of another version", () => {
    expect(chain(listed("direct a > c", "direct b > c", "indirect c >"), "c")).toBe("a c");
    const packages = listed("direct a > b", "indirect b >");
    expect(chainFinder(packages)(LOCK, "b", "2")).toBeUndefined();
  });

  it("finds no chain in a file of one package, or for packages without a file", () => {
    expect(chain(listed("direct a > a"), "a")).toBeUndefined();
    const nowhere = listed("direct a > b", "indirect b >").map((each) => ({ ...each, path: undefined }));
    expect(chain(nowhere, "b")).toBeUndefined();
  });

  it("takes the first of two packages with one id, and of two with one name", () => {
    const packages = listed("direct a > b", "indirect b >", "indirect c >");
    const twice = packages.map((each) => (each.name === "c" ? { ...each, id: "b@1" } : each));
    expect(chain(twice, "b")).toBe("a b");
    expect(chain(twice, "c")).toBeUndefined();
    const named = packages.map((each) => (each.name === "c" ? { ...each, name: "b" } : each));
    expect(chain(named, "b")).toBe("a b");
  });

  it("of a chain of twelve has all, of one of thirteen all but the second", () => {
    const names = Array.from({ length: 13 }, (_, index) => `p${index}`);
    const packages = listed(
      ...names.map((name, index) => `${index === 0 ? "direct" : "indirect"} ${name} > ${names[index + 1] ?? ""}`),
    );
    expect(chain(packages, "p11")).toBe(names.slice(0, 12).join(" "));
    expect(chain(packages, "p12")).toBe(["p0", ...names.slice(2)].join(" "));
  });

  it("says that the first may be the project itself if the lock file lists that too", () => {
    const crates = listed("unknown app > a", "unknown a > b", "unknown b >").map((each) => ({
      ...each,
      type: "cargo",
    }));
    expect(chainFinder(crates)(LOCK, "b", "1")).toMatchObject({ direct: false });
    const named = listed("root app > a", "unknown a > b", "unknown b >").map((each) => ({ ...each, type: "cargo" }));
    expect(chainFinder(named)(LOCK, "b", "1")).toMatchObject({ direct: true });
    expect(chainFinder(listed("unknown a > b", "unknown b >"))(LOCK, "b", "1")).toMatchObject({ direct: true });
  });

  it("handles cycles, missing and duplicate ids, and packages that depend on themselves", () => {
    const packages = listed(
      "direct a > a b ghost",
      "indirect b > c",
      "indirect c > b a",
      "indirect c > d",
      "indirect d >",
    );
    expect(chain(packages, "c")).toBe("a b c");
    expect(chain(listed("indirect x > y", "indirect y > x"), "x")).toBeUndefined();
    const nameless = packages.map(({ id: _, ...rest }) => rest);
    expect(chain(nameless, "c")).toBeUndefined();
  });

  it("keeps the lock files apart", () => {
    const web = listed("direct a > b", "indirect b >").map((each) => ({ ...each, path: "web/package-lock.json" }));
    const api = listed("direct c > b", "indirect b >").map((each) => ({ ...each, path: "api/package-lock.json" }));
    expect(chain([...web, ...api], "b", "web/package-lock.json")).toBe("a b");
    expect(chain([...web, ...api], "b", "api/package-lock.json")).toBe("c b");
  });

  it("of a very long chain has the first and the end", () => {
    const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
    const packages = listed(
      ...names.map((name, index) => `${index === 0 ? "direct" : "indirect"} ${name} > ${names[index + 1] ?? ""}`),
    );
    const found = chain(packages, "p99")?.split(" ") ?? [];
    expect(found).toHaveLength(12);
    expect([found[0], found[1], found.at(-1)]).toEqual(["p0", "p89", "p99"]);
  });

  it("leads from a start to the package along real links, whatever the graph", () => {
    const name = fc.integer({ min: 0, max: 8 }).map((number) => `p${number}`);
    const line = fc.tuple(
      fc.constantFrom("direct", "indirect", "unknown", "root"),
      name,
      fc.array(name, { maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: ([, own]) => own, maxLength: 9 }), name, (lines, wanted) => {
        const packages = listed(
          ...lines.map(([relationship, own, next]) => `${relationship} ${own} > ${next.join(" ")}`),
        );
        const found = chain(packages, wanted)?.split(" ");
        if (found === undefined) return;
        expect(found.at(-1)).toBe(wanted);
        expect(new Set(found).size).toBe(found.length);
        for (const [index, own] of found.entries()) {
          const next = found[index + 1];
          if (next === undefined) continue;
          expect(packages.find((each) => each.name === own)?.dependsOn).toContain(`${next}@1`);
        }
      }),
    );
  });

  // Proves: hostile-dockerfile-lock-file
  it("takes time in proportion: 50,000 packages in one line, each asked for", () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, index) => `${index === 0 ? "direct" : "indirect"} p${index} > p${index + 1}`,
    );
    const find = chainFinder(listed(...lines));
    const start = cpuMs();
    for (let index = 1; index < 50_000; index++) expect(find(LOCK, `p${index}`, "1") !== undefined).toBe(true);
    expect(cpuMs() - start).toBeLessThan(20_000);
  });
});
