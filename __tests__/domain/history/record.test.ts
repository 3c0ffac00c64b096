import { describe, expect, it } from "vitest";
import { deadlineOf } from "../../../src/domain/history/deadlines.ts";
import { type FindingRecord, imageSchema } from "../../../src/domain/history/record.ts";

const at = "2026-02-28T23:59:59.999Z";
const image = { version: 1, image: "ghcr.io/acme/app", "first-seen": at, "last-seen": at, running: [], findings: [] };
const finding = { kind: "vulnerability", id: "CVE-1", severity: "HIGH", "first-seen": at, "last-seen": at };
const isRecord = (more: object) => imageSchema.safeParse({ ...image, ...more }).success;
const isFinding = (more: object) =>
  isRecord({ findings: [{ ...finding, severity: "high", episodes: [{ opened: at }], ...more }] });

describe("a point in time", () => {
  it("is one in UTC with milliseconds", () => expect(isRecord({ "last-scan": at })).toBe(true));

  it.each([
    "2026-02-28",
    "2026-02-28T23:59:59Z",
    "2026-02-28T23:59:59.999+00:00",
    "2026-02-28 23:59:59.999Z",
    "2026-02-30T00:00:00.000Z",
    "2026-02-28T24:01:00.000Z",
    " 2026-02-28T23:59:59.999Z",
    "",
    1_772_323_199_999,
  ])("is not %j", (time) => expect(isRecord({ "last-scan": time })).toBe(false));
});

describe("a day", () => {
  it("is a real one", () => expect(isFinding({ "accepted-until": "2026-02-28" })).toBe(true));

  it.each(["2026-02-30", "2026-2-3", "2026-02-28T00:00:00.000Z", "", 20_260_228])("is not %j", (day) =>
    expect(isFinding({ "accepted-until": day })).toBe(false),
  );
});

describe("episodes", () => {
  const [first, second, third] = ["2026-01-01", "2026-01-08", "2026-01-15"].map((day) => `${day}T03:00:00.000Z`);

  it("follow one another", () => {
    const closed = { opened: first, closed: second, why: "fixed" };
    expect(isFinding({ episodes: [closed, { opened: third }] })).toBe(true);
    expect(isFinding({ episodes: [closed, { opened: second }] })).toBe(true);
  });

  it.each<[string, object[]]>([
    ["none", []],
    ["an open one before the last", [{ opened: first }, { opened: second }]],
    ["an end without a reason", [{ opened: first, closed: second }]],
    ["a reason without an end", [{ opened: first, why: "gone" }]],
    ["one that ends before it begins", [{ opened: second, closed: first, why: "gone" }]],
    ["two that overlap", [{ opened: first, closed: third, why: "gone" }, { opened: second }]],
  ])("are not %s", (_, episodes) => expect(isFinding({ episodes })).toBe(false));
});

const WITHIN = { critical: 7, high: 30 };

function recorded(change: Partial<FindingRecord> = {}): FindingRecord {
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
    expect(deadlineOf(recorded(), WITHIN)).toBe("2026-01-12");
    expect(deadlineOf(recorded({ episodes: [{ opened: "2026-01-05T00:00:00.000Z" }] }), WITHIN)).toBe("2026-01-12");
  });

  it("counts from the first known fix if that came later", () => {
    expect(deadlineOf(recorded({ "fix-since": "2026-02-01T03:00:00.000Z" }), WITHIN)).toBe("2026-02-08");
  });

  it("counts on if the recorded came back within 30 days, whatever had closed it, otherwise again", () => {
    const closed = "2026-01-12T03:00:00.000Z";
    const due = (why: "fixed" | "gone" | "withdrawn", opened: string) =>
      deadlineOf(recorded({ episodes: [{ opened: "2026-01-05T03:00:00.000Z", closed, why }, { opened }] }), WITHIN);
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
    expect(deadlineOf(recorded({ episodes: [...episodes, { opened }] }), { critical: 0 })).toBe(third);
  });

  it("follows the severity of the last scan", () => {
    expect(deadlineOf(recorded({ severity: "high" }), WITHIN)).toBe("2026-02-04");
    expect(deadlineOf(recorded({ severity: "low" }), WITHIN)).toBeUndefined();
    expect(deadlineOf(recorded({ severity: "low" }), { low: 0 })).toBe("2026-01-05");
  });

  it.each([
    ["has no fix", { "fix-since": undefined }],
    ["is accepted by an exception", { "accepted-by": "exception", "accepted-until": "2026-12-31" }],
    ["is accepted by a VEX document", { "accepted-by": "vex" }],
    [
      "is not there any more",
      { episodes: [{ opened: "2026-01-05T03:00:00.000Z", closed: "2026-01-06T03:00:00.000Z", why: "fixed" }] },
    ],
  ] as const)("does not exist for a recorded that %s", (_, change) => {
    expect(deadlineOf(recorded(change), WITHIN)).toBeUndefined();
  });
});
