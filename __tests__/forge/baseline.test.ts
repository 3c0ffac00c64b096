import { describe, expect, test } from "vitest";
import { baselines, type StoredReport, type StoringRun, untrustedBecause } from "../../src/forge/baseline.ts";

const LOOKING = { branch: "main", ownRun: 9 };
const GOOD: StoringRun = { run: 1, trigger: "push", branch: "main", isElsewhere: false, isSuccessful: true };

describe("whose stored report is trusted, on any server", () => {
  // Proves: pull-request-does-not
  test.each<[string, StoringRun, string]>([
    ["this run's own", { run: 9 }, "it is of this run"],
    ["another repository's branch", { isElsewhere: true }, "its run is of another repository's branch"],
    ["another branch", { branch: "feature" }, "its run is not of main"],
    ["no branch at all", { branch: "" }, "its run is not of main"],
    ["a pull request", { trigger: "pull_request" }, "its run was started by pull_request"],
    ["a run by hand", { trigger: "workflow_dispatch" }, "its run was started by workflow_dispatch"],
    ["a pipeline with variables", { trigger: "trigger" }, "its run was started by trigger"],
    ["a run that failed", { isSuccessful: false }, "its run was not successful"],
  ])("not the report of %s", (_, changed, why) => {
    expect(untrustedBecause({ ...GOOD, ...changed }, LOOKING)).toBe(why);
  });

  test.each(["push", "schedule", "parent_pipeline"])("the report of a successful run on %s is", (trigger) => {
    expect(untrustedBecause({ ...GOOD, trigger }, LOOKING)).toBeUndefined();
  });

  test("what is not said in the list is not known yet", () => {
    expect(untrustedBecause({}, LOOKING)).toBeUndefined();
  });
});

const lines: string[] = [];

/** The chosen reports, and the number of requests for details. */
async function taken(...stored: Partial<StoredReport>[]) {
  let asked = 0;
  lines.length = 0;
  async function* all(): AsyncGenerator<StoredReport> {
    for (const [at, one] of stored.entries())
      yield {
        label: `report ${at}`,
        listed: {},
        async details() {
          asked += 1;
          return { ...GOOD, commit: `commit ${at}`, ...(await one.details?.()) };
        },
        read: async () => Buffer.from(String(at)),
        ...(({ details: _, ...rest }) => rest)(one),
      };
  }
  const found: string[] = [];
  const log = { debug: (line: string) => void lines.push(line) };
  for await (const { commit, branch } of baselines(all(), LOOKING, log)) found.push(`${commit} on ${branch}`);
  return { found, asked };
}

describe("stored reports", () => {
  test("are taken in the server's order, and each that is not says why", async () => {
    const { found, asked } = await taken(
      {},
      { unfit: "it has expired" },
      { listed: { branch: "feature" } },
      { details: async () => ({ trigger: "pull_request", commit: "planted" }) },
      { read: async () => "it was changed on the way" },
      {},
    );
    expect(found).toEqual(["commit 0 on main", "commit 5 on main"]);
    expect(lines).toEqual([
      "Baseline: report 1 is not taken: it has expired.",
      "Baseline: report 2 is not taken: its run is not of main.",
      "Baseline: report 3 is not taken: its run was started by pull_request.",
      "Baseline: report 4 is not taken: it was changed on the way.",
    ]);
    expect(asked).toBe(4);
  });

  test("are asked for at most 40 times, however many a stranger has stored", async () => {
    const planted = { details: async () => ({ isSuccessful: false, commit: "planted" }) };
    const { found, asked } = await taken(...Array.from({ length: 60 }, () => planted), {});
    expect([found, asked]).toEqual([[], 40]);
  });
});
