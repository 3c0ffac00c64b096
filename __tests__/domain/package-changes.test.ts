import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import { packageChanges } from "../../src/domain/package-changes.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import { makeFinding } from "./make.ts";

/** `type name version path`. */
function installed(...lines: readonly string[]): InstalledPackage[] {
  return lines.map((line) => {
    const [type = "", name = "", version = "", path] = line.split(" ");
    return { type, name, version, path };
  });
}

function on(line: string, id: string, severity: Finding["severity"] = "HIGH"): Finding {
  const [{ path, ...about } = { name: "", type: "", version: "" }] = installed(line);
  return makeFinding({ id, severity, package: about, path });
}

function changes(
  now: readonly string[],
  before: readonly string[],
  found: readonly Finding[] = [],
  known: readonly Finding[] = [],
) {
  const result = packageChanges(
    { packages: installed(...now), findings: found },
    { packages: installed(...before), findings: known },
  );
  return result.changes.map(({ kind, name, from, to }) => `${kind} ${name} ${from ?? "-"} ${to ?? "-"}`);
}

describe("packageChanges", () => {
  it("tells what was gained, lost, upgraded, downgraded, by the ecosystem's order", () => {
    expect(
      changes(
        ["debian a 1.0", "debian b 1.10-1", "debian c 1.0~rc1", "pip d 1.0.post1", "odd e r2", "debian new 1"],
        ["debian a 1.0", "debian b 1.9-1", "debian c 1.0", "pip d 1.0", "odd e r1", "debian gone 1"],
      ),
    ).toEqual([
      "gained new - 1",
      "downgraded c 1.0 1.0~rc1",
      "changed e r1 r2",
      "upgraded b 1.9-1 1.10-1",
      "upgraded d 1.0 1.0.post1",
      "lost gone 1 -",
    ]);
  });

  it("says nothing where nothing changed, whatever the order of the packages", () => {
    const both = ["npm a 1.0 x/package-lock.json", "npm a 2.0 x/package-lock.json", "debian b 1"];
    expect(changes(both, both.toReversed())).toEqual([]);
    expect(changes([], [])).toEqual([]);
  });

  it("leaves the package's own version in its path out, but no other number", () => {
    const site = "usr/lib/python3.1/site-packages";
    expect(
      changes(
        [
          `python-pkg aiohttp 3.2 ${site}/aiohttp-3.2.dist-info/METADATA`,
          "jar org.acme:core-lib 2 app/2/core-lib-2.jar",
        ],
        [
          `python-pkg aiohttp 3.1 ${site}/aiohttp-3.1.dist-info/METADATA`,
          "jar org.acme:core-lib 1 app/2/core-lib-1.jar",
        ],
      ),
    ).toEqual(["upgraded aiohttp 3.1 3.2", "upgraded org.acme:core-lib 1 2"]);
  });

  it("takes a move to another path for another package, and types for different ones", () => {
    expect(changes(["npm a 1 x/lock"], ["npm a 1 y/lock"])).toEqual(["gained a - 1", "lost a 1 -"]);
    expect(changes(["npm a 1"], ["pip a 1"])).toEqual(["gained a - 1", "lost a 1 -"]);
  });

  it("puts several versions at one place side by side in their order", () => {
    const lock = "package-lock.json";
    expect(
      changes(
        [`npm a 1.10.0 ${lock}`, `npm a 2.0.0 ${lock}`, `npm a 3.0.0 ${lock}`],
        [`npm a 1.9.0 ${lock}`, `npm a 2.0.0 ${lock}`],
      ),
    ).toEqual(["gained a - 3.0.0", "upgraded a 1.9.0 1.10.0"]);
  });

  it("has the findings that each change brought and cleared, and not those that stay", () => {
    const { changes, counts } = packageChanges(
      {
        packages: installed("npm a 2.0 lock", "npm b 1.0 lock"),
        findings: [on("npm a 2.0 lock", "CVE-1"), on("npm a 2.0 lock", "CVE-2", "LOW"), on("npm b 1.0 lock", "CVE-9")],
      },
      {
        packages: installed("npm a 1.0 lock", "npm b 1.0 lock", "npm c 1.0 lock"),
        findings: [
          on("npm a 1.0 lock", "CVE-1"),
          on("npm a 1.0 lock", "CVE-3"),
          on("npm c 1.0 lock", "CVE-4", "CRITICAL"),
        ],
      },
    );
    expect(changes.map(({ name, brought, cleared }) => [name, brought.ids, cleared.ids])).toEqual([
      ["a", ["CVE-2"], ["CVE-3"]],
      ["c", [], ["CVE-4"]],
    ]);
    expect(changes[0]?.brought.bySeverity.LOW).toBe(1);
    expect(counts).toEqual({ gained: 0, upgraded: 1, downgraded: 0, changed: 0, lost: 1 });
  });

  it("counts each package of either side once, and turns round with the sides", () => {
    const line = fc
      .tuple(
        fc.constantFrom("npm", "debian", "odd"),
        fc.constantFrom("a", "b"),
        fc.nat({ max: 4 }),
        fc.constantFrom("x", "y"),
      )
      .map(([type, name, version, path]) => `${type} ${name} ${version} ${path}`);
    const side = fc.uniqueArray(line, { maxLength: 12 });
    fc.assert(
      fc.property(side, side, (now, before) => {
        const forth = changes(now, before);
        const added = now.filter((each) => !before.includes(each)).length;
        const gone = before.filter((each) => !now.includes(each)).length;
        expect(forth.filter((each) => !each.startsWith("lost")).length).toBe(added);
        expect(forth.filter((each) => !each.startsWith("gained")).length).toBe(gone);
        expect(changes(before, now).length).toBe(forth.length);
      }),
    );
  });

  it("is quick for 50,000 packages on either side", () => {
    const side = (version: number) =>
      Array.from(
        { length: 50_000 },
        (_, index) => `python-pkg p${index} ${version}.${index} lib/p${index}-${version}.${index}.dist-info`,
      );
    const start = performance.now();
    expect(changes(side(2), side(1))).toHaveLength(50_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
