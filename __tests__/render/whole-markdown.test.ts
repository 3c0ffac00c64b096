import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import type { JudgedFinding } from "../../src/domain/verdict.ts";
import { renderWholeMarkdown } from "../../src/render/whole-markdown.ts";
import { exception, failed, finding, judged, target, view } from "./build.ts";
import { whole } from "./facts.ts";
import { expectGolden } from "./golden.ts";
import { many, SAMPLES } from "./samples.ts";

const rendered = (of: Parameters<typeof renderWholeMarkdown>[0]) => whole(renderWholeMarkdown(of));
const html = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
const missing = (markdown: string, findings: readonly JudgedFinding[]) =>
  findings.filter(({ finding: { id } }) => !markdown.includes(id)).map(({ finding: { id } }) => id);

describe("the whole report as Markdown", () => {
  it.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))(
    "of %s has a row for every finding, and leaves nothing out",
    (name) => {
      const sample = SAMPLES[name]?.() ?? view();
      const markdown = rendered(sample);
      expect(markdown).not.toContain("left out here");
      expect(markdown.endsWith("\n")).toBe(true);
      const findings = sample.verdict.targets.flatMap((each) => (each.answer === "error" ? [] : each.findings));
      const dot = /<td>(?:🔴|🟠|🟡|⚪|❔)/gu;
      expect(html(markdown).match(dot)?.length ?? 0).toBeGreaterThanOrEqual(findings.length);
    },
  );

  it.each(["fail", "several-targets"])("of %s is as in its golden file", (name) => {
    expectGolden(`whole-${name}.md`, rendered(SAMPLES[name]?.() ?? view()));
  });

  it("has 50,000 findings, in a time that grows with their number", () => {
    const timed = (count: number) => {
      const findings = many(count);
      const from = performance.now();
      expect(missing(rendered(view([target(findings)])), findings.slice(-3))).toEqual([]);
      return performance.now() - from;
    };
    timed(5_000);
    const [some, all] = [timed(5_000), timed(50_000)];
    expect(all).toBeLessThan(some * 40);
    const markdown = rendered(view([target(many(50_000))]));
    expect(markdown.split("\n").filter((line) => line.startsWith("| ") && line.includes("&nbsp;"))).toHaveLength(
      50_000,
    );
  });

  it("has more of everything than comment and summary show: targets, accepted and uncounted findings", () => {
    const accepted = Array.from({ length: 250 }, (_, index) =>
      judged(finding({ id: `CVE-2020-${10_000 + index}` }), { outcome: "accepted", exceptions: [exception()] }),
    );
    const spared = many(400, "LOW").map(
      (each): JudgedFinding => ({ ...each, outcome: "not-counted", spared: "unfixed" }),
    );
    const targets = Array.from({ length: 120 }, (_, index) => target([], { label: `image-${index}:1` }));
    const markdown = rendered(view([target([...accepted, ...spared]), ...targets]));
    expect(missing(markdown, [...accepted, ...spared])).toEqual([]);
    for (const { target: each } of targets) expect(markdown).toContain(`<summary>✅ <code>${each.label}</code>`);
  });

  it("shortens no cell: paths, instructions, fixed versions", () => {
    const path = `${"folder/".repeat(60)}log4j-core.jar`;
    const instruction = `RUN ${"apt-get install -y something && ".repeat(10)}true`;
    const fixedVersions = ["1.0", "2.0", "3.0", "4.0", "5.0"];
    const one = finding({ path, fixedVersions, layer: { diffId: "x", number: 2, instruction } });
    const markdown = rendered(view([target([judged(one)])]));
    for (const text of [path, instruction, "1.0, 2.0, 3.0, 4.0, 5.0"]) expect(markdown).toContain(text);
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

  it("comes in pieces, a section each", () => {
    const pieces = [...renderWholeMarkdown(view([target(many(500)), target(many(500), { label: "b:1" })]))];
    expect(pieces.length).toBeGreaterThan(6);
  });
});
