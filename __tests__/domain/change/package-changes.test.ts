import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packageChanges } from "../../../src/domain/change/package-changes.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { makeFinding } from "../make.ts";

/** Packages from lines of the form `type name version path`. */
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

it("the order of an earlier run's packages, which have only the scanner's type, is the same as for this run's", () => {
  const [before, now] = [installed("jar a 1-m2 a.jar"), installed("jar a 1-rc a.jar")];
  const scanned = now.map((each) => ({ ...each, ecosystem: "maven" as const }));
  const kinds = (packages: typeof now) =>
    packageChanges({ packages, findings: [] }, { packages: before, findings: [] }).changes.map(({ kind }) => kind);
  expect([kinds(scanned), kinds(now)]).toEqual([["upgraded"], ["changed"]]);
});

describe("packageChanges", () => {
  it("tells what was gained, lost, upgraded, downgraded, by the ecosystem's order", () => {
    expect(
      changes(
        ["debian a 1.0", "debian b 1.10-1", "debian c 1.0~rc1", "pypi d 1.0.post1", "odd e r2", "debian new 1"],
        ["debian a 1.0", "debian b 1.9-1", "debian c 1.0", "pypi d 1.0", "odd e r1", "debian gone 1"],
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

  it("says nothing if nothing changed, whatever the order of the packages", () => {
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

  it("of a package that moved has nothing brought or cleared by that", () => {
    const [was, is] = ["npm a 1 x/lock", "npm a 1 y/lock"];
    const { changes } = packageChanges(
      { packages: installed(is), findings: [on(is, "CVE-1"), on(is, "CVE-2")] },
      { packages: installed(was), findings: [on(was, "CVE-1"), on(was, "CVE-3")] },
    );
    expect(changes.map(({ kind, brought, cleared }) => [kind, brought.ids, cleared.ids])).toEqual([
      ["gained", ["CVE-2"], ["CVE-3"]],
      ["lost", [], []],
    ]);
  });

  it("of two copies of which one moved has what the other brought", () => {
    const [was, is, copy] = ["npm a 1 x/lock", "npm a 1 y/lock", "npm a 1 z/lock"];
    const { changes } = packageChanges(
      { packages: installed(is, copy), findings: [on(is, "CVE-1"), on(copy, "CVE-1")] },
      { packages: installed(was), findings: [on(was, "CVE-1")] },
    );
    expect(changes.map(({ kind, path, brought, cleared }) => [kind, path, brought.ids, cleared.ids])).toEqual([
      ["gained", "z/lock", ["CVE-1"], []],
      ["gained", "y/lock", [], []],
      ["lost", "x/lock", [], []],
    ]);
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

  it("come by the worst that they brought, then cleared: one outweighs any number of what is less severe", () => {
    const order = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;
    const many = (line: string, severity: Finding["severity"]) =>
      Array.from({ length: 3 }, (_, index) => on(line, `CVE-${severity}-${index}`, severity));
    for (const [index, worse] of order.entries())
      for (const less of order.slice(index + 1)) {
        const found = [...many("npm a 2", less), on("npm b 2", "CVE-1", worse)];
        const [now, before] = [
          ["npm a 2", "npm b 2", "npm c 2"],
          ["npm a 1", "npm b 1", "npm c 1"],
        ] as const;
        const ofBrought = changes(now, before, found);
        expect(ofBrought).toEqual(["upgraded b 1 2", "upgraded a 1 2", "upgraded c 1 2"]);
        const ofCleared = changes(before, now, [], found);
        expect(ofCleared).toEqual(["downgraded b 2 1", "downgraded a 2 1", "downgraded c 2 1"]);
        // Two advisories outweigh one of the same severity, and introduced advisories come before cleared ones.
        const two = [on("npm a 2", "CVE-1", less), on("npm b 2", "CVE-1", less), on("npm b 2", "CVE-2", less)];
        expect(changes(now, before, two)[0]).toBe("upgraded b 1 2");
        expect(changes(now, before, [on("npm c 2", "CVE-1", less)], many("npm a 1", worse))[0]).toBe("upgraded c 1 2");
      }
  });

  it("come by kind, name and path if they weigh the same", () => {
    const { changes: all } = packageChanges(
      {
        packages: installed("npm b 1 y", "npm b 1 x", "npm b 1", "npm a 1", "odd d r1", "npm e 1.0"),
        findings: [],
      },
      { packages: installed("odd d r2", "npm e 2.0", "npm f 1"), findings: [] },
    );
    expect(all.map(({ kind, name, path }) => [kind, name, path])).toEqual([
      ["gained", "a", undefined],
      ["gained", "b", undefined],
      ["gained", "b", "x"],
      ["gained", "b", "y"],
      ["downgraded", "e", undefined],
      ["changed", "d", undefined],
      ["lost", "f", undefined],
    ]);
  });

  it("are a change, and neither up nor down, if two spellings mean the same version", () => {
    expect(changes(["debian a 1.00"], ["debian a 1.0"])).toEqual(["changed a 1.0 1.00"]);
  });

  it("put versions side by side whatever their order in the lists, by their text if nothing else is known", () => {
    expect(
      changes(
        ["npm a 10.1.0 lock", "npm a 9.1.0 lock", "odd b r9", "odd b r4", "debian c 1.00", "debian c 1.0"],
        ["npm a 10.0.0 lock", "npm a 9.0.0 lock", "odd b r3", "odd b r8", "debian c 0.1", "debian c 0.2"],
      ),
    ).toEqual([
      "changed b r3 r4",
      "changed b r8 r9",
      "upgraded a 9.0.0 9.1.0",
      "upgraded a 10.0.0 10.1.0",
      "upgraded c 0.1 1.0",
      "upgraded c 0.2 1.00",
    ]);
  });

  it("include findings of packages without a path, and none without a package", () => {
    const secret = makeFinding({ kind: "secret", package: undefined, path: "key.pem" });
    const { changes: all, ...rest } = packageChanges(
      { packages: installed("debian a 2"), findings: [secret, on("debian a 2", "CVE-1"), on("debian a 2 x", "CVE-2")] },
      { packages: installed("debian a 1"), findings: [] },
    );
    expect(all.map(({ brought }) => brought.ids)).toEqual([["CVE-1"]]);
    // Nothing was unseen, so the result does not mention it.
    expect(rest).toEqual({ counts: { gained: 0, upgraded: 1, downgraded: 0, changed: 0, lost: 0 } });
  });

  it("count unchecked packages separately from lost ones, and omit those present in another version", () => {
    const side = (...lines: readonly string[]) => ({ packages: installed(...lines), findings: [] });
    const { changes: all, ...rest } = packageChanges(
      side("debian a 2"),
      side("debian a 1", "debian b 1", "debian b 2", "npm c 1"),
      ({ type }) => type === "debian",
    );
    expect(all.map(({ kind, name }) => [kind, name])).toEqual([
      ["upgraded", "a"],
      ["lost", "c"],
    ]);
    expect(rest).toEqual({ counts: { gained: 0, upgraded: 1, downgraded: 0, changed: 0, lost: 1 }, unseen: 2 });
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
    const start = cpuMs();
    expect(changes(side(2), side(1))).toHaveLength(50_000);
    expect(cpuMs() - start).toBeLessThan(20_000);
  });
});
