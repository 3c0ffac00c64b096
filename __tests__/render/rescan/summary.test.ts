import { describe, expect, it } from "vitest";
import { renderSummary } from "../../../src/render/rescan/summary.ts";
import { failed, type judged, target } from "../build.ts";
import { HOSTILE } from "../hostile.ts";
import { expectSound } from "../sound.ts";
import { FINDINGS, fleet, image, place, recordOf, rescan, UNREAD } from "./build.ts";
import { hostileRescan } from "./hostile.ts";

const { OPENSSL, EXPAT, JINJA } = FINDINGS;
const NAME = "ghcr.io/acme/app";
const failing = (over: Partial<Parameters<typeof image>[0]> = {}) =>
  image({ name: NAME, targets: [target([OPENSSL, EXPAT, JINJA], { label: `${NAME}:1.4.2` })], ...over });

describe("the summary of running images", () => {
  it.each([
    ["fleet", () => fleet(50, 8)],
    ["three", () => fleet(3, 1)],
    ["first-scan", () => rescan([failing({ before: false, fresh: [OPENSSL, EXPAT, JINJA] })])],
    ["unread", () => rescan([failing()], { sources: [UNREAD, { source: "file:images.txt", images: 1, notes: [] }] })],
    ["nothing-found", () => rescan([], { sources: [UNREAD] })],
    [
      "trouble",
      () =>
        rescan([failing({ before: false })], {
          state: { notWritten: "index.json of the branch image-gate-state is damaged", isError: true },
          issues: { opened: 0, reopened: 0, updated: 0, closed: 0, left: [NAME], failed: ["The token may not write."] },
        }),
    ],
    ["pull-request", () => rescan([failing()], { state: { notWritten: "this is a pull request", isError: false } })],
  ] as const)("%s is as we have read it", async (name, make) => {
    const shown = renderSummary(make());
    expectSound(shown);
    await expect(shown).toMatchFileSnapshot(`../golden/rescan-summary-${name}.md`);
  });

  it("shows what a pull request changes in the policy, and what of it loosens", () => {
    const about = { what: "changed", subject: "threshold", about: "HIGH | @octocat", from: "0", to: "20" } as const;
    const loosened = { ...about, loosens: true, line: 4 };
    const shown = renderSummary(rescan([failing()], { gate: { policyChange: { changes: [loosened] } } }));
    expect(shown).toMatch(/⚠️ .*policy/);
    expect(shown).toContain("**loosens:**");
    expectSound(shown);
    const unknown = renderSummary(rescan([failing()], { gate: { policyChange: { unreadable: "no permission" } } }));
    expect(unknown).toContain("It is unknown if this pull request changes the policy");
  });

  it("counts as new what a limit counts, and only that", () => {
    const shown = renderSummary(rescan([failing({ fresh: [OPENSSL, JINJA] })]));
    expect(shown).toContain("**1 new (1 CRITICAL)**");
    // The MEDIUM one is in the list of everything that is new.
    expect(shown).toContain("The changes, one by one, of all severities: 2 new");
    expect(shown).toMatch(/^\| new \| \S+&nbsp;MEDIUM /m);
  });

  it("never says that nothing was found where it was not looked", () => {
    const unscanned = image({ name: NAME, targets: [failed({}, `${NAME}:1.4.2`)] });
    for (const made of [rescan([]), rescan([], { sources: [UNREAD] }), rescan([unscanned])]) {
      const shown = renderSummary(made);
      expect(shown).not.toMatch(/\b0 (?:new|failing|fixed)|\bpass|\| none|all \d+ images/);
      expect(shown).toMatch(/No image was looked at|Not looked at/);
    }
  });

  it("counts a finding of two running versions once, and says how many there are", () => {
    const old = target([OPENSSL, EXPAT], { label: `${NAME}:1.3.0` });
    const shown = renderSummary(rescan([failing({ targets: [old, target([OPENSSL], { label: `${NAME}:1.4.2` })] })]));
    expect(shown).toContain("**1&nbsp;CRITICAL**<br>**1&nbsp;HIGH**");
    expect(shown).toContain("2 versions");
  });

  it("has the worst first: an error, what fails by severity, what is overdue, what ends, what passes", () => {
    const named = (name: string, ...findings: ReturnType<typeof judged>[]) =>
      image({ name, targets: [target(findings, { label: name })] });
    const late = { ...named("late", JINJA), overdue: [{ finding: recordOf(JINJA), due: "2026-11-01" }] };
    const shown = renderSummary(
      rescan([
        named("quiet"),
        late,
        named("one-high", EXPAT),
        named("one-critical", OPENSSL),
        image({ name: "broken", targets: [failed({}, "broken")] }),
      ]),
    );
    const order = [...shown.matchAll(/^\| \S+?&nbsp;`([^`]+)`/gm)].map(([, name]) => name);
    expect(order).toEqual(["broken", "one-critical", "one-high", "late", "quiet"]);
  });

  it("of 1,000 images stays within its limit and counts those that are not named", () => {
    const shown = renderSummary(fleet(1_000, 400));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_000_000);
    expectSound(shown);
    const small = renderSummary(fleet(1_000, 400), 20_000);
    expect(Buffer.byteLength(small)).toBeLessThanOrEqual(20_000);
    expect(small).toContain("400 failing");
    expect(small).toContain("more images left out here");
    expectSound(small);
  });

  it.each(HOSTILE)("of hostile names is harmless: %j", (name) => {
    expectSound(renderSummary(hostileRescan(name)));
  });

  it("links an image to its issue only if the address is one", () => {
    const made = failing({ where: [place("a")] });
    const shown = renderSummary(rescan([{ ...made, issueUrl: "javascript:alert(1)" }]));
    expect(shown).not.toContain("javascript");
  });
});
