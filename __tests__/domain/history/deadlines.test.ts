import { describe, expect, it } from "vitest";
import { deadlineOf } from "../../../src/domain/history/deadlines.ts";
import type { FindingRecord } from "../../../src/domain/history/record.ts";

const WITHIN = { critical: 7, high: 30 };

function finding(change: Partial<FindingRecord> = {}): FindingRecord {
  return {
    kind: "vulnerability",
    id: "CVE-2098-1",
    severity: "critical",
    "first-seen": "2026-01-05T23:59:59.999Z",
    "last-seen": "2026-03-02T03:00:00.000Z",
    "fix-since": "2026-01-05T23:59:59.999Z",
    episodes: [{ opened: "2026-01-05T23:59:59.999Z" }],
    ...change,
  };
}

describe("the last day on which a fix is in time", () => {
  it("is so many days after the day of the opening, whatever the hour was", () => {
    expect(deadlineOf(finding(), WITHIN)).toBe("2026-01-12");
    expect(deadlineOf(finding({ episodes: [{ opened: "2026-01-05T00:00:00.000Z" }] }), WITHIN)).toBe("2026-01-12");
  });

  it("counts from the first known fix if that came later", () => {
    expect(deadlineOf(finding({ "fix-since": "2026-02-01T03:00:00.000Z" }), WITHIN)).toBe("2026-02-08");
  });

  it("counts on if the finding came back within 30 days, whatever had closed it, otherwise again", () => {
    const closed = "2026-01-12T03:00:00.000Z";
    const due = (why: "fixed" | "gone" | "withdrawn", opened: string) =>
      deadlineOf(finding({ episodes: [{ opened: "2026-01-05T03:00:00.000Z", closed, why }, { opened }] }), WITHIN);
    for (const why of ["fixed", "gone", "withdrawn"] as const) {
      expect(due(why, "2026-02-11T03:00:00.000Z")).toBe("2026-01-12");
      expect(due(why, "2026-02-11T03:00:00.001Z")).toBe("2026-02-18");
    }
  });

  it("counts on over several returns, and from the last one that was too late", () => {
    const gaps = [1, 29, 31, 20, 30];
    let time = Date.parse("2026-01-05T03:00:00.000Z");
    const at = (days: number) => {
      time += days * 86_400_000;
      return new Date(time).toISOString();
    };
    const episodes = gaps.map((gap) => ({ opened: at(gap), closed: at(1), why: "fixed" as const }));
    const opened = at(1);
    const third = episodes[2]?.opened.slice(0, 10) ?? "";
    expect(deadlineOf(finding({ episodes: [...episodes, { opened }] }), { critical: 0 })).toBe(third);
  });

  it("follows the severity of the last scan", () => {
    expect(deadlineOf(finding({ severity: "high" }), WITHIN)).toBe("2026-02-04");
    expect(deadlineOf(finding({ severity: "low" }), WITHIN)).toBeUndefined();
    expect(deadlineOf(finding({ severity: "low" }), { low: 0 })).toBe("2026-01-05");
  });

  it.each([
    ["has no fix", { "fix-since": undefined }],
    ["is accepted by an exception", { "accepted-by": "exception", "accepted-until": "2026-12-31" }],
    ["is accepted by a VEX document", { "accepted-by": "vex" }],
    [
      "is not there any more",
      { episodes: [{ opened: "2026-01-05T03:00:00.000Z", closed: "2026-01-06T03:00:00.000Z", why: "fixed" }] },
    ],
  ] as const)("does not exist for a finding that %s", (_, change) => {
    expect(deadlineOf(finding(change), WITHIN)).toBeUndefined();
  });
});
