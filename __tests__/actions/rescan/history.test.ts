import { expect, test } from "vitest";
import { loadHistory, mayKeepIssues } from "../../../src/actions/rescan/history.ts";
import type { Inputs } from "../../../src/actions/rescan/inputs.ts";
import type { RescanRun } from "../../../src/actions/rescan/rescan-run.ts";
import type { RunChange } from "../../../src/job/job.ts";
import type { SavedState } from "../../../src/state/save.ts";
import type { World } from "../../../src/system/world.ts";
import { fakePlatform } from "../../job/fake-platform.ts";

const inputs = { stateDir: "state", stateBranch: "image-gate-state" } as Inputs;
const run = { now: new Date() } as RescanRun;
const world = { workspace: "/nowhere" } as World;
const change: RunChange = { trigger: "schedule", commits: [], hasBase: false, privileged: false };
const asked = async (more: Partial<RunChange>, saved: Partial<SavedState> = {}) => {
  const platform = fakePlatform({ change: { ...change, ...more } });
  const history = await loadHistory(inputs, run, platform, world);
  return mayKeepIssues({ history }, { changes: [], ...saved } as SavedState);
};

// The fake platform throws if it is asked for a branch.
test("with `state-dir`, who may keep issues is known without Git and without the server", async () => {
  expect(await asked({})).toBeUndefined();
  expect(await asked({ readOnlyBecause: "this run is on no branch" })).toBe("this run is on no branch");
  expect(await asked({}, { supersededBecause: "a newer run has written it" })).toContain("a newer run");
});
