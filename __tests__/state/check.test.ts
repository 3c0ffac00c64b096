import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOf, day, instant, Malformed } from "../../src/state/check.ts";

const schema = z.strictObject({
  name: z.string(),
  size: z.int().optional(),
  kind: z.enum(["image", "path"]),
  given: z.literal(true).optional(),
  isOld: z.boolean().optional().describe("Described"),
  parts: z.array(z.strictObject({ id: z.string() })).optional(),
});
const good = { name: "a", size: 1, kind: "image", given: true, isOld: false, parts: [{ id: "b" }] };

describe("a check that is made from a schema", () => {
  it.each<[string, object]>([
    ["all keys", good],
    ["only what is required", { name: "a", kind: "path" }],
    ["a key that means nothing", { ...good, newer: 1 }],
  ])("accepts %s", (_, value) => expect(() => checkOf(schema)(value, "it")).not.toThrow());

  it.each<[string, unknown, string]>([
    ["no mapping", [], "it is not a mapping"],
    ["a missing key", { name: "a" }, "it lacks the key kind"],
    ["a number for a text", { ...good, name: 1 }, "name is not a text"],
    ["a text for a number", { ...good, size: "1" }, "size is not a number"],
    ["another word", { ...good, kind: "tar" }, "kind is not one of image, path"],
    ["false for what can only be true", { ...good, given: false }, "given is not one of true"],
    ["a text for true or false", { ...good, isOld: "no" }, "isOld is not true or false"],
    ["a list of other things", { ...good, parts: [{}] }, "parts lacks the key id"],
  ])("refuses %s", (_, value, what) => expect(() => checkOf(schema)(value, "it")).toThrow(new Malformed(what)));

  it("is not made from what it does not know", () =>
    expect(() => checkOf(z.record(z.string(), z.string()))).toThrow("no check for record"));
});

describe("a point in time", () => {
  // Again, since what was right once is known.
  it.each([1, 2])("is one in UTC with milliseconds: time %i", () => {
    expect(() => instant("2026-02-28T23:59:59.999Z", "at")).not.toThrow();
  });

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
  ])("is not %j", (value) => expect(() => instant(value, "at")).toThrow(new Malformed("at is not a point in time")));
});

it.each(["2026-02-30", "2026-2-3", "2026-02-28T00:00:00.000Z", "", 20_260_228])("a day is not %j", (value) =>
  expect(() => day(value, "at")).toThrow(new Malformed("at is not a day")),
);
