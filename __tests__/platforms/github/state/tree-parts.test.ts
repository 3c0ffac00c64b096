import fc from "fast-check";
import { expect, test } from "vitest";
import { inParts, isText, type TreeEntry, textEntry } from "../../../../src/platforms/github/state/tree-parts.ts";

const entry = (path: string, content: string): TreeEntry => ({ path, mode: "100644", type: "blob", content });

test("150 MB in 1,000 files are some ten requests of the same size", () => {
  const content = "x".repeat(150_000);
  const parts = inParts(Array.from({ length: 1000 }, (_, at) => entry(String(at), content)));
  expect(parts.length).toBeLessThanOrEqual(11);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(101);
});

test("a small change is one request, and a thousand small files are ten: none takes GitHub long", () => {
  expect(inParts([entry("index.json", "{}")])).toHaveLength(1);
  const parts = inParts(Array.from({ length: 1000 }, (_, at) => entry(String(at), "{}")));
  expect(parts.map((part) => part.length)).toEqual(Array.from({ length: 10 }, () => 100));
});

test("each entry is in one part, in its order, in at most 20 parts for up to 1,000 files of any size", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 1000 });
  const text = "x".repeat(3_000_000);
  fc.assert(
    fc.property(sizes, (lengths) => {
      const entries = lengths.map((length, at) => entry(String(at), text.slice(0, length)));
      const parts = inParts(entries);
      expect(parts.flat()).toEqual(entries);
      expect(parts.every((part) => part.length > 0)).toBe(true);
      expect(parts.length).toBeLessThanOrEqual(20);
    }),
    { numRuns: 50 },
  );
});

test("only JSON in UTF-8 is sent as text; what is sent is what was there, byte for byte", () => {
  expect(isText("index.json", Buffer.from("{}"))).toBe(true);
  expect(isText("index.json", Buffer.from([0x7b, 0xff, 0x7d]))).toBe(false);
  expect(isText("sboms/a.cdx.json.gz", Buffer.from("{}"))).toBe(false);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const content = Buffer.from(text);
      expect(Buffer.from(JSON.parse(JSON.stringify(textEntry("a.json", content))).content)).toEqual(content);
    }),
  );
});
