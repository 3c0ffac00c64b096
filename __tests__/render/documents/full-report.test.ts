import { describe, expect, it } from "vitest";
import type { JudgedFinding } from "../../../src/domain/verdict.ts";
import { renderWholeMarkdown } from "../../../src/render/documents.ts";
import type { View } from "../../../src/render/view.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { whole } from "../facts.ts";
import { renderSummary } from "../fitted.ts";
import { many, SAMPLES, sample } from "../samples.ts";

const rendered = (of: Parameters<typeof renderWholeMarkdown>[0]) => whole(renderWholeMarkdown(of));
const missing = (markdown: string, findings: readonly JudgedFinding[]) =>
  findings.filter(({ finding: { id } }) => !markdown.includes(id)).map(({ finding: { id } }) => id);

/** Findings that are not accepted. The accepted ones have a row for each exception. */
const counted = ({ verdict }: View) =>
  verdict.targets
    .flatMap((each) => (each.answer === "error" ? [] : each.findings))
    .filter(({ outcome }) => outcome !== "accepted");

describe("the whole report as Markdown", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge" && !name.includes("hostile")))(
    "of %s names every finding, and leaves no row out",
    (name) => {
      const of = sample(name);
      const markdown = rendered(of);
      expect(markdown).not.toContain("left out here");
      expect(markdown.endsWith("\n")).toBe(true);
      expect(missing(markdown, counted(of))).toEqual([]);
    },
  );

  it("is the summary, where all of it has room", () => {
    for (const of of ["fail", "several-targets"].map(sample)) expect(rendered(of)).toBe(renderSummary(of));
  });

  it("has 20,000 findings, in a time that grows with their number", () => {
    const timed = (count: number) => {
      const findings = many(count);
      const from = cpuMs();
      expect(missing(rendered(view([target(findings)])), findings.slice(-3))).toEqual([]);
      return cpuMs() - from;
    };
    // Earlier garbage may be collected meanwhile: one good run of three is enough.
    let ratio = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3 && ratio >= 40; run++) ratio = (1 / timed(2_000)) * timed(20_000);
    expect(ratio).toBeLessThan(40);
  });

  it("has more of everything than comment and summary show: targets, accepted and uncounted findings", () => {
    const accepted = Array.from({ length: 250 }, (_, index) =>
      judged(finding({ id: `CVE-2020-${10_000 + index}` }), {
        outcome: "accepted",
        exceptions: [exception({ id: `CVE-2020-${10_000 + index}` })],
      }),
    );
    const spared = many(400, "LOW").map(
      (each): JudgedFinding => ({ ...each, outcome: "not-counted", spared: "unfixed" }),
    );
    const targets = Array.from({ length: 120 }, (_, index) => target([], { label: `image-${index}:1` }));
    const markdown = rendered(view([target([...accepted, ...spared]), ...targets]));
    expect(missing(markdown, [...accepted, ...spared])).toEqual([]);
    for (const { target: each } of targets) expect(markdown).toContain(`<summary>✅ <code>${each.label}</code>`);
  });

  it("names all advisories of one package", () => {
    const findings = Array.from({ length: 3_000 }, (_, at) => judged(finding({ id: `CVE-2024-${10_000 + at}` })));
    const made = view([target(findings)]);
    expect(missing(rendered(made), findings)).toEqual([]);
    expect(missing(renderSummary(made), findings)).not.toEqual([]);
  });

  it("names each target that could not be scanned, with what to do", () => {
    const targets = [
      failed({ remedy: "Log in." }, "a:1"),
      failed({ code: "image-denied", remedy: "Ask for access." }, "b:1"),
      target(),
    ];
    const markdown = rendered(view(targets));
    for (const text of ["⛔ <code>a:1</code>", "⛔ <code>b:1</code>", "image-denied", "Log in.", "Ask for access."])
      expect(markdown).toContain(text);
  });
});
