import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { addDays, dayOf, daysBetween, isDay } from "../../src/domain/dates.ts";

const zone = process.env.TZ;

afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

describe("dayOf", () => {
  it.each(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata", "America/New_York"])(
    "is the day in UTC where the clock is set to %s",
    (name) => {
      process.env.TZ = name;
      expect(dayOf(new Date("2026-12-31T00:00:00.000Z"))).toBe("2026-12-31");
      expect(dayOf(new Date("2026-12-31T23:59:59.999Z"))).toBe("2026-12-31");
      expect(dayOf(new Date("2027-01-01T00:00:00.000Z"))).toBe("2027-01-01");
      expect(dayOf(new Date("2027-01-01T13:59:00.000+14:00"))).toBe("2026-12-31");
      expect(dayOf(new Date("2026-12-31T12:00:00.000-12:00"))).toBe("2027-01-01");
    },
  );
});

describe("isDay", () => {
  it.each(["2026-01-01", "2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])("%s is one", (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    "2026-02-30",
    "2026-02-29",
    "2100-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-01",
    "2026-01-00",
    "2026-01-32",
    "2026-1-1",
    "26-01-01",
    "02026-01-01",
    "+012026-01",
    "2026-01",
    "2026-01-01T00:00:00Z",
    " 2026-01-01",
    "2026-01-01\n",
    "x2026-01-01",
    "2026/01/01",
    "20260101",
    "",
    "٢٠٢٦-٠١-٠١",
  ])("%j is not a day", (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe("daysBetween and addDays", () => {
  it.each([
    ["2026-12-31", "2026-12-31", 0],
    ["2026-12-31", "2027-01-01", 1],
    ["2027-01-01", "2026-12-31", -1],
    ["2024-02-28", "2024-03-01", 2],
    ["2026-03-28", "2026-03-30", 2],
    ["2026-01-01", "2027-01-01", 365],
  ])("%s to %s: %i", (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
    expect(addDays(from, days)).toBe(to);
  });

  const days = fc
    .date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("2200-12-31T23:59:59Z"), noInvalidDate: true })
    .map(dayOf);

  it("are each other's reverse, in any time zone", () => {
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: -5000, max: 5000 }),
        fc.constantFrom("UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"),
        (day, count, name) => {
          process.env.TZ = name;
          const other = addDays(day, count);
          expect(isDay(other)).toBe(true);
          expect(daysBetween(day, other)).toBe(count);
          expect(Math.sign(daysBetween(day, other))).toBe(other > day ? 1 : other < day ? -1 : 0);
        },
      ),
    );
  });
});
