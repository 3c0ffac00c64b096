import { expect, it } from "vitest";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import type { View } from "../../src/render/view.ts";
import { renderComment } from "./fitted.ts";
import { sample } from "./samples.ts";

/** Fifty thousand findings of which the least severe is the only new one. */
function oneNew(): { view: View; id: string } {
  const view = sample("huge");
  const target = view.verdict.targets[0] as JudgedTarget;
  const last = target.findings.findLast(({ outcome }) => outcome === "open");
  const findings = target.findings.map((each) => ({
    ...each,
    change: each === last ? ("new" as const) : ("unchanged" as const),
  }));
  const targets = [{ ...target, findings }];
  return { view: { ...view, verdict: { ...view.verdict, targets } }, id: last?.finding.id ?? "" };
}

it("what is new has the first table, however many older and worse findings there are", () => {
  const { view, id } = oneNew();
  const body = renderComment(view);
  const from = body.indexOf("### New with this change");
  const table = body.slice(from, body.indexOf("### Also failing"));
  expect(from).toBeGreaterThan(0);
  expect(table).toContain(id);
  expect(table.split("\n").filter((line) => line.includes("**new**"))).toHaveLength(1);
  expect(body.length).toBeLessThanOrEqual(65_000);
});
