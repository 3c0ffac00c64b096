import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect } from "vitest";
import type { Comparison } from "../../src/domain/change/comparison.ts";
import type { Target } from "../../src/domain/target.ts";
import { annotationsOf } from "../../src/render/annotations.ts";
import { fitComment, renderWholeMarkdown } from "../../src/render/documents.ts";
import { renderCsv } from "../../src/render/formats/csv.ts";
import { renderGitlab } from "../../src/render/formats/gitlab.ts";
import { renderJunit } from "../../src/render/formats/junit.ts";
import { renderReport } from "../../src/render/json/report.ts";
import { renderLog } from "../../src/render/log/log.ts";
import type { View } from "../../src/render/view.ts";
import { FACTS, whole } from "../render/facts.ts";
import { renderComment, renderSummary } from "../render/fitted.ts";
import { HOSTILE } from "../render/hostile.ts";
import { attribute, elements, html, parsed } from "../render/html/pages.ts";
import { sarifText } from "../render/sarif/bed.ts";
import { expectSound } from "../render/sound.ts";
import { strange } from "../render/strange.ts";
import { glfmDeeds } from "../support/gitlab/glfm-rules.ts";
import { expectJenkinsValid } from "../support/programs/junit.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { hostileTexts } from "../support/runs/hostile.ts";

const KNOWN = [...HOSTILE, ...Object.values(hostileTexts)].map((text) => text.slice(0, 200));
const PIECES = [
  ..."<>&\"'`|*_~#@![](){}\\/:;,=+-%$^\n\r\t ",
  "<b>",
  "</td>",
  "<!--",
  "-->",
  "]]>",
  "<![CDATA[",
  "::error::",
  "##[",
  "https://evil.test/",
  "javascript:",
  "&lt;",
  "&#64;",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u2028",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
  "\u001b[31m",
  "\0",
  "{0}",
  "${{ x }}",
  "\n/merge ",
  "~bug",
  "!1",
  "$`",
  "#f00",
];
/** Texts that are known to do harm, pieces of such texts, and random ones. */
const text = fc.oneof(
  fc.constantFrom(...KNOWN),
  fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...KNOWN), fc.string({ maxLength: 4 })), {
      maxLength: 8,
    })
    .map((parts) => parts.join("").slice(0, 300)),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const RUN = "https://github.com/acme/app/actions/runs/7";

/** Contains a stranger's text wherever one is possible. Links to runs are GitHub's own. */
const view = text.map((of): View => {
  const { comparisons = new Map(), ...made } = strange(of);
  const linked = [...comparisons].map(([target, each]): [Target, Comparison] => {
    if ("none" in each) return [target, each];
    const source = { ...each.baseline.source, url: RUN };
    return [target, { ...each, baseline: { ...each.baseline, source } }];
  });
  return { ...made, runUrl: RUN, comparisons: new Map(linked) };
});

/** Characters that would mislead a terminal, an editor or a reader's eye. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function expectNoCommand(lines: string): void {
  for (const line of lines.split("\n")) {
    expect(line).not.toMatch(/^\s*::|##\[/);
    expect(line).not.toMatch(UNSEEN);
  }
}

/** Each format, and the texts in it that could mislead a reader or a program. */
const FORMATS: Readonly<Record<string, (view: View) => void>> = {
  comment: (of) => expectSound(renderComment(of)),
  "note on GitLab": (of) => {
    const deeds = glfmDeeds(fitComment(of, undefined, undefined, { dialect: "glfm" }).text).filter(
      (deed) => !deed.startsWith("address"),
    );
    expect(deeds).toEqual([]);
  },
  summary: (of) => expectSound(renderSummary(of)),
  "whole Markdown": (of) => expectSound(whole(renderWholeMarkdown(of))),
  log: (of) => expectNoCommand(renderLog(of)),
  annotations: (of) => {
    for (const { message } of annotationsOf(of)) expect(message.replaceAll("\n", "")).not.toMatch(UNSEEN);
  },
  CSV: (of) => {
    const rows = parse(whole(renderCsv(of)), { record_delimiter: "\r\n", relax_column_count: false }) as string[][];
    for (const cell of rows.slice(1).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]|[\r\n\0\u202e]/);
  },
  JUnit: (of) => expectJenkinsValid(whole(renderJunit(of))),
  HTML: (of) => {
    const page = parsed(html(of));
    const all = elements(page);
    expect(all.filter(({ tagName }) => /^(?:iframe|object|embed|img|base|link)$/.test(tagName))).toEqual([]);
    for (const tag of ["script", "style", "form"]) expect(elements(page, tag).length).toBeLessThanOrEqual(1);
    expect(all.flatMap(({ attrs }) => attrs.filter(({ name }) => name.startsWith("on")))).toEqual([]);
    for (const link of elements(page, "a")) expect(attribute(link, "href") ?? "#").toMatch(/^(?:https:\/\/|#)/);
  },
  "SARIF, GitLab and our own JSON": (of) => {
    const texts = [sarifText(of), whole(renderGitlab(of, FACTS)), whole(renderReport(of))];
    // All of it is text within a string, which ends where we end it.
    for (const json of texts) expect(typeof JSON.parse(json)).toBe("object");
  },
};

for (const [format, holds] of Object.entries(FORMATS))
  fuzz(`a stranger's text does no harm: ${format}`, view, holds, { leastRuns: 20 });
