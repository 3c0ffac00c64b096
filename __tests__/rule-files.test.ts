import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EMPTY_POLICY } from "../src/domain/policy-types.ts";
import { readEvent } from "../src/github/event.ts";
import { readInputs } from "../src/inputs.ts";
import { NO_POLICY } from "../src/loaded-policy.ts";
import { loadRuleFiles, withRuleFiles } from "../src/rule-files.ts";
import { ruleSource } from "../src/rule-source.ts";
import { temporaryFolder } from "./support/folder.ts";
import { testWorld } from "./trivy/world.ts";

test.each([
  ["lies elsewhere", "link.json", "file-outside-workspace"],
  ["is missing", "gone.json", "file-missing"],
])(
  "a VEX document that %s ends the run; a baseline is left to the target that it was meant for",
  async (_, vex, code) => {
    using folder = temporaryFolder("rule-files");
    const world = testWorld(folder.path);
    symlinkSync("/etc/passwd", join(world.workspace, "link.json"));
    const load = (more: Readonly<Record<string, string>>) => {
      const inputs = readInputs({ INPUT_IMAGE: "app", ...more });
      const event = readEvent({}, () => "");
      return loadRuleFiles(inputs, ruleSource(inputs, event, world), EMPTY_POLICY, world);
    };
    await expect(load({ INPUT_VEX: vex })).rejects.toMatchObject({ code });
    expect(await load({ INPUT_BASELINE: `./${vex}` })).toEqual({ vex: [], changes: [], notes: [] });
  },
);

test("where the policy's own change is not known, that is said beside what the files change", () => {
  const change = { what: "added", subject: "baseline", about: "b", loosens: true, line: 0, file: "b" } as const;
  const unknown = { ...NO_POLICY, change: { unreadable: "no answer" } };
  const files = { vex: [], changes: [change], notes: ["one"] };
  expect(withRuleFiles(unknown, files)).toEqual({
    policy: { ...NO_POLICY, change: { changes: [change] } },
    notes: ["Whether this pull request changes the policy file is not known: no answer", "one"],
  });
  expect(withRuleFiles(unknown, { ...files, changes: [] }).policy).toBe(unknown);
});
