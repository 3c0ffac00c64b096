import { describe, expect, it } from "vitest";
import { judge } from "../../src/domain/judge/judge.ts";
import { failing, undecided } from "../../src/domain/verdict.ts";
import { judged, makeException, makeFinding, makePolicy, makeSettings, scanned } from "./make.ts";

describe("failing", () => {
  it("is what is open and of a severity whose limit is broken", () => {
    const critical = makeFinding({ severity: "CRITICAL" });
    const accepted = makeFinding({ severity: "CRITICAL", id: "CVE-2024-0002" });
    const high = makeFinding();
    const low = makeFinding({ severity: "LOW" });
    const policy = makePolicy({ exceptions: [makeException({ id: "CVE-2024-0002" })] });
    const verdict = judge([scanned([low, high, accepted, critical])], makeSettings({ policy, limits: { HIGH: 1 } }));
    expect(failing(judged(verdict)).map(({ finding }) => finding)).toEqual([critical]);
  });

  it("is nothing of what attackers use if its own limit holds", () => {
    const [exploited, high] = [makeFinding({ id: "CVE-1", severity: "LOW" }), makeFinding({ id: "CVE-2" })];
    const exploits = (id: string) => (id === "CVE-1" ? { kev: { ransomware: false } } : undefined);
    const failed = (limit: number) => {
      const policy = makePolicy({ exploited: limit });
      const target = judged(judge([scanned([exploited, high])], makeSettings({ policy, exploits })));
      return failing(target).map(({ finding }) => finding);
    };
    expect(failed(1)).toEqual([high]);
    expect(failed(0)).toEqual([high, exploited]);
  });

  it("is nothing if the target passes", () => {
    expect(failing(judged(judge([scanned([makeFinding({ severity: "LOW" })])], makeSettings())))).toEqual([]);
  });
});

describe("undecided", () => {
  const error = { code: "disk-full", what: "The disk\nis full", remedy: "Empty it." };

  it("has every target in error, and the reason in one line", () => {
    const target = { kind: "path", input: "./app", label: "./app" } as const;
    expect(undecided(error, [target, target], "gate")).toEqual({
      answer: "error",
      reason: "error: [disk-full] The disk is full",
      targets: [
        { answer: "error", target, error },
        { answer: "error", target, error },
      ],
      exceptions: [],
    });
  });

  it("stands for the run if no target is known yet", () => {
    const labels = (name?: string) =>
      undecided(error, [], name).targets.map(({ target }) => [target.kind, target.input, target.label]);
    expect(labels("gate")).toEqual([["image", "gate", "gate"]]);
    expect(labels()).toEqual([["image", "this run", "this run"]]);
  });

  it("keeps nothing of the error but what is shown", () => {
    const thrown = Object.assign(new Error("x"), error);
    expect(undecided(thrown, [], "gate").targets[0]).toEqual({
      answer: "error",
      target: { kind: "image", input: "gate", label: "gate" },
      error,
    });
  });

  it("gives the first of a list of mistakes in the reason, and the number of the others", () => {
    expect(undecided({ ...error, what: "The disk is full" }, [], "gate").reason).toBe(
      "error: [disk-full] The disk is full",
    );
    const list = { ...error, what: "The policy file has 3 mistakes:\na\nb\nc" };
    expect(undecided(list, [], "gate").reason).toBe(
      "error: [disk-full] The policy file has 3 mistakes: a (and 2 more)",
    );
    // Inputs have no separate place in the output where each would be shown.
    expect(undecided({ ...error, what: "3 inputs are wrong:\na;\nb;\nc" }, [], "gate").reason).toBe(
      "error: [disk-full] 3 inputs are wrong: a; b; c",
    );
  });
});
