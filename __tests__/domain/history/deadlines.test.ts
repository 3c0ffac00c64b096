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

  it("counts anew if the finding came back", () => {
    const episodes = [
      { opened: "2026-01-05T03:00:00.000Z", closed: "2026-01-12T03:00:00.000Z", why: "fixed" as const },
      { opened: "2026-03-02T03:00:00.000Z" },
    ];
    expect(deadlineOf(finding({ episodes }), WITHIN)).toBe("2026-03-09");
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
