import { describe, expect, it } from "vitest";
import { worstFirst } from "../../../src/domain/rows/groups.ts";
import type { JudgedTarget, TargetVerdict, Verdict } from "../../../src/domain/verdict.ts";
import { renderHtml } from "../../../src/render/html/html.ts";
import { markdown, markdownLine } from "../../../src/render/print/markdown.ts";
import { savedAs, targetsOverview } from "../../../src/render/story/counts.ts";
import { headingSection } from "../../../src/render/story/heading.ts";
import { failed, finding, judged, target, view } from "../build.ts";
import { FACTS } from "../facts.ts";

const fails = () => target([judged(finding({ severity: "CRITICAL" }))]);
const passes = () => target([]);
const error = (label = "gone:1") => failed({}, label);

/** The first line of the gate `name`. */
function heading(targets: readonly TargetVerdict[], more: { mode?: "warn"; name?: string } = {}): string {
  const base = view([]);
  const answers = targets.map(({ answer }) => answer);
  const answer = (["error", "fail"] as const).find((each) => answers.includes(each)) ?? "pass";
  const verdict: Verdict = { ...base.verdict, answer, targets };
  return markdown(...headingSection({ ...base, name: "name", ...more, verdict })).split("\n")[0] ?? "";
}

describe("the heading", () => {
  it("of one target, or where all pass, says it of the gate's name", () => {
    expect(heading([passes()])).toBe("## ✅ `name` may run");
    expect(heading([passes(), passes()])).toBe("## ✅ `name` may run");
    expect(heading([fails()])).toBe("## ❌ `name` must not run");
    expect(heading([fails()], { mode: "warn" })).toBe("## ⚠️ `name` breaks the policy");
    expect(heading([error()])).toBe("## ⛔ `name` could not be judged");
    expect(heading([error()], { mode: "warn" })).toBe("## ⛔ `name` could not be judged");
  });

  it("of several says of how many, as what is said of one is not true of the others", () => {
    expect(heading([passes(), fails(), fails()])).toBe("## ❌ `name`: 2 of 3 must not run");
    expect(heading([fails(), fails()])).toBe("## ❌ `name`: 2 of 2 must not run");
    expect(heading([passes(), fails()], { mode: "warn" })).toBe("## ⚠️ `name`: 1 of 2 breaks the policy");
    expect(heading([fails(), fails()], { mode: "warn" })).toBe("## ⚠️ `name`: 2 of 2 break the policy");
    expect(heading([passes(), error()])).toBe("## ⛔ `name`: 1 of 2 could not be judged");
    expect(heading([error(), fails(), passes()])).toBe("## ⛔ `name`: 1 of 3 could not be judged, 1 must not run");
    expect(heading([error(), fails()], { mode: "warn" })).toBe(
      "## ⛔ `name`: 1 of 2 could not be judged, 1 breaks the policy",
    );
  });

  it("cuts a digest in the reason short, of which the last line has the same start", () => {
    const digest = `sha256:4465bb248dd4${"0".repeat(52)}`;
    const made = view([fails()], { reason: `fail: 1 CRITICAL (limit 0) in ghcr.io/acme/app@${digest}; 1 fixable` });
    expect(markdown(...headingSection(made))).toContain("in `ghcr.io/acme/app@sha256:4465bb248dd4…`; 1 fixable**");
    expect(made.verdict.reason).toContain(digest);
  });

  it("of many names ends behind a whole one; a single long name loses its middle", () => {
    const names = Array.from({ length: 5 }, (_, index) => `ghcr.io/acme/service-${index}`).join(", ");
    expect(heading([fails(), fails()], { name: `${names} and 3 more` })).toBe(
      "## ❌ `ghcr.io/acme/service-0, ghcr.io/acme/service-1, ghcr.io/acme/service-2, ghcr.io/acme/service-3, …`: 2 of 2 must not run",
    );
    expect(heading([fails()], { name: `${"a".repeat(100)}z` })).toMatch(/^## ❌ `a+…a+z` must not run$/);
  });
});

describe("the image in a tar", () => {
  const tar = (input: string, claims: readonly string[], as?: string): TargetVerdict => {
    const made = target([], { label: input, artifact: { claims } });
    return { ...made, target: { kind: "image", input, as, label: input } };
  };

  it("is named in the table of all targets, as the file's name tells nothing", () => {
    const rows = targetsOverview([tar("out/a.tar", ["ghcr.io/acme/web:1"]), passes()], 0);
    expect(markdownLine(rows.row(0)[1] ?? "")).toBe("`out/a.tar`<br>`ghcr.io/acme/web:1`");
  });

  it("is not where it says none, where a reference was typed or another name was given, or where there was no scan", () => {
    expect(savedAs(tar("out/a.tar", []))).toEqual([]);
    expect(savedAs(tar("ghcr.io/acme/web:1", ["web:latest"]))).toEqual([]);
    expect(savedAs(tar("out/a.tar", ["web:latest"], "ghcr.io/acme/web:1"))).toEqual([]);
    expect(savedAs(error("out/a.tar"))).toEqual([]);
  });
});

it("the worst answers come first in the tables of all targets, and what is alike stays as it was given", () => {
  const labelled = (of: JudgedTarget, label: string): TargetVerdict => ({ ...of, target: { ...of.target, label } });
  const targets = [labelled(passes(), "a"), labelled(fails(), "b"), error("c"), labelled(fails(), "d"), error("e")];
  expect(worstFirst(targets).map((each) => each.target.label)).toEqual(["c", "e", "b", "d", "a"]);
  expect(targets.map((each) => each.target.label)).toEqual(["a", "b", "c", "d", "e"]);
  const page = [...renderHtml(view(targets), FACTS)].join("");
  const shown = [...page.matchAll(/<td data-name="target"><code>([a-e])<\/code>/g)].map(([, label]) => label);
  expect(shown.join("")).toBe("cebda");
});
