import fc from "fast-check";
import { expect } from "vitest";
import { PolicyError } from "../../src/policy/mistakes.ts";
import { parsePolicyFile } from "../../src/policy/parse.ts";
import { FULL, VALID } from "../policy/examples.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";

const OPTIONS = { file: "p.yml", today: "2026-11-24" };
const PIECES = [
  ..."[]{}:,-?&*!|>'\"%@`# \n\t\r\0",
  "\n  ",
  "\n  - ",
  "version: 1\n",
  "exceptions:\n",
  "thresholds: {critical: unlimited}\n",
  "&a ",
  "*a",
  "<<: *a\n",
  "---\n",
  "...\n",
  "!!set ",
  "!!binary ",
  "? ",
  "|2\n",
  "\\",
  "é",
  "\ufeff",
  "unlimited",
  "0x7fffffff",
  ".inf",
  "1e3",
  "~",
] as unknown as [string, ...string[]];

// Proves: reader-ends-value-code
fuzz(
  "damaged bytes are a policy, or a refusal with its places",
  damaged([FULL, ...Object.values(VALID)], PIECES),
  async (bytes) => {
    const result = await read(() => parsePolicyFile(bytes, OPTIONS));
    if ("value" in result) return;
    expect(result.refused).toBeInstanceOf(PolicyError);
    const lines = bytes.toString("utf8").split(/\r\n|\r|\n/).length;
    for (const { line, column } of (result.refused as PolicyError).mistakes) {
      expect(column).toBeGreaterThan(0);
      expect(line).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines + 1);
    }
  },
);

/** A key of {@link FULL}, in its line. */
const KEYS = [...FULL.matchAll(/(?<=^|[\s{-])[a-z-]+(?=:\s)/gm)].map(({ 0: key, index }) => ({ key, index }));

fuzz(
  "a key that is not one of ours is never passed by",
  fc.tuple(fc.constantFrom(...KEYS), fc.nat(), fc.constantFrom(..."abcxyz-_0")),
  async ([{ key, index }, at, letter]) => {
    const place = at % (key.length + 1);
    const other = key.slice(0, place) + letter + key.slice(place);
    const text = FULL.slice(0, index) + other + FULL.slice(index + key.length);
    const result = await read(() => parsePolicyFile(Buffer.from(text), OPTIONS));
    expect("refused" in result && result.refused.message).toContain(JSON.stringify(other));
  },
);
