import { createHash } from "node:crypto";
import type { ReportFacts } from "../report-format.ts";
import { colonFor, verdictWords } from "../sections/heading.ts";
import { wholeNames } from "../shared/safe-text.ts";
import type { View } from "../view.ts";
import { changesSection } from "./changes.ts";
import { movingSection } from "./dockerfile.ts";
import { exceptionsSection } from "./exceptions.ts";
import { findingsSection } from "./findings.ts";
import { footSection, headSection, runNotes } from "./head.ts";
import { SCRIPT, STYLE } from "./page.generated.ts";
import { planSection } from "./plan.ts";
import { targetsSection } from "./targets.ts";
import { name } from "./text.ts";

/**
 * All of it as one page for a browser, in pieces. It loads nothing and needs nothing beside it; its own policy allows no
 * script and no style but the two in it, so that a stranger's text could do nothing even if it became markup. Without a
 * script all rows can be read.
 */
export function* renderHtml(view: View, facts: ReportFacts): Generator<string> {
  const { targets } = view.verdict;
  yield documentHead(view);
  yield headSection(view);
  yield "<main>\n";
  yield changesSection(view);
  yield runNotes(view);
  yield* targetsSection(view);
  yield planSection(targets);
  yield movingSection(view);
  yield exceptionsSection(view);
  yield* findingsSection(targets);
  yield "</main>\n";
  yield footSection(facts);
  yield "</body>\n</html>\n";
}

function documentHead(view: View): string {
  return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy()}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name(wholeNames(view.name, 200), 200)}${colonFor(view)} ${verdictWords(view)}</title>
<style>${STYLE}</style>
<script>${SCRIPT}</script>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
`;
}

/** What a browser may do with the page: `'none'` but for the style and the script, by their hashes. */
function contentPolicy(): string {
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}
