import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEnvFile } from "../../src/discovery/declared/compose/env-file.ts";
import { interpolate, NoValue } from "../../src/discovery/declared/compose/interpolate.ts";

const VARIABLES: Readonly<Record<string, string>> = { A: "va", B: "", LONG_1: "x-${A}" };
const lookup = (name: string) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined);

/** What is random text, a variable, or one with an operand that is such a thing again. */
type Part = string | { readonly name: string; readonly operator?: string; readonly operand?: readonly Part[] };

const parts = fc.letrec<{ parts: Part[]; part: Part }>((tie) => ({
  parts: fc.array(tie("part"), { maxLength: 4 }),
  part: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.stringMatching(/^[a-z0-9:/. -]{0,5}$/),
    fc.constant("$"),
    fc.record({ name: fc.constantFrom("A", "B", "C", "LONG_1") }),
    fc.record({
      name: fc.constantFrom("A", "B", "C", "LONG_1"),
      operator: fc.constantFrom(":-", "-", ":+", "+", ":?", "?"),
      operand: tie("parts") as fc.Arbitrary<Part[]>,
    }),
  ),
})).parts;

function written(all: readonly Part[]): string {
  return all
    .map((part) => {
      if (typeof part === "string") return part.replaceAll("$", "$$$$");
      return part.operator === undefined
        ? `\${${part.name}}`
        : `\${${part.name}${part.operator}${written(part.operand ?? [])}}`;
    })
    .join("");
}

/** The documentation's table, read from what the text was made of instead of from the text. Undefined: no value. */
function meant(all: readonly Part[]): string | undefined {
  const values = all.map((part) => {
    if (typeof part === "string") return part;
    const value = VARIABLES[part.name];
    const isThere = part.operator?.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
    if (part.operator?.endsWith("+")) return isThere ? meant(part.operand ?? []) : (value ?? "");
    if (isThere) return value;
    return part.operator?.endsWith("-") ? meant(part.operand ?? []) : undefined;
  });
  return values.includes(undefined) ? undefined : values.join("");
}

test("an expression has the value of its parts, however they are nested, or none", () => {
  fc.assert(
    fc.property(parts, (all) => {
      let value: string | undefined;
      try {
        value = interpolate(written(all), lookup);
      } catch (error) {
        expect(error).toBeInstanceOf(NoValue);
      }
      expect(value).toBe(meant(all));
    }),
    { numRuns: 2000 },
  );
});

test("any text has a value, or none for a reason", () => {
  const texts = fc.array(fc.constantFrom("$", "{", "}", "A", ":-", "?", "+", "\n", " ", "${", "é"), { maxLength: 60 });
  fc.assert(
    fc.property(texts, (words) => {
      try {
        expect(interpolate(words.join(""), lookup)).toBeTypeOf("string");
      } catch (error) {
        expect(error).toBeInstanceOf(NoValue);
      }
    }),
    { numRuns: 2000 },
  );
});

describe("what compose-go makes of odd texts", () => {
  test.each([
    ["cost: $5 and $", "cost: $5 and $"],
    ["$$A $${A} $$$A", "$A ${A} $va"],
    ["${C:-{x}}y", "{x}y"],
    ["${C:-{}", "{"],
    ["${C:-a}b}", "ab}"],
    ["$A_$A-$A", "va-va"],
    ["${C-:-x}", ":-x"],
    ["${A}${B:-}${A:+}", "va"],
  ])("%s", (text, value) => {
    expect(interpolate(text, (name) => (name === "A_" ? "" : lookup(name)))).toBe(value);
  });
});

test("a default that is nested a thousand times ends", () => {
  expect(interpolate(`${"${C:-".repeat(600)}x${"}".repeat(600)}`, lookup)).toBe("x");
  expect(() => interpolate("${C:-".repeat(1e5), lookup)).toThrow(NoValue);
});

describe(".env", () => {
  test.each([
    ["A=1\nB = 2\nC:3\nexport D=4", { A: "1", B: "2", C: "3", D: "4" }],
    ["A=x # no\nB=x#yes\nC= # kept\nD='x # y' # no", { A: "x", B: "x#yes", C: "# kept", D: "x # y" }],
    [
      'A=\'it\\\'s $X\'\nB="a \\"q\\" \\n\\t\\\\ \\0101"\nC="two\nlines"',
      { A: "it's $X", B: 'a "q" \n\t\\ A', C: "two\nlines" },
    ],
    ['A=1\r\nB=${A}2\r\nC=\\$A\nD="\\$A $$A"', { A: "1", B: "12", C: "\\1", D: "$A $A" }],
    ["A=1\nA=2\nB", { A: "2" }],
    ["A.b-c[0]=1\nÜ=2\n1x=3", { "A.b-c[0]": "1", Ü: "2", "1x": "3" }],
    ["__proto__=1\nconstructor=2", { ["__proto__"]: "1", constructor: "2" }],
  ])("%j", (text, variables) => {
    const read = readEnvFile(text, new Map());
    expect(read.wrong).toBe(undefined);
    expect([...read.variables].sort()).toEqual(Object.entries(variables).sort());
  });

  test("any text is read up to its first mistake", () => {
    const words = fc.constantFrom("A", "=", "\n", '"', "'", "\\", "$", "{", "}", " ", "#", "export ", "é", "\t");
    fc.assert(
      fc.property(fc.array(words, { maxLength: 80 }), (all) => {
        const { variables, wrong } = readEnvFile(all.join(""), new Map());
        expect(wrong === undefined || wrong.line > 0).toBe(true);
        for (const value of variables.values())
          expect(typeof value === "string" || value instanceof NoValue).toBe(true);
      }),
    );
    const { variables } = readEnvFile(`${" #\n".repeat(1e5)}A=1`, new Map());
    expect(variables.get("A")).toBe("1");
  });
});
