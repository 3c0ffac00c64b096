import type { Finding } from "../../domain/finding.ts";
import { joined } from "../../domain/json/pieces.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import {
  breaks,
  type FailedTarget,
  type JudgedFinding,
  type JudgedTarget,
  type TargetVerdict,
} from "../../domain/verdict.ts";
import { uniqueTexts } from "../report-format.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { placed } from "../shared/location.ts";
import { shorten, visible } from "../shared/safe-text.ts";
import { whyExempted } from "../shared/status.ts";
import { gapNotes } from "../story/coverage.ts";
import type { View } from "../view.ts";

/**
 * Longest text in UTF-16 units, so that it is short enough even as code points. Parsers refuse the whole file if one
 * text is too long (libxml2: 10 MB).
 */
const LONGEST = 100_000;

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

/**
 * The verdict as JUnit XML, as CI systems show it (Jenkins' `junit-10.xsd`): a suite for each target, a case for each
 * finding. A finding that breaks a limit is a failure. Accepted and uncounted findings are skipped, with the reason. A
 * finding within its limit passes, and so does the single case of a target without findings. A target in `error` has
 * one case, with an error.
 */
export function renderJunit(view: View): Iterable<string> {
  return joined(linesOf(view));
}

function* linesOf(view: View): Generator<string> {
  const { targets } = view.verdict;
  const suites = targets.map((target) => ({ target, counts: countsOf(target) }));
  const total = (count: keyof Counts) => suites.reduce((sum, { counts }) => sum + counts[count], 0);
  // The schema has no `skipped` here.
  const sums = { tests: total("tests"), failures: total("failures"), errors: total("errors") };
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: `Image Gate: ${view.name}`, ...sums })}>\n`;
  const timestamp = view.now.toISOString().slice(0, 19);
  for (const { target, counts } of suites) {
    yield `  <testsuite${attributes({ name: target.target.label, ...counts, timestamp })}>\n`;
    if (target.answer === "error") yield errorCase(target);
    else yield* findingCases(target);
    yield "  </testsuite>\n";
  }
  yield "</testsuites>\n";
}

function countsOf(target: TargetVerdict): Counts {
  if (target.answer === "error") return { tests: 1, failures: 0, errors: 1, skipped: 0 };
  const { findings } = target;
  const gaps = gapNotes(target).length;
  return {
    tests: Math.max(1, findings.length) + gaps,
    failures: findings.filter(breaks(target)).length,
    errors: 0,
    skipped: findings.filter(({ outcome }) => outcome !== "open").length + gaps,
  };
}

function errorCase({ target, error }: FailedTarget): string {
  const body = `${error.what}.\n${error.remedy}`.split("\n").map(xml).join("\n");
  return testCase(
    "scan",
    target.label,
    `<error${attributes({ type: error.code, message: `[${error.code}] ${error.what}` })}>${body}</error>`,
  );
}

function* findingCases(target: JudgedTarget): Generator<string> {
  const { label } = target.target;
  const { findings } = target;
  if (findings.length === 0) yield testCase("no findings", label, "");
  const gapNames = uniqueTexts(" #");
  for (const { code, words } of gapNotes(target))
    yield testCase(gapNames(`looked at: ${code}`), label, `<skipped${attributes({ message: words })}/>`);
  const fails = breaks(target);
  // GitLab keeps only one case per name, so a second secret of the same kind in one file is `… #2`.
  const unique = uniqueTexts(" #");
  const adviceOn = fixAdvisor();
  for (const judged of findings) {
    const { finding, outcome } = judged;
    let content = "";
    if (outcome !== "open") content = `<skipped${attributes({ message: whyExempted(judged) })}/>`;
    else if (fails(judged)) content = failure(finding, adviceOn(finding));
    yield testCase(unique(nameOf(judged)), label, content);
  }
}

function testCase(name: string, classname: string, content: string): string {
  const start = `    <testcase${attributes({ name, classname })}`;
  return content === "" ? `${start}/>\n` : `${start}>${content}</testcase>\n`;
}

/**
 * CI systems follow a case over time by its name, so it has no severity and nothing else that changes for the same
 * finding.
 */
function nameOf({ finding }: JudgedFinding): string {
  const { id, package: about, path, title } = finding;
  const what = about === undefined ? title : `${about.name} ${about.version}`.trim();
  const parts = [id, what, path === undefined ? "" : `in ${path}`].filter((part) => part !== "");
  return shorten(parts.join(" "), LONGEST, "middle");
}

function failure(finding: Finding, advice: FixAdvice): string {
  const { severity, title } = finding;
  const message = `${severity}: ${title || finding.id}`;
  return `<failure${attributes({ type: severity, message })}>${bodyOf(finding, advice).map(xml).join("\n")}</failure>`;
}

function bodyOf(finding: Finding, { to, none }: FixAdvice): string[] {
  const { path, line, layer } = finding;
  const url = advisoryUrl(finding.id, finding.url);
  const isVulnerability = finding.kind === "vulnerability";
  return [
    isVulnerability ? `Fix: ${to?.join(" or ") ?? none}` : "",
    path === undefined ? "" : `Path: ${placed(path, line)}`,
    layer?.instruction === undefined ? "" : `Layer: ${layer.instruction}`,
    url === undefined ? "" : `See: ${url}`,
  ].filter((part) => part !== "");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xml(String(value))}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Untrusted text on one line. Characters that XML 1.0 cannot represent are among those shown as code points. */
function xml(untrusted: string): string {
  return visible(shorten(untrusted, LONGEST)).replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
