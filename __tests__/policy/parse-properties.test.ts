import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { addDays } from "../../src/domain/dates.ts";
import type { Exception } from "../../src/domain/exception.ts";
import type { Policy, TargetRule } from "../../src/domain/policy/policy.ts";
import { SEVERITIES } from "../../src/domain/severity.ts";
import { PolicyError } from "../../src/policy/mistakes.ts";
import { parsePolicy, parsePolicyFile } from "../../src/policy/parse.ts";

const TODAY = "2026-11-24";
const OPTIONS = { file: "p.yml", today: TODAY };

/** Text as people and attackers write it, but valid: trimmed, not empty, without control characters. */
function text(longest: number): fc.Arbitrary<string> {
  const strange = fc.constantFrom(
    "null",
    "true",
    "~",
    "1",
    "- a",
    "a: b",
    "# x",
    "*a",
    "&a",
    "!a",
    "@a",
    "2026-01-01",
    "'",
    '"',
    "%",
    "<<",
    "…",
    "🦊",
  );
  return fc
    .oneof(fc.string({ minLength: 1, maxLength: longest, unit: "grapheme" }), strange)
    .map((raw) =>
      raw
        .slice(0, longest)
        .toWellFormed()
        .replace(/\p{Cc}/gu, "x")
        .trim(),
    )
    .filter((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value));
}
const name = text(60)
  .map((value) => value.replaceAll("*", "x"))
  .filter((value) => !value.startsWith("pkg:"));
const globs = fc.array(text(60), { minLength: 1, maxLength: 4 });
const limit = fc.oneof(fc.nat(), fc.constant("unlimited" as const));
const thresholds = fc.record(
  Object.fromEntries(SEVERITIES.map((severity) => [severity, limit])) as Record<
    (typeof SEVERITIES)[number],
    typeof limit
  >,
  { requiredKeys: [] },
);

const exception: fc.Arbitrary<Omit<Exception, "line">> = fc
  .record(
    {
      id: name,
      package: fc.oneof(name, fc.constant("pkg:npm/%40acme/app@1.0.0?a=b#c")),
      paths: globs,
      images: globs,
      reason: fc.array(text(200), { minLength: 1, maxLength: 3 }).map((lines) => lines.join("\n")),
      owner: text(100),
      created: fc.integer({ min: -3000, max: 1 }).map((days) => addDays(TODAY, days)),
      life: fc.nat({ max: 365 }),
      onlyWhileUnfixed: fc.boolean(),
    },
    { requiredKeys: ["id", "reason", "life", "onlyWhileUnfixed"] },
  )
  .map(({ life, ...rest }) => ({ ...rest, expires: addDays(rest.created ?? TODAY, life) }));

const policy = fc.record(
  {
    thresholds,
    ignoreUnfixed: fc.boolean(),
    targets: fc.array(fc.record({ images: globs, thresholds }), { maxLength: 4 }),
    exceptionRules: fc.record({
      maxDays: fc.integer({ min: 365, max: 36_500 }),
      warnDays: fc.nat({ max: 400 }),
      requireOwner: fc.constant(false),
    }),
    exceptions: fc.uniqueArray(exception, { maxLength: 6, selector: ({ id }) => id }),
  },
  { requiredKeys: ["thresholds", "targets", "exceptionRules", "exceptions"] },
);

function asWritten(value: Partial<Policy>): Record<string, unknown> {
  const lower = (limits: object) =>
    Object.fromEntries(Object.entries(limits).map(([key, limit]) => [key.toLowerCase(), limit]));
  return {
    version: 1,
    thresholds: lower(value.thresholds ?? {}),
    ...(value.ignoreUnfixed !== undefined && { "ignore-unfixed": value.ignoreUnfixed }),
    targets: value.targets?.map((rule) => ({ images: rule.images, thresholds: lower(rule.thresholds) })),
    "exception-rules": {
      "max-days": value.exceptionRules?.maxDays,
      "warn-days": value.exceptionRules?.warnDays,
      "require-owner": value.exceptionRules?.requireOwner,
    },
    exceptions: value.exceptions?.map(({ onlyWhileUnfixed, ...rest }) => ({
      ...rest,
      "only-while-unfixed": onlyWhileUnfixed,
    })),
  };
}

const withoutLine = <T extends Exception | TargetRule>({ line: _, ...rest }: T): Omit<T, "line"> => rest;

it("any valid policy, written as YAML or JSON, is read back the same", () => {
  fc.assert(
    fc.property(policy, fc.constantFrom("block", "flow", "json"), (value, style) => {
      const written = asWritten(value as unknown as Policy);
      const source =
        style === "json"
          ? JSON.stringify(written)
          : stringify(written, { collectionStyle: style as "block" | "flow", aliasDuplicateObjects: false });
      const read = parsePolicy(source, OPTIONS);
      expect({ ...read, targets: read.targets.map(withoutLine), exceptions: read.exceptions.map(withoutLine) }).toEqual(
        value,
      );
    }),
    { numRuns: 300 },
  );
});

const MIB = 1024 * 1024;
const fill = (unit: string): string => unit.repeat(Math.floor(MIB / unit.length));

/** The largest legitimate policy, for comparison with a hostile file of the same size. */
function honest(): string {
  const items = Array.from(
    { length: 5000 },
    (_, i) =>
      `  - id: CVE-2026-${i}\n    package: package-${i}\n    paths: ["usr/lib/**"]\n    reason: ${"r".repeat(90)}\n    expires: 2026-12-01\n`,
  );
  return `version: 1\nexceptions:\n${items.join("")}`;
}

/** Each level uses the previous one ten times: 10^levels values. */
function aliasBomb(levels: number): string {
  const lines = Array.from(
    { length: levels },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(", ")}]`,
  );
  return `version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${lines.join("\n")}\n`;
}

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const HOSTILE: Readonly<Record<string, string>> = {
  "an alias bomb": aliasBomb(9),
  "a wide alias bomb": `a: &a [${"x,".repeat(200_000)}]\nb: [${"*a,".repeat(100)}]\n`,
  "one map under many keys": `exceptions: [&a {paths: [${"x,".repeat(150_000)}]}${", *a".repeat(99)}]\nversion: 1\n`,
  "opening brackets": fill("["),
  "nested lists": fill("- "),
  "keys on one line": fill("a: "),
  "keys of one name": fill("a:\n"),
  "keys of many names": Array.from({ length: 120_000 }, (_, i) => `k${i}:`).join("\n"),
  "growing indentation": Array.from({ length: 1400 }, (_, i) => `${" ".repeat(i)}a:\n`).join(""),
  quotes: fill('"'),
  anchors: fill("&a "),
  "a list of aliases": `a: [${fill("*a,")}]`.slice(0, MIB),
  tags: fill("!a "),
  directives: fill("%a\n"),
  documents: fill("---\n"),
  comments: fill("#\n"),
  blanks: fill(" "),
  "one long word": fill("a"),
  "one long quoted word with escapes": `"${fill("\\n").slice(0, MIB - 2)}"`,
  "a block scalar of empty lines": `a: |\n${fill(" \n")}`,
  "nothing but stars": `version: 1\nexceptions: [{id: A, paths: ["${"*".repeat(MIB - 100)}"]}]`,
};

const TIMES = 4;

/** The time for the largest honest policy. Measured once for all cases, and again for a case that needs another run. */
let honestCpu: number | undefined;

it.each(Object.entries(HOSTILE))("takes at most four times as long as the largest honest policy: %s", (title, text) => {
  const source = honest();
  const bytes = Buffer.from(text);
  let ratio = Number.POSITIVE_INFINITY;
  // The machine may be busy, or collect garbage: one good run of four is enough.
  for (let run = 0; run < 4 && ratio > TIMES; run++) {
    if (run > 0 || honestCpu === undefined) honestCpu = cpu(() => parsePolicy(source, OPTIONS));
    ratio = cpu(() => expect(() => parsePolicyFile(bytes, OPTIONS)).toThrow(PolicyError)) / honestCpu;
    if (process.env.SHOW_RATIOS) console.log(ratio.toFixed(1), title);
  }
  expect(ratio).toBeLessThanOrEqual(TIMES);
});
