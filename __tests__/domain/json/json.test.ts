import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checked, Malformed } from "../../../src/domain/json/checked.ts";
import { joined, jsonPieces } from "../../../src/domain/json/pieces.ts";

const schema = z.strictObject({
  name: z.string(),
  kind: z.enum(["image", "path"]),
  parts: z.array(z.strictObject({ id: z.string() })).optional(),
});

it("gives what the schema describes", () => {
  const good = { name: "a", kind: "image", parts: [{ id: "b" }] };
  expect(checked(schema, good)).toEqual(good);
});

it.each<[string, unknown, string]>([
  ["no mapping", [], "it has a wrong or missing value"],
  ["a missing key", { name: "a" }, "it has a wrong or missing value at `kind`"],
  ["another word", { name: "a", kind: "tar" }, "it has a wrong or missing value at `kind`"],
  [
    "a list of other things",
    { name: "a", kind: "path", parts: [{ id: "b" }, {}] },
    "it has a wrong or missing value at `parts[1].id`",
  ],
  ["an unknown key", { name: "a", kind: "path", "new\u001bkey": 1 }, 'it has the unknown key "new\\u001bkey"'],
  [
    "an unknown key within",
    { name: "a", kind: "path", parts: [{ id: "b", more: 1 }] },
    'it has the unknown key "more" at `parts[0]`',
  ],
])("refuses %s, and names the place", (_, value, what) =>
  expect(() => checked(schema, value)).toThrow(new Malformed(what)),
);

it("quotes no value of the document", () => {
  expect(() => checked(schema, { name: "a", kind: "SECRET" })).toThrow(/^(?!.*SECRET)/);
});

describe("JSON in pieces", () => {
  it("is what JSON.stringify writes, at any depth, apart from line ends", () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 5 }), (value, lists) => {
        expect(JSON.parse([...jsonPieces(value, lists)].join(""))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    ));

  it("leaves out keys without a value, and has null for an item without one", () => {
    const value = { a: undefined, b: [undefined, 1], c: {}, d: [] };
    for (const lists of [0, 1, 2, 3])
      expect(JSON.parse([...jsonPieces(value, lists)].join(""))).toEqual({ b: [null, 1], c: {}, d: [] });
  });

  it("has no long piece, however long a list within a list is", () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, text: "x".repeat(40) }));
    const pieces = [...jsonPieces({ results: [{ rows }, { rows }] }, 2)];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(128 << 10);
    expect(pieces.join("")).toHaveLength(`${JSON.stringify({ results: [{ rows }, { rows }] })}\n`.length + 39_999);
  });
});

it("an iterator is a list", () => {
  const value = { head: 1, list: [1, 2].values().map((id) => ({ id, gone: undefined })), none: [].values() };
  expect([...jsonPieces(value, 1)].join("")).toBe('{"head":1,"list":[{"id":1},\n{"id":2}],"none":[]}\n');
});

it("texts are joined into pieces, and none is lost", () => {
  const texts = Array.from({ length: 1000 }, (_, at) => `${at},`.repeat(100));
  const pieces = [...joined(texts)];
  expect(pieces.join("")).toBe(texts.join(""));
  expect(pieces.length).toBeLessThan(20);
  expect([...joined([])]).toEqual([]);
});
