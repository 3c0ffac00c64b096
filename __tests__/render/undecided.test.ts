import fc from "fast-check";
import { expect, test } from "vitest";
import type { PolicyChange } from "../../src/domain/policy/change.ts";
import { undecided } from "../../src/domain/verdict.ts";
import { ANSWER } from "../../src/render/answer.ts";
import { UNDECIDED } from "../../src/render/undecided.ts";
import type { View } from "../../src/render/view.ts";
import { view } from "./build.ts";

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const kinds = fc.constantFrom("image", "path", "repository", "sbom", "report");
const target = fc.record({ kind: kinds, input: text, label: text }, { noNullPrototype: true });
const error = fc.record({
  code: text,
  what: fc.oneof(
    text,
    text.map((one) => `${one}\n${one}\n`.repeat(900)),
  ),
  remedy: text,
});
const change: fc.Arbitrary<PolicyChange> = fc.record(
  {
    what: fc.constantFrom("added", "removed", "changed"),
    loosens: fc.boolean(),
    subject: text,
    about: text,
    line: fc.nat(9),
  },
  { noNullPrototype: true },
) as never;
const policyChange = fc.option(
  fc.oneof(fc.record({ changes: fc.array(change, { maxLength: 4 }) }), fc.record({ unreadable: text })),
  { nil: undefined },
);
const views: fc.Arbitrary<View> = fc
  .record({
    error,
    targets: fc.array(target, { maxLength: 40 }),
    name: fc.option(text, { nil: undefined }),
    policyChange,
  })
  .map(({ error: thrown, targets, name, policyChange: changed }) => ({
    ...view(),
    verdict: undecided(thrown, targets as never, name),
    policyChange: changed,
  }));

test("A run that could not judge says, byte for byte, what the code for all runs says of it", () => {
  fc.assert(
    fc.property(views, (given) => {
      expect(UNDECIDED.renderLog(given)).toBe(ANSWER.renderLog(given));
      expect(UNDECIDED.annotationsOf(given)).toEqual(ANSWER.annotationsOf(given));
      expect([...UNDECIDED.renderReport(given)].join("")).toBe([...ANSWER.renderReport(given)].join(""));
    }),
    { numRuns: 100 },
  );
});
