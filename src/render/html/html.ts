import { someLines } from "../../domain/list-some.ts";
import { htmlLine } from "../print/html.ts";
import { escaped, isLinkable, link, name, sentence } from "../print/html-text.ts";
import type { ReportFacts } from "../report-format.ts";
import { colonFor, headingReason, modeWords, verdictWords } from "../sections/heading.ts";
import { runProvenance } from "../sections/provenance.ts";
import { wholeNames } from "../shared/safe-text.ts";
import type { View } from "../view.ts";
import { documentHead } from "./document-head.ts";
import { findingsSection } from "./findings.ts";
import { planSection } from "./fix-plan.ts";
import page from "./page.generated.json" with { type: "json" };
import { changesSection, exceptionsSection, unmatchedSection } from "./policy-sections.ts";
import { targetsSection } from "./targets.ts";

/**
 * The full report as one page for a browser, in pieces. The page loads nothing and needs no other file. Its content
 * security policy allows only the script and the style in it, so untrusted text could do nothing even if it became
 * markup. Without the script, all rows are readable.
 */
export function* renderHtml(view: View, facts: ReportFacts): Generator<string> {
  const { targets } = view.verdict;
  const title = `${name(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}`;
  yield documentHead({ title, ...page });
  yield '<a class="skip" href="#findings">Skip to the findings</a>\n';
  yield headSection(view);
  yield "<main>\n";
  yield changesSection(view);
  yield runNotes(view);
  // Of several targets, their overview stands first: a plan of each would hide it.
  const isAlone = targets.length === 1;
  if (isAlone) yield planSection(targets);
  yield* targetsSection(view);
  if (!isAlone) yield planSection(targets);
  yield unmatchedSection(view);
  yield exceptionsSection(view);
  yield* findingsSection(targets);
  yield "</main>\n";
  yield footSection(facts);
  yield "</body>\n</html>\n";
}

/** Longest reason and note, in UTF-16 units. Several hundred targets make a long reason. */
const REASON = 4_000;
const NOTE = 1_000;
/** Most notes about the whole run that are shown. */
const MOST_NOTES = 50;

/** The verdict, its reason, and the provenance of the run. */
export function headSection(view: View): string {
  const { answer } = view.verdict;
  return `<header class="top ${answer}">
<h1>${name(wholeNames(view.name, 200), 200)}${colonFor(view)} <span class="answer ${answer}">${verdictWords(view)}</span></h1>
<p class="reason">${sentence(headingReason(view), REASON) || "–"}</p>
${modeLine(view)}<p class="facts">${runFacts(view).join(" · ")}</p>
</header>
`;
}

function modeLine(view: View): string {
  const words = htmlLine(modeWords(view));
  return words === "" ? "" : `<p>${words}</p>\n`;
}

function runFacts(view: View): string[] {
  const iso = view.now.toISOString();
  return [
    `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`,
    ...runProvenance(view).map(htmlLine),
  ];
}

/** What a reader must know about the whole run: missing or old data, and VEX documents that match no finding. */
export function runNotes({ notes = [] }: View): string {
  if (notes.length === 0) return "";
  const show = (note: string) => `<p>${sentence(note, NOTE)}</p>`;
  const shown = someLines(notes, MOST_NOTES, { show, what: "note", rest: (more) => `<p>${more}</p>` });
  return `<section class="note warning" aria-label="Notes on this run">${shown.join("")}</section>\n`;
}

/** The tool that made the page. */
export function footSection({ tool }: ReportFacts): string {
  const made = `${escaped(tool.name)} ${escaped(tool.version)}`.trim();
  return `<footer>Made by ${tool.url !== undefined && isLinkable(tool.url) ? link(made, tool.url) : made}. This file is whole: it loads nothing.</footer>\n`;
}
