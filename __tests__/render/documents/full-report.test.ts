import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import type { JudgedFinding } from "../../../src/domain/verdict.ts";
import { renderWholeMarkdown } from "../../../src/render/documents/full-report.ts";
import { cpuMs } from "../../support/patience.ts";
import { exception, failed, finding, judged, target, view } from "../build.ts";
import { whole } from "../facts.ts";
import { expectGolden } from "../golden.ts";
import { many, SAMPLES } from "../samples.ts";

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
      const from = cpuMs();
      expect(missing(rendered(view([target(findings)])), findings.slice(-3))).toEqual([]);
      return cpuMs() - from;
    };
    // Garbage of before may be collected meanwhile: one good run of three is enough.
    let ratio = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3 && ratio >= 40; run++) ratio = (1 / timed(5_000)) * timed(50_000);
    expect(ratio).toBeLessThan(40);
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

  it("has the fix plan uncut: places, instructions, versions, chains, and what has no fix", () => {
    const folder = "folder/".repeat(20);
    const instruction = `ADD file:${"2f7b1e0c".repeat(8)} in / ${"and so on ".repeat(20)}end`;
    const layer = { diffId: "x", number: 2, instruction, source: { file: `${folder}Dockerfile`, line: 7 } };
    const jar = (place: string, over: Parameters<typeof finding>[0] = {}) =>
      judged(finding({ path: `${folder}${place}.jar`, layer: undefined, ...over }));
    const odd = { package: { name: "odd", type: "other", version: "r1" }, fixedVersions: ["r2", "r3", "r4", "r5"] };
    const unfixed = Array.from({ length: 12 }, (_, index) =>
      jar("none", { package: { name: `none-${index}` }, fixedVersions: [], status: "will_not_fix" }),
    );
    const made = target([
      jar("a", { package: { type: "jar" } }),
      jar("b", { package: { type: "jar" } }),
      jar("c", { package: { name: "other" }, layer }),
      jar("d", odd),
      ...unfixed,
    ]);
    const chain = [1, 2, 3, 4, 5, 6].map((index) => ({
      name: index === 6 ? "odd" : `link-${index}`,
      version: index === 6 ? "r1" : "1",
      type: "other",
      path: `${folder}d.jar`,
      id: `${index}`,
      relationship: index === 1 ? "direct" : "indirect",
      dependsOn: index === 6 ? [] : [`${index + 1}`],
    }));
    const markdown = rendered(view([{ ...made, scan: { ...made.scan, packages: chain } }]));
    const plan = markdown.slice(markdown.indexOf("What to do"), markdown.indexOf("What fails"));
    for (const text of [
      `2 places: \`${folder}a.jar\`, \`${folder}b.jar\``,
      `\`${folder}Dockerfile:7\` layer 2 \`${instruction}\``,
      "r2 or r3 or r4 or r5 (unknown order)",
      `\`${folder}d.jar\``,
      "`link-1` → `link-2` → `link-3` → `link-4` → `link-5`",
      "and 6 more packages.",
      "- `none-9` 3.0.11-1\\~deb12u2 (1 HIGH: vendor will not fix it)",
    ])
      expect(plan).toContain(text);
    expect(plan).not.toContain("…");
    expect(markdown.match(/^ {2}- id: /gm)).toHaveLength(16);
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
