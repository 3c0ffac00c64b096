import { describe, expect, it } from "vitest";
import { gapError, judgeCoverage } from "../../../src/domain/coverage/judge-coverage.ts";
import { type CoverageStatus, type Gap, isWhole } from "../../../src/domain/coverage.ts";
import type { Exception } from "../../../src/domain/exception.ts";
import type { ExceptionCoverage } from "../../../src/domain/policy/exception-coverage.ts";
import { makeException, TODAY } from "../make.ts";

const gap = (code: Gap["code"], change: Partial<Gap> = {}): Gap => ({
  code,
  what: `what of ${code}`,
  remedy: `Mend ${code}.`,
  ...change,
});
const acceptance = (id: Gap["code"], change: Partial<Exception> = {}) => makeException({ id, ...change });

function judgeGaps(gaps: readonly Gap[], acceptances: readonly Exception[] = []) {
  const coverages: ExceptionCoverage[] = [];
  return { judged: judgeCoverage({ rows: [], gaps }, acceptances, coverages, TODAY), coverages };
}

describe("what was not looked at", () => {
  it("is accepted by the live acceptance of its name and path, and counted as open once that has ended", () => {
    const live = acceptance("packages-unreadable", { paths: ["app/*"] });
    const ended = acceptance("os-unknown", { expires: "2026-11-23" });
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
    // A gap never has a fix that could end its acceptance early.
    const whileUnfixed = acceptance("os-unknown", { onlyWhileUnfixed: true });
    expect(judgeGaps([gap("os-unknown")], [whileUnfixed]).judged.gaps[0]?.accepted).toBe(whileUnfixed);
  });

  it("is an error that names it, what to do, and how to accept it", () => {
    const { judged } = judgeGaps([
      gap("packages-unreadable"),
      gap("os-unknown"),
      gap("os-unknown", { what: "another" }),
    ]);
    expect(gapError(judged, "app:1")).toEqual({
      code: "os-unknown",
      what: "app:1 was not completely scanned: what of os-unknown; another; what of packages-unreadable",
      remedy:
        "Mend os-unknown. Mend packages-unreadable. To accept it for a time, name `gap: os-unknown`, `gap: packages-unreadable` under `coverage` in the policy, with reason and last day.",
    });
  });

  it("gives no error if all of it is accepted; only what is not accepted is named, five at most", () => {
    expect(gapError(judgeGaps([]).judged, "app:1")).toBeUndefined();
    expect(gapError(judgeGaps([gap("os-unknown")], [acceptance("os-unknown")]).judged, "app:1")).toBeUndefined();
    const many = Array.from({ length: 7 }, (_, index) => gap("config-unreadable", { what: `file ${index}` }));
    const { judged } = judgeGaps([gap("os-unknown"), ...many], [acceptance("os-unknown")]);
    expect(gapError(judged, "app:1")).toMatchObject({
      code: "config-unreadable",
      what: "app:1 was not completely scanned: file 0; file 1; file 2; file 3; file 4; and 2 more",
    });
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
