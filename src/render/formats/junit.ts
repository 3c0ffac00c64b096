import type { Finding } from "../../domain/finding.ts";
import { joined } from "../../domain/json/pieces.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { breaks, type JudgedFinding, type TargetVerdict } from "../../domain/verdict.ts";
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

/** A case with its result; without a kind, it passes. */
interface Case {
  readonly name: string;
  readonly kind?: "failure" | "error" | "skipped" | undefined;
  readonly type?: string;
  readonly message?: string;
  readonly lines?: readonly string[];
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

function* linesOf({ name, now, verdict }: View): Generator<string> {
  const suites = verdict.targets.map((target) => ({ label: target.target.label, cases: casesOf(target) }));
  const count = (cases: readonly Case[], wanted: Case["kind"]) => cases.filter(({ kind }) => kind === wanted).length;
  const countsOf = (cases: readonly Case[]) => {
    return { tests: cases.length, failures: count(cases, "failure"), errors: count(cases, "error") };
  };
  // The schema has no `skipped` here.
  const sums = countsOf(suites.flatMap(({ cases }) => cases));
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${attributes({ name: `Image Gate: ${name}`, ...sums })}>\n`;
  const timestamp = now.toISOString().slice(0, 19);
  for (const { label, cases } of suites) {
    const counts = { ...countsOf(cases), skipped: count(cases, "skipped") };
    yield `  <testsuite${attributes({ name: label, ...counts, timestamp })}>\n`;
    for (const each of cases) yield caseText(each, label);
    yield "  </testsuite>\n";
  }
  yield "</testsuites>\n";
}

function casesOf(target: TargetVerdict): Case[] {
  if (target.answer === "error") {
    const { code, what, remedy } = target.error;
    const lines = `${what}.\n${remedy}`.split("\n");
    return [{ name: "scan", kind: "error", type: code, message: `[${code}] ${what}`, lines }];
  }
  // GitLab keeps only one case per name, so a second secret of the same kind in one file is `… #2`.
  const unique = uniqueTexts(" #");
  const adviceOn = fixAdvisor();
  const fails = breaks(target);
  const gaps = gapNotes(target).map(({ code, words }): Case => {
    return { name: unique(`looked at: ${code}`), kind: "skipped", message: words };
  });
  const found = target.findings.map((judged): Case => {
    const name = unique(nameOf(judged));
    if (judged.outcome !== "open") return { name, kind: "skipped", message: whyExempted(judged) };
    return fails(judged) ? { name, ...failure(judged.finding, adviceOn(judged.finding)) } : { name };
  });
  return [...(found.length === 0 ? [{ name: "no findings" }] : []), ...gaps, ...found];
}

function caseText({ name, kind, type, message, lines }: Case, classname: string): string {
  const start = `    <testcase${attributes({ name, classname })}`;
  if (kind === undefined) return `${start}/>\n`;
  const body = lines === undefined ? "/>" : `>${lines.map(xml).join("\n")}</${kind}>`;
  return `${start}><${kind}${attributes({ type, message })}${body}</testcase>\n`;
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

function failure({ id, severity, title, path, line, layer, kind, url }: Finding, { to, none }: FixAdvice) {
  const page = advisoryUrl(id, url);
  const lines = [
    kind === "vulnerability" ? `Fix: ${to?.join(" or ") ?? none}` : "",
    path === undefined ? "" : `Path: ${placed(path, line)}`,
    layer?.instruction === undefined ? "" : `Layer: ${layer.instruction}`,
    page === undefined ? "" : `See: ${page}`,
  ].filter((part) => part !== "");
  return { kind: "failure", type: severity, message: `${severity}: ${title || id}`, lines } as const;
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${xml(`${value}`)}"`))
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Untrusted text on one line. Characters that XML 1.0 cannot represent are among those shown as code points. */
function xml(untrusted: string): string {
  return visible(shorten(untrusted, LONGEST)).replace(/[&<>"]/g, (character) => ENTITIES[character] as string);
}
