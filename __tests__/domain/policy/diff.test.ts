import { describe, expect, it } from "vitest";
import type { Exception } from "../../../src/domain/exception.ts";
import { diffPolicies } from "../../../src/domain/policy/diff.ts";
import { EMPTY_POLICY, type ExceptionRules, type Policy, type TargetRule } from "../../../src/domain/policy/policy.ts";
import { makeException, makePolicy, makeRule } from "../make.ts";

const RULES: ExceptionRules = { maxDays: 90, warnDays: 14, requireOwner: false };

/** Each change as `what subject about (line): from → to`, with `+` if it loosens the policy. */
function changes(base: Partial<Policy>, head: Partial<Policy>): string[] {
  return diffPolicies(makePolicy(base), makePolicy(head)).map(
    ({ what, subject, about, line, from = "", to = "", loosens }) =>
      `${loosens ? "+ " : "  "}${what} ${subject} ${about} (${line}): ${from} → ${to}`,
  );
}

const loosens = (base: Partial<Policy>, head: Partial<Policy>) =>
  diffPolicies(makePolicy(base), makePolicy(head)).map((one) => one.loosens);

type Pair = Partial<Policy>;
const rules = (change: Partial<ExceptionRules> = {}): Pair => ({ exceptionRules: { ...RULES, ...change } });
const epss = (above: number, max: number | "unlimited" = 0): Pair => ({ epss: { above, max } });

describe("a setting", () => {
  // Proves: second-opinion-takes-no, source-answers-itself-alone
  it.each<[string, Pair, Pair, string[]]>([
    ["a default is shown", {}, { thresholds: { HIGH: 5 } }, ["+ changed threshold HIGH (0): 0 → 5"]],
    ["no limit at all", { thresholds: { MEDIUM: 2 } }, {}, ["+ changed threshold MEDIUM (0): 2 → unlimited"]],
    ["lower", { thresholds: { HIGH: 5 } }, { thresholds: { HIGH: 4 } }, ["  changed threshold HIGH (0): 5 → 4"]],
    [
      "limited",
      { thresholds: { LOW: "unlimited" } },
      { thresholds: { LOW: 4 } },
      ["  changed threshold LOW (0): unlimited → 4"],
    ],
    ["the default, written out", {}, { thresholds: { CRITICAL: 0, LOW: "unlimited" } }, []],
    [
      "in order",
      {},
      { thresholds: { LOW: 1, CRITICAL: 1 } },
      ["+ changed threshold CRITICAL (0): 0 → 1", "  changed threshold LOW (0): unlimited → 1"],
    ],
    ["exploited, raised", { exploited: 0 }, { exploited: 2 }, ["+ changed threshold exploited (0): 0 → 2"]],
    ["ignore-unfixed, on", {}, { ignoreUnfixed: true }, ["+ changed ignore-unfixed ignore-unfixed (0): false → true"]],
    ["ignore-unfixed, off", { ignoreUnfixed: true }, {}, ["  changed ignore-unfixed ignore-unfixed (0): true → false"]],
    ["ignore-unfixed, written out", {}, { ignoreUnfixed: false }, []],
    ["all must agree", {}, { agreement: "all" }, ["+ changed agreement agreement (0): any → all"]],
    ["one must", { agreement: "all" }, { agreement: "any" }, ["  changed agreement agreement (0): all → any"]],
    ["agreement, written out", {}, { agreement: "any" }, []],
    [
      "severities",
      {},
      { severityFrom: ["trivy", "grype"] },
      ["+ added severity-from severity-from (0):  → trivy, grype"],
    ],
    ["no scanner's severity", { severityFrom: ["trivy"] }, {}, ["  removed severity-from severity-from (0): trivy → "]],
    [
      "may fail",
      { optionalScanners: ["Grype"] },
      { optionalScanners: ["grype", "clair"] },
      ["+ changed scan-with clair (0): required → optional"],
    ],
    ["none may fail", { optionalScanners: ["grype"] }, {}, ["  changed scan-with grype (0): optional → required"]],
    ["a higher score", epss(0.5), epss(0.9), ["+ changed epss epss (0): at most 0 above 0.5 → at most 0 above 0.9"]],
    ["a limit of scores", {}, epss(0.5), ["  added epss epss (0):  → at most 0 above 0.5"]],
    ["no limit of scores", epss(0.5), {}, ["+ removed epss epss (0): at most 0 above 0.5 → "]],
    [
      "grace",
      { graceDays: { HIGH: 7, LOW: 1 } },
      { graceDays: { HIGH: 3, CRITICAL: 1, LOW: 1 } },
      ["+ changed grace-days CRITICAL (0): 0 → 1", "  changed grace-days HIGH (0): 7 → 3"],
    ],
    ["no grace, written out", {}, { graceDays: { HIGH: 0 } }, []],
    ["only what is introduced", {}, { count: "introduced" }, ["+ changed count count (0): all → introduced"]],
    ["everything again", { count: "introduced" }, { count: "all" }, ["  changed count count (0): introduced → all"]],
    ["longer exceptions", rules(), rules({ maxDays: 91 }), ["+ changed exception rule max-days (0): 90 → 91"]],
    ["shorter exceptions", rules(), rules({ maxDays: 89 }), ["  changed exception rule max-days (0): 90 → 89"]],
    ["an owner", rules(), rules({ requireOwner: true }), ["  changed exception rule require-owner (0): false → true"]],
    ["no owner", rules({ requireOwner: true }), rules(), ["+ changed exception rule require-owner (0): true → false"]],
    ["a later warning", rules(), rules({ warnDays: 0 }), ["  changed exception rule warn-days (0): 14 → 0"]],
    ["an earlier warning", rules(), rules({ warnDays: 30 }), ["  changed exception rule warn-days (0): 14 → 30"]],
    [
      "deadlines",
      { fixWithinDays: { high: 30 } },
      { fixWithinDays: { high: 90, low: 0 } },
      ["  changed fix-within-days HIGH (0): 30 → 90", "  added fix-within-days LOW (0):  → 0"],
    ],
    [
      "other sources, on which a limit depends",
      { exploited: 0 },
      { exploited: 0, exploitData: { kev: "https://a.test/kev.json" } },
      ["+ added exploit-data exploit-data (0):  → KEV from https://a.test/kev.json, EPSS from FIRST"],
    ],
  ])("%s", (_, base, head, expected) => {
    expect(changes(base, head)).toEqual(expected);
  });

  it.each<[string, Pair, Pair, boolean[]]>([
    ["exploited goes", { exploited: 0 }, {}, [true]],
    ["exploited comes", {}, { exploited: 0 }, [false]],
    ["exploited is as before", {}, { exploited: "unlimited" }, []],
    ["any number of scores", epss(0.5), epss(0.5, "unlimited"), [true]],
    ["a lower score, a higher number", epss(0.5), epss(0.1, 1), [true]],
    ["a lower score, a lower number", epss(0.5, 2), epss(0.4, 1), [false]],
    ["a limit of scores that allowed any", epss(0.5, "unlimited"), {}, [false]],
  ])("loosens or not: %s", (_, base, head, expected) => {
    expect(loosens(base, head)).toEqual(expected);
  });

  // Proves: source-answers-itself-alone
  it("of sources loosens where something depended on the former ones, as others may know less", () => {
    const other = { exploitData: { kev: "https://a.test/kev.json" } };
    const rule = (exploited?: number) => ({ targets: [makeRule({ exploited })] });
    expect(loosens(other, {})).toEqual([true]);
    expect(loosens({}, other)).toEqual([false]);
    expect(loosens(rule(0), { ...rule(0), ...other })).toEqual([true]);
    expect(loosens(rule(), { ...rule(), ...other })).toEqual([false]);
    const scores = epss(0.5);
    expect(loosens(scores, { ...scores, ...other })).toEqual([true]);
    expect(changes(other, { exploitData: { epss: "https://b.test/" } })[0]).toContain(
      "KEV from https://a.test/kev.json, EPSS from FIRST → KEV from CISA, EPSS from https://b.test/",
    );
  });

  // Proves: no-change-policy-loosens
  it("that no longer asks for the catalog loosens, as what is in it always counts", () => {
    const rule = makeRule({ images: ["a"], thresholds: {}, exploited: "unlimited" });
    const dropped = "+ removed exploit-data KEV (0): asked for → ";
    expect(changes({ exploited: "unlimited" }, {})).toEqual([dropped]);
    expect(changes({}, { exploited: "unlimited" })).toEqual([]);
    expect(changes({ targets: [rule] }, { targets: [{ ...rule, exploited: undefined }] })).toContain(dropped);
    // Reported once: if the limit or the sources change too, that change is enough.
    expect(changes({ exploited: 0 }, {})).toEqual(["+ changed threshold exploited (0): 0 → unlimited"]);
    expect(changes({ exploitData: {} }, {})).toEqual([
      "+ removed exploit-data exploit-data (0): KEV from CISA, EPSS from FIRST → ",
    ]);
    expect(changes(epss(0.5), { ignoreUnfixed: true }).join()).not.toContain("KEV");
  });

  it("of the issues about running images is shown, and loosens nothing", () => {
    const rule = { images: ["ghcr.io/acme/*"], assignees: ["octocat"], labels: [] };
    expect(changes({}, { issues: [rule] })).toEqual(["  added issues issues (0):  → ghcr.io/acme/*: octocat"]);
    expect(changes({ issues: [rule] }, { issues: [{ ...rule, assignees: [] }] })[0]).toContain(": nobody");
    expect(changes({ issues: [rule] }, { issues: [{ ...rule }] })).toEqual([]);
  });
});

describe("exceptions", () => {
  const of = (base: readonly Exception[], head: readonly Exception[]) =>
    changes({ exceptions: base }, { exceptions: head });

  it("added: loosen, with scope, last day and reason; removed: do not", () => {
    const scope = { package: "log4j", paths: ["usr/**", "opt/**"], images: ["app", "web"] };
    expect(of([], [makeException({ ...scope, onlyWhileUnfixed: true, line: 7 })])).toEqual([
      "+ added exception CVE-2024-0001 (package log4j; paths usr/**, opt/**; images app, web) (7):  → until 2026-12-31, only while unfixed: Not reachable.",
    ]);
    expect(of([makeException({ line: 7 })], [])).toEqual([
      "  removed exception CVE-2024-0001 (0): until 2026-12-31: Not reachable. → ",
    ]);
  });

  it("removed: loosen if the baseline then makes old what they accepted", () => {
    const exceptions = [makeException()];
    const loose = (base: Pair, head: Pair) => loosens({ exceptions, ...base }, head).at(-1);
    expect(loose({ count: "introduced" }, { count: "introduced" })).toBe(true);
    expect(loose({ count: "introduced" }, {})).toBe(false);
    expect(loose({}, { count: "all" })).toBe(false);
  });

  const [DEC_30, DEC_31] = [{ expires: "2026-12-30" }, { expires: "2026-12-31" }];
  it.each<[string, Partial<Exception>, Partial<Exception>, boolean, string]>([
    ["end earlier", DEC_31, DEC_30, false, "until 2026-12-31: Not reachable. → until 2026-12-30: Not reachable."],
    ["end later", DEC_30, DEC_31, true, "until 2026-12-30: Not reachable. → until 2026-12-31: Not reachable."],
    ["hold with a fix too", { onlyWhileUnfixed: true }, {}, true, ", only while unfixed: Not reachable. → "],
    ["hold without a fix only", {}, { onlyWhileUnfixed: true }, false, ", only while unfixed: Not reachable."],
    ["have another reason", { reason: "a" }, { reason: "b" }, false, "until 2026-12-31: a → until 2026-12-31: b"],
    ["have no owner any more", { owner: "a" }, {}, false, "until 2026-12-31, owner a: Not reachable. → "],
    ["are dated", {}, { created: "2026-11-01" }, false, "→ until 2026-12-31, since 2026-11-01: Not reachable."],
  ])("changed to %s", (_, base, head, isLooser, text) => {
    const [change, ...more] = of([makeException({ line: 3, ...base })], [makeException({ line: 9, ...head })]);
    expect(change).toContain(`${isLooser ? "+ " : "  "}changed exception CVE-2024-0001 (9): `);
    expect(change).toContain(text);
    expect(more).toEqual([]);
  });

  it("are the same if id and scope are, in whatever order and case", () => {
    const base = makeException({ id: "cve-1", package: "p", paths: ["a", "b"], images: ["x", "y"], line: 1 });
    const head = makeException({ id: "CVE-1", package: "p", paths: ["b", "a"], images: ["y", "x"], line: 5 });
    expect(of([base], [head])).toEqual([]);
  });

  it.each<[string, Partial<Exception>]>([
    ["package", { package: undefined }],
    ["paths", { paths: ["a", "b"] }],
    ["no paths", { paths: undefined }],
    ["images", { images: undefined }],
    ["id", { id: "CVE-2" }],
  ])("of another scope (%s) are removed and added", (_, scope) => {
    const base = makeException({ package: "p", paths: ["a"], images: ["x"] });
    expect(of([base], [{ ...base, ...scope }]).map((text) => text.slice(0, 9))).toEqual(["+ added e", "  removed"]);
  });

  it("alongside an old one of the same scope are added, not a change of it", () => {
    const old = makeException({ reason: "a", line: 2 });
    const more = makeException({ reason: "b", expires: "2027-06-01", line: 1 });
    expect(of([old], [more, old])).toEqual(["+ added exception CVE-2024-0001 (1):  → until 2027-06-01: b"]);
    expect(of([old, more], [old])).toEqual(["  removed exception CVE-2024-0001 (0): until 2027-06-01: b → "]);
  });

  it("come in the order of the present file, what is gone last", () => {
    const at = (line: number, id: string, expires = "2026-12-31") => makeException({ line, id, expires });
    const [before, later] = [[at(1, "gone"), at(2, "a"), at(3, "c")], "2027-01-01"];
    const all = of(before, [at(1, "c", later), at(2, "new"), at(3, "a", later)]);
    expect(all.map((text) => /exception (\w+ \(\d\))/.exec(text)?.[1])).toEqual([
      "c (1)",
      "new (2)",
      "a (3)",
      "gone (0)",
    ]);
  });
});

describe("target rules", () => {
  const lax = makeRule({ images: ["legacy-*"], thresholds: { HIGH: 40 }, line: 4 });
  const strict = makeRule({ images: ["app"], thresholds: { HIGH: 0, MEDIUM: 5 }, line: 5 });
  const one = makeRule({ images: ["a"], thresholds: { HIGH: 1 } });
  const plain = makeRule({ images: ["*"], thresholds: {}, line: 1 });
  const of = (base: readonly TargetRule[], head: readonly TargetRule[], both: Pair = {}) =>
    changes({ ...both, targets: base }, { ...both, targets: head });

  it("added: loosen if they allow more than the file does, or may take the place of a stricter one", () => {
    expect(of([], [lax])).toEqual(["+ added target rule legacy-* (4):  → HIGH 40"]);
    expect(of([], [strict])).toEqual(["  added target rule app (5):  → HIGH 0, MEDIUM 5"]);
    expect(of([], [lax], { thresholds: { HIGH: 40 } })[0]).toMatch(/^ {2}added/);
    expect(of([], [plain])).toEqual(["  added target rule * (1):  → no limits"]);
    expect(of([strict], [plain, strict])[0]).toMatch(/^\+ added/);
    expect(of([strict], [strict, plain])[0]).toMatch(/^\+ added/);
  });

  it("removed: loosen if file, or another rule, allows more", () => {
    expect(of([lax], [])).toEqual(["  removed target rule legacy-* (0): HIGH 40 → "]);
    expect(of([strict], [])[0]).toMatch(/^\+ removed/);
    expect(of([one, lax], [lax])[0]).toMatch(/^\+ removed/);
    expect(of([lax, one], [lax])[0]).toMatch(/^\+ removed/);
  });

  it.each<[TargetRule["thresholds"], TargetRule["thresholds"], string[], Pair?]>([
    [{ HIGH: 40 }, { HIGH: 41 }, ["+ changed target rule x (8): HIGH 40 → HIGH 41"]],
    [{ HIGH: 40 }, { HIGH: 39 }, ["  changed target rule x (8): HIGH 40 → HIGH 39"]],
    [{ HIGH: 40 }, { HIGH: "unlimited" }, ["+ changed target rule x (8): HIGH 40 → HIGH unlimited"]],
    [{ HIGH: "unlimited" }, { HIGH: 40 }, ["  changed target rule x (8): HIGH unlimited → HIGH 40"]],
    [{ HIGH: 40, LOW: 1 }, { HIGH: 39 }, ["+ changed target rule x (8): HIGH 40, LOW 1 → HIGH 39"]],
    [{ HIGH: 40 }, {}, ["  changed target rule x (8): HIGH 40 → no limits"]],
    [{ HIGH: 40 }, {}, ["+ changed target rule x (8): HIGH 40 → no limits"], { thresholds: { HIGH: 50 } }],
    [{ HIGH: 40 }, { HIGH: 40 }, []],
  ])("changed from %j to %j: %s", (from, to, expected, both = {}) => {
    const rule = { images: ["x"], thresholds: from, line: 2 };
    expect(of([rule], [{ ...rule, thresholds: to, line: 8 }], both)).toEqual(expected);
  });

  it("changed: loosen if the limit of what is exploited is higher, as the other limits do", () => {
    const loose = (from: number | undefined, to: number | undefined, both: Pair = {}) => {
      const policy = (exploited: number | undefined): Pair => ({ ...both, targets: [{ ...plain, exploited }] });
      return changes(policy(from), policy(to));
    };
    expect(loose(0, 1)).toEqual(["+ changed target rule * (1): exploited 0 → exploited 1"]);
    expect(loose(undefined, 3, { exploited: 0 })[0]).toMatch(/^\+/);
    expect(loose(3, 0)[0]).toMatch(/^ /);
    expect(loose(0, undefined, { exploitData: {} })[0]).toMatch(/^\+/);
    expect(loose(undefined, 3, { exploited: 2 })[0]).toMatch(/^\+/);
    expect(loose(undefined, 1, { exploited: 2 })[0]).toMatch(/^ /);
  });

  it("of the same images in another order are the same, and moved ones loosen if their limits differ", () => {
    const pair = (images: string[], line: number) => makeRule({ images, line });
    expect(of([pair(["a", "b"], 1)], [pair(["b", "a"], 9)])).toEqual([]);
    const two = [pair(["a", "b"], 1), pair(["c"], 2)];
    expect(of(two, two.toReversed())).toEqual(["  changed target rule order (2): a, b; c → c; a, b"]);
    expect(of([strict, lax], [lax, strict])).toEqual([
      "+ changed target rule order (4): app; legacy-* → legacy-*; app",
    ]);
  });

  it("twice for the same images: pairs what is equal, and shows the other as added", () => {
    const other = makeRule({ images: ["legacy-*"], thresholds: { HIGH: 50 }, line: 9 });
    expect(of([lax], [other, lax])).toEqual(["+ added target rule legacy-* (9):  → HIGH 50"]);
  });

  it("that only make room for another have not moved", () => {
    expect(of([lax, strict], [one, lax, strict])).toHaveLength(1);
    expect(of([one, lax, strict], [lax, strict])).toHaveLength(1);
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
  const subjects = diffPolicies(EMPTY_POLICY, head).map(({ subject }) => subject);
  expect(subjects).toEqual(["threshold", "ignore-unfixed", "target rule", "exception rule", "exception"]);
});
