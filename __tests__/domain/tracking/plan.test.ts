import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImageRecord } from "../../../src/domain/history/record.ts";
import type { OwnIssue, TrackedImage } from "../../../src/domain/tracking/issue.ts";
import { type IssueAction, type PlanRun, planIssues } from "../../../src/domain/tracking/issue-plan.ts";
import { issueMarker, markedClosed, readIssueMarker, withoutWriter } from "../../../src/domain/tracking/marker.ts";
import { endingFor, needOf, type RunFacts } from "../../../src/domain/tracking/need.ts";
import type { TargetVerdict } from "../../../src/domain/verdict.ts";
import { exception, failed, finding, judged, target, use } from "../../render/build.ts";
import { recorded, tracked } from "../../render/rescan/issue-views.ts";

const KNOWN: RunFacts = { exceptions: [], unreadSources: [], isHistoryKnown: true };
const RUN: PlanRun = { ...KNOWN, most: 50 };
const fails = (tag = "1"): TargetVerdict => target([judged()], { label: `app:${tag}`, thresholds: { HIGH: 0 } });
const passes = (tag = "1"): TargetVerdict => target([], { label: `app:${tag}` });
const errs = (tag = "1"): TargetVerdict => failed({}, `app:${tag}`);
const overdue = [{ finding: recorded(judged()), due: "2026-11-10" }];

const withRecord = (image: TrackedImage, over: Partial<ImageRecord>): TrackedImage => ({
  ...image,
  change: { ...image.change, after: { ...image.change.after, ...over } },
});

const issue = (number: number, about: string, isOpen = true, wanted = isOpen): OwnIssue => ({
  number,
  url: `https://github.com/acme/app/issues/${number}`,
  about,
  isOpen,
  title: `Image Gate: ${about}`,
  body: issueMarker({ scope: "s", image: about, isOpen: wanted }),
});

/** Numbers and images of the issues that are open at the end. */
function openAfter(ours: readonly OwnIssue[], actions: readonly IssueAction[]): ReadonlyMap<number, string> {
  const open = new Map(ours.filter(({ isOpen }) => isOpen).map(({ number, about }) => [number, about]));
  for (const [index, action] of actions.entries()) {
    if (action.do === "open") open.set(100 + index, action.image.change.image);
    else if (action.do === "reopen") open.set(action.issue.number, action.issue.about);
    else if (action.do !== "update") open.delete(action.issue.number);
  }
  return open;
}

it("an issue that a newer run of the same server has written stays as it is, whatever was to be done", () => {
  const at = (number: number, server = "gitlab.test") => ({ server, number });
  const written = (number: number, about: string, isOpen: boolean, by = at(1005)) => ({
    ...issue(number, about, isOpen),
    body: issueMarker({ scope: "s", image: about, isOpen, by }),
  });
  const ours = [written(1, "app", false), written(2, "db", true), written(3, "gone", true), written(4, "db", true)];
  const images = [tracked([fails()], { name: "app" }), tracked([passes()], { name: "db" })];
  const old = planIssues(images, ours, { ...RUN, by: at(1001) });
  expect(old).toMatchObject({ actions: [], left: [] });
  expect(old.newer.map(({ number }) => number).sort()).toEqual([1, 2, 3, 4]);
  for (const by of [at(1005), at(1006), at(1001, "gitlab.example"), undefined])
    expect(planIssues(images, ours, { ...RUN, by })).toMatchObject({ newer: [], actions: { length: 4 } });
});

describe("what an image needs", () => {
  it.each([
    ["one that fails, among others", [passes(), fails(), errs()], "open", "fails"],
    ["one that could not be judged, and none that fails", [passes(), errs()], "as-is", "unclear"],
    ["all pass", [passes(), passes("2")], "closed", "passes"],
    ["none runs", [], "closed", "gone"],
  ] as const)("%s", (_, targets, wanted, why) => {
    expect(needOf(tracked(targets, { name: "app" }), KNOWN)).toEqual({ issue: wanted, why });
  });

  it("one that passes without a scanner that failed keeps its issue, as what that saw may be there", () => {
    const failing = { scanner: "Grype", findings: 0, sees: [], failed: { code: "scan-timeout", what: "Slow" } };
    const one = passes();
    if (one.answer === "error") throw new Error("it passes");
    const partly = { ...one, scan: { ...one.scan, opinions: [{ ...failing, failed: undefined }, failing] } };
    expect(needOf(tracked([partly, passes("2")]), KNOWN)).toEqual({ issue: "as-is", why: "unclear" });
    expect(needOf(tracked([partly, fails("2")]), KNOWN)).toEqual({ issue: "open", why: "fails" });
  });

  it("overdue findings need an issue if all pass, but say nothing about an image that could not be judged", () => {
    expect(needOf(tracked([passes()], { overdue }), KNOWN)).toEqual({ issue: "open", why: "overdue" });
    expect(needOf(tracked([passes(), errs()], { overdue }), KNOWN)).toEqual({ issue: "as-is", why: "unclear" });
    expect(needOf(tracked([], { overdue, name: "app" }), KNOWN)).toEqual({ issue: "closed", why: "gone" });
  });

  it("an exception that ends soon needs one only if the image needs the exception", () => {
    const [first, second] = [exception({ id: "CVE-1" }), exception({ id: "CVE-2", expires: "2027-06-30" })];
    const accepted = (exceptions: readonly (typeof first)[]) =>
      target([judged(finding(), { outcome: "accepted", exceptions })]);
    const exceptions = [use({ exception: first, state: "ending" }), use({ exception: second, state: "live" })];
    const need = (of: TargetVerdict) => needOf(tracked([of]), { ...KNOWN, exceptions }).why;
    expect(need(accepted([first]))).toBe("ending");
    expect(need(accepted([second, first]))).toBe("passes");
    expect(need(target([judged(finding(), { outcome: "not-counted", exceptions: [first] })]))).toBe("passes");
    const gap = { id: "g", subject: "s" };
    const covered = { ...target(), coverage: { rows: [], gaps: [{ gap, accepted: first }] } } as never;
    expect(endingFor([covered], exceptions)).toEqual([exceptions[0]]);
    expect(endingFor([target()], exceptions)).toEqual([]);
  });

  it("with an unread source, a name is settled only if all that the history has of it was seen", () => {
    const unread = { ...KNOWN, unreadSources: ["docker"] };
    const image = tracked([passes()], { name: "app" });
    expect(needOf(image, unread).issue).toBe("closed");
    const more = { reference: "app:0", digest: "sha256:0", where: [] };
    const elsewhere = withRecord(image, { running: [...image.change.after.running, more] });
    expect(needOf(elsewhere, unread).issue).toBe("as-is");
    expect(needOf(elsewhere, KNOWN).issue).toBe("closed");
    const otherPlatform = image.change.after.running.map((each) => ({ ...each, platform: "linux/arm64" }));
    expect(needOf(withRecord(image, { running: otherPlatform }), unread).issue).toBe("as-is");
    expect(needOf(image, { ...unread, isHistoryKnown: false }).issue).toBe("as-is");
    const isNew = { ...image, change: { ...image.change, before: undefined } };
    expect([needOf(isNew, unread).issue, needOf(isNew, KNOWN).issue]).toEqual(["as-is", "closed"]);
    const gone = withRecord(tracked([], { name: "app" }), {
      running: [more],
      "gone-since": "2026-11-24T00:00:00.000Z",
    });
    expect(needOf(gone, unread)).toEqual({ issue: "closed", why: "gone" });
    expect(needOf(gone, { ...unread, isHistoryKnown: false }).issue).toBe("as-is");
  });
});

describe("what is done", () => {
  const [bad, good, broken] = [
    tracked([fails()], { name: "bad" }),
    tracked([passes()], { name: "good" }),
    tracked([errs()], { name: "broken" }),
  ];
  const plan = (images: readonly TrackedImage[], ours: readonly OwnIssue[], over: Partial<PlanRun> = {}) =>
    planIssues(images, ours, { ...RUN, ...over }).actions.map((action) =>
      [
        action.do,
        "image" in action ? action.image?.change.image : undefined,
        "issue" in action ? action.issue.number : 0,
        "byHand" in action ? action.byHand : undefined,
      ]
        .filter((part) => part !== undefined)
        .join(" "),
    );

  it("nothing for what passes or is unclear and has no open issue", () => {
    expect(plan([good, broken], [issue(1, "good", false), issue(2, "broken")])).toEqual([]);
  });

  it("opening, opening again, updating and closing, in the order of their weight", () => {
    const other = tracked([fails()], { name: "other" });
    const third = tracked([fails()], { name: "third" });
    const ours = [issue(1, "good"), issue(2, "bad"), issue(3, "other", false), issue(9, "good")];
    expect(plan([good, bad, other, third], ours)).toEqual([
      "open third 0",
      "reopen other 3 false",
      "close good 1",
      "fold 9",
      "update bad 2",
    ]);
  });

  it("a person closed it if the marker says that it should be open", () => {
    expect(plan([bad], [issue(1, "bad", false, true)])).toEqual(["reopen bad 1 true"]);
  });

  it("an issue about an unknown image is closed, but not if something was not read", () => {
    expect(plan([], [issue(1, "old"), issue(2, "older", false)])).toEqual(["close 1"]);
    expect(plan([], [issue(1, "old")], { unreadSources: ["docker"] })).toEqual([]);
    expect(plan([], [issue(1, "old")], { isHistoryKnown: false })).toEqual([]);
  });

  it("the worst come first: overdue, then by severity, by number, by name", () => {
    const made = (name: string, findings: Parameters<typeof target>[0], of = {}) =>
      tracked([passes(), target(findings, { label: "x:1", thresholds: { CRITICAL: 0, HIGH: 0 } })], { name, ...of });
    const critical = judged(finding({ severity: "CRITICAL" }));
    const images = [
      made("d", [judged()]),
      made("c", [judged()]),
      made("b", [judged(), judged(finding({ id: "CVE-2" }))]),
      made("a", [critical]),
      made("e", [judged()], { overdue }),
    ];
    const { actions, left } = planIssues(images, [], { ...RUN, most: 3 });
    expect(actions.map((action) => (action.do === "open" ? action.image.change.image : ""))).toEqual(["e", "a", "b"]);
    expect(left.map(({ change }) => change.image)).toEqual(["c", "d"]);
  });

  it("there is never more than one open issue for a name afterwards, and never more are opened than allowed", () => {
    const kind = fc.constantFrom("fails", "passes", "errs", "none", "absent");
    const name = fc.constantFrom("a", "b", "c", "d");
    fc.assert(
      fc.property(
        fc.dictionary(name, kind),
        fc.array(fc.record({ about: name, isOpen: fc.boolean() }), { maxLength: 10 }),
        fc.nat(3),
        (kinds, stored, most) => {
          const targets = { fails: [fails()], passes: [passes()], errs: [errs()], none: [] };
          const images = Object.entries(kinds).flatMap(([of, is]) =>
            is === "absent" ? [] : [tracked(targets[is as keyof typeof targets], { name: of })],
          );
          const ours = stored.map(({ about, isOpen }, index) => issue(index + 1, about, isOpen));
          const { actions, left } = planIssues(images, [...ours].reverse(), { ...RUN, most });
          const open = openAfter(ours, actions);
          expect(new Set(open.values()).size).toBe(open.size);
          expect(actions.filter((action) => action.do === "open").length).toBeLessThanOrEqual(most);
          for (const image of images) {
            const { image: about } = image.change;
            const isOpen = [...open.values()].includes(about);
            const { issue: wanted } = needOf(image, KNOWN);
            if (wanted === "closed") expect(isOpen).toBe(false);
            if (wanted === "open") expect(isOpen || left.includes(image)).toBe(true);
          }
          const touched = actions.flatMap((action) => ("issue" in action ? [action.issue.number] : []));
          expect(new Set(touched).size).toBe(touched.length);
        },
      ),
    );
  });
});

// Proves: issue-ours-marker-author
it("a marker is read as it was written, whatever the names, and stays one line and one HTML comment", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("--> <img src=x>", "a--!>b", "%2F", "a\nb", "ghcr.io/acme/app", "x image=y is=open -->"),
  );
  const writer = fc.record({ server: name, number: fc.integer({ min: 1 }) });
  fc.assert(
    fc.property(name, name, fc.boolean(), fc.option(writer, { nil: undefined }), (scope, image, isOpen, by) => {
      const line = issueMarker({ scope, image, isOpen, by });
      expect(line).toMatch(/^<!-- [^<>\n]* -->$/);
      expect(line.slice(4, -3)).not.toContain("--");
      expect(readIssueMarker(line)).toEqual({ scope, image, isOpen, by });
      expect(readIssueMarker(`${line}\r\ntext`)).toEqual({ scope, image, isOpen, by });
      expect(withoutWriter(`${line}\ntext`)).toBe(`${issueMarker({ scope, image, isOpen })}\ntext`);
    }),
  );
});

it("a marker counts in the first line only", () => {
  const line = issueMarker({ scope: "s", image: "i", isOpen: true });
  expect(readIssueMarker(`text\n${line}`)).toBeUndefined();
  expect(readIssueMarker(` ${line}`)).toBeUndefined();
  expect(readIssueMarker(`${line} and more`)).toBeUndefined();
  expect(readIssueMarker(line.replace("image=i", "image=%zz"))).toBeUndefined();
  expect(readIssueMarker(line.replace("image=i", "image="))).toBeUndefined();
  expect(readIssueMarker("")).toBeUndefined();
});

it("a body that is marked closed differs in its first line only", () => {
  const line = issueMarker({ scope: "s", image: "i", isOpen: true });
  const by = { server: "gitlab.test:8443", number: 7 };
  expect(markedClosed(`${line}\ntext ${line}`, by)).toBe(
    `${issueMarker({ scope: "s", image: "i", isOpen: false, by })}\ntext ${line}`,
  );
  expect(markedClosed("text", by)).toBe("text");
});
