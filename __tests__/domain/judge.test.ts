import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf } from "../../src/domain/dates.ts";
import type { Exception } from "../../src/domain/exception.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import type { Policy } from "../../src/domain/policy/policy.ts";
import { type Limit, SEVERITIES, type Severity } from "../../src/domain/severity.ts";
import type { ExceptionUse, JudgedTarget, SeverityRow, VexStatement } from "../../src/domain/verdict.ts";
import {
  judged,
  makeException,
  makeFinding,
  makePackage,
  makePolicy,
  makeRule,
  makeSettings,
  notScanned,
  scanned,
  TODAY,
} from "./make.ts";

function row(rows: readonly SeverityRow[], severity: Severity): SeverityRow {
  return rows.find((one) => one.severity === severity) as SeverityRow;
}

function outcomes(findings: readonly Finding[], exceptions: readonly Exception[], today = TODAY) {
  const verdict = judge([scanned(findings)], makeSettings({ policy: makePolicy({ exceptions }), today }));
  return judged(verdict).findings;
}

function uses(findings: readonly Finding[], exceptions: readonly Exception[], warnDays = 14): readonly ExceptionUse[] {
  const exceptionRules = { maxDays: 365, warnDays, requireOwner: false };
  return judge([scanned(findings)], makeSettings({ policy: makePolicy({ exceptions, exceptionRules }) })).exceptions;
}

describe("answers", () => {
  it("passes an image without findings", () => {
    const verdict = judge([scanned([])], makeSettings());
    expect(verdict.answer).toBe("pass");
    expect(judged(verdict).answer).toBe("pass");
    expect(judged(verdict).rows.map((one) => one.severity)).toEqual([...SEVERITIES]);
  });

  it.each([
    ["CRITICAL", "fail"],
    ["HIGH", "fail"],
    ["MEDIUM", "pass"],
    ["LOW", "pass"],
    ["UNKNOWN", "pass"],
  ] as const)("by default one %s means %s", (severity, answer) => {
    expect(judge([scanned([makeFinding({ severity })])], makeSettings()).answer).toBe(answer);
  });

  it("allows as many as the limit, and no more", () => {
    const findings = [makeFinding(), makeFinding()];
    const at = judge([scanned(findings)], makeSettings({ limits: { HIGH: 2 } }));
    const over = judge([scanned(findings)], makeSettings({ limits: { HIGH: 1 } }));
    expect([at.answer, over.answer]).toEqual(["pass", "fail"]);
    expect(row(judged(at).rows, "HIGH")).toMatchObject({ open: 2, limit: 2, broken: false });
    expect(row(judged(over).rows, "HIGH")).toMatchObject({ open: 2, limit: 1, broken: true });
  });

  it("judges each target alone and takes the worst", () => {
    const clean = scanned([]);
    const bad = scanned([makeFinding()]);
    const settings = makeSettings();
    expect(judge([clean, clean], settings).answer).toBe("pass");
    expect(judge([clean, bad], settings).answer).toBe("fail");
    expect(judge([bad, clean], settings).answer).toBe("fail");
    expect(judge([bad, notScanned(), clean], settings).answer).toBe("error");
    expect(judge([clean, notScanned()], settings).answer).toBe("error");
    const one = { ...settings, limits: { HIGH: 1 } };
    expect(judge([bad, bad], one).answer).toBe("pass");
  });

  // Proves: not-judged-never-passes
  it("keeps a target's error as it is", () => {
    const outcome = notScanned();
    const [target] = judge([outcome], makeSettings()).targets;
    expect(target).toEqual({ answer: "error", ...outcome });
  });

  // Proves: not-judged-never-passes
  it("refuses to judge nothing", () => {
    expect(() => judge([], makeSettings())).toThrow("no target");
  });
});

describe("thresholds", () => {
  const policy = makePolicy({
    thresholds: { HIGH: 10, MEDIUM: 20 },
    targets: [
      makeRule({ images: ["other", "ghcr.io/acme/legacy-*"], thresholds: { HIGH: 40 } }),
      makeRule({ images: ["ghcr.io/acme/**"], thresholds: { HIGH: 50, CRITICAL: 1 } }),
    ],
  });
  const limitOf = (name: string, severity: Severity, limits = {}): Limit =>
    row(judged(judge([scanned([], name)], makeSettings({ policy, limits }))).rows, severity).limit;

  it("come from the input before the first matching rule, the file and the default", () => {
    expect(limitOf("ghcr.io/acme/legacy-a:1", "HIGH", { HIGH: 5 })).toBe(5);
    expect(limitOf("ghcr.io/acme/legacy-a:1", "HIGH", { HIGH: 0 })).toBe(0);
    expect(limitOf("ghcr.io/acme/legacy-a:1", "HIGH")).toBe(40);
    expect(limitOf("ghcr.io/acme/app:1", "HIGH")).toBe(50);
    expect(limitOf("other", "HIGH")).toBe(40);
    expect(limitOf("else", "HIGH")).toBe(10);
    expect(limitOf("else", "LOW")).toBe("unlimited");
    expect(limitOf("else", "CRITICAL")).toBe(0);
  });

  it("fall back from the first matching rule to the file, not to the next rule", () => {
    expect(limitOf("ghcr.io/acme/legacy-a:1", "CRITICAL")).toBe(0);
    expect(limitOf("ghcr.io/acme/legacy-a:1", "MEDIUM")).toBe(20);
    expect(limitOf("ghcr.io/acme/app:1", "CRITICAL")).toBe(1);
  });
});

describe("a tag alongside a digest", () => {
  const DIGEST = `sha256:${"0".repeat(64)}`;
  const high = makeFinding({ severity: "HIGH" });
  const answerFor = (reference: string, change: Partial<Policy>) =>
    judge([scanned([high], reference)], makeSettings({ policy: makePolicy(change) })).answer;
  const targets = [makeRule({ images: ["ghcr.io/acme/app:prod"], thresholds: { HIGH: "unlimited" } })];

  // Proves: tag-beside-digest-chooses
  it("does not choose a rule with higher limits", () => {
    expect(answerFor("ghcr.io/acme/app:prod", { targets })).toBe("pass");
    expect(answerFor(`ghcr.io/acme/app:prod@${DIGEST}`, { targets })).toBe("fail");
  });

  it("does not leave a rule with lower limits", () => {
    const strict = [makeRule({ images: ["ghcr.io/acme/app:prod"], thresholds: { HIGH: 0 } })];
    const thresholds = { HIGH: "unlimited" } as const;
    expect(answerFor(`ghcr.io/acme/app:dev@${DIGEST}`, { targets: strict, thresholds })).toBe("pass");
    expect(answerFor(`ghcr.io/acme/app:prod@${DIGEST}`, { targets: strict, thresholds })).toBe("fail");
  });

  it("of a rule on what is exploited, has the lower limit hold too", () => {
    const rule = { images: ["ghcr.io/acme/app:prod"], thresholds: { HIGH: "unlimited" }, exploited: 5 } as const;
    const policy = makePolicy({ targets: [makeRule(rule)], thresholds: { HIGH: "unlimited" }, exploited: 0 });
    const exploits = () => ({ kev: { ransomware: false } });
    const verdict = judge([scanned([high], `ghcr.io/acme/app:prod@${DIGEST}`)], makeSettings({ policy, exploits }));
    expect(judged(verdict).exploitRows).toMatchObject([{ kind: "exploited", limit: 0, broken: true }]);
  });

  // Proves: tag-beside-digest-chooses
  it("does not choose an exception, but name and digest do", () => {
    const excepted = (image: string) => ({ exceptions: [makeException({ id: high.id, images: [image] })] });
    const answers = [
      "ghcr.io/acme/app:prod",
      "ghcr.io/acme/app:*",
      "ghcr.io/acme/app",
      `ghcr.io/acme/app@${DIGEST}`,
    ].map((image) => answerFor(`ghcr.io/acme/app:prod@${DIGEST}`, excepted(image)));
    expect(answers).toEqual(["fail", "fail", "pass", "pass"]);
    expect(answerFor("ghcr.io/acme/app:prod", excepted("ghcr.io/acme/app:*"))).toBe("pass");
  });
});

describe("ignore-unfixed", () => {
  const unfixed = makeFinding({ fixedVersions: [], status: "affected" });
  const secret = makeFinding({ kind: "secret", fixedVersions: [], package: undefined });
  const outcomeOf = (finding: Finding, ignoreUnfixed: boolean | undefined, inPolicy?: boolean) =>
    judged(
      judge([scanned([finding])], makeSettings({ ignoreUnfixed, policy: makePolicy({ ignoreUnfixed: inPolicy }) })),
    ).findings[0]?.outcome;

  it("is off unless input or policy set it, and the input beats the policy", () => {
    expect(outcomeOf(unfixed, undefined)).toBe("open");
    expect(outcomeOf(unfixed, true)).toBe("not-counted");
    expect(outcomeOf(unfixed, undefined, true)).toBe("not-counted");
    expect(outcomeOf(unfixed, false, true)).toBe("open");
    expect(outcomeOf(unfixed, true, false)).toBe("not-counted");
  });

  it("is about vulnerabilities without a fix alone", () => {
    expect(outcomeOf(makeFinding(), true)).toBe("open");
    expect(outcomeOf(secret, true)).toBe("open");
  });

  it("does not count what is accepted a second time", () => {
    const policy = makePolicy({ exceptions: [makeException()] });
    const target = judged(judge([scanned([unfixed])], makeSettings({ policy, ignoreUnfixed: true })));
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 0, accepted: 1, notCounted: 0 });
  });

  it("counts what it leaves out", () => {
    const target = judged(judge([scanned([unfixed, makeFinding()])], makeSettings({ ignoreUnfixed: true })));
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 1, accepted: 0, notCounted: 1 });
  });
});

describe("count: introduced", () => {
  const policy = makePolicy({ count: "introduced" });
  const CHANGES = ["new", "unchanged", "newly-disclosed", undefined] as const;
  const findings = CHANGES.map((change) => makeFinding({ id: `CVE-${change}` }));
  const outcome = scanned(findings);
  const changes = new Map([
    [outcome.target, (finding: Finding) => CHANGES.find((change) => finding.id === `CVE-${change}`)],
  ]);
  const outcomesBy = (settings: Partial<JudgeSettings>) => judged(judge([outcome], makeSettings(settings)));
  const outcomeOf = (target: JudgedTarget, finding: Finding) => {
    const found = target.findings.find((one) => one.finding === finding);
    return [found?.outcome, found?.spared];
  };

  it("counts what is new, and what is not known to be old", () => {
    const target = outcomesBy({ policy, changes });
    expect(Object.fromEntries(target.findings.map((one) => [String(one.change), [one.outcome, one.spared]]))).toEqual({
      new: ["open", undefined],
      unchanged: ["not-counted", "not-introduced"],
      "newly-disclosed": ["not-counted", "not-introduced"],
      undefined: ["open", undefined],
    });
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 2, notCounted: 2 });
    expect(target.uncompared).toBeUndefined();
  });

  it("counts what the baseline has and did not let in for good", () => {
    const [unchanged, disclosed] = [findings[1], findings[2]] as [Finding, Finding];
    const unsettled = new Map([[outcome.target, new Set([unchanged])]]);
    const target = outcomesBy({ policy, changes, unsettled });
    expect(outcomeOf(target, unchanged)).toEqual(["open", undefined]);
    expect(outcomeOf(target, disclosed)).toEqual(["not-counted", "not-introduced"]);
    expect(target.due).toBe(1);
    expect(outcomesBy({ policy, changes }).due).toBeUndefined();
    expect(outcomesBy({ changes, unsettled }).due).toBeUndefined();
    const elsewhere = new Map([[scanned([], "other").target, new Set([unchanged])]]);
    expect(outcomesBy({ policy, changes, unsettled: elsewhere }).due).toBeUndefined();
  });

  it("counts what an exception means that does not hold any more, whatever the baseline has", () => {
    const [, unchanged] = findings as [Finding, Finding];
    const withException = (change: Partial<Exception>) => {
      const exceptions = [makeException({ id: unchanged.id, ...change })];
      return outcomeOf(outcomesBy({ policy: { ...policy, exceptions }, changes }), unchanged);
    };
    expect(withException({ expires: TODAY })).toEqual(["accepted", undefined]);
    expect(withException({ expires: "2026-11-23" })).toEqual(["open", undefined]);
    // It ended early, since there is a fix.
    expect(withException({ onlyWhileUnfixed: true })).toEqual(["open", undefined]);
    expect(withException({ package: "other", expires: "2026-11-23" })).toEqual(["not-counted", "not-introduced"]);
  });

  it("counts what attackers use, old or not", () => {
    const exploits = (id: string) => (id === "CVE-unchanged" ? { kev: { ransomware: false } } : { epss: 1 });
    const target = outcomesBy({ policy, changes, exploits });
    expect(target.findings.map(({ change, outcome: what }) => [change, what])).toEqual([
      ["unchanged", "open"],
      ["new", "open"],
      ["newly-disclosed", "not-counted"],
      [undefined, "open"],
    ]);
    expect(target.due).toBe(1);
  });

  it("says of what is old that it is, though something else would exempt it too", () => {
    const old = makeFinding({ fixedVersions: [], publishedAt: TODAY });
    const scan = scanned([old]);
    const spared = (change: "new" | "unchanged", more: Partial<JudgeSettings["policy"]>) =>
      judged(
        judge(
          [scan],
          makeSettings({ policy: { ...policy, ...more }, changes: new Map([[scan.target, () => change]]) }),
        ),
      ).findings[0]?.spared;
    const [unfixed, grace] = [{ ignoreUnfixed: true }, { graceDays: { HIGH: 7 } }];
    expect([spared("unchanged", unfixed), spared("unchanged", grace)]).toEqual(["not-introduced", "not-introduced"]);
    expect([spared("new", unfixed), spared("new", grace)]).toEqual(["unfixed", "grace"]);
    expect(spared("new", { ...unfixed, ...grace })).toBe("unfixed");
  });

  // Proves: grace-comparison-fail-closed
  it("counts everything where there is no baseline, and says so", () => {
    const other = scanned([], "other").target;
    const target = outcomesBy({ policy, changes: new Map([[other, () => "unchanged" as const]]) });
    expect(target).toMatchObject({ uncompared: true, answer: "fail" });
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 4, notCounted: 0 });
    expect(outcomesBy({ policy })).toMatchObject({ uncompared: true });
  });

  it("is off unless the policy says so, and the change is shown", () => {
    const target = outcomesBy({ changes });
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 4 });
    expect(target.findings.filter((one) => one.change === "unchanged")).toHaveLength(1);
    expect(target.uncompared).toBeUndefined();
  });
});

describe("a statement of a VEX document", () => {
  const vex: VexStatement = { status: "not_affected", author: "Acme", document: "acme.vex.json" };
  const settings = { vex: (finding: Finding) => (finding.id === "CVE-2024-0001" ? vex : undefined) };
  const findings = [makeFinding({ fixedVersions: [], publishedAt: TODAY }), makeFinding({ id: "CVE-2024-0002" })];

  it("accepts what it covers, before anything else exempts it", () => {
    const policy = makePolicy({ ignoreUnfixed: true, graceDays: { HIGH: 7 } });
    const target = judged(judge([scanned(findings)], makeSettings({ ...settings, policy })));
    expect(target.findings.map(({ outcome, vex: by }) => [outcome, by])).toEqual([
      ["accepted", vex],
      ["open", undefined],
    ]);
    expect(row(target.rows, "HIGH")).toMatchObject({ open: 1, accepted: 1, notCounted: 0 });
  });

  it("is not asked if a live exception holds, and holds if one has ended", () => {
    const by = (expires: string) => {
      const policy = makePolicy({ exceptions: [makeException({ expires })] });
      return judged(judge([scanned(findings)], makeSettings({ ...settings, policy }))).findings[0];
    };
    expect(by("2026-12-31")).toMatchObject({ outcome: "accepted", exceptions: [{ line: 1 }] });
    expect(by("2026-12-31")?.vex).toBeUndefined();
    expect(by("2026-11-23")).toMatchObject({ outcome: "accepted", vex, exceptions: [], ended: { line: 1 } });
  });

  it("is asked with the target and its scan", () => {
    const outcome = scanned(findings);
    const asked: unknown[][] = [];
    judge([outcome], makeSettings({ vex: (...given) => void asked.push(given) }));
    expect(asked).toContainEqual([findings[0], outcome.target, (outcome as { scan: unknown }).scan]);
  });
});

it("where a finding comes from is noted, if the base is known", () => {
  const outcome = scanned([makeFinding()]);
  const origins = new Map([[outcome.target, () => "base" as const]]);
  expect(judged(judge([outcome], makeSettings({ origins }))).findings[0]?.origin).toBe("base");
  expect(judged(judge([outcome], makeSettings())).findings[0]?.origin).toBeUndefined();
});

describe("exceptions", () => {
  // Proves: every-exception-ends
  it("cover through the whole of their last day in UTC, and not a moment longer", () => {
    const exceptions = [makeException({ expires: "2026-12-31" })];
    const at = (time: string) => outcomes([makeFinding()], exceptions, dayOf(new Date(time)))[0]?.outcome;
    expect(at("2026-12-30T12:00:00Z")).toBe("accepted");
    expect(at("2026-12-31T00:00:00Z")).toBe("accepted");
    expect(at("2026-12-31T23:59:59.999Z")).toBe("accepted");
    expect(at("2027-01-01T00:00:00Z")).toBe("open");
    expect(at("2027-01-01T10:00:00+14:00")).toBe("accepted");
    expect(at("2026-12-31T20:00:00-05:00")).toBe("open");
  });

  it("are noted on the finding that they cover, and nowhere else", () => {
    const exception = makeException();
    const [first, second] = outcomes([makeFinding(), makeFinding({ id: "CVE-2024-0002" })], [exception]);
    expect(first).toMatchObject({ outcome: "accepted", exceptions: [exception], ended: undefined });
    expect(second).toMatchObject({ outcome: "open", exceptions: [], ended: undefined });
  });

  // Proves: every-exception-ends
  it("that have ended cover nothing but are noted; the last one to end first of all", () => {
    const early = makeException({ expires: "2026-11-01", line: 1 });
    const late = makeException({ expires: "2026-11-23", line: 2 });
    const [finding] = outcomes([makeFinding()], [early, late]);
    expect(finding).toMatchObject({ outcome: "open", exceptions: [] });
    expect(finding?.ended).toBe(late);
  });

  it("that have ended are not matter if another one holds", () => {
    const ended = makeException({ expires: "2026-11-23", line: 1 });
    const live = makeException({ expires: TODAY, line: 2 });
    const [finding] = outcomes([makeFinding()], [ended, live]);
    expect(finding).toMatchObject({ outcome: "accepted", exceptions: [live], ended: undefined });
  });

  it("are all kept, the one that ends last first, whatever their order in the file", () => {
    const short = makeException({ expires: "2026-12-01", line: 1 });
    const long = makeException({ expires: "2026-12-31", line: 2 });
    const same = makeException({ expires: "2026-12-31", package: "libssl3", line: 3 });
    expect(outcomes([makeFinding()], [short, long, same])[0]?.exceptions).toEqual([long, same, short]);
    expect(outcomes([makeFinding()], [same, long, short])[0]?.exceptions).toEqual([same, long, short]);
  });

  it("only while unfixed: end on the day a fix exists", () => {
    const exceptions = [makeException({ onlyWhileUnfixed: true })];
    const unfixed = makeFinding({ fixedVersions: [], status: "affected" });
    const secret = makeFinding({ kind: "secret", fixedVersions: [] });
    const all = outcomes([unfixed, makeFinding(), secret], exceptions);
    expect(all.map(({ finding, outcome }) => [finding === unfixed, outcome])).toEqual([
      [true, "accepted"],
      [false, "open"],
      [false, "open"],
    ]);
  });

  it("only while unfixed: are not noted as ended on a finding that they would not cover", () => {
    const [finding] = outcomes([makeFinding()], [makeException({ onlyWhileUnfixed: true, expires: "2026-01-01" })]);
    expect(finding?.ended).toBeUndefined();
  });

  it("for other images cover nothing here", () => {
    const exceptions = [makeException({ images: ["ghcr.io/acme/pdf"] })];
    const policy = makePolicy({ exceptions });
    const verdict = judge(
      [scanned([makeFinding()], "ghcr.io/acme/pdf:1"), scanned([makeFinding()], "ghcr.io/acme/app:1")],
      makeSettings({ policy }),
    );
    expect([0, 1].map((index) => judged(verdict, index).findings[0]?.outcome)).toEqual(["accepted", "open"]);
    expect(verdict.answer).toBe("fail");
  });
});

describe("what became of the exceptions", () => {
  const states = (...all: Parameters<typeof uses>) => uses(...all).map((use) => use.state);

  it("live, and how many days and findings", () => {
    const [use] = uses([makeFinding(), makeFinding(), makeFinding({ id: "x" })], [makeException()]);
    expect(use).toMatchObject({ state: "live", matches: 2, daysLeft: 37, overlappedBy: undefined });
  });

  it("ending from warn-days before the last day, and on it", () => {
    const on = (expires: string, warnDays?: number) =>
      states([makeFinding()], [makeException({ expires })], warnDays)[0];
    expect(on("2026-12-09")).toBe("live");
    expect(on("2026-12-08")).toBe("ending");
    expect(on(TODAY)).toBe("ending");
    expect(on("2026-11-25", 0)).toBe("live");
    expect(on(TODAY, 0)).toBe("ending");
  });

  it("ended the day after, with what it would cover", () => {
    const [use] = uses([makeFinding()], [makeException({ expires: "2026-11-23" })]);
    expect(use).toMatchObject({ state: "ended", matches: 1, daysLeft: -1 });
    expect(states([], [makeException({ expires: "2026-11-23" })])).toEqual(["ended"]);
  });

  it("ended, and how many of its findings count now: not those that something else exempts or covers", () => {
    const over = makeException({ expires: "2026-11-23" });
    const unfixed = makeFinding({ fixedVersions: [], status: "affected" });
    const fixed = makeFinding();
    const counting = (more: Partial<JudgeSettings>, ...exceptions: readonly Exception[]) => {
      const policy = makePolicy({ exceptions: [over, ...exceptions] });
      const verdict = judge([scanned([unfixed, fixed])], makeSettings({ policy, ...more }));
      const [{ matches, open } = { matches: -1, open: -1 }] = verdict.exceptions;
      return { matches, open, isSaid: /1 exception ended/.test(verdict.reason) };
    };
    expect(counting({})).toEqual({ matches: 2, open: 2, isSaid: true });
    expect(counting({ ignoreUnfixed: true })).toEqual({ matches: 2, open: 1, isSaid: true });
    expect(counting({}, makeException())).toEqual({ matches: 2, open: 0, isSaid: false });
  });

  it("fixed if a fix exists for all that it is meant for", () => {
    const exception = makeException({ onlyWhileUnfixed: true });
    const unfixed = makeFinding({ fixedVersions: [] });
    expect(uses([makeFinding(), makeFinding()], [exception])[0]).toMatchObject({ state: "fixed", matches: 2 });
    expect(uses([makeFinding(), unfixed], [exception])[0]).toMatchObject({ state: "live", matches: 1 });
    const over = makeException({ onlyWhileUnfixed: true, expires: "2026-11-23" });
    expect(uses([makeFinding(), unfixed], [over])[0]).toMatchObject({ state: "ended", matches: 1 });
  });

  it("unused if its image was judged and it matches nothing, even near its end", () => {
    expect(states([], [makeException()])).toEqual(["unused"]);
    expect(states([], [makeException({ images: ["ghcr.io/acme/app"] })])).toEqual(["unused"]);
    expect(states([], [makeException({ expires: TODAY })])).toEqual(["unused"]);
  });

  it("elsewhere if its images are not in this run, or a target could not be judged", () => {
    expect(states([], [makeException({ images: ["ghcr.io/acme/pdf"] })])).toEqual(["elsewhere"]);
    const policy = makePolicy({ exceptions: [makeException(), makeException({ id: "CVE-2024-0002" })] });
    const findings = [makeFinding({ id: "CVE-2024-0002" })];
    const verdict = judge([scanned(findings), notScanned()], makeSettings({ policy }));
    expect(verdict.exceptions.map((use) => use.state)).toEqual(["elsewhere", "live"]);
  });

  it("over all targets", () => {
    const exceptions = [makeException({ images: ["a", "b"] }), makeException({ images: ["b"], id: "CVE-2024-0002" })];
    const verdict = judge(
      [scanned([makeFinding()], "a"), scanned([makeFinding()], "b"), scanned([makeFinding()], "c")],
      makeSettings({ policy: makePolicy({ exceptions }) }),
    );
    expect(verdict.exceptions.map(({ state, matches }) => [state, matches])).toEqual([
      ["live", 2],
      ["unused", 0],
    ]);
  });

  it("overlapped by the one that holds in its place", () => {
    const short = makeException({ expires: "2026-12-20", line: 1 });
    const long = makeException({ expires: "2026-12-31", line: 2 });
    const same = makeException({ expires: "2026-12-31", package: "libssl3", line: 3 });
    const over = makeException({ expires: "2026-01-01", line: 4 });
    const apart = makeException({ id: "CVE-2024-0002", line: 5 });
    const all = uses([makeFinding(), makeFinding({ id: "CVE-2024-0002" })], [short, long, same, over, apart]);
    expect(all.map((use) => use.overlappedBy)).toEqual([long, undefined, long, long, undefined]);
  });

  it("not overlapped on a finding that it does not cover itself, nor by one that does not hold", () => {
    const onlyUnfixed = makeException({ onlyWhileUnfixed: true, expires: "2026-12-20", line: 1 });
    const any = makeException({ expires: "2026-12-31", line: 2 });
    const over = makeException({ expires: "2026-01-01", line: 3 });
    expect(uses([makeFinding()], [onlyUnfixed, any]).map((use) => use.overlappedBy)).toEqual([undefined, undefined]);
    expect(uses([makeFinding({ fixedVersions: [] })], [onlyUnfixed, over])[0]?.overlappedBy).toBeUndefined();
  });

  it("overlapped by the one that ends last, if several hold in its place", () => {
    const any = makeException({ expires: "2026-12-10", line: 1 });
    const one = makeException({ expires: "2026-12-31", package: "b", line: 2 });
    const two = makeException({ expires: "2026-12-20", package: "a", line: 3 });
    const three = makeException({ expires: "2026-12-31", package: "c", line: 4 });
    const findings = ["a", "b", "c"].map((name) => makeFinding({ package: makePackage({ name }) }));
    for (const order of [findings, findings.toReversed()]) {
      expect(uses(order, [any, one, two, three])[0]?.overlappedBy).toBe(one);
    }
  });
});

describe("findings", () => {
  it("are sorted by severity, package, advisory and path", () => {
    const sorted = [
      makeFinding({ severity: "CRITICAL", id: "z", package: makePackage({ name: "z" }) }),
      makeFinding({ severity: "HIGH", package: undefined, id: "z" }),
      makeFinding({ severity: "HIGH", id: "a", package: makePackage({ name: "a" }) }),
      makeFinding({ severity: "HIGH", id: "b", package: makePackage({ name: "a" }) }),
      makeFinding({ severity: "HIGH", id: "b", package: makePackage({ name: "a" }), path: "a" }),
      makeFinding({ severity: "HIGH", id: "b", package: makePackage({ name: "a" }), path: "b" }),
      makeFinding({ severity: "HIGH", id: "a", package: makePackage({ name: "b" }) }),
      makeFinding({ severity: "MEDIUM" }),
      makeFinding({ severity: "LOW" }),
      makeFinding({ severity: "UNKNOWN" }),
    ];
    const shuffled = fc.shuffledSubarray(sorted, { minLength: sorted.length, maxLength: sorted.length });
    fc.assert(
      fc.property(shuffled, (findings) => {
        const target = judged(judge([scanned(findings)], makeSettings()));
        expect(target.findings.map(({ finding }) => finding)).toEqual(sorted);
      }),
    );
  });

  it("are left alone: the scan's own list keeps its order", () => {
    const findings = [makeFinding({ severity: "LOW" }), makeFinding({ severity: "CRITICAL" })];
    const copy = [...findings];
    const outcome = scanned(findings);
    expect(judged(judge([outcome], makeSettings())).scan).toBe((outcome as { scan: unknown }).scan);
    expect(findings).toEqual(copy);
  });
});

describe("whatever the findings and exceptions", () => {
  const findings = fc.array(
    fc
      .record({
        kind: fc.constantFrom("vulnerability" as const, "secret" as const),
        id: fc.constantFrom("CVE-1", "CVE-2", "CVE-3"),
        severity: fc.constantFrom(...SEVERITIES),
        fixedVersions: fc.constantFrom([], ["2"]),
        path: fc.constantFrom(undefined, "a/x", "b/y"),
        name: fc.constantFrom("p", "q"),
      })
      .map(({ name, ...change }) => makeFinding({ ...change, package: makePackage({ name }) })),
    { maxLength: 20 },
  );
  const exception = fc
    .record({
      id: fc.constantFrom("CVE-1", "CVE-2"),
      package: fc.constantFrom(undefined, "p", "q"),
      paths: fc.constantFrom(undefined, ["a/*"], ["**"]),
      expires: fc.constantFrom("2026-11-23", TODAY, "2026-12-31"),
      onlyWhileUnfixed: fc.boolean(),
    })
    .map(makeException);
  const exceptions = fc.array(exception, { maxLength: 6 });
  const limits = fc.record(
    Object.fromEntries(SEVERITIES.map((severity) => [severity, fc.constantFrom<Limit>(0, 1, 3, "unlimited")])),
  ) as fc.Arbitrary<Record<Severity, Limit>>;
  const rowsFor = (outcome: ScanOutcome, all: readonly Exception[], ignoreUnfixed: boolean) =>
    judged(judge([outcome], makeSettings({ policy: makePolicy({ exceptions: all }), ignoreUnfixed }))).rows;

  it("one more exception never leaves more open", () => {
    fc.assert(
      fc.property(findings, exceptions, exception, fc.boolean(), (all, excepted, another, ignoreUnfixed) => {
        const before = rowsFor(scanned(all), excepted, ignoreUnfixed);
        const after = rowsFor(scanned(all), [...excepted, another], ignoreUnfixed);
        after.forEach((one, index) => {
          expect(one.open).toBeLessThanOrEqual(before[index]?.open ?? 0);
        });
      }),
    );
  });

  // Proves: broken-limit-fail-nothing
  it("the answer is fail exactly where a row is broken", () => {
    fc.assert(
      fc.property(findings, limits, (all, some) => {
        const verdict = judge([scanned(all)], makeSettings({ limits: some }));
        const broken = SEVERITIES.some((severity) => {
          const limit = some[severity];
          return limit !== "unlimited" && all.filter((one) => one.severity === severity).length > limit;
        });
        expect(verdict.answer).toBe(broken ? "fail" : "pass");
      }),
    );
  });
});
