import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { misspeltKey, repeatedKey } from "../../src/domain/json-keys.ts";

const repeated = (text: string) => repeatedKey(Buffer.from(text));

const manyKeys = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}": ${at}`).join(", ");

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

  const LONG = "x".repeat(40);
  it.each([
    ["the first that is there again", '{"a": 1, "b": 2, "b": 3, "a": 4}', '"b": 3'],
    ["without a blank", '{"a":1,"a":2}', '"a":2'],
    ["behind long values with escapes", `{"a": "${LONG}\\\\", "b": "${LONG}\\"a", "a": 1}`, '"a": 1}'],
    ["behind a long value that ends in a backslash", `{"a": "${LONG}\\\\", "b": 1, "b": 2}`, '"b": 2'],
    ["behind a key with a quotation mark", '{"a\\"b": 1, "c": 2, "c": 3}', '"c": 3'],
    ["among many, behind a list", `{${manyKeys(60)}, "l": [], "k59": 2}`, '"k59": 2'],
    ["behind a value whose end is escaped twice", `{"a": "\\\\", "b": "\\"", "a": 1}`, '"a": 1}'],
    ["that is long and has escapes", `{"${LONG}\\n": 1, "${LONG}\\u000a": 2}`, `"${LONG}\\u000a"`],
    ["behind a list of objects", '{"a": [{"a": 1}, {"a": 2}, [], "a"], "a": 3}', '"a": 3'],
    ["in a list of lists", '[[{"b": 1}], [{"a": 1, "a": 2}]]', '"a": 2'],
    ["behind an empty object and an empty list", '{"a": {}, "b": [], "c": "a", "a": 1}', '"a": 1}'],
    ["of an inner object, though an outer one has many", `{${manyKeys(60)}, "i": {"a": 1, "a": 2}}`, '"a": 2'],
    ["of an outer object with many, behind an inner one", `{${manyKeys(60)}, "i": {"a": 1}, "k7": 2}`, '"k7": 2'],
    ["of an inner object with many", `{"k0": {${manyKeys(30)}, "k29": 1}}`, '"k29": 1}'],
    ["among many, with an escape", `{${manyKeys(60)}, "\\u006b59": 1}`, '"\\u006b59"'],
    ["among many, one of which has an escape", `{"\\u006b": 1, ${manyKeys(60)}, "k": 1}`, '"k": 1}'],
  ])("is found at its opening quotation mark: %s", (_, text, second) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(repeated(text)).toBe(Buffer.from(text.slice(0, text.lastIndexOf(second))).length);
  });

  it.each([
    ["in an inner object of many and the outer one", `{"i": {${manyKeys(60)}}, "k1": {${manyKeys(60)}}}`],
    ["in objects of many, one behind the other", `[{${manyKeys(60)}}, {${manyKeys(60)}}]`],
    ["that sums up alike, but is another", '{"Aa": 1, "BB": 2, "C#": 3}'],
    ["as a value behind a list", '{"a": ["b", "a"], "b": "a", "c": ["a", {"a": "a"}, "a"]}'],
    ["as a string of a list within a list", '[["a", "a"], "a", ["a"], "a"]'],
    ["as a value behind an inner object", '{"o": {"x": 1}, "p": "o", "q": [{"x": 1}, "x", "x"]}'],
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

describe("a key that some readers take for another", () => {
  const known = ["schemaVersion", "Layers", "Config", "key"];

  it.each([
    ["in small letters", ["layers"], "Layers"],
    ["in capitals", ["a", "CONFIG", "layers"], "Config"],
    ["beside the right one", ["Layers", "LAYERS"], "Layers"],
    ["with a long s", ["\u017fchemaVersion"], "schemaVersion"],
    ["with the Kelvin sign", ["\u212aey"], "key"],
  ])("is found %s", (_, found, meant) => {
    expect(misspeltKey(found, known)).toBe(meant);
  });

  it.each([
    ["the known ones themselves", known],
    ["others", ["Layer", "Layerss", "manifests", "", "\u00e4"]],
    ["nothing", []],
  ])("is not found among %s", (_, found) => {
    expect(misspeltKey(found, known)).toBeUndefined();
  });
});
