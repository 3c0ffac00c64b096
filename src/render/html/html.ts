import { htmlBlocks, htmlLine } from "../print/html.ts";
import { escaped, isLinkable, link, name } from "../print/html-text.ts";
import type { ReportFacts } from "../report-format.ts";
import { wholeNames } from "../shared/safe-text.ts";
import { ALL } from "../story/form.ts";
import { colonFor, headingSection, verdictWords } from "../story/heading.ts";
import { runProvenance } from "../story/provenance.ts";
import { blocksOf } from "../story/story.ts";
import type { View } from "../view.ts";
import { documentHead } from "./document-head.ts";
import { findingsSection } from "./findings.ts";
import page from "./page.generated.json" with { type: "json" };

/**
 * The full report as one page for a browser, in pieces: the sections of the job summary without a limit, and a table of
 * all findings. The page loads nothing and needs no other file. Its content security policy allows only the script and
 * the style in it, so untrusted text could do nothing even if it became markup. Without the script, all rows are
 * readable.
 */
export function* renderHtml(view: View, facts: ReportFacts): Generator<string> {
  const title = `${name(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}`;
  yield documentHead({ title, ...page });
  yield '<a class="skip" href="#findings">Skip to the findings</a>\n';
  yield `<header class="top ${view.verdict.answer}">\n`;
  yield* htmlBlocks(headingSection(view));
  const iso = view.now.toISOString();
  const time = `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
  yield `<p class="facts">${[time, ...runProvenance(view).map(htmlLine)].join(" · ")}</p>\n</header>\n<main>\n`;
  yield* htmlBlocks(blocksOf(view, { form: ALL, isPage: true }));
  yield* findingsSection(view.verdict.targets);
  yield "</main>\n";
  yield footSection(facts);
  yield "</body>\n</html>\n";
}

/** The tool that made the page. */
function footSection({ tool }: ReportFacts): string {
  const made = `${escaped(tool.name)} ${escaped(tool.version)}`.trim();
  return `<footer>Made by ${tool.url !== undefined && isLinkable(tool.url) ? link(made, tool.url) : made}. This file is whole: it loads nothing.</footer>\n`;
}
