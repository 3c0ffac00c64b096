import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import { reasonAndRemedies } from "../../src/domain/reason.ts";
import { failing, undecided } from "../../src/domain/verdict.ts";
import { judged, makeException, makeFinding, makePolicy, makeSettings, notScanned, scanned } from "./make.ts";

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

const unfixed = { fixedVersions: [], status: "affected" };

function reason(outcomes: readonly ScanOutcome[], settings: Partial<JudgeSettings> = {}): string {
  return judge(outcomes, makeSettings(settings)).reason;
}

function many(count: number, change: Partial<Finding>): Finding[] {
  return Array.from({ length: count }, () => makeFinding(change));
}

describe("the reason of a fail", () => {
  it("names each broken limit and the target", () => {
    const findings = [
      ...many(2, { severity: "CRITICAL", ...unfixed }),
      ...many(5, unfixed),
      ...many(3, { severity: "LOW" }),
    ];
    expect(reason([scanned(findings, "ghcr.io/acme/app")])).toBe(
      "fail: 2 CRITICAL (limit 0), 5 HIGH (limit 0) in ghcr.io/acme/app",
    );
  });

  it("says how many of the failing findings have a fix", () => {
    const findings = [...many(2, {}), ...many(1, unfixed), ...many(4, { severity: "LOW" })];
    expect(reason([scanned(findings, "app")])).toBe("fail: 3 HIGH (limit 0) in app; 2 fixable");
  });

  it("says how many of the failing findings are new", () => {
    const outcome = scanned([makeFinding(unfixed), makeFinding({ ...unfixed, id: "CVE-2024-0002" })], "app");
    const changes = new Map([
      [outcome.target, ({ id }: Finding) => (id === "CVE-2024-0002" ? "new" : "unchanged")],
    ] as const);
    expect(reason([outcome], { changes })).toBe("fail: 2 HIGH (limit 0) in app; 1 new");
    expect(reason([outcome], { changes: new Map([[outcome.target, () => "unchanged" as const]]) })).toBe(
      "fail: 2 HIGH (limit 0) in app",
    );
  });

  it("says how many exceptions ended that would cover something", () => {
    const ended = { expires: "2026-11-01" };
    const exceptions = [makeException(ended), makeException({ ...ended, id: "CVE-2024-0002" })];
    const policy = makePolicy({ exceptions });
    const first = makeFinding(unfixed);
    expect(reason([scanned([first], "app")], { policy })).toBe("fail: 1 HIGH (limit 0) in app; 1 exception ended");
    const second = makeFinding({ id: "CVE-2024-0002" });
    expect(reason([scanned([first, second], "app")], { policy })).toBe(
      "fail: 2 HIGH (limit 0) in app; 1 fixable, 2 exceptions ended",
    );
  });

  it("names failing targets only, five of them at most", () => {
    const bad = Array.from({ length: 7 }, (_, index) => scanned(many(1, unfixed), `app-${index + 1}`));
    const clean = scanned([], "clean");
    expect(reason([clean, ...bad.slice(0, 2)])).toBe("fail: 1 HIGH (limit 0) in app-1; 1 HIGH (limit 0) in app-2");
    expect(reason(bad.slice(0, 5))).toMatch(/in app-5$/);
    expect(reason(bad.slice(0, 6))).toMatch(/in app-4; 1 HIGH \(limit 0\) in app-5; 1 more target fails$/);
    expect(reason(bad)).toMatch(/in app-5; 2 more targets fail$/);
  });
});

describe("the reason of a pass", () => {
  it("says how many there are of each limited severity", () => {
    expect(reason([scanned(many(3, { severity: "LOW" }), "app")])).toBe(
      "pass: 0 CRITICAL (limit 0), 0 HIGH (limit 0) in app",
    );
    expect(reason([scanned(many(3, {}), "app")], { limits: { HIGH: 3, CRITICAL: "unlimited" } })).toBe(
      "pass: 3 HIGH (limit 3) in app",
    );
  });

  it("says what was accepted and what was not counted", () => {
    const policy = makePolicy({ exceptions: [makeException()] });
    const other = makeFinding({ ...unfixed, id: "CVE-2024-0002" });
    expect(reason([scanned([makeFinding(), other, other], "app")], { policy, ignoreUnfixed: true })).toBe(
      "pass: 0 CRITICAL (limit 0), 0 HIGH (limit 0) in app, 1 accepted, 2 not counted",
    );
  });

  it("says so if there is no limit at all", () => {
    const limits = { CRITICAL: "unlimited", HIGH: "unlimited" } as const;
    expect(reason([scanned([...many(3, {}), ...many(2, { severity: "LOW" })], "app")], { limits })).toBe(
      "pass: 5 open (no limit) in app",
    );
  });

  it("says how much of what was not looked at is accepted", () => {
    const passed = (paths: readonly string[]) => {
      const outcome = scanned([], "app");
      if (!("scan" in outcome)) throw new TypeError("not scanned");
      const gaps = paths.map(
        (path) => ({ code: "packages-unreadable", what: "no zip", remedy: "Mend it.", path }) as const,
      );
      const policy = makePolicy({ coverage: [makeException({ id: "packages-unreadable", gap: true })] });
      return reason([{ ...outcome, scan: { ...outcome.scan, coverage: { rows: [], gaps } } }], { policy });
    };
    const start = "pass: 0 CRITICAL (limit 0), 0 HIGH (limit 0) in app";
    expect(passed([])).toBe(start);
    expect(passed(["a"])).toBe(`${start}, 1 accepted gap in coverage`);
    expect(passed(["a", "b"])).toBe(`${start}, 2 accepted gaps in coverage`);
  });

  it("names five targets at most", () => {
    const all = (count: number) => Array.from({ length: count }, (_, index) => scanned([], `app-${index + 1}`));
    expect(reason(all(6))).toMatch(/in app-5; 1 more target passes$/);
    expect(reason(all(7))).toMatch(/in app-5; 2 more targets pass$/);
  });

  it("names several targets", () => {
    const limits = { CRITICAL: "unlimited" } as const;
    expect(reason([scanned([], "a"), scanned([], "b")], { limits })).toBe(
      "pass: 0 HIGH (limit 0) in a; 0 HIGH (limit 0) in b",
    );
  });

  it("does not call what is within the limits fixable, but says that an exception ended", () => {
    const policy = makePolicy({ exceptions: [makeException({ expires: "2026-11-01" })] });
    expect(reason([scanned([makeFinding()], "app")], { policy, limits: { HIGH: 1 } })).toBe(
      "pass: 0 CRITICAL (limit 0), 1 HIGH (limit 1) in app; 1 exception ended",
    );
  });
});

describe("the reason of an error", () => {
  it("has the code and what happened", () => {
    expect(reason([notScanned("app")])).toBe("error: [image-not-found] There is no image app");
  });

  it("says both if others fail, the error first", () => {
    expect(reason([scanned([makeFinding()], "bad"), notScanned("gone"), scanned([], "clean")])).toBe(
      "error: [image-not-found] There is no image gone; fail: 1 HIGH (limit 0) in bad; 1 fixable",
    );
  });

  it("says nothing of a pass", () => {
    expect(reason([scanned([], "clean"), notScanned("gone")])).toBe("error: [image-not-found] There is no image gone");
  });

  it("names the target if the message does not, and there are several", () => {
    const timeout = (name: string): ScanOutcome => ({
      target: { kind: "image", input: name, label: `${name} (linux/arm64)` },
      error: { code: "scan-timeout", what: "The scan took too long", remedy: "Raise it." },
    });
    expect(reason([timeout("app")])).toBe("error: [scan-timeout] The scan took too long");
    expect(reason([timeout("app"), notScanned("b")])).toBe(
      "error: [scan-timeout] The scan took too long (app (linux/arm64)); [image-not-found] There is no image b",
    );
  });

  it("has the remedies, each once and three at most, before the words about other targets", () => {
    const gone = (name: string, remedy: string): ScanOutcome => ({
      target: { kind: "image", input: name, label: name },
      error: { code: "image-not-found", what: `There is no image ${name}`, remedy },
    });
    const told = (...outcomes: readonly ScanOutcome[]) => reasonAndRemedies(judge(outcomes, makeSettings()));
    expect(told(gone("a", "Push it."), scanned([makeFinding()], "bad"), gone("b", "Push it."))).toBe(
      "error: [image-not-found] There is no image a; [image-not-found] There is no image b. Push it. fail: 1 HIGH (limit 0) in bad; 1 fixable",
    );
    expect(told(...["1", "2", "3", "4"].map((number) => gone(number, `Do ${number}.`)))).toMatch(
      /image 4\. Do 1\. Do 2\. Do 3\.$/,
    );
    const error = { code: "policy-invalid", what: "Two mistakes:\n- one\n- two", remedy: "Correct them." };
    const targets = ["a", "b"].map((label) => ({ kind: "image" as const, input: label, label }));
    expect(reasonAndRemedies(undecided(error, targets, undefined))).toBe(
      "error: [policy-invalid] Two mistakes: - one (and 1 more). Correct them.",
    );
  });

  it("names five at most", () => {
    const gone = Array.from({ length: 6 }, (_, index) => notScanned(`gone-${index + 1}`));
    expect(reason(gone)).toMatch(/^error: .*image gone-5; 1 more target could not be judged$/);
  });
});

it("is one line without control characters, whatever the names", () => {
  const line = reason([scanned([makeFinding()], "a\r\n::error::b\u001b[31m\u0085\u2028\u2029c")]);
  expect(line).toBe("fail: 1 HIGH (limit 0) in a ::error::b\\u{1B}[31m c; 1 fixable");
});
