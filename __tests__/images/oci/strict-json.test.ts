import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ImageFault } from "../../../src/images/fault.ts";
import { MAX_DOCUMENT, parseStrictJson } from "../../../src/images/oci/strict-json.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const parse = (text: string | Buffer) => parseStrictJson(Buffer.from(text), "a document");

describe("JSON that all readers read alike", () => {
  it("is read", () => {
    for (const text of ['{"a":{"b":[1,"ü😀",null,true]},"c":"\\ud83d\\ude00"}', " [ ] ", '"a"', '{"":{"":{}}}'])
      expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each<[string, string | Buffer]>([
    ["has a key twice", '{"a":1,"a":1}'],
    ["has a key twice, once by an escape", '{"a":1,"\\u0061":2}'],
    ["has a key twice deep in it", '{"a":[{"b":{"c":1,"c":2}}]}'],
    ["begins with a byte order mark", "\ufeff{}"],
    ["is not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["is not UTF-8 in a key", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    ["goes on behind its end", "{} {}"],
    ["is cut off", '{"a":'],
    ["is empty", ""],
    ["has half a surrogate pair in a text", '["\\ud800"]'],
    ["has half a surrogate pair in a key", '{"\\ud800":1,"\\udc00":2}'],
    ["has a key that JavaScript treats specially", '{"__proto__":{}}'],
    ["has too many levels", "[".repeat(101) + "]".repeat(101)],
    ["is too long", `"${"a".repeat(MAX_DOCUMENT)}"`],
  ])("is not what %s", (_, text) => {
    expect(() => parse(text)).toThrow(ImageFault);
  });

  it("may have 100 levels, and brackets in texts", () => {
    expect(parse("[".repeat(100) + "]".repeat(100))).toBeDefined();
    expect(parse(`["${"[".repeat(200)}\\\\", "\\"${"{".repeat(200)}"]`)).toHaveLength(2);
  });

  it("is refused within a second if it is nothing but brackets", () => {
    const before = cpuMs();
    expect(() => parse("[".repeat(MAX_DOCUMENT))).toThrow(ImageFault);
    expect(cpuMs() - before).toBeLessThan(1000);
  });

  it.each(["Layers", "LAYERS", "layerſ", "Layerſ"])("has no field that is spelt %s", (key) => {
    const digests = z.object({ digest: z.unknown() });
    const fields = z.object({ layers: z.array(digests), config: digests });
    const read = (value: object) => parseStrictJson(Buffer.from(JSON.stringify(value)), "it", fields);
    for (const value of [{ [key]: [] }, { layers: [], [key]: [] }])
      expect(() => read(value)).toThrow("that some readers take for layers");
    for (const more of [
      { layers: [{ Digest: 1 }] },
      { layers: [{ digest: 1 }, { digeſt: 1 }] },
      { config: { DIGEST: 1 } },
    ])
      expect(() => read(more)).toThrow("that some readers take for digest");
    expect(() => read({ layers: [{ digest: { [key]: 1 } }], other: { [key]: 1 } })).not.toThrow();
  });
});
