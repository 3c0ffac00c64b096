import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "../../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../../src/domain/policy/policy.ts";
import type { RescannedImage } from "../../../src/domain/rows/week.ts";
import { readIssueMarker } from "../../../src/domain/tracking/marker.ts";
import type { JudgedTarget } from "../../../src/domain/verdict.ts";
import {
  closingComment,
  duplicateComment,
  issueBody,
  issueTitle,
  lastingPart,
  reopeningComment,
} from "../../../src/render/rescan/issue.ts";
import { exception, failed, finding, judged, target, use } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { many, sample } from "../samples.ts";
import { expectSound } from "../sound.ts";
import { at, overdueImage, recorded, rescan, tracked } from "./issue-views.ts";

const IMAGE = "ghcr.io/acme/app";

/** As harmless as a comment, after our own marker in the first line. */
function expectSoundIssue(body: string): void {
  const [first = "", ...rest] = body.split("\n");
  expect(readIssueMarker(first)).toBeDefined();
  expect(body.match(/<!--/g)).toHaveLength(1);
  expectSound(rest.join("\n"));
}

function sampled(name: string): JudgedTarget {
  const [first] = sample(name).verdict.targets;
  if (first === undefined || first.answer === "error") throw new Error(`${name} has no judged target`);
  return first;
}

/** A target that passes because an exception accepts its findings, until five days after today. */
function endingSoon() {
  const accepted = exception({ expires: "2026-11-29" });
  const of = target([judged(finding({ id: accepted.id }), { outcome: "accepted", exceptions: [accepted] })]);
  return { of, uses: [use({ exception: accepted, state: "ending", daysLeft: 5 })] };
}

describe("golden issues", () => {
  test("an image that fails, with what is overdue", async () => {
    const image = overdueImage();
    const body = issueBody(image, rescan([image]));
    expectSoundIssue(body);
    await expect(body).toMatchFileSnapshot("../golden/rescan-issue-fails.md");
    expect(issueTitle(image)).toBe(`Image Gate: ${IMAGE} (overdue)`);
  });

  test("an image that passes until an exception ends", async () => {
    const { of, uses } = endingSoon();
    const image = tracked([of]);
    const view = rescan([image]);
    const body = issueBody(image, {
      ...view,
      gate: { ...view.gate, verdict: { ...view.gate.verdict, exceptions: uses } },
    });
    expectSoundIssue(body);
    await expect(body).toMatchFileSnapshot("../golden/rescan-issue-ending.md");
    expect(readIssueMarker(body)?.isOpen).toBe(true);
    expect(issueTitle(image)).toBe(`Image Gate: ${IMAGE}`);
  });

  test("several tags of one name, of which one fails and one could not be judged", async () => {
    const label = (tag: string) => `${IMAGE}:${tag}`;
    const fails = target([judged(finding({ id: "CVE-2024-0001" }))], { label: label("1.0"), thresholds: { HIGH: 0 } });
    const image = tracked([fails, failed({}, label("1.1")), target([], { label: label("1.2") })]);
    const body = issueBody(image, rescan([image]));
    expectSoundIssue(body);
    await expect(body).toMatchFileSnapshot("../golden/rescan-issue-tags.md");
  });

  test("the comments", async () => {
    const { of } = endingSoon();
    const fixed = recorded(judged());
    const closed = (why: "fixed" | "withdrawn") => ({
      ...fixed,
      episodes: [{ opened: fixed["first-seen"], closed: fixed["last-seen"], why }],
    });
    const passes = tracked([of], { closed: [closed("fixed"), closed("fixed"), closed("withdrawn")] });
    const gone = tracked([], { name: IMAGE });
    const view = rescan([passes]);
    const comments = [
      reopeningComment(passes, view, false),
      reopeningComment(passes, view, true),
      closingComment(IMAGE, passes, view),
      closingComment(IMAGE, tracked([target()]), view),
      closingComment(IMAGE, gone, view),
      closingComment(IMAGE, undefined, view),
      duplicateComment(12),
    ];
    for (const comment of comments.slice(0, -1)) expectSound(comment);
    await expect(`${comments.join("\n\n---\n\n")}\n`).toMatchFileSnapshot("../golden/rescan-issue-comments.md");
  });
});

// Proves: issue-ours-marker-author
test("hostile names, places and findings harm nothing, and no marker but our own counts", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(HOSTILE, { minLength: 6, maxLength: 6 }), (texts) => {
      const [name = "", place = "", path = "", id = "", label = "", scope = ""] = texts;
      const of = target([judged(finding({ id, path, title: name, package: { name, version: path } }))], { label });
      const overdue = of.findings.map((each) => ({ finding: { ...recorded(each), package: name }, due: "2026-11-10" }));
      const image = tracked([of, failed({ what: name }, label)], { name, where: [at(place, path)], overdue });
      const view = rescan([image], { gate: { name: scope } });
      const [comment, other] = [closingComment(name, image, view), reopeningComment(image, view, true)];
      for (const each of [comment, other]) expectSound(each);
      if (name === "") return;
      const body = issueBody(image, view);
      expectSoundIssue(body);
      expect(readIssueMarker(body)).toEqual({ scope: scope.toWellFormed(), image: name.toWellFormed(), isOpen: true });
      expect(issueTitle(image).length).toBeLessThanOrEqual(256);
      expect(issueTitle(image)).toMatch(/^[^\p{C}]*$/u);
    }),
  );
}, 600_000);

test("5,000 findings, all of them overdue, fit; what is to be done is before them", () => {
  const of = target(many(5_000), { thresholds: { CRITICAL: 0, HIGH: 0 } });
  const overdue = of.findings.map((each) => ({ finding: recorded(each), due: "2026-11-10" }));
  const image = tracked([of], {
    overdue,
    where: Array.from({ length: 500 }, (_, index) => at(`shop/pod/p${index}/app`)),
  });
  const view = rescan([image]);
  for (const limit of [65_000, 30_000, 12_000]) {
    const body = issueBody(image, view, limit);
    expect(body.length).toBeLessThanOrEqual(limit);
    expectSoundIssue(body);
    expect(body).toContain("5,000 findings should have been fixed by now");
    expect(body.trimEnd().split("\n").at(-1)).toMatch(/^<sub>Written by/);
  }
});

test("only the last line depends on the run: not on its day, its page or the database's", () => {
  const inWeek = (day: string, runUrl: string, daysLeft: number) => {
    const { of, uses } = endingSoon();
    const ended = exception({ id: "CVE-2024-6119", expires: "2026-11-01" });
    const counts = judged(finding(), { ended });
    const failing = target([counts, ...of.findings], { provenance: { databaseUpdatedAt: `${day}T01:00:00Z` } });
    const image = tracked([failing], { opened: "2026-10-01T03:00:00.000Z" });
    const gone = use({ exception: ended, state: "ended", open: 1, daysLeft: daysLeft - 28 });
    const exceptions = [...uses.map((each) => ({ ...each, daysLeft })), gone];
    const view = rescan([image], { gate: { today: day, now: new Date(`${day}T15:00:00Z`), runUrl } });
    return issueBody(image, { ...view, gate: { ...view.gate, verdict: { ...view.gate.verdict, exceptions } } });
  };
  const one = inWeek("2026-11-24", "https://github.com/acme/app/actions/runs/123", 5);
  const other = inWeek("2026-11-26", "https://github.com/acme/app/actions/runs/456", 3);
  expect(one).not.toBe(other);
  expect(lastingPart(one)).toBe(lastingPart(other));
  expect(lastingPart(one)).toBe(lastingPart(one.replaceAll("\n", "\r\n").trimEnd()));
  expect(lastingPart(one)).not.toBe(lastingPart(one.replace("Runs", "Ran")));
  expect(one).toContain("ends on 2026-11-29");
});

test("the exceptions of other images are not in an issue", () => {
  const { of, uses } = endingSoon();
  const image = tracked([of]);
  const other = use({
    exception: exception({ id: "CVE-2020-1", expires: "2026-11-28" }),
    state: "ending",
    daysLeft: 4,
  });
  const view = rescan([image]);
  const gate = { ...view.gate, verdict: { ...view.gate.verdict, exceptions: [other, ...uses] } };
  const body = issueBody(image, { ...view, gate });
  expect(body).toContain("2026-11-29");
  expect(body).not.toContain("CVE-2020-1");
});

test("a title is the same whatever fails, and names two long names differently", () => {
  const long = (end: string): RescannedImage => tracked([target()], { name: `ghcr.io/${"a/".repeat(200)}${end}` });
  expect(issueTitle(long("x"))).not.toBe(issueTitle(long("y")));
  expect(issueTitle(tracked([target()]))).toBe(issueTitle(tracked([sampled("fail")], { name: IMAGE })));
});

test("the judge's exceptions are the ones that an issue looks for", () => {
  const accepts = exception({ id: "CVE-2024-6119", expires: "2026-11-29" });
  const of = target([judged()]);
  const policy = { ...EMPTY_POLICY, exceptions: [accepts] };
  const verdict = judge([{ target: of.target, scan: of.scan }], {
    policy,
    limits: {},
    ignoreUnfixed: undefined,
    today: "2026-11-24",
  });
  const image = tracked(verdict.targets);
  const view = rescan([image]);
  expect(issueBody(image, { ...view, gate: { ...view.gate, verdict } })).toContain("an exception that ends on");
});
