import { describe, expect, test } from "vitest";
import type { BaseUse } from "../../src/forge/forge.ts";
import { rulesBy, type WantedCommit } from "../../src/forge/rules.ts";
import { GateError } from "../../src/system/errors.ts";

type Run = Parameters<typeof rulesBy>[0];

const CHANGE: Run = {
  label: "This run (pull_request)",
  privileged: false,
  commit: "run",
  target: "main",
  compared: async () => ({ commit: "merged" }),
};
const FILE = { what: "policy", path: "policy.yml", maxBytes: 1000 };

/** Reads one file, and returns the requested commits and the log. */
async function read(use: BaseUse, more: Partial<Run> = {}, fails: (wanted: WantedCommit) => boolean = () => false) {
  const asked: WantedCommit[] = [];
  const notices: string[] = [];
  const reader = rulesBy(
    { ...CHANGE, ...more },
    async (wanted) => {
      asked.push(wanted);
      if (fails(wanted)) throw new GateError("x", "It cannot be read", "Look.");
      return async () => ({ text: Buffer.from(JSON.stringify(wanted)) });
    },
    { notice: (line) => notices.push(line) },
  );
  const found = await reader(use, FILE);
  return { found, asked, notices };
}

// The decision whose policy counts, for all servers. The servers' own tests show their commits.
describe("the rules are those", () => {
  test.each<[string, BaseUse, Partial<Run>, WantedCommit]>([
    ["of the run's own commit", "run", {}, { commit: "run" }],
    ["of the target as it is now", "base", {}, { branch: "main" }],
    ["of the default branch, without a target", "base", { target: undefined }, { branch: undefined }],
    ["of the default branch, whatever the target", "default-branch", { target: "release" }, {}],
    ["of the default branch, if its change cannot be read", "default-branch", { problem: "It is broken" }, {}],
    ["of the commit that was merged, for a comparison", "comparison", {}, { commit: "merged" }],
    [
      "of the target, for a comparison with no such commit",
      "comparison",
      { compared: async () => undefined },
      { branch: "main" },
    ],
  ])("%s", async (_, use, run, wanted) => {
    expect((await read(use, run)).asked).toEqual([wanted]);
  });

  // Proves: policy-base-takes-base
  test.each<[string, Partial<Run>]>([
    ["a stranger chose the target", { privileged: true }],
    ["what it is about cannot be read", { privileged: true, problem: "It is broken" }],
    ["a commit could be in", { privileged: true, parting: "old" }],
  ])("of the default branch in a privileged run, though %s", async (_, run) => {
    expect((await read("base", run)).asked).toEqual([{}]);
  });
});

test.each<[string, BaseUse, Partial<Run>, string]>([
  ["a run whose change cannot be read has no base", "base", { problem: "It is broken" }, "It is broken"],
  ["nor anything to compare with", "comparison", { problem: "It is broken" }, "It is broken"],
  ["a push compares with nothing", "comparison", { target: undefined }, "This run (pull_request) has no base"],
  ["a run without a commit", "run", { commit: undefined }, "This run (pull_request) has no base"],
])("%s", async (_, use, run, unreadable) => {
  expect(await read(use, run)).toMatchObject({ found: { unreadable }, asked: [] });
});

describe("a commit that stands in for the target's newest one", () => {
  const isTarget = ({ branch }: WantedCommit) => branch === "main";

  test("is taken for the base alone, and that is said", async () => {
    const { found, notices } = await read("base", { parting: "old" }, isTarget);
    expect(found).toEqual({ text: Buffer.from('{"commit":"old"}') });
    expect(notices).toEqual([expect.stringContaining("where the branches parted. It cannot be read. Look.")]);
    const compared = async () => undefined;
    expect(await read("comparison", { parting: "old", compared }, isTarget)).toMatchObject({
      found: { unreadable: "It cannot be read. Look" },
      notices: [],
    });
  });

  test("is not taken if it cannot be read either: the target's failure is said", async () => {
    const { found, notices } = await read("base", { parting: "old" }, () => true);
    expect({ found, notices }).toEqual({ found: { unreadable: "It cannot be read. Look" }, notices: [] });
  });
});

test("what a server throws is unreadable, and never absent", async () => {
  const reader = rulesBy(CHANGE, () => Promise.reject(new Error("down")), { notice: () => {} });
  expect(await reader("base", FILE)).toMatchObject({ unreadable: expect.stringContaining("down") });
});
