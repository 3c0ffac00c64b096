import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDocuments } from "../../../src/domain/json/pieces.ts";

const cut = (text: string) => jsonDocuments(Buffer.from(text))?.map((part) => part.toString("utf8").trim());

describe("several JSON documents in one text", () => {
  it("are cut where one begins a line", () => {
    expect(cut('{"a":[1]}\n{"b":"}"}\r\n[2]\nnull\n')).toEqual(['{"a":[1]}', '{"b":"}"}', "[2]", "null"]);
    const pretty = [{ a: { b: [1] } }, { c: "ü" }].map((each) => JSON.stringify(each, null, 2));
    expect(cut(pretty.join("\n"))).toEqual(pretty);
  });

  it("are at most a thousand", () => {
    expect(cut("{}\n".repeat(1000))).toHaveLength(1000);
    expect(cut("{}\n".repeat(1001))).toBeUndefined();
  });
});

it("any objects and lists come out as they went in", () => {
  const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const texts = values.map((each) => JSON.stringify(each));
      expect(cut(texts.join("\n"))).toEqual(texts);
    }),
  );
});
