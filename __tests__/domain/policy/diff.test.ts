import { describe, expect, it } from "vitest";
import type { Exception } from "../../../src/domain/exception.ts";
import { diffPolicies } from "../../../src/domain/policy/diff.ts";
import { EMPTY_POLICY, type ExceptionRules, type Policy, type TargetRule } from "../../../src/domain/policy/policy.ts";
import { makeException, makePolicy, makeRule } from "../make.ts";

const RULES: ExceptionRules = { maxDays: 90, warnDays: 14, requireOwner: false };

function ofExceptions(base: readonly Exception[], head: readonly Exception[]) {
  return diffPolicies(makePolicy({ exceptions: base }), makePolicy({ exceptions: head }));
}

function ofRules(base: readonly TargetRule[], head: readonly TargetRule[], both: Partial<Policy> = {}) {
  return diffPolicies(makePolicy({ ...both, targets: base }), makePolicy({ ...both, targets: head }));
}

describe("thresholds", () => {
  const change = (base: Policy["thresholds"], head: Policy["thresholds"]) =>
    diffPolicies(makePolicy({ thresholds: base }), makePolicy({ thresholds: head }));

  it("show the default if there is none", () => {
    expect(change({}, { HIGH: 5 })).toEqual([
      { what: "changed", subject: "threshold", about: "HIGH", from: "0", to: "5", loosens: true, line: 0 },
    ]);
    expect(change({ MEDIUM: 20 }, {})).toEqual([
      { what: "changed", subject: "threshold", about: "MEDIUM", from: "20", to: "unlimited", loosens: true, line: 0 },
    ]);
  });

  it("loosen if the limit is higher", () => {
    expect(change({ HIGH: 5 }, { HIGH: 4 })[0]?.loosens).toBe(false);
    expect(change({ HIGH: 4 }, { HIGH: 5 })[0]?.loosens).toBe(true);
    expect(change({ HIGH: 4 }, { HIGH: "unlimited" })[0]?.loosens).toBe(true);
    expect(change({ HIGH: "unlimited" }, { HIGH: 4 })[0]?.loosens).toBe(false);
  });

  it("do not differ if the default is written out", () => {
    expect(change({}, { CRITICAL: 0, LOW: "unlimited" })).toEqual([]);
  });

  it("come most severe first", () => {
    expect(change({}, { LOW: 1, CRITICAL: 1, HIGH: 1 }).map(({ about }) => about)).toEqual(["CRITICAL", "HIGH", "LOW"]);
  });
});

describe("ignore-unfixed", () => {
  const change = (base: boolean | undefined, head: boolean | undefined) =>
    diffPolicies(makePolicy({ ignoreUnfixed: base }), makePolicy({ ignoreUnfixed: head }));

  it("loosens if it is switched on", () => {
    expect(change(undefined, true)).toEqual([
      {
        what: "changed",
        subject: "ignore-unfixed",
        about: "ignore-unfixed",
        from: "false",
        to: "true",
        loosens: true,
        line: 0,
      },
    ]);
    expect(change(true, undefined)).toMatchObject([{ from: "true", to: "false", loosens: false }]);
    expect(change(undefined, false)).toEqual([]);
  });
});

describe("how several scanners' opinions count", () => {
  const change = (base: Partial<Policy>, head: Partial<Policy>) =>
    diffPolicies(makePolicy(base), makePolicy(head)).map(
      ({ what, subject, about, from, to, loosens }) => `${what} ${subject} ${about} ${from} ${to} ${loosens}`,
    );

  // Proves: second-opinion-takes-no
  it("loosens if all must agree, if one scanner's severity counts, and if one may fail", () => {
    expect(change({}, { agreement: "all" })).toEqual(["changed agreement agreement any all true"]);
    expect(change({ agreement: "all" }, { agreement: "any" })).toEqual(["changed agreement agreement all any false"]);
    expect(change({}, { agreement: "any" })).toEqual([]);
    expect(change({}, { severityFrom: ["trivy", "grype"] })).toEqual([
      "added severity-from severity-from undefined trivy, grype true",
    ]);
    expect(change({ severityFrom: ["trivy"] }, {})).toEqual([
      "removed severity-from severity-from trivy undefined false",
    ]);
    expect(change({ optionalScanners: ["Grype"] }, { optionalScanners: ["grype", "clair"] })).toEqual([
      "changed scan-with clair required optional true",
    ]);
    expect(change({ optionalScanners: ["grype"] }, {})).toEqual(["changed scan-with grype optional required false"]);
  });
});

describe("exception rules", () => {
  const change = (head: Partial<ExceptionRules>, base: Partial<ExceptionRules> = {}) =>
    diffPolicies(
      makePolicy({ exceptionRules: { ...RULES, ...base } }),
      makePolicy({ exceptionRules: { ...RULES, ...head } }),
    );

  it("loosen if exceptions may live longer or need no owner", () => {
    expect(change({ maxDays: 91 })).toMatchObject([{ about: "max-days", from: "90", to: "91", loosens: true }]);
    expect(change({ requireOwner: true })[0]?.subject).toBe("exception rule");
    expect(change({ maxDays: 89 })).toMatchObject([{ about: "max-days", from: "90", to: "89", loosens: false }]);
    expect(change({ requireOwner: true })).toMatchObject([{ about: "require-owner", to: "true", loosens: false }]);
    expect(change({}, { requireOwner: true })).toMatchObject([{ about: "require-owner", to: "false", loosens: true }]);
  });

  it("let nothing through if only the warning comes earlier or later", () => {
    expect(change({ warnDays: 0 })).toEqual([
      {
        what: "changed",
        subject: "exception rule",
        about: "warn-days",
        from: "14",
        to: "0",
        loosens: false,
        line: 0,
      },
    ]);
    expect(change({ warnDays: 30 })).toMatchObject([{ loosens: false }]);
  });
});

describe("exceptions", () => {
  it("added: loosen, with scope, last day and reason", () => {
    const exception = makeException({
      package: "log4j",
      paths: ["usr/**", "opt/**"],
      images: ["app", "web"],
      onlyWhileUnfixed: true,
      line: 7,
    });
    expect(ofExceptions([], [exception])).toEqual([
      {
        what: "added",
        subject: "exception",
        about: "CVE-2024-0001 (package log4j; paths usr/**, opt/**; images app, web)",
        to: "until 2026-12-31, only while unfixed: Not reachable.",
        loosens: true,
        line: 7,
      },
    ]);
  });

  it("removed: loosen if the baseline then makes old what they accepted", () => {
    const exceptions = [makeException()];
    const loosens = (base: Partial<Policy>, head: Partial<Policy>) =>
      diffPolicies(makePolicy({ exceptions, ...base }), makePolicy(head))
        .filter(({ subject }) => subject === "exception")
        .map((change) => change.loosens);
    expect(loosens({ count: "introduced" }, { count: "introduced" })).toEqual([true]);
    expect(loosens({ count: "introduced" }, {})).toEqual([false]);
    expect(loosens({}, { count: "all" })).toEqual([false]);
  });

  it("removed: do not loosen", () => {
    expect(ofExceptions([makeException({ line: 7 })], [])).toEqual([
      {
        what: "removed",
        subject: "exception",
        about: "CVE-2024-0001",
        from: "until 2026-12-31: Not reachable.",
        loosens: false,
        line: 0,
      },
    ]);
  });

  it("changed: name what changed, and loosen if they last longer", () => {
    const base = makeException({ line: 3 });
    const head = makeException({ line: 9, expires: "2027-01-01", owner: "@acme/web" });
    expect(ofExceptions([base], [head])).toEqual([
      {
        what: "changed",
        subject: "exception",
        about: "CVE-2024-0001",
        from: "until 2026-12-31: Not reachable.",
        to: "until 2027-01-01, owner @acme/web: Not reachable.",
        loosens: true,
        line: 9,
      },
    ]);
  });

  it.each<[string, Partial<Exception>, Partial<Exception>, boolean, string, string]>([
    [
      "end earlier",
      { expires: "2026-12-31" },
      { expires: "2026-12-30" },
      false,
      "until 2026-12-31: Not reachable.",
      "until 2026-12-30: Not reachable.",
    ],
    [
      "end later",
      { expires: "2026-12-30" },
      { expires: "2026-12-31" },
      true,
      "until 2026-12-30: Not reachable.",
      "until 2026-12-31: Not reachable.",
    ],
    [
      "hold with a fix too",
      { onlyWhileUnfixed: true },
      { onlyWhileUnfixed: false },
      true,
      "until 2026-12-31, only while unfixed: Not reachable.",
      "until 2026-12-31: Not reachable.",
    ],
    [
      "hold without a fix only",
      { onlyWhileUnfixed: false },
      { onlyWhileUnfixed: true },
      false,
      "until 2026-12-31: Not reachable.",
      "until 2026-12-31, only while unfixed: Not reachable.",
    ],
    ["have another reason", { reason: "a" }, { reason: "b" }, false, "until 2026-12-31: a", "until 2026-12-31: b"],
    [
      "have no owner any more",
      { owner: "a" },
      {},
      false,
      "until 2026-12-31, owner a: Not reachable.",
      "until 2026-12-31: Not reachable.",
    ],
    [
      "are dated",
      {},
      { created: "2026-11-01" },
      false,
      "until 2026-12-31: Not reachable.",
      "until 2026-12-31, since 2026-11-01: Not reachable.",
    ],
  ])("changed to %s", (_, base, head, loosens, from, to) => {
    expect(ofExceptions([makeException(base)], [makeException(head)])).toMatchObject([
      { what: "changed", from, to, loosens },
    ]);
  });

  it("are the same if id and scope are, in whatever order and case", () => {
    const base = makeException({ id: "cve-1", package: "p", paths: ["a", "b"], images: ["x", "y"], line: 1 });
    const head = makeException({ id: "CVE-1", package: "p", paths: ["b", "a"], images: ["y", "x"], line: 5 });
    expect(ofExceptions([base], [head])).toEqual([]);
  });

  it.each<[string, Partial<Exception>]>([
    ["package", { package: undefined }],
    ["paths", { paths: ["a", "b"] }],
    ["no paths", { paths: undefined }],
    ["images", { images: undefined }],
    ["id", { id: "CVE-2" }],
  ])("of another scope (%s) are removed and added", (_, scope) => {
    const base = makeException({ package: "p", paths: ["a"], images: ["x"] });
    const changes = ofExceptions([base], [{ ...base, ...scope }]);
    expect(changes.map(({ what, loosens }) => [what, loosens])).toEqual([
      ["added", true],
      ["removed", false],
    ]);
  });

  it("alongside an old one of the same scope are added, not a change of it", () => {
    const old = makeException({ reason: "a", line: 2 });
    const more = makeException({ reason: "b", expires: "2027-06-01", line: 1 });
    expect(ofExceptions([old], [more, old])).toMatchObject([{ what: "added", to: "until 2027-06-01: b" }]);
    expect(ofExceptions([old, more], [old])).toMatchObject([{ what: "removed", from: "until 2027-06-01: b" }]);
  });

  it("come in the order of the present file, what is gone last", () => {
    const at = (line: number, id: string, expires = "2026-12-31") => makeException({ line, id, expires });
    const changes = ofExceptions(
      [at(1, "gone"), at(2, "a"), at(3, "c")],
      [at(1, "c", "2027-01-01"), at(2, "new"), at(3, "a", "2027-01-01")],
    );
    expect(changes.map(({ about, line }) => [about, line])).toEqual([
      ["c", 1],
      ["new", 2],
      ["a", 3],
      ["gone", 0],
    ]);
  });
});

describe("target rules", () => {
  const lax = makeRule({ images: ["legacy-*"], thresholds: { HIGH: 40 }, line: 4 });
  const strict = makeRule({ images: ["app"], thresholds: { HIGH: 0, MEDIUM: 5 }, line: 5 });

  it("added: loosen if they allow more than the file does", () => {
    expect(ofRules([], [lax])).toEqual([
      { what: "added", subject: "target rule", about: "legacy-*", to: "HIGH 40", loosens: true, line: 4 },
    ]);
    expect(ofRules([], [strict])).toEqual([
      { what: "added", subject: "target rule", about: "app", to: "HIGH 0, MEDIUM 5", loosens: false, line: 5 },
    ]);
    expect(ofRules([], [lax], { thresholds: { HIGH: 40 } })[0]?.loosens).toBe(false);
    expect(ofRules([], [makeRule({ thresholds: {} })])).toMatchObject([{ to: "no limits", loosens: false }]);
  });

  it("added: loosen if they may take the place of a stricter one, wherever they are", () => {
    const plain = makeRule({ images: ["*"], thresholds: {} });
    expect(ofRules([strict], [plain, strict])).toMatchObject([{ what: "added", loosens: true }]);
    expect(ofRules([strict], [strict, plain])).toMatchObject([{ what: "added", loosens: true }]);
  });

  it("removed: loosen if file, or another rule, allows more", () => {
    expect(ofRules([lax], [])).toEqual([
      { what: "removed", subject: "target rule", about: "legacy-*", from: "HIGH 40", loosens: false, line: 0 },
    ]);
    expect(ofRules([strict], [])).toMatchObject([{ what: "removed", loosens: true }]);
    const one = makeRule({ images: ["a"], thresholds: { HIGH: 1 } });
    expect(ofRules([one, lax], [lax])).toMatchObject([{ what: "removed", loosens: true }]);
    expect(ofRules([lax, one], [lax])).toMatchObject([{ what: "removed", loosens: true }]);
  });

  it("changed: loosen if a limit is higher", () => {
    const change = (from: TargetRule["thresholds"], to: TargetRule["thresholds"], both: Partial<Policy> = {}) =>
      ofRules([makeRule({ thresholds: from, line: 2 })], [makeRule({ thresholds: to, line: 8 })], both);
    expect(change({ HIGH: 40 }, { HIGH: 41 })).toEqual([
      {
        what: "changed",
        subject: "target rule",
        about: "ghcr.io/acme/legacy-*",
        from: "HIGH 40",
        to: "HIGH 41",
        loosens: true,
        line: 8,
      },
    ]);
    expect(change({ HIGH: 40 }, { HIGH: 39 })).toMatchObject([{ loosens: false }]);
    expect(change({ HIGH: 40 }, { HIGH: "unlimited" })).toMatchObject([{ loosens: true }]);
    expect(change({ HIGH: "unlimited" }, { HIGH: 40 })).toMatchObject([{ loosens: false }]);
    expect(change({ HIGH: 40, LOW: 1 }, { HIGH: 39 })).toMatchObject([{ loosens: true }]);
    expect(change({ HIGH: 40 }, {})).toMatchObject([{ loosens: false, to: "no limits" }]);
    expect(change({ HIGH: 40 }, {}, { thresholds: { HIGH: 50 } })).toMatchObject([{ loosens: true }]);
    expect(change({ HIGH: 40 }, { HIGH: 40 })).toEqual([]);
  });

  it("of the same images in another order are the same", () => {
    expect(ofRules([makeRule({ images: ["a", "b"] })], [makeRule({ images: ["b", "a"], line: 9 })])).toEqual([]);
    const two = [makeRule({ images: ["a", "b"], line: 1 }), makeRule({ images: ["c"], line: 2 })];
    expect(ofRules(two, two.toReversed())).toMatchObject([{ about: "order", from: "a, b; c", to: "c; a, b" }]);
    expect(ofRules([], two)).toMatchObject([{ about: "a, b" }, { about: "c" }]);
  });

  it("moved: loosen if their limits differ", () => {
    expect(ofRules([strict, lax], [lax, strict])).toEqual([
      {
        what: "changed",
        subject: "target rule",
        about: "order",
        from: "app; legacy-*",
        to: "legacy-*; app",
        loosens: true,
        line: 4,
      },
    ]);
    const alike = makeRule({ images: ["x"], thresholds: { HIGH: 40 }, line: 5 });
    expect(ofRules([lax, alike], [alike, lax])).toMatchObject([{ about: "order", loosens: false, line: 5 }]);
  });

  it("twice for the same images: pairs what is equal, and shows the other as added", () => {
    const other = makeRule({ images: ["legacy-*"], thresholds: { HIGH: 50 }, line: 9 });
    expect(ofRules([lax], [other, lax])).toMatchObject([{ what: "added", to: "HIGH 50", loosens: true }]);
  });

  it("that only make room for another have not moved", () => {
    const one = makeRule({ images: ["x"], thresholds: { HIGH: 0 } });
    expect(ofRules([lax, strict], [one, lax, strict]).map(({ what }) => what)).toEqual(["added"]);
    expect(ofRules([one, lax, strict], [lax, strict]).map(({ what }) => what)).toEqual(["removed"]);
  });
});

it("goes from what holds for all to the single exceptions", () => {
  const head = makePolicy({
    thresholds: { HIGH: 1 },
    ignoreUnfixed: true,
    targets: [makeRule()],
    exceptionRules: { ...EMPTY_POLICY.exceptionRules, maxDays: 400 },
    exceptions: [makeException()],
  });
  expect(diffPolicies(EMPTY_POLICY, head).map(({ subject }) => subject)).toEqual([
    "threshold",
    "ignore-unfixed",
    "target rule",
    "exception rule",
    "exception",
  ]);
});
