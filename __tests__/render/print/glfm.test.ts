import { describe, expect, test } from "vitest";
import { fitComment } from "../../../src/render/documents.ts";
import { utf8Bytes } from "../../../src/render/fit.ts";
import { glfmDeeds, HOSTILE_ON_GITLAB } from "../../support/gitlab/glfm-rules.ts";
import { SAMPLES, sample } from "../samples.ts";
import { githubHtml as html } from "../sound.ts";
import { strange } from "../strange.ts";

const COMMENT = { dialect: "glfm" } as const;

describe("a document", () => {
  // Proves: gitlab-runs-no-quick
  test.each(HOSTILE_ON_GITLAB)("does nothing on GitLab, wherever a stranger's text is: %j", (untrusted) => {
    const { text: markdown } = fitComment(strange(untrusted), undefined, undefined, COMMENT);
    expect(glfmDeeds(markdown).filter((deed) => !deed.startsWith("address"))).toEqual([]);
  });

  test.each(Object.keys(SAMPLES).filter((name) => name !== "huge"))("%s shows the same words on GitLab", (name) => {
    const view = sample(name);
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

test("the comment on GitLab has at most as many bytes as its limit, whatever that is", () => {
  for (const name of ["hostile", "fix-plan", "many-targets"])
    for (const limit of [2_500, 4_000, 9_000, 20_000, 65_000]) {
      const view = sample(name);
      const { text: made } = fitComment(view, undefined, limit, { measuredIn: "bytes", dialect: "glfm" });
      expect(utf8Bytes(made), `${name} ${limit}`).toBeLessThanOrEqual(limit);
    }
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
