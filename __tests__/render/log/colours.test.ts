import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coloured } from "../../../src/render/log/colours.ts";
import { renderLog } from "../../../src/render/log/log.ts";
import type { View } from "../../../src/render/view.ts";
import { harmless } from "../../../src/system/harmless-text.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES } from "../samples.ts";

const log = (name: string): string => renderLog((SAMPLES[name] as () => View)());
const ESCAPE = "\u001b";
const without = (text: string): string => text.replace(/\u001b\[[\d;]*m/g, "");

describe("coloured", () => {
  test("paints each row's severity, each target's answer and the answer of the last line, and nothing else", () => {
    const text = coloured(log("fail"));
    const painted = [...text.matchAll(/\u001b\[([\d;]+)m([^\u001b]*)\u001b\[0m/g)].map(
      ([, code, word]) => `${code} ${word}`,
    );
    const rows = log("fail").match(/^ {2}(CRITICAL|HIGH) /gm)?.length ?? 0;
    expect(rows).toBeGreaterThan(2);
    expect(painted).toHaveLength(rows + 2);
    expect(new Set(painted)).toEqual(new Set(["1;31 CRITICAL", "31 HIGH", "1;31 fail"]));
    expect(text).toContain(`${ESCAPE}[1;31mfail${ESCAPE}[0m: `);
    expect(coloured(log("pass"))).toContain(`${ESCAPE}[1;32mpass${ESCAPE}[0m`);
    expect(coloured(log("error-inside"))).toContain(`${ESCAPE}[1;31merror${ESCAPE}[0m`);
  });

  test("leaves the text as it is, colours aside, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" }))), (lines) => {
        const text = harmless(lines.join("\n"));
        expect(without(coloured(text))).toBe(text);
      }),
    );
    for (const name of ["fail", "hostile", "several-targets", "kinds"])
      expect(without(coloured(log(name)))).toBe(log(name));
  });
});
