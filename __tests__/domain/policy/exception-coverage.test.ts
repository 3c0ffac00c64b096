import { describe, expect, it } from "vitest";
import {
  addCoverage,
  byLastDay,
  covers,
  type ExceptionCoverage,
  hasEnded,
} from "../../../src/domain/policy/exception-coverage.ts";
import { makeException, TODAY } from "../make.ts";

const yesterday = makeException({ expires: "2026-11-23", line: 1 });
const today = makeException({ expires: TODAY, line: 2 });
const later = makeException({ expires: "2026-12-31", line: 3 });
const unfixedOnly = makeException({ expires: "2027-01-31", onlyWhileUnfixed: true, line: 4 });

it("an exception holds on its last day, and no day longer", () => {
  expect([yesterday, today, later].map((each) => hasEnded(each, TODAY))).toEqual([true, false, false]);
});

it("an exception that is for what has no fix does not cover what has one", () => {
  expect([covers(unfixedOnly, true), covers(unfixedOnly, false)]).toEqual([false, true]);
  expect([covers(later, true), covers(later, false)]).toEqual([true, true]);
});

it("the one that ends last comes first; of one day the first of the policy stays the first", () => {
  const same = makeException({ expires: TODAY, line: 9 });
  expect([yesterday, today, later, same].toSorted(byLastDay)).toEqual([later, today, same, yesterday]);
  expect([same, later, yesterday, today].toSorted(byLastDay)).toEqual([later, same, today, yesterday]);
});

describe("what the exceptions of a finding come to", () => {
  const of = (matched: Parameters<typeof addCoverage>[1], fixable: boolean) =>
    addCoverage([], matched, { fixable, today: TODAY });

  it("is those that cover it and have not ended, the one that ends last first", () => {
    const matched = [yesterday, today, unfixedOnly, later];
    expect(of(matched, true)).toEqual({ matched, fixable: true, live: [later, today], isOpen: false });
    expect(of(matched, false).live).toEqual([unfixedOnly, later, today]);
  });

  it("names one that has ended only if no other holds, and only if it would cover the finding", () => {
    const longAgo = makeException({ expires: "2026-01-01" });
    expect(of([longAgo, yesterday], true)).toMatchObject({ live: [], ended: yesterday });
    expect(of([yesterday, today], true).ended).toBeUndefined();
    expect(of([{ ...yesterday, onlyWhileUnfixed: true }], true).ended).toBeUndefined();
    expect(of([], true)).toMatchObject({ live: [], ended: undefined });
  });

  it("is kept for each finding", () => {
    const kept: ExceptionCoverage[] = [];
    const all = [true, false].map((fixable) => addCoverage(kept, [later], { fixable, today: TODAY }));
    expect(kept).toEqual(all);
  });
});
