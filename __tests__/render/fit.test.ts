import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitBlocks as fitted, type Measure, utf8Bytes, utf16Units } from "../../src/render/fit.ts";
import { type Block, fold as foldOf, type Row, type Rows } from "../../src/render/tree.ts";

const LEFT_OUT = "_Some sections are left out here: there was no room for them._";

/** Shows blocks and rows as they are. */
const printer = {
  row: ([text]: Row) => String(text),
  document: (blocks: readonly Block[]): string =>
    blocks
      .map((block) => {
        if (block.kind === "fold")
          return [`<fold ${block.summary}>`, printer.document(block.blocks), `</fold ${block.summary}>`];
        return [block.kind === "para" && typeof block.words === "string" ? block.words : LEFT_OUT];
      })
      .flatMap((lines) => lines.filter((line) => line !== ""))
      .join("\n\n"),
};
/** A paragraph of one text. */
const paraOf = (text: string): Block => ({ kind: "para", words: text });
const blocksOf = (blocks: readonly (Block | string)[]) =>
  blocks.map((block) => (typeof block === "string" ? paraOf(block) : block));
const fitBlocks = (blocks: readonly (Block | string)[], limit: number, measure: Measure) =>
  fitted(blocksOf(blocks), { limit, measure, printer });
const fitTo = (blocks: readonly (Block | string)[], limit: number, measure: Measure = utf16Units) =>
  fitBlocks(blocks, limit, measure).text;

interface Spec {
  ranks: number[];
  size: number;
  share?: number | undefined;
}

/** Rows that are recognisable and show how many are missing. */
function rows(name: string, { ranks, size, share }: Spec): Rows {
  const sorted = [...ranks].sort((a, b) => a - b);
  return {
    kind: "rows",
    count: sorted.length,
    row: (index) => [`${name}${index}:${sorted[index]}:${"é".repeat(size)};`],
    rank: (index) => sorted[index] as number,
    layout: (shown) => [
      paraOf([`<${name}`, ...shown.flat(), `left=${sorted.length - shown.length}`, `${name}>`].join("\n")),
    ],
    share,
  };
}

const spec = fc.record({
  ranks: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 40 }),
  size: fc.integer({ min: 0, max: 60 }),
  share: fc.option(fc.constantFrom(0.1, 0.5, 1), { nil: undefined }),
});
const measure: fc.Arbitrary<Measure> = fc.constantFrom(utf16Units, utf8Bytes);

/** Blocks with folds in them, folds in folds too. */
const { block } = fc.letrec<{ block: Block; leaf: Block; fold: Block }>((tie) => ({
  leaf: fc.oneof(
    fc.integer({ min: 1, max: 200 }).map((size) => paraOf("x".repeat(size))),
    spec.map((each) => rows("r", each)),
  ),
  fold: fc
    .record({ name: fc.integer({ min: 0, max: 9 }), blocks: fc.array(tie("block"), { maxLength: 4 }) })
    .map(({ name, blocks }) => foldOf(`${name}`, blocks)),
  block: fc.oneof({ depthSize: "small", maxDepth: 3 }, tie("leaf"), tie("fold")),
}));

/** Names of the folds that are open at the end, and whether each was closed in its turn. */
function openFolds(text: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = ""] of text.matchAll(/<(\/?)fold (\d)>/g))
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return ["closed out of turn"];
  return open;
}

describe("fitTo", () => {
  test("leaves no fold open, whatever has no room, and keeps the limit where the first two blocks have room", () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 8 }),
        fc.integer({ min: 0, max: 3_000 }),
        measure,
        (blocks, limit, size) => {
          const text = fitTo(["heading", "overview", ...blocks], limit, size);
          expect(openFolds(text)).toEqual([]);
          if (limit >= 120) expect(size(text)).toBeLessThanOrEqual(limit);
          // This also holds in the first two positions.
          expect(openFolds(fitTo(blocks, limit, size))).toEqual([]);
        },
      ),
    );
  });

  test("drops a fold with all that is in it, the last first", () => {
    const fold = (name: number) => foldOf(`${name}`, blocksOf(["a".repeat(60), "b".repeat(60)]));
    const whole = (name: number) => `<fold ${name}>\n\n${"a".repeat(60)}\n\n${"b".repeat(60)}\n\n</fold ${name}>`;
    const blocks = ["heading", "overview", fold(1), fold(2)];
    expect(fitTo(blocks, 260)).toBe(
      `heading\n\noverview\n\n${whole(1)}\n\n_Some sections are left out here: there was no room for them._`,
    );
    expect(fitTo(blocks, 400)).toContain(whole(2));
  });

  test("shows rows in the room that the dropped folds leave, within their share", () => {
    const changes = rows("c", { ranks: Array(40).fill(0), size: 1, share: 0.2 });
    const folds = [1, 2, 3].map((name) =>
      foldOf(`${name}`, [paraOf("x".repeat(400)), rows("r", { ranks: [1, 2], size: 9 })]),
    );
    const text = fitTo(["heading", changes, ...folds], 1_000);
    expect(text.length).toBeLessThanOrEqual(1_000);
    expect(text).toContain("_Some sections are left out");
    expect(text.match(/^c\d+:/gm)?.length).toBeGreaterThan(15);
    expect(openFolds(text)).toEqual([]);
  });

  test("keeps the limit, shows whole rows from the top, and each section's total is right", () => {
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 120, max: 4_000 }),
        measure,
        (specs, limit, size) => {
          const names = specs.map((_, index) => "abcd"[index] as string);
          const text = fitTo(
            ["head", "reason", ...specs.map((one, index) => rows(names[index] as string, one))],
            limit,
            size,
          );
          expect(size(text)).toBeLessThanOrEqual(limit);
          expect(text.startsWith("head\n\nreason")).toBe(true);
          specs.forEach((one, index) => {
            const name = names[index] as string;
            const whole = new RegExp(`<${name}\\n([\\s\\S]*?)\\n?left=(\\d+)\\n${name}>`).exec(text);
            if (whole === null) {
              expect(text).not.toContain(`<${name}`);
              expect(text).toContain("left out here");
              return;
            }
            const shown = [...(whole[1] ?? "").matchAll(new RegExp(`${name}(\\d+):\\d+:é{${one.size}};`, "g"))].map(
              (m) => Number(m[1]),
            );
            expect(shown).toEqual(shown.map((_, i) => i));
            expect(shown.length + Number(whole[2])).toBe(one.ranks.length);
          });
        },
      ),
      { numRuns: 400 },
    );
  });

  test("drops the least severe rows first, over all sections", () => {
    const one = rows("a", { ranks: [1, 3, 3, 3], size: 20 });
    const two = rows("b", { ranks: [2, 2, 4], size: 20 });
    const text = fitTo(["head", "reason", one, two], 125);
    expect(text).toMatch(/a0:1/);
    expect(text).toMatch(/b0:2/);
    expect(text).toMatch(/b1:2/);
    expect(text).not.toMatch(/:3:|:4:/);
    expect(text).toContain("left=3");
    expect(text).toContain("left=1");
  });

  test("shows the rows above the first one that has no room", () => {
    const block: Rows = {
      kind: "rows",
      count: 9,
      row: (index) => [index === 4 ? "é".repeat(2_000) : `row ${index};`],
      rank: () => 0,
      layout: (shown) => [paraOf(`${shown.flat().join("\n")}\n${shown.length} of 9`)],
    };
    for (const share of [undefined, 0.5])
      expect(fitTo(["head", "reason", { ...block, share }], 1_500)).toBe(
        "head\n\nreason\n\nrow 0;\nrow 1;\nrow 2;\nrow 3;\n4 of 9",
      );
  });

  test("a row that is too large ends no other section", () => {
    const large: Rows = { ...rows("a", { ranks: [0, 1], size: 1 }), row: () => ["é".repeat(2_000)] };
    const text = fitTo(["head", "reason", large, rows("b", { ranks: [2, 3], size: 5 })], 1_000);
    expect(text).toMatch(/<a\nleft=2[\s\S]*b0:2[\s\S]*b1:3[\s\S]*left=0/);
  });

  test("makes hardly more rows than it shows", () => {
    let made = 0;
    const huge: Block = {
      kind: "rows",
      count: 1_000_000,
      row: (index) => {
        made += 1;
        return [`row ${index}`];
      },
      rank: () => 0,
      layout: (shown) => [paraOf(`${shown.flat().join("\n")}\n${1_000_000 - shown.length} left out`)],
    };
    const text = fitTo(["head", "reason", huge], 2_000);
    const shown = text.match(/^row/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(150);
    expect(made).toBeLessThanOrEqual(shown + 4);
    expect(text).toContain(`${1_000_000 - shown} left out`);
  });

  test("has no more than 1,000 rows of a section, but without a limit all", () => {
    const many = rows("a", { ranks: Array(1_500).fill(0), size: 0 });
    expect(fitTo(["head", many], 1_000_000)).toContain("left=500");
    expect(fitTo(["head", many], Number.POSITIVE_INFINITY)).toContain("left=0");
  });
});

describe("fitBlocks says whether all is there:", () => {
  const block: Rows = rows("a", { ranks: [0, 1, 2, 3], size: 10 });
  test.each<[string, readonly (Block | string)[], number, boolean]>([
    ["all rows have room", ["head", block], 1_000, true],
    ["a row has none", ["head", block], 60, false],
    ["a section shows only some", ["head", rows("a", { ranks: Array(1_001).fill(0), size: 1 })], 1e6, false],
    ["sections go", ["head", "reason", "x".repeat(500)], 200, false],
    ["there are no rows", ["head", "reason"], 200, true],
  ])("%s", (_, blocks, limit, isWhole) => {
    expect(fitBlocks(blocks, limit, utf16Units).isWhole).toBe(isWhole);
  });

  test("does not say so if rows do not say all", () => {
    expect(fitBlocks(["head", { ...block, isShort: true }], 1_000, utf16Units).isWhole).toBe(false);
  });
});
