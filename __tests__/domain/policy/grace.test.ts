import { describe, expect, it } from "vitest";
import { judge } from "../../../src/domain/judge/judge.ts";
import { compileGrace } from "../../../src/domain/policy/grace.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import { judged, makeException, makeFinding, makePolicy, makeSettings, scanned } from "../make.ts";

const policy = makePolicy({ graceDays: { CRITICAL: 0, HIGH: 7 } });

/** First day on which a finding counts, as seen on the given day. Undefined: it counts on that day. */
function countsFrom(publishedAt: string | undefined, today: string, severity: Severity = "HIGH") {
  return compileGrace(policy, today)?.(makeFinding({ severity, publishedAt }));
}

describe("days of grace", () => {
  it.each(["2026-11-17T00:00:00Z", "2026-11-17T23:59:59.999Z", "2026-11-17", "2026-11-18T01:00:00+02:00"])(
    "are whole days in UTC, whatever the hour: published %s, seven days",
    (published) => {
      expect(countsFrom(published, "2026-11-17")).toBe("2026-11-24");
      expect(countsFrom(published, "2026-11-23")).toBe("2026-11-24");
      expect(countsFrom(published, "2026-11-24")).toBeUndefined();
    },
  );

  // Proves: grace-comparison-fail-closed
  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["no date", "last week"],
    ["no day of the calendar", "2026-02-30T00:00:00Z"],
    ["no time of a day", "2026-11-23T25:00:00Z"],
    ["a number", "1763900000"],
    ["in the future", "2026-11-25T00:00:00Z"],
    ["with words before it", "on 2026-11-23"],
    ["with words behind it", "2026-11-23T10:00:00Z, perhaps"],
    ["a day with words behind it", "2026-11-23, perhaps"],
    ["a time without its zone", "2026-11-23T10:00:00"],
    ["a time with a broken zone", "2026-11-23T10:00:00+0200"],
    ["a year of five digits", "12026-11-23"],
  ])("exempt nothing where the date is %s", (_, published) => {
    expect(countsFrom(published, "2026-11-24")).toBeUndefined();
  });

  it("exempt nothing if the day does not exist, though some would take it for the next month's", () => {
    expect(countsFrom("2026-02-30", "2026-03-03")).toBeUndefined();
    expect(countsFrom("2026-02-30T00:00:00Z", "2026-03-03")).toBeUndefined();
  });

  it.each([
    "2026-11-20T10:00Z",
    "2026-11-20T10:00:00.5Z",
    "2026-11-20t10:00:00z",
    "2026-11-20T10:00:00.123456789-03:00",
  ])("know the forms of ISO 8601: %s", (published) => {
    expect(countsFrom(published, "2026-11-24")).toBe("2026-11-27");
  });

  it("begin on the day of publication itself, and exempt nothing the day before", () => {
    expect(countsFrom("2026-11-24T12:00:00Z", "2026-11-24")).toBe("2026-12-01");
    expect(countsFrom("2026-11-24T12:00:00Z", "2026-11-23")).toBeUndefined();
  });

  it("exempt no severity that is not named, and none of zero days", () => {
    expect(countsFrom("2026-11-24", "2026-11-24", "MEDIUM")).toBeUndefined();
    expect(countsFrom("2026-11-24", "2026-11-24", "CRITICAL")).toBeUndefined();
    expect(compileGrace(makePolicy({ graceDays: { CRITICAL: 0 } }), "2026-11-24")).toBeUndefined();
    expect(compileGrace(makePolicy(), "2026-11-24")).toBeUndefined();
  });
});

describe("a finding in its grace period", () => {
  const recent = makeFinding({ publishedAt: "2026-11-20T08:00:00Z" });
  const rowsOf = (settings = {}) => judged(judge([scanned([recent])], makeSettings({ policy, ...settings })));

  it("does not count, and says from which day it will", () => {
    const target = rowsOf();
    expect(target).toMatchObject({
      answer: "pass",
      findings: [{ outcome: "not-counted", spared: "grace", countsFrom: "2026-11-27" }],
    });
    expect(target.rows.find((row) => row.severity === "HIGH")).toMatchObject({ open: 0, notCounted: 1 });
    expect(rowsOf({ today: "2026-11-27" })).toMatchObject({ answer: "fail", findings: [{ outcome: "open" }] });
  });

  it("is accepted all the same if an exception covers it", () => {
    const exceptions = [makeException()];
    expect(rowsOf({ policy: { ...policy, exceptions } }).findings[0]).toMatchObject({ outcome: "accepted" });
  });

  it("is unfixed first, if it has no fix", () => {
    const unfixed = { ...recent, fixedVersions: [] };
    const target = judged(judge([scanned([unfixed])], makeSettings({ policy, ignoreUnfixed: true })));
    expect([target.findings[0]?.spared, target.findings[0]?.countsFrom]).toEqual(["unfixed", undefined]);
  });
});
