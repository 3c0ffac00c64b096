import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { repeatedKey } from "../../src/domain/json-keys.ts";

const repeated = (text: string) => repeatedKey(Buffer.from(text));

describe("a key that stands twice in one object", () => {
  it.each([
    ["at the top", '{"Results": [1], "a": 2, "Results": []}'],
    ["without a blank anywhere", '{"a":1,"a":2}'],
    ["deep within", '{"a": [{"b": {}}, {"b": {"c": {"d": 1, "e": [], "d": 2}}}]}'],
    ["behind objects and lists of its object", '{"a": {"b": [1, {"c": 2}]}, "d": [], "a": 1}'],
    ["spelt by its code points", '{"Severity": "LOW", "\\u0053everity": "CRITICAL"}'],
    ["of characters that must be escaped", '{"\\"a\\\\": 1, "b": 2, "\\u0022a\\u005c": 3}'],
    ["beyond ASCII", '{"ü": 1, "\\u00fc": 2}'],
    ["behind long strings and backslashes", `{"a": "${"x".repeat(90)}\\\\", "b": "${"y".repeat(60)}\\"", "a": 1}`],
    ["that is empty", '{"": 1, "b": 2, "": 3}'],
    ["among many", `{${Array.from({ length: 200 }, (_, at) => `"k${at % 199}": 1`).join(",")}}`],
  ])("is found %s", (_, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(repeated(text)).toBeGreaterThan(0);
  });

  it.each([
    ["in two objects", '[{"a": 1}, {"a": 2}, {"b": {"a": 1}, "a": {"a": 3}}]'],
    ["as a key and as a value", '{"a": "a", "b": ["a", "a"], "c": "b"}'],
    ["in another case", '{"a": 1, "A": 2}'],
    ["within a string", '{"a": "\\",\\"a\\":1", "b": "{\\"a\\":1,\\"a\\":2}"}'],
    ["many, each once", `{${Array.from({ length: 500 }, (_, at) => `"k${at}": ${at}`).join(",")}}`],
  ])("is not found %s", (_, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(repeated(text)).toBeUndefined();
  });

  it("is found in whatever document it was put, and in none without it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.jsonValue({ noUnicodeString: false })), {
          maxLength: 40,
        }),
        fc.nat(),
        fc.constantFrom(undefined, 1, 2, "\t"),
        (entries, at, indent) => {
          const members = new Map(entries);
          const document = JSON.stringify(Object.fromEntries([...members]), null, indent);
          expect(repeated(`[${document}, ${document}]`)).toBeUndefined();
          const keys = [...members.keys()].filter((key) => key !== "__proto__");
          const again = keys[at % keys.length];
          if (again === undefined) return;
          const escaped = [...JSON.stringify(again).slice(1, -1)].join("");
          const twice = document.replace(/\s*\}$/, ` , "${escaped}" : {} }`);
          expect(Object.keys(JSON.parse(twice)).length).toBe(Object.keys(JSON.parse(document)).length);
          expect(repeated(twice)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("is looked for in linear time, however many keys an object has", () => {
    const many = (count: number) =>
      Buffer.from(`{${Array.from({ length: count }, (_, at) => `"${at.toString(36)}":0`).join(",")}}`);
    const [small, large] = [many(20_000), many(200_000)];
    const time = (bytes: Buffer) => {
      const began = performance.now();
      expect(repeatedKey(bytes)).toBeUndefined();
      return performance.now() - began;
    };
    const best = (bytes: Buffer) => Math.min(time(bytes), time(bytes), time(bytes));
    // The square would be a hundred times; a busy machine is slow for both.
    expect(best(large)).toBeLessThan(40 * Math.max(5, best(small)));
  });
});
