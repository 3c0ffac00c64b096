import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { listOf, rowCheck } from "../../../../src/scanners/trivy/report/row-check.ts";
import {
  explainedVulnerabilitySchema,
  licenseSchema,
  packageSchema,
  vulnerabilitySchema,
} from "../../../../src/scanners/trivy/report/schema.ts";

const anything = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, "", "text", 0, true, [], {}, ["text"], [1], { PURL: "a" }, { PURL: 1 }),
  fc.constantFrom<unknown>(Number.POSITIVE_INFINITY, Number.NaN, -1.5, { ContentSets: null }, { ContentSets: ["a"] }),
  fc.record({ PURL: fc.constantFrom<unknown>("a", 1, null, undefined), DiffID: fc.constantFrom<unknown>("a", [], "") }),
);

/** Rows in which some fields are right, and some are anything. */
function rowsOf({ shape }: z.ZodObject) {
  const right = (key: string) => {
    if (/Epoch$/.test(key)) return 1;
    if (/^(?:DependsOn|InstalledFiles)$/.test(key)) return ["text"];
    return /Identifier$|^(?:Layer|BuildInfo|Repository)$/.test(key) ? {} : "text";
  };
  const fields = Object.keys(shape).map(
    (key) => [key, fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(right(key)) }, anything)] as const,
  );
  return fc.oneof({ weight: 9, arbitrary: fc.record(Object.fromEntries(fields), { requiredKeys: [] }) }, anything);
}

describe("the check of rows", () => {
  it.each([
    ["vulnerabilities", vulnerabilitySchema],
    ["explained vulnerabilities", explainedVulnerabilitySchema],
    ["licences", licenseSchema],
  ] as const)("passes just what zod passes: %s", (_, schema) => {
    const check = rowCheck(schema);
    let passed = 0;
    const property = fc.property(rowsOf(schema), (row) => {
      passed += check?.(row) ? 1 : 0;
      expect(check?.(row)).toBe(schema.safeParse(row).success);
    });
    fc.assert(property, { numRuns: 500 });
    expect(passed).toBeGreaterThan(25);
  });

  it("passes no package that zod refuses, or would change: Go's empty lists are absent ones", () => {
    const check = rowCheck(packageSchema);
    let passed = 0;
    const property = fc.property(rowsOf(packageSchema), (row) => {
      if (!check?.(row)) return;
      passed += 1;
      expect(row).toMatchObject(packageSchema.parse(row));
    });
    fc.assert(property, { numRuns: 500 });
    expect(passed).toBeGreaterThan(25);
    expect([{ DependsOn: null }, { DependsOn: [] }, { Epoch: 1 }].map((row) => check?.(row))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("is not made for what it would not check", () => {
    for (const field of [z.string().regex(/a/), z.coerce.string(), z.string().nullable(), z.string().default("a")])
      expect(rowCheck(z.object({ field }))).toBeUndefined();
    for (const field of [z.number(), z.int().optional(), z.number().min(1).optional(), z.coerce.number().optional()])
      expect(rowCheck(z.object({ field }))).toBeUndefined();
    for (const item of [z.number(), z.string().min(1)])
      expect(rowCheck(z.object({ field: listOf(item) }))).toBeUndefined();
    expect(rowCheck(z.strictObject({ field: z.string() }))).toBeUndefined();
    expect(rowCheck(z.string())).toBeUndefined();
  });
});
