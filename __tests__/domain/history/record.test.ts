import { describe, expect, it } from "vitest";
import { imageSchema } from "../../../src/domain/history/record.ts";

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
