import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDocuments } from "../../../src/domain/foreign/json-documents.ts";

const cut = (text: string) => jsonDocuments(Buffer.from(text))?.map(String);

describe("several JSON documents in one text", () => {
  it("are cut, with or without space between them", () => {
    expect(cut('{"a":[1]}{"b":"}"}\n[2]\t null 7')).toEqual(['{"a":[1]}', '{"b":"}"}', "[2]", "null", "7"]);
    expect(cut(' "a \\" {" {}')).toEqual(['"a \\" {"', "{}"]);
    expect(cut("")).toEqual([]);
  });

  it("without an end are left out", () => {
    for (const text of ['{"a":', '{"a":"', '["\\"]', '{} {"b', '"x']) expect(cut(text)).toBeUndefined();
    expect(cut("{}".repeat(1001))).toBeUndefined();
  });
});

it("any objects and lists come out as they went in", () => {
  const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      const texts = values.map((each) => JSON.stringify(each));
      expect(cut(texts.join("\n"))).toEqual(texts);
    }),
  );
});
