import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined, jsonPieces } from "../../../src/domain/json/pieces.ts";

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
