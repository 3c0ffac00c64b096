import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { JsonFault, MOST_LEVELS, parseStrict } from "../../../src/domain/json/parse-strict.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const parse = (text: string, schema?: z.ZodType) => parseStrict(Buffer.from(text), schema);

/** The reason why a text is refused; for a duplicate key, the number of its line. */
function fault(text: string | Buffer, schema?: z.ZodType): string | number | undefined {
  try {
    parseStrict(Buffer.from(text), schema);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof JsonFault)) throw thrown;
    const line = /^has a duplicate key in one object, at line (\d+)$/.exec(thrown.message)?.[1];
    expect(thrown.kind).toBe(/duplicate|only some/.test(thrown.message) ? "ambiguous" : "unreadable");
    return line === undefined ? thrown.message : Number(line);
  }
}

const isRepeated = (text: string) => typeof fault(text) === "number";

const manyKeys = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}": ${at}`).join(", ");

describe("a duplicate key", () => {
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
    expect(isRepeated(text)).toBe(true);
  });

  it.each([
    ["in two objects", '[{"a": 1}, {"a": 2}, {"b": {"a": 1}, "a": {"a": 3}}]'],
    ["as a key and as a value", '{"a": "a", "b": ["a", "a"], "c": "b"}'],
    ["in another case", '{"a": 1, "A": 2}'],
    ["within a string", '{"a": "\\",\\"a\\":1", "b": "{\\"a\\":1,\\"a\\":2}"}'],
    ["many, each once", `{${Array.from({ length: 500 }, (_, at) => `"k${at}": ${at}`).join(",")}}`],
  ])("is not found %s", (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
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
  ])("is found on its line: %s", (_, text, second) => {
    const at = text.lastIndexOf(second);
    const lines = `${text.slice(0, at)}\n\n${text.slice(at)}`;
    expect(() => JSON.parse(lines)).not.toThrow();
    expect(fault(lines)).toBe(3);
  });

  it.each([
    ["in an inner object of many and the outer one", `{"i": {${manyKeys(60)}}, "k1": {${manyKeys(60)}}}`],
    ["in objects of many, one behind the other", `[{${manyKeys(60)}}, {${manyKeys(60)}}]`],
    ["that sums up alike, but is another", '{"Aa": 1, "BB": 2, "C#": 3}'],
    ["as a value behind a list", '{"a": ["b", "a"], "b": "a", "c": ["a", {"a": "a"}, "a"]}'],
    ["as a string of a list within a list", '[["a", "a"], "a", ["a"], "a"]'],
    ["as a value behind an inner object", '{"o": {"x": 1}, "p": "o", "q": [{"x": 1}, "x", "x"]}'],
  ])("is not found %s", (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it("is found if it is written with an escape, of which JSON.parse can make two keys", () => {
    // V8 remembers the shapes of parsed objects, and mistakes an escaped key for another one of such a shape.
    const shapes = [`{"": 1, ":": 1}`, `{"a": 1, ":": 1, "b": 2}`, `{"": 1, "\\n": 1, "a": 3}`];
    const missed = (text: string) => (isRepeated(text) ? [] : [text]);
    for (let round = 0; round < 200; round++) {
      for (const shape of shapes) JSON.parse(shape);
      for (const key of ["\\u003a", "\\n", '\\"', "\\u0061", "\\\\"])
        for (const before of ["", `"":1,`, `"a":1,`, `"":1," ":1,`, `"\\u0061":1,"ü":1,`])
          expect(missed(`{${before}"${key}":1,"${key}":{}}`)).toEqual([]);
    }
  });

  /** JSON as other programs may write it: repeated keys, white space anywhere, escaped characters. */
  const blank = fc.constantFrom("", "", " ", "\n  ", "\t", "\r\n");
  const character = fc.constantFrom("a", "b", ":", '\\"', "\\\\", "ü", "\\u0061", "\\u003a", "\\n", " ", "{", ",");
  const writtenString = fc.array(character, { maxLength: 3 }).map((parts) => `"${parts.join("")}"`);
  const writtenDocument = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
    value: fc.oneof({ depthSize: "small" }, writtenString, fc.constantFrom("1", "null"), tie("object"), tie("list")),
    object: fc
      .array(fc.tuple(writtenString, blank, blank, tie("value"), blank), { maxLength: 4 })
      .map((members) => `{${members.map(([k, a, b, v, c]) => `${b}${k}${a}:${b}${v}${c}`).join(",")}}`),
    list: fc.array(tie("value"), { maxLength: 3 }).map((values) => `[${values.join(" , ")}]`),
  })).object;

  /** A slow and simple reader that compares every object's keys one by one. */
  function hasRepeated(text: string): boolean {
    let at = 0;
    const skip = () => {
      while (/\s/.test(text[at] ?? "")) at++;
    };
    const string = (): string => {
      const [whole] = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(at)) as RegExpExecArray;
      at += whole.length;
      return JSON.parse(whole) as string;
    };
    const value = (): boolean => {
      skip();
      const opening = text[at];
      if (opening === '"') return string() === undefined;
      if (opening !== "{" && opening !== "[") {
        at += (/^[\w.+-]+/.exec(text.slice(at)) as RegExpExecArray)[0].length;
        return false;
      }
      const keys = new Set<string>();
      let isRepeated = false;
      for (at++, skip(); text[at] !== "}" && text[at] !== "]"; skip()) {
        if (opening === "{") {
          const key = string();
          isRepeated ||= keys.has(key);
          keys.add(key);
          skip();
          at++;
        }
        isRepeated = value() || isRepeated;
        skip();
        if (text[at] === ",") at++;
      }
      at++;
      return isRepeated;
    };
    return value();
  }

  it("is found in any document exactly where a plain reader finds it", () => {
    const seen = { with: 0, without: 0 };
    fc.assert(
      fc.property(writtenDocument, (text) => {
        expect(() => JSON.parse(text)).not.toThrow();
        const expected = hasRepeated(text);
        seen[expected ? "with" : "without"]++;
        expect(isRepeated(text)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
    expect(seen.with).toBeGreaterThan(100);
    expect(seen.without).toBeGreaterThan(100);
  });

  // Proves: given-report-says-one
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
          expect(isRepeated(`[${document}, ${document}]`)).toBe(false);
          const keys = [...members.keys()].filter((key) => key !== "__proto__");
          const again = keys[at % keys.length];
          if (again === undefined) return;
          const escaped = [...JSON.stringify(again).slice(1, -1)].join("");
          const twice = document.replace(/\s*\}$/, () => ` , "${escaped}" : {} }`);
          expect(Object.keys(JSON.parse(twice)).length).toBe(Object.keys(JSON.parse(document)).length);
          expect(isRepeated(twice)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["before a string that begins with a colon", '{"a": ":b", "c": " : d", "a": 1}'],
    ["before strings that look like keys", `{"a": "\\"b\\": 1", "c": "\\\\", "d": "\\": ", "a": 1}`],
    ["with blanks before its colon", '{"a" : 1, "b"\t:\n2, "a"\r\n  : 3}'],
    ["whose first value is dropped with all that is in it", '{"a": [{"b": {"c": [{}]}}], "a": []}'],
    ["that is __proto__", '{"__proto__": {"a": 1}, "b": 2, "__proto__": 3}'],
  ])("is found %s", (_, text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(isRepeated(text)).toBe(true);
  });

  // Proves: given-report-says-one
  it("is looked for in linear time, however many keys an object has, and however a string is written", () => {
    const best = (text: string) => {
      const bytes = Buffer.from(text);
      const times = [1, 2, 3].map(() => {
        const began = process.threadCpuUsage();
        parseStrict(bytes);
        return process.threadCpuUsage(began).user / 1000;
      });
      return Math.min(...times);
    };
    const keys = (count: number) => `{${Array.from({ length: count }, (_, at) => `"${at.toString(36)}":0`).join(",")}}`;
    const escapes = (count: number) => `["${"\\\\".repeat(count)}","${'\\"'.repeat(count)}"]`;
    // Quadratic time would be a hundred times as long. A busy machine is slow for both.
    for (const made of [keys, escapes]) expect(best(made(200_000))).toBeLessThan(80 * Math.max(5, best(made(20_000))));
  });
});

describe("JSON that is not read", () => {
  it.each<[string, string | Buffer, string]>([
    ["is empty", " \n", "is empty"],
    ["is cut off", '{"a": [1, "b', "is not JSON, or only a part of it"],
    ["goes on behind its end", "{} {}", "is not JSON, or only a part of it"],
    ["has an escape in a key that is none", '{"\\x": 1}', "is not JSON, or only a part of it"],
    ["is not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "is not UTF-8"],
    ["is UTF-16", Buffer.from('{"a": "ü"}', "utf16le"), "is not UTF-8"],
    [
      "is nested deeper than a document",
      `${"[".repeat(MOST_LEVELS + 1)}${"]".repeat(MOST_LEVELS + 1)}`,
      `is nested deeper than ${MOST_LEVELS} levels`,
    ],
  ])("%s", (_, text, message) => {
    expect(fault(text)).toBe(message);
  });

  it("is too large for a string of Node", () => {
    vi.spyOn(TextDecoder.prototype, "decode").mockImplementationOnce(() => {
      throw Object.assign(new Error("Cannot create a string"), { code: "ERR_STRING_TOO_LONG" });
    });
    expect(() => parse("{}")).toThrow(expect.objectContaining({ kind: "too-large" }));
  });

  it("is refused before it is parsed if it is nothing but brackets", () => {
    const before = cpuMs();
    expect(fault("[".repeat(50_000_000))).toBe(`is nested deeper than ${MOST_LEVELS} levels`);
    expect(cpuMs() - before).toBeLessThan(2000);
  });

  it("quotes nothing of the text", () => {
    for (const text of ['{"secret": 1, "secret": 2}', "secret", '["secret"'])
      expect(String(fault(text))).not.toContain("secret");
  });
});

describe("JSON that is read", () => {
  it("may have a byte order mark, and be nested as deep as a document", () => {
    const deep = "[".repeat(MOST_LEVELS) + "]".repeat(MOST_LEVELS);
    expect(parse(`\ufeff${deep}`)).toEqual(JSON.parse(deep));
    expect(parse(`["${"[".repeat(200)}\\\\", "\\"${"{".repeat(200)}"]`)).toHaveLength(2);
  });

  it("gives __proto__ as its own key", () => {
    const value = parse('{"__proto__": {"isAdmin": true}}');
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect((value as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });
});

describe("a key that some programs take for another", () => {
  const row = z.object({ Layers: z.array(z.string()).nullish(), key: z.unknown() }).optional();
  const schema = z.object({
    schemaVersion: z.number(),
    Config: row,
    rows: z
      .array(row)
      .nullable()
      .transform((rows) => rows ?? []),
    named: z.record(z.string(), row),
    loose: z.object({ key: z.string() }).optional().catch(undefined),
  });

  it.each([
    ["in small letters", '{"config": 1}', "Config"],
    ["in capitals", '{"a": 1, "CONFIG": 1, "layers": 1}', "Config"],
    ["alongside the right one", '{"Config": {}, "CONFIG": {}}', "Config"],
    ["with a long s", '{"\u017fchemaVersion": 1}', "schemaVersion"],
    ["with the Kelvin sign, in an object", '{"Config": {"\u212aey": 1}}', "key"],
    ["in a list", '{"rows": [{"Layers": []}, {"LAYERS": []}]}', "Layers"],
    ["in what may have any name", '{"named": {"x": {"Key": 1}}}', "key"],
    ["in what need not be right", '{"loose": {"Key": 1}}', "key"],
    ["by an escape", '{"\\u0063onfig": 1}', "Config"],
  ])("is found %s", (_, text, meant) => {
    for (let time = 0; time < 2; time++)
      expect(fault(text, schema)).toBe(`has a key that only some programs read as "${meant}"`);
  });

  it.each([
    ["the known ones themselves", '{"schemaVersion": 2, "Config": {"Layers": null, "key": {"KEY": 1}}, "rows": null}'],
    ["others", '{"schemaVersions": 1, "Layers": 1, "layers": 1, "": 1, "\u00e4": 1, "toString": 1, "__proto__": 1}'],
    ["names that may be any", '{"named": {"Config": {}, "config": {}, "rows": {}}}'],
    ["a value of another kind", '{"Config": ["Key"], "rows": {"KEY": 1}, "named": [{"Key": 1}]}'],
    ["nothing", "[]"],
  ])("is not found among %s", (_, text) => {
    expect(parse(text, schema)).toEqual(JSON.parse(text));
  });
});
