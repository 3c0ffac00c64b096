import { expect, test } from "vitest";
import { mayKeepIssues } from "../../../src/actions/rescan/history.ts";
import type { RescanRun } from "../../../src/actions/rescan/rescan-run.ts";
import type { RunChange } from "../../../src/job/job.ts";
import type { SavedState } from "../../../src/state/save.ts";
import { fakePlatform } from "../../job/fake-platform.ts";

const run = { wanted: { stateDir: "state", stateBranch: "image-gate-state" } } as unknown as RescanRun;
const change: RunChange = { trigger: "schedule", commits: [], hasBase: false, privileged: false };
const asked = (more: Partial<RunChange>, saved: Partial<SavedState> = {}) =>
  mayKeepIssues(run, { changes: [], ...saved } as SavedState, fakePlatform({ change: { ...change, ...more } }));

// The fake platform throws if it is asked for a branch.
test("with `state-dir`, who may keep issues is known without Git and without the server", async () => {
  expect(await asked({})).toBeUndefined();
  expect(await asked({ readOnlyBecause: "this run is on no branch" })).toBe("this run is on no branch");
  expect(await asked({}, { supersededBecause: "a newer run has written it" })).toContain("a newer run");
  expect(await asked({ trigger: "" })).toBe(fakePlatform({}).words.lacking);
});
