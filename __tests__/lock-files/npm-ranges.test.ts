import { describe, expect, it } from "vitest";
import { npmRanges, type RangeQuestion } from "../../src/lock-files/npm-ranges.ts";

type Entry = Readonly<Record<string, unknown>>;

const lock = (packages: Readonly<Record<string, Entry>>, more: Entry = {}) =>
  JSON.stringify({ lockfileVersion: 3, packages, ...more });
const ask = (text: string, ...questions: RangeQuestion[]) => npmRanges(text, questions);
const qs = (to: string, from = "6.5.2"): RangeQuestion => ({ name: "qs", from, to });

/** express brings in qs, as in a lock file of 2019. */
const EXPRESS = {
  "": { dependencies: { express: "^4.17.1" } },
  "node_modules/express": { version: "4.17.1", dependencies: { qs: "~6.5.2" } },
  "node_modules/qs": { version: "6.5.2" },
};

describe("npmRanges", () => {
  it("says whether everything that depends on a package allows the new version", () => {
    expect(ask(lock(EXPRESS), qs("6.5.3"), qs("6.7.3"))).toEqual([
      { direct: false, inRange: true, othersAllow: true },
      { direct: false, inRange: false, othersAllow: false },
    ]);
  });

  it("says whether the project itself names the package", () => {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
      const packages = { ...EXPRESS, "": { ...EXPRESS[""], [kind]: { ...EXPRESS[""].dependencies, qs: "^6.5.0" } } };
      expect(ask(lock(packages), qs("6.5.3")), kind).toEqual([{ direct: true, inRange: true, othersAllow: true }]);
    }
  });

  it("asks only those that get this copy, as Node finds it", () => {
    const packages = {
      ...EXPRESS,
      "": { dependencies: { express: "^4.17.1", request: "2.88.2", qs: "6.5.2" } },
      "node_modules/request": { version: "2.88.2", dependencies: { qs: "^6.9.0" } },
      "node_modules/request/node_modules/qs": { version: "6.9.0" },
      "node_modules/request/node_modules/deep": { version: "1.0.0", dependencies: { qs: "6.9.0" } },
    };
    expect(ask(lock(packages), qs("6.9.7", "6.9.0"), qs("6.5.3"))).toEqual([
      { direct: false, inRange: false, othersAllow: false },
      { direct: true, inRange: false, othersAllow: true },
    ]);
    const loose = { ...packages, "node_modules/request/node_modules/deep": { version: "1.0.0" } };
    expect(ask(lock(loose), qs("6.9.7", "6.9.0"))).toEqual([{ direct: false, inRange: true, othersAllow: true }]);
  });

  it("knows workspaces: what one of them names is not the project's own", () => {
    const packages = {
      "": { workspaces: ["packages/*"] },
      "packages/web": { version: "1.0.0", devDependencies: { qs: "^6.5.0" } },
      "node_modules/web": { resolved: "packages/web", link: true },
      "node_modules/qs": { version: "6.5.2" },
    };
    expect(ask(lock(packages), qs("6.5.3"))).toEqual([{ direct: false, inRange: true, othersAllow: true }]);
  });

  it.each([
    ["a tag", { ...EXPRESS, "node_modules/express": { version: "1", dependencies: { qs: "latest" } } }],
    ["an address", { ...EXPRESS, "node_modules/express": { version: "1", dependencies: { qs: "github:acme/qs" } } }],
    [
      "an endless range",
      { ...EXPRESS, "node_modules/express": { version: "1", dependencies: { qs: ">=1 ".repeat(90) } } },
    ],
    [
      "a copy that another package brings along",
      { ...EXPRESS, "node_modules/qs": { version: "6.5.2", inBundle: true } },
    ],
    ["a package that nothing needs", { ...EXPRESS, "node_modules/express": { version: "4.17.1" } }],
    ["a version that is not there", { ...EXPRESS, "node_modules/qs": { version: "6.5.1" } }],
  ])("does not answer for %s", (_, packages) => {
    expect(ask(lock(packages), qs("6.5.3"))).toEqual([undefined]);
  });

  it.each([
    ["no JSON", "{"],
    [
      "a lock file of npm 6, which has no ranges of the project",
      JSON.stringify({ lockfileVersion: 1, dependencies: {} }),
    ],
    ["other values", JSON.stringify({ packages: { "": { dependencies: { qs: 1 } } } })],
    ["a list", "[]"],
  ])("does not answer for %s", (_, text) => {
    expect(ask(text, qs("6.5.3"), qs("6.5.4"))).toEqual([undefined, undefined]);
  });

  // Proves: lock-file-answers-only
  it("does not answer for a file that would take long", () => {
    const deep = "node_modules/a/".repeat(1_500);
    const packages = Object.fromEntries(
      Array.from({ length: 800 }, (_, index) => [`${deep}node_modules/x${index}`, { dependencies: { qs: "*" } }]),
    );
    expect(ask(lock({ ...EXPRESS, ...packages }), qs("6.5.3"))).toEqual([undefined]);
  });
});
