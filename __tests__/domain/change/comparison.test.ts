import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Baseline, compare, countsLine } from "../../../src/domain/change/comparison.ts";
import type { Finding, FindingKind } from "../../../src/domain/finding.ts";
import { makeFinding, makePackage } from "../make.ts";

const ALL: readonly FindingKind[] = ["vulnerability", "misconfiguration", "secret", "license"];

function baseline(findings: readonly Finding[], more: Partial<Baseline> = {}): Baseline {
  return { source: { kind: "report" }, packages: [], findings, kinds: new Set(ALL), ...more };
}

const vulnerable = (id: string, version = "1.0", more: Partial<Finding> = {}) =>
  makeFinding({
    id,
    package: makePackage({ name: "lodash", version, purl: `pkg:npm/lodash@${version}`, type: "node-pkg" }),
    path: "app/node_modules/lodash/package.json",
    ...more,
  });

describe("compare", () => {
  it("tells new, unchanged and fixed apart", () => {
    const [kept, came, went] = [vulnerable("CVE-1"), vulnerable("CVE-2"), vulnerable("CVE-3")];
    const made = compare([kept, came], baseline([vulnerable("CVE-1"), went]));
    expect([made.changeOf(kept), made.changeOf(came)]).toEqual(["unchanged", "new"]);
    expect(made.fixed).toEqual([went]);
    expect(made.counts).toEqual({ new: 1, fixed: 1, unchanged: 1, newlyDisclosed: 0 });
  });

  it("takes an upgrade that helps nothing for unchanged", () => {
    const made = compare([vulnerable("CVE-1", "1.1")], baseline([vulnerable("CVE-1", "1.0")]));
    expect(made.counts).toEqual({ new: 0, fixed: 0, unchanged: 1, newlyDisclosed: 0 });
  });

  it("calls newly disclosed what the baseline has as well and was unknown then", () => {
    const now = vulnerable("CVE-NIGHT");
    const made = compare([now], baseline([vulnerable("CVE-NIGHT")], { earlier: [vulnerable("CVE-OLD")] }));
    expect(made.changeOf(now)).toBe("newly-disclosed");
  });

  it("lets nothing in for good of a system that was not looked at then", () => {
    const of = (id: string, type: string) =>
      makeFinding({ id, package: makePackage({ name: "openssl", version: "1", purl: undefined, type }) });
    const now = [of("CVE-1", "debian"), of("CVE-2", "node-pkg")];
    const packages = [{ name: "openssl", version: "1", type: "debian", system: true }];
    const before = { packages, earlier: [], unsettled: new Set<Finding>() };
    const made = compare(now, baseline(now, { ...before, blind: true }));
    expect([...made.unsettled]).toEqual([now[0]]);
    expect(now.map(made.changeOf)).toEqual(["unchanged", "newly-disclosed"]);
    expect(compare(now, baseline(now, before)).unsettled.size).toBe(0);
  });

  it("does not call fixed what was withdrawn: the baseline does not match any more", () => {
    const made = compare([], baseline([], { earlier: [vulnerable("CVE-WITHDRAWN")] }));
    expect(made.fixed).toEqual([]);
  });

  it("tells what of both its run did not let in for good", () => {
    const [settled, unsettled] = [vulnerable("CVE-1"), vulnerable("CVE-2")];
    const now = [vulnerable("CVE-1", "1.1"), vulnerable("CVE-2", "1.1"), vulnerable("CVE-3")];
    const found = [settled, unsettled, vulnerable("CVE-3")];
    const made = compare(now, baseline(found, { earlier: [settled, unsettled], unsettled: new Set([unsettled]) }));
    expect([...made.unsettled]).toEqual([now[1]]);
    expect(now.map(made.changeOf)).toEqual(["unchanged", "unchanged", "newly-disclosed"]);
    expect(compare(now, baseline(found, { earlier: [settled, unsettled] })).unsettled.size).toBe(0);
  });

  it("cannot tell which of two that look alike was let in", () => {
    const [settled, unsettled] = [vulnerable("CVE-1", "1.0"), vulnerable("CVE-1", "2.0")];
    const now = [vulnerable("CVE-1", "1.0"), vulnerable("CVE-1", "2.0")];
    const both = [settled, unsettled];
    const made = compare(now, baseline(both, { earlier: both, unsettled: new Set([unsettled]) }));
    expect([...made.unsettled]).toEqual(now);
  });

  it("calls unchanged what the baseline has as well if what was known then is unknown", () => {
    const now = vulnerable("CVE-NIGHT");
    expect(compare([now], baseline([vulnerable("CVE-NIGHT")])).changeOf(now)).toBe("unchanged");
  });

  it("calls new what a version brings in of which the baseline's was free", () => {
    const now = vulnerable("CVE-NIGHT", "2.0");
    const made = compare([now], baseline([], { earlier: [] }));
    expect(made.changeOf(now)).toBe("new");
  });

  describe("a package that moves to another path", () => {
    const at = (path: string, version = "1.0") => vulnerable("CVE-1", version, { path });
    const counts = (now: readonly Finding[], before: readonly Finding[]) => compare(now, baseline(before)).counts;

    // Proves: no-deadline-begins-again
    it("in the same version has the same findings: none is new and none is fixed", () => {
      const moved = at("other/package.json");
      const made = compare([moved], baseline([at("app/package.json")], { earlier: [at("app/package.json")] }));
      expect([made.changeOf(moved), made.fixed]).toEqual(["unchanged", []]);
      expect(made.counts).toEqual({ new: 0, fixed: 0, unchanged: 1, newlyDisclosed: 0 });
    });

    it("takes each finding of the baseline once: a copy alongside it is new, and one copy less is fixed", () => {
      expect(counts([at("b"), at("c")], [at("a")])).toMatchObject({ new: 1, unchanged: 1, fixed: 0 });
      expect(counts([at("c")], [at("a"), at("b")])).toMatchObject({ new: 0, unchanged: 1, fixed: 1 });
      expect(counts([at("a"), at("b")], [at("a")])).toMatchObject({ new: 1, unchanged: 1, fixed: 0 });
    });

    it("in another version, or another package, is new there and fixed where it was", () => {
      expect(counts([at("b", "1.1")], [at("a")])).toMatchObject({ new: 1, fixed: 1 });
      const other = vulnerable("CVE-1", "1.0", { path: "b", package: makePackage({ name: "other", version: "1.0" }) });
      expect(counts([other], [at("a")])).toMatchObject({ new: 1, fixed: 1 });
      const secret = (path: string) => makeFinding({ kind: "secret", id: "key", package: undefined, path });
      expect(counts([secret("b")], [secret("a")])).toMatchObject({ new: 1, fixed: 1 });
    });

    it("was let in for good only if every copy that may be the one was", () => {
      const [settled, unsettled] = [at("a"), at("b")];
      const more = { earlier: [settled, unsettled], unsettled: new Set([unsettled]) };
      for (const was of [
        [settled, unsettled],
        [unsettled, settled],
      ]) {
        const now = at("c");
        expect([...compare([now], baseline(was, more)).unsettled]).toEqual([now]);
      }
      const now = at("c");
      expect(compare([now], baseline([settled], { earlier: [settled], unsettled: new Set() })).unsettled.size).toBe(0);
    });

    it("of which there are thousands takes no more than linear time", () => {
      const copies = (from: number) => Array.from({ length: 20_000 }, (_, index) => at(`${from}/${index}`));
      expect(counts(copies(1), copies(2))).toEqual({ new: 0, fixed: 0, unchanged: 20_000, newlyDisclosed: 0 });
    });
  });

  // Proves: baseline-cannot-know-does
  it("calls a second copy alongside the known one new: the one of the known version is the known one", () => {
    const lock = { path: "package-lock.json" };
    const [first, second] = [vulnerable("CVE-1", "0.9", lock), vulnerable("CVE-1", "1.0", lock)];
    const made = compare([first, second], baseline([vulnerable("CVE-1", "1.0", lock)]));
    expect([made.changeOf(first), made.changeOf(second)]).toEqual(["new", "unchanged"]);
  });

  it("says nothing of a kind that the baseline was not searched for, and calls none of it fixed", () => {
    const secret = makeFinding({ kind: "secret", package: undefined, path: "a" });
    const only = new Set<FindingKind>(["vulnerability"]);
    const made = compare([secret], baseline([makeFinding({ kind: "license" })], { kinds: only }));
    expect(made.changeOf(secret)).toBeUndefined();
    expect(made.counts).toEqual({ new: 0, fixed: 0, unchanged: 0, newlyDisclosed: 0 });
  });

  it("counts every finding of both sides exactly once", () => {
    const some = fc.array(
      fc.record({ id: fc.constantFrom("A", "B", "C"), version: fc.constantFrom("1.0", "2.0", "3.0") }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(some, some, some, (now, before, then) => {
        const make = (list: typeof now) => list.map(({ id, version }) => vulnerable(id, version));
        const [current, base] = [make(now), make(before)];
        const { counts, changeOf, fixed } = compare(current, baseline(base, { earlier: make(then) }));
        expect(counts.new + counts.unchanged + counts.newlyDisclosed).toBe(current.length);
        expect(counts.unchanged + counts.newlyDisclosed + counts.fixed).toBe(base.length);
        expect(current.filter((each) => changeOf(each) === "new")).toHaveLength(counts.new);
        expect(fixed.every((each) => base.includes(each))).toBe(true);
      }),
    );
  });

  it("is the other way round if both sides change places", () => {
    const id = fc.array(fc.constantFrom("A", "B", "C", "D"), { maxLength: 8 });
    fc.assert(
      fc.property(id, id, (a, b) => {
        const [one, other] = [a.map((each) => vulnerable(each)), b.map((each) => vulnerable(each))];
        const there = compare(one, baseline(other)).counts;
        const back = compare(other, baseline(one)).counts;
        expect([there.new, there.fixed, there.unchanged]).toEqual([back.fixed, back.new, back.unchanged]);
      }),
    );
  });

  it("does not grow with the square of alike findings", () => {
    const make = (from: number) =>
      Array.from({ length: 20_000 }, (_, index) => vulnerable("CVE-1", `1.${from + index}`, { path: "lock" }));
    const { counts } = compare(make(0), baseline(make(10_000)));
    expect(counts).toEqual({ new: 0, fixed: 0, unchanged: 20_000, newlyDisclosed: 0 });
  });
});

describe("of several that look alike", () => {
  const at = (...versions: string[]) => versions.map((version) => vulnerable("CVE-1", version));

  it("each takes its own one version, wherever that is", () => {
    const was = at("1.0", "2.0", "3.0");
    expect(compare(at("2.0"), baseline(was)).fixed).toEqual([was[0], was[2]]);
    expect(compare(at("3.0", "1.0"), baseline(was)).fixed).toEqual([was[1]]);
    expect(compare(at("4.0", "3.0"), baseline(was)).fixed).toHaveLength(1);
  });

  it("each is taken once, even if several have one version", () => {
    const now = at("1.0", "1.0", "1.0");
    const made = compare(now, baseline(at("1.0", "1.0")));
    expect(now.map(made.changeOf)).toEqual(["unchanged", "unchanged", "new"]);
    expect(compare(at("1.0"), baseline(at("1.0", "1.0", "1.0"))).counts).toMatchObject({ unchanged: 1, fixed: 2 });
    expect(compare(at("9.0"), baseline(at("1.0", "1.0"))).counts).toMatchObject({ unchanged: 1, fixed: 1, new: 0 });
  });

  it("the ones without a package cannot be distinguished, but are counted", () => {
    const secret = () => makeFinding({ kind: "secret", id: "key", package: undefined, path: "a" });
    const { counts } = compare([secret(), secret(), secret()], baseline([secret(), secret()]));
    expect(counts).toEqual({ new: 1, fixed: 0, unchanged: 2, newlyDisclosed: 0 });
  });
});

it("calls unsettled what was not let in even if it is newly disclosed", () => {
  const now = vulnerable("CVE-1");
  const was = vulnerable("CVE-1");
  const made = compare([now], baseline([was], { earlier: [], unsettled: new Set([was]) }));
  expect([made.changeOf(now), made.unsettled.has(now)]).toEqual(["newly-disclosed", true]);
});

describe("the counts in one line", () => {
  const none = { new: 0, fixed: 0, unchanged: 0, newlyDisclosed: 0 };
  it.each([
    [none, "no findings on either side"],
    [{ ...none, new: 2 }, "+2 new"],
    [{ ...none, fixed: 999 }, "−999 fixed"],
    [
      { new: 1, fixed: 12, unchanged: 1234, newlyDisclosed: 1 },
      "+1 new, −12 fixed, 1,234 unchanged, 1 newly disclosed",
    ],
    [{ ...none, unchanged: 1_234_567 }, "1,234,567 unchanged"],
    [{ ...none, newlyDisclosed: 50_000 }, "50,000 newly disclosed"],
    [{ ...none, unseen: 1_200 }, "1,200 no longer seen"],
    [{ ...none, fixed: 1, unseen: 3 }, "−1 fixed, 3 no longer seen"],
    [{ ...none, unseen: 0 }, "no findings on either side"],
  ])("of %o", (counts, line) => {
    expect(countsLine(counts)).toBe(line);
  });
});

it("looks at no path if the baseline does not know where its packages are", () => {
  const there = vulnerable("CVE-1", "1.1", { path: "srv/lodash/package.json" });
  const known = [vulnerable("CVE-1")];
  expect(compare([there], baseline(known)).changeOf(there)).toBe("new");
  expect(compare([there], baseline(known, { withoutPaths: true })).changeOf(there)).toBe("unchanged");
});

it("counts copies in one version as one if the baseline does not know where its packages are", () => {
  const at = (path: string | undefined, version = "1.0") => vulnerable("CVE-1", version, { path });
  const changes = (now: readonly Finding[], before: readonly Finding[], more: Partial<Baseline> = {}) => {
    const { changeOf, counts, fixed, unsettled } = compare(now, baseline(before, { withoutPaths: true, ...more }));
    expect(counts.new).toBe(now.filter((each) => changeOf(each) === "new").length);
    return [now.map(changeOf), fixed.length, unsettled.size];
  };
  const two = [at("a"), at("b")];
  expect(changes(two, [at(undefined)])).toEqual([["unchanged", "unchanged"], 0, 0]);
  expect(changes([at("a")], [at(undefined), at(undefined)])).toEqual([["unchanged"], 0, 0]);
  expect(changes([at("a"), at("b", "2.0")], [at(undefined)])).toEqual([["unchanged", "new"], 0, 0]);
  expect(changes(two, [])).toEqual([["new", "new"], 0, 0]);
  expect(changes([], [at(undefined), at(undefined)])).toEqual([[], 1, 0]);
  const open = at(undefined);
  expect(changes(two, [open], { unsettled: new Set([open]) })).toEqual([["unchanged", "unchanged"], 0, 2]);
});

it("compares what is in no package by what it is and where", () => {
  const secret = (path: string) => makeFinding({ kind: "secret", id: "github-pat", package: undefined, path });
  const [same, other] = [secret("app/.env"), secret("app/other.env")];
  const made = compare([same, other], baseline([secret("app/.env")]));
  expect([made.changeOf(same), made.changeOf(other)]).toEqual(["unchanged", "new"]);
});
