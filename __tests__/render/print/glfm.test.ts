import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { fitComment } from "../../../src/render/documents.ts";
import { utf8Bytes } from "../../../src/render/fit.ts";
import { markdownPrinter } from "../../../src/render/print/markdown.ts";
import { code, fold, name as nameOf, para, paste, path, prose, table, version } from "../../../src/render/tree.ts";
import { glfmDeeds, HOSTILE_ON_GITLAB } from "../../support/glfm-rules.ts";
import { HOSTILE } from "../hostile.ts";
import { SAMPLES } from "../samples.ts";
import { strange } from "../strange.ts";

const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_ON_GITLAB) },
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.stringMatching(/^[`|\\<>!@#:*_~$%^&/()[\]{}+a-f0-9 .\n-]{0,40}$/),
  fc.array(fc.constantFrom(...HOSTILE_ON_GITLAB), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(" ")),
);

const html = (markdown: string) =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const printer = markdownPrinter("glfm");
const COMMENT = { dialect: "glfm" } as const;

describe.each([
  ["code", code],
  ["name", nameOf],
  ["path", path],
  ["prose", prose],
  ["version", version],
] as const)("%s, on GitLab,", (_, way) => {
  // Proves: gitlab-runs-no-quick
  test("lets nothing of a stranger's text become a command, a reference, an emoji, a formula or a colour", () => {
    fc.assert(
      fc.property(anyText, (untrusted) => {
        const made = printer.line(way(untrusted));
        const around = [made, `before ${made} after`, `- ${made}`, `> ${made}`, `before\n${made}`];
        for (const each of around) expect(glfmDeeds(each)).toEqual([]);
        expect(glfmDeeds(printer.document([table(["a"], [[way(untrusted)]])]))).toEqual([]);
      }),
      { numRuns: 250, examples: HOSTILE_ON_GITLAB.map((each) => [each]) },
    );
  });
});

// Proves: gitlab-runs-no-quick
test("what can be pasted, and a summary, do nothing on GitLab", () => {
  fc.assert(
    fc.property(anyText, (untrusted) => {
      const blocks = [paste(untrusted, "yaml"), fold(prose(untrusted), [para("body")]), fold(code(untrusted), [])];
      expect(glfmDeeds(printer.document(blocks))).toEqual([]);
    }),
    { numRuns: 250, examples: HOSTILE_ON_GITLAB.map((each) => [each]) },
  );
});

describe("a document", () => {
  // Proves: gitlab-runs-no-quick
  test.each(HOSTILE_ON_GITLAB)("does nothing on GitLab, wherever a stranger's text is: %j", (untrusted) => {
    const { text: markdown } = fitComment(strange(untrusted), undefined, undefined, COMMENT);
    expect(glfmDeeds(markdown).filter((deed) => !deed.startsWith("address"))).toEqual([]);
  });

  test.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))("%s shows the same words on GitLab", (name) => {
    const view = SAMPLES[name]?.() ?? strange("x");
    const { text: markdown } = fitComment(view);
    const words = (of: string) =>
      html(of)
        .replace(/<\/?code[^>]*>/g, "")
        .replaceAll(/\s+/g, " ");
    const { text: made } = fitComment(view, undefined, undefined, COMMENT);
    if (name !== "hostile") expect(words(made)).toBe(words(markdown));
    expect(glfmDeeds(made).filter((deed) => !deed.startsWith("address"))).toEqual([]);
    expect(made.split("\n")[0]).toBe(markdown.split("\n")[0]);
    expect(made.length).toBeLessThan(markdown.length * 1.1);
  });
});

describe("the comment on GitLab", () => {
  test("has at most as many bytes as its limit, whatever that is", () => {
    for (const name of ["hostile", "fix-plan", "many-targets"])
      for (const limit of [2_500, 4_000, 9_000, 20_000, 65_000]) {
        const view = SAMPLES[name]?.() ?? strange("");
        const { text: made } = fitComment(view, undefined, limit, { measuredIn: "bytes", dialect: "glfm" });
        expect(utf8Bytes(made), `${name} ${limit}`).toBeLessThanOrEqual(limit);
      }
  });
});

describe("the rules of the proof see", () => {
  test.each([
    ["/\rmerge", "command: merge"],
    ["x\n\r/close", "command: close"],
    ["acme&1", "epic: &1"],
    ["/merge", "command: merge"],
    ["x\n  > - /close now", "command: close"],
    ["````\n/merge\n````", "command: merge"],
    ["ask @all", "user or group: @a"],
    ["see !1", "merge request: !1"],
    ["a ~bug", "label: ~b"],
    ["`#f00`", "colour: <code>#f00</code>"],
    ["$`x`$", "mathematics"],
    ["```mermaid\nx\n```", 'diagram: class="language-mermaid'],
    ["[[_TOC_]]", "wiki link or table of contents: [["],
    ["---\nx: 1\n---", "front matter"],
    [":tada:", "emoji: :tada:"],
  ])("in %j %s", (markdown, deed) => expect(glfmDeeds(markdown)).toContain(deed));

  test("nothing in harmless text and code", () =>
    expect(glfmDeeds("Fixed in `3.0~rc1`, 72 % of `@all`.\n\n```\n/merge\n```")).toEqual([]));
});
