import { expect, it } from "vitest";
import { partOf } from "../../src/render/part.ts";
import { exception, finding, judged, target, use, view } from "./build.ts";

it("a verdict on some targets counts what an exception covers in these alone, and has no exception of others", () => {
  const [shared, others] = [exception({ line: 4 }), exception({ id: "CVE-2024-2", line: 9 })];
  const accepted = (by: typeof shared) => judged(finding(), { outcome: "accepted", exceptions: [by] });
  const first = target([accepted(shared)], { label: "first:1" });
  const second = target([accepted(shared), accepted(others)], { label: "second:1" });
  const run = view([first, second], {
    exceptions: [use({ exception: shared, matches: 2 }), use({ exception: others })],
  });
  const part = partOf(run.verdict, [first]);
  expect(part.exceptions.map(({ exception: { line }, matches }) => [line, matches])).toEqual([[4, 1]]);
  expect([part.answer, part.targets]).toEqual(["pass", [first]]);
  expect(partOf(run.verdict, [second]).exceptions).toHaveLength(2);
});
