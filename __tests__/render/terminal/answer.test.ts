import { expect, it } from "vitest";
import { renderAnswer } from "../../../src/render/terminal/answer.ts";
import { view } from "../build.ts";

const LOOK = { columns: 120, colours: false, isTerminal: false, command: "image-gate" };

it.each([
  ["workspace", "policy.yml", "Policy: policy.yml of the working directory"],
  ["workspace", "/etc/policy.yml", "Policy: /etc/policy.yml"],
  ["workspace", undefined, "Policy: none in the working directory; the default limits"],
  ["base", "policy.yml", "Policy: policy.yml of the base"],
  ["base", undefined, "Policy: none in the base; the default limits"],
  ["default-branch", "policy.yml", "Policy: policy.yml of the default branch"],
] as const)("the answer at a terminal says whose policy judged: from %s, at %s", (from, path, line) => {
  const judged = { ...view(), policy: { ...view().policy, path, from } };
  expect(renderAnswer(judged, LOOK).split("\n")).toContain(line);
});

it("says of limits that are not the defaults that they were given", () => {
  const { verdict, ...rest } = view();
  const [target] = verdict.targets;
  if (target === undefined || target.answer === "error") throw new Error("the sample is judged");
  const rows = target.rows.map((row) => (row.severity === "HIGH" ? { ...row, limit: 5 } : row));
  const raised = { ...rest, verdict: { ...verdict, targets: [{ ...target, rows }] } };
  const judged = { ...raised, policy: { ...rest.policy, path: undefined, from: "workspace" as const } };
  expect(renderAnswer(judged, LOOK)).toContain("Policy: none in the working directory; the limits that were given\n");
});
