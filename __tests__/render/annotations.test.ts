import { describe, expect, test } from "vitest";
import type { ExceptionUse } from "../../src/domain/verdict.ts";
import { annotationsOf } from "../../src/render/annotations.ts";
import { textLine } from "../../src/render/print/text.ts";
import { attentionItem } from "../../src/render/story/exceptions.ts";
import { exception, target, use, view } from "./build.ts";
import { sample } from "./samples.ts";

describe("annotationsOf", () => {
  test("names gaps, then points at the lines of the exceptions that need attention, most pressing first", () => {
    expect(annotationsOf(sample("fail")).map(({ level, file, line }) => [level, file, line])).toEqual([
      ["warning", undefined, undefined],
      ["warning", ".github/image-gate.yml", 12],
      ["warning", ".github/image-gate.yml", 40],
      ["warning", ".github/image-gate.yml", 19],
      ["notice", ".github/image-gate.yml", 47],
      ["notice", ".github/image-gate.yml", 33],
    ]);
  });

  test("says what ended, when, and who owns it", () => {
    expect(annotationsOf(sample("fail"))[1]?.message).toBe(
      "Exception in line 12: CVE-2023-52425 on libexpat1 ended on 2026-11-23: 1 finding counts again · @acme/platform",
    );
  });

  test("says of an ended exception how many findings count again, and that those do not which are exempted otherwise", () => {
    const over = exception({ id: "CVE-2099-0001", owner: undefined, expires: "2026-11-22" });
    const said = (more: Partial<ExceptionUse>) =>
      textLine(attentionItem({ why: "ended", use: use({ exception: over, state: "ended", daysLeft: -2, ...more }) }))
        .replace(/^.* on libexpat1 /, "")
        .replace(/^.*CVE-2099-0001 /, "");
    expect([
      said({ matches: 3, open: 2 }),
      said({ matches: 2, open: 0 }),
      said({ matches: 1, open: 0 }),
      said({ matches: 0, open: 0 }),
      said({ matches: 2, open: 1, overlappedBy: exception() }),
      said({ matches: 2, open: 0, overlappedBy: exception() }),
    ]).toEqual([
      "ended on 2026-11-22: 2 findings count again",
      "ended on 2026-11-22: delete it",
      "ended on 2026-11-22: delete it",
      "ended on 2026-11-22: delete it",
      "ended on 2026-11-22: 1 finding counts again",
      "ended on 2026-11-22; line 26 covers the same until 2027-01-31: delete it",
    ]);
  });

  // Proves: change-policy-shown
  test("warns on each line that changes the policy, first where it loosens it", () => {
    expect(annotationsOf(sample("policy-change"))).toEqual([
      {
        level: "warning",
        message: "This pull request loosens the policy: added exception CVE-2024-6119 on libssl3: until 2027-01-31.",
        file: ".github/image-gate.yml",
        line: 26,
      },
      {
        level: "warning",
        message: "This pull request loosens the policy: changed threshold HIGH: 0 → 20.",
        file: ".github/image-gate.yml",
        line: 4,
      },
      {
        level: "warning",
        message: "This pull request changes the policy: removed exception CVE-2020-1234: was until 2026-12-31.",
        file: ".github/image-gate.yml",
      },
    ]);
  });

  test("warns where the base's policy cannot be read, and of an end-of-life system", () => {
    expect(annotationsOf(sample("policy-unknown"))[0]?.message).toContain(
      "It is unknown if this pull request changes the policy: the token may not read",
    );
    expect(annotationsOf(sample("end-of-life"))[0]?.message).toContain("ghcr.io/acme/app:1.4.2: debian 9.13 is past");
  });

  test("points at no line where the policy came from the base branch or from no file", () => {
    const exceptions = [use({ state: "ended", daysLeft: -1 })];
    for (const policy of [{ path: "p.yml", from: "base" as const }, { from: "workspace" as const }]) {
      expect(annotationsOf(view([target()], { exceptions, policy }))[0]).not.toHaveProperty("file");
    }
  });

  test("has nothing to say of a passing run", () => expect(annotationsOf(sample("pass"))).toEqual([]));
});
