import { describe, expect, it } from "vitest";
import { diffPolicies } from "../../../src/domain/policy/diff.ts";
import type { Policy } from "../../../src/domain/policy/policy.ts";
import { makePolicy, makeRule } from "../make.ts";

const change = (base: Partial<Policy>, head: Partial<Policy>) => diffPolicies(makePolicy(base), makePolicy(head));
const loosens = (base: Partial<Policy>, head: Partial<Policy>) => change(base, head).map((one) => one.loosens);

describe("the limit of what is exploited", () => {
  it("loosens if it is raised or goes", () => {
    expect(change({ exploited: 0 }, { exploited: 2 })).toEqual([
      { what: "changed", subject: "threshold", about: "exploited", from: "0", to: "2", loosens: true, line: 0 },
    ]);
    expect(loosens({ exploited: 0 }, {})).toEqual([true]);
    expect(loosens({}, { exploited: 0 })).toEqual([false]);
    expect(loosens({}, { exploited: "unlimited" })).toEqual([]);
  });

  it("loosens in a rule for some images, as its other limits do", () => {
    const rule = (exploited?: number) => ({ targets: [makeRule({ thresholds: {}, exploited })] });
    expect(change(rule(0), rule(1))).toMatchObject([
      { subject: "target rule", from: "exploited 0", to: "exploited 1", loosens: true },
    ]);
    expect(loosens({ exploited: 0, ...rule() }, { exploited: 0, ...rule(3) })).toEqual([true]);
    expect(loosens(rule(3), rule(0))).toEqual([false]);
    const data = { exploitData: {} };
    expect(loosens({ ...data, ...rule(0) }, { ...data, ...rule() })).toEqual([true]);
    expect(loosens({ exploited: 2, ...rule() }, { exploited: 2, ...rule(3) })).toEqual([true]);
    expect(loosens({ exploited: 2, ...rule() }, { exploited: 2, ...rule(1) })).toEqual([false]);
  });
});

describe("the limit of what is likely to be exploited", () => {
  const epss = (above: number, max: number | "unlimited" = 0) => ({ epss: { above, max } });

  it("loosens if score or number is raised, or it goes", () => {
    expect(change(epss(0.5), epss(0.9))).toEqual([
      {
        what: "changed",
        subject: "epss",
        about: "epss",
        from: "at most 0 above 0.5",
        to: "at most 0 above 0.9",
        loosens: true,
        line: 0,
      },
    ]);
    expect(loosens(epss(0.5), epss(0.5, "unlimited"))).toEqual([true]);
    expect(loosens(epss(0.5), epss(0.1, 1))).toEqual([true]);
    expect(change(epss(0.5), {})).toMatchObject([{ what: "removed", to: undefined, loosens: true }]);
  });

  it("does not loosen if it comes or becomes stricter", () => {
    expect(change({}, epss(0.5))).toMatchObject([{ what: "added", loosens: false }]);
    expect(loosens(epss(0.5, 2), epss(0.4, 1))).toEqual([false]);
    expect(loosens(epss(0.5, "unlimited"), {})).toEqual([false]);
  });
});

describe("the sources", () => {
  // Proves: source-answers-itself-alone
  it("loosen where something depended on them, as others may know less", () => {
    const other = { exploitData: { kev: "https://elsewhere.example/kev.json" } };
    expect(change({ exploited: 0 }, { exploited: 0, ...other })).toMatchObject([
      {
        subject: "exploit-data",
        what: "added",
        to: "KEV from https://elsewhere.example/kev.json, EPSS from FIRST",
        loosens: true,
      },
    ]);
    expect(loosens(other, {})).toEqual([true]);
    expect(
      loosens({ targets: [makeRule({ exploited: 0 })] }, { targets: [makeRule({ exploited: 0 })], ...other }),
    ).toEqual([true]);
    expect(loosens({}, other)).toEqual([false]);
    expect(loosens({ targets: [makeRule()] }, { targets: [makeRule()], ...other })).toEqual([false]);
    expect(loosens({ epss: { above: 0.5, max: 0 } }, { epss: { above: 0.5, max: 0 }, ...other })).toEqual([true]);
    const scores = { exploitData: { epss: "https://elsewhere.example/epss.csv" } };
    expect(change(other, scores)).toContainEqual(
      expect.objectContaining({
        about: "exploit-data",
        from: "KEV from https://elsewhere.example/kev.json, EPSS from FIRST",
        to: "KEV from CISA, EPSS from https://elsewhere.example/epss.csv",
      }),
    );
  });
});

it("days of grace loosen if they are more, severity by severity", () => {
  expect(change({ graceDays: { HIGH: 7, LOW: 1 } }, { graceDays: { HIGH: 3, CRITICAL: 1, LOW: 1 } })).toEqual([
    { what: "changed", subject: "grace-days", about: "CRITICAL", from: "0", to: "1", loosens: true, line: 0 },
    { what: "changed", subject: "grace-days", about: "HIGH", from: "7", to: "3", loosens: false, line: 0 },
  ]);
  expect(change({}, { graceDays: { HIGH: 0 } })).toEqual([]);
});

it("counting only what is introduced loosens", () => {
  expect(change({}, { count: "introduced" })).toMatchObject([
    { subject: "count", from: "all", to: "introduced", loosens: true },
  ]);
  expect(loosens({ count: "introduced" }, { count: "all" })).toEqual([false]);
  expect(change({}, { count: "all" })).toEqual([]);
});

// Proves: no-change-policy-loosens
it("no longer asking for the catalog loosens, as what is in it always counts", () => {
  const rule = makeRule({ images: ["a"], thresholds: {}, exploited: "unlimited" });
  const dropped = { what: "removed", subject: "exploit-data", about: "KEV", from: "asked for", loosens: true };
  expect(change({ exploited: "unlimited" }, {})).toMatchObject([dropped]);
  expect(change({}, { exploited: "unlimited" })).toEqual([]);
  expect(change({ targets: [rule] }, { targets: [{ ...rule, exploited: undefined }] })).toContainEqual(
    expect.objectContaining(dropped),
  );
  // Reported once: if the limit or the sources change too, that change is enough.
  expect(change({ exploited: 0 }, {})).toMatchObject([{ subject: "threshold" }]);
  expect(change({ exploitData: {} }, {})).toMatchObject([{ about: "exploit-data" }]);
  expect(change({ epss: { above: 0.5, max: 0 } }, { ignoreUnfixed: true })).not.toContainEqual(
    expect.objectContaining({ about: "KEV" }),
  );
});

it("deadlines and issues of running images are shown if they change, and loosen nothing", () => {
  const rule = { images: ["ghcr.io/acme/*"], assignees: ["octocat"], labels: [] };
  expect(change({ fixWithinDays: { high: 30 } }, { fixWithinDays: { high: 90, low: 0 }, issues: [rule] })).toEqual([
    { what: "changed", subject: "fix-within-days", about: "HIGH", from: "30", to: "90", loosens: false, line: 0 },
    { what: "added", subject: "fix-within-days", about: "LOW", from: undefined, to: "0", loosens: false, line: 0 },
    {
      what: "added",
      subject: "issues",
      about: "issues",
      from: undefined,
      to: "ghcr.io/acme/*: octocat",
      loosens: false,
      line: 0,
    },
  ]);
  expect(change({ issues: [rule] }, { issues: [{ ...rule, assignees: [] }] })).toMatchObject([
    { what: "changed", to: "ghcr.io/acme/*: nobody" },
  ]);
  expect(change({ issues: [rule] }, { issues: [{ ...rule }] })).toEqual([]);
});
