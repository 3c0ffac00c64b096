import { describe, expect, it } from "vitest";
import { judgeCoverage } from "../../../src/domain/coverage/judge-coverage.ts";
import { type CoverageStatus, type Gap, isWhole } from "../../../src/domain/coverage.ts";
import type { Exception } from "../../../src/domain/exception.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { diffPolicies } from "../../../src/domain/policy/diff.ts";
import type { ExceptionCoverage } from "../../../src/domain/policy/exception-coverage.ts";
import { makeException, makeFinding, makePolicy, makeSettings, scanned, TODAY } from "../make.ts";

const GAP: Gap = {
  code: "packages-unreadable",
  what: "a/b.jar could not be read",
  remedy: "Repair it.",
  path: "a/b.jar",
};
const acceptance = (more: Partial<Exception> = {}) => makeException({ id: "packages-unreadable", gap: true, ...more });

function judged(gaps: readonly Gap[], coverage: readonly Exception[], findings = [makeFinding({ severity: "LOW" })]) {
  const outcome = scanned(findings);
  if (!("scan" in outcome)) throw new TypeError("not scanned");
  const scan = { ...outcome.scan, coverage: { rows: [], gaps } };
  return judge([{ ...outcome, scan }], makeSettings({ policy: makePolicy({ coverage }) }));
}

describe("a gap", () => {
  it("is the target's error, with what to do, whatever was found", () => {
    const { answer, targets, reason } = judged([GAP], []);
    expect(answer).toBe("error");
    expect(targets).toMatchObject([{ error: { code: "packages-unreadable" }, coverage: { gaps: [{ gap: GAP }] } }]);
    expect(reason).toContain(
      "[packages-unreadable] ghcr.io/acme/app:1.0 was not completely scanned: a/b.jar could not be read",
    );
    const [target] = targets;
    expect(target?.answer === "error" && target.error.remedy).toContain(
      "Repair it. To accept it for a time, name `gap: packages-unreadable`",
    );
  });

  it("that is accepted leaves the verdict to the findings", () => {
    expect(judged([GAP], [acceptance()]).answer).toBe("pass");
    expect(judged([GAP], [acceptance()], [makeFinding({ severity: "CRITICAL" })]).answer).toBe("fail");
    const accepted = acceptance();
    expect(judged([GAP], [accepted]).targets[0]?.coverage).toEqual({ rows: [], gaps: [{ gap: GAP, accepted }] });
    expect(judge([scanned([])], makeSettings()).targets[0]).not.toHaveProperty("coverage");
  });

  it.each<[string, Partial<Exception>, "pass" | "error"]>([
    ["on its last day", { expires: "2026-11-24" }, "pass"],
    ["the day after", { expires: "2026-11-23" }, "error"],
    ["for its path", { paths: ["a/**"] }, "pass"],
    ["for another path", { paths: ["b/**"] }, "error"],
    ["for its image", { images: ["ghcr.io/acme/app"] }, "pass"],
    ["for another image", { images: ["ghcr.io/acme/other"] }, "error"],
    ["for another gap", { id: "os-unknown" }, "error"],
  ])("accepted %s", (_, more, answer) => {
    expect(judged([GAP], [acceptance(more)]).answer).toBe(answer);
  });

  it("is not accepted by an exception of its name, nor a finding by an acceptance", () => {
    const outcome = scanned([makeFinding({ id: "os-unknown", severity: "CRITICAL" })]);
    if (!("scan" in outcome)) throw new TypeError("not scanned");
    const scan = { ...outcome.scan, coverage: { rows: [], gaps: [GAP] } };
    const exceptions = [makeException({ id: "packages-unreadable" })];
    expect(judge([{ ...outcome, scan }], makeSettings({ policy: makePolicy({ exceptions }) })).answer).toBe("error");
    const coverage = [acceptance({ id: "os-unknown" })];
    expect(judge([outcome], makeSettings({ policy: makePolicy({ coverage }) })).answer).toBe("fail");
  });

  it("names the worst kind first, and counts what is too much to name", () => {
    const gaps = [...Array.from({ length: 6 }, () => GAP), { ...GAP, code: "os-unknown", what: "no system" } as const];
    const [target] = judged(gaps, []).targets;
    expect(target).toMatchObject({ error: { code: "os-unknown" } });
    expect(target?.answer === "error" && target.error.what).toContain(
      "completely scanned: no system; a/b.jar could not be read; ",
    );
    expect(target?.answer === "error" && target.error.what).toMatch(/; and 2 more$/);
  });

  it("has each kind and each remedy told once, and says nothing of more if all are named", () => {
    const gaps = [
      { ...GAP, code: "os-unknown", what: "no system" } as const,
      { ...GAP, code: "config-unreadable", what: "c", remedy: "Mend it." } as const,
      ...Array.from({ length: 3 }, () => GAP),
    ];
    const [target] = judged(gaps, [acceptance({ id: "config-unreadable", expires: "2026-11-01" })]).targets;
    expect(target?.answer === "error" && target.error).toEqual({
      code: "os-unknown",
      what: `ghcr.io/acme/app:1.0 was not completely scanned: no system; ${"a/b.jar could not be read; ".repeat(3)}c`,
      remedy:
        "Repair it. Mend it. To accept it for a time, name `gap: os-unknown`, `gap: packages-unreadable`, `gap: config-unreadable` under `coverage` in the policy, with reason and last day.",
    });
  });

  it("has its acceptance told as an exception: live, ended, unused", () => {
    const unused = acceptance({ id: "os-unknown", line: 7 });
    const states = (all: readonly Exception[]) =>
      judged([GAP], all).exceptions.map(({ state, matches }) => [state, matches]);
    expect(states([acceptance(), unused])).toEqual([
      ["live", 1],
      ["unused", 0],
    ]);
    expect(states([acceptance({ expires: "2026-11-01" })])).toEqual([["ended", 1]]);
  });
});

describe("a change of what is accepted", () => {
  const [none, some] = [makePolicy(), makePolicy({ coverage: [acceptance()] })];
  it("loosens if it is added or lasts longer, and not if it is removed", () => {
    expect(diffPolicies(none, some)).toMatchObject([{ what: "added", subject: "coverage", loosens: true }]);
    expect(diffPolicies(some, none)).toMatchObject([{ what: "removed", subject: "coverage", loosens: false }]);
    const longer = makePolicy({ coverage: [acceptance({ expires: "2027-12-31" })] });
    expect(diffPolicies(some, longer)).toMatchObject([{ what: "changed", subject: "coverage", loosens: true }]);
  });
});

const gap = (code: Gap["code"], change: Partial<Gap> = {}): Gap => ({
  code,
  what: `what of ${code}`,
  remedy: `Mend ${code}.`,
  ...change,
});
const acceptanceOf = (id: Gap["code"], change: Partial<Exception> = {}) => makeException({ id, ...change });

function judgeGaps(gaps: readonly Gap[], acceptances: readonly Exception[] = []) {
  const coverages: ExceptionCoverage[] = [];
  return { judged: judgeCoverage({ rows: [], gaps }, acceptances, coverages, TODAY), coverages };
}

describe("what was not looked at", () => {
  it("is accepted by the live acceptanceOf of its name and path, and counted as open once that has ended", () => {
    const live = acceptanceOf("packages-unreadable", { paths: ["app/*"] });
    const ended = acceptanceOf("os-unknown", { expires: "2026-11-23" });
    const { judged, coverages } = judgeGaps(
      [
        gap("packages-unreadable", { path: "app/a.lock" }),
        gap("packages-unreadable", { path: "srv/b.lock" }),
        gap("os-unknown"),
        gap("os-mismatch"),
      ],
      [live, ended],
    );
    expect(judged.gaps).toEqual([
      { gap: gap("os-unknown"), accepted: undefined, ended },
      { gap: gap("os-mismatch") },
      { gap: gap("packages-unreadable", { path: "app/a.lock" }), accepted: live, ended: undefined },
      { gap: gap("packages-unreadable", { path: "srv/b.lock" }) },
    ]);
    expect(coverages.map(({ matched, isOpen }) => [matched, isOpen])).toEqual([
      [[live], false],
      [[ended], true],
    ]);
    // A gap never has a fix that could end its acceptanceOf early.
    const whileUnfixed = acceptanceOf("os-unknown", { onlyWhileUnfixed: true });
    expect(judgeGaps([gap("os-unknown")], [whileUnfixed]).judged.gaps[0]?.accepted).toBe(whileUnfixed);
  });
});

it("is whole if nothing is left out and all is known", () => {
  const rows = (...all: CoverageStatus[]) => all.map((status) => ({ subject: "s", status, detail: "d" }));
  expect(isWhole({ rows: [], gaps: [] })).toBe(true);
  expect(isWhole({ rows: rows("looked", "nothing-there", "not-asked"), gaps: [] })).toBe(true);
  expect(isWhole({ rows: rows("looked", "not-known"), gaps: [] })).toBe(false);
  expect(isWhole({ rows: rows("looked", "gap"), gaps: [] })).toBe(false);
  expect(isWhole({ rows: rows("looked"), gaps: [{ gap: gap("os-unknown") }] })).toBe(false);
});
