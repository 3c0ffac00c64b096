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
