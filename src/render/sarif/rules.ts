import type { Finding, FindingKind } from "../../domain/finding.ts";
import type { FixAdvice } from "../../domain/rows/row-fix.ts";
import { severityName } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { markdown } from "../print/markdown.ts";
import { blockLines, textLine } from "../print/text.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { whereWords } from "../shared/location.ts";
import { distinct, shorten, visible } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { code, type Inline, join, link, name, para, prose, strong, version } from "../tree.ts";

/** Code scanning's limit for `shortDescription` and `fullDescription`, in characters. */
const LONGEST_DESCRIPTION = 1024;
const LONGEST_ID = 150;
const LONGEST_TITLE = 300;

const PROBLEM_SEVERITY = { error: "error", warning: "warning", note: "recommendation" } as const;

/** Not the title: SARIF needs an identifier here, and code scanning shows the short description. */
const NAMES: Readonly<Record<FindingKind, string>> = {
  vulnerability: "VulnerablePackage",
  misconfiguration: "Misconfiguration",
  secret: "Secret",
  license: "License",
};

/** One advisory with one severity, in the words of its first finding. */
export interface Rule {
  /** Among the rules of the run. */
  readonly index: number;
  readonly finding: Finding;
}

/** The rules that these findings need, by their ids, in the order of their first finding. */
export function rulesOf(findings: readonly JudgedFinding[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const { finding } of findings) {
    const id = ruleId(finding);
    if (!rules.has(id)) rules.set(id, { index: rules.size, finding });
  }
  return rules;
}

/**
 * `CVE-2024-6119 (HIGH)`: code scanning knows one severity per rule, but an advisory can have another severity in
 * another package. For other kinds, the kind comes first, because a secret's rule and a licence could have the same
 * name.
 */
export function ruleId({ kind, id, severity }: Finding): string {
  const before = kind === "vulnerability" ? "" : `${kind} `;
  return `${before}${distinct(id, LONGEST_ID)} (${severity})`;
}

/** `CVE-2024-6119 (HIGH): openssl: Possible denial of service`. */
export function ruleWords(finding: Finding): string {
  const { id, severity } = finding;
  return `${sarifText(id, LONGEST_ID)} (${severity})${titleOf(finding)}`;
}

function titleOf({ id, title }: Finding): string {
  return title === "" || title === id ? "" : `: ${sarifText(title, LONGEST_TITLE)}`;
}

/** A rule as SARIF's `reportingDescriptor`. */
export function descriptorOf({ finding }: Rule) {
  const { id, kind, severity, title, description = "" } = finding;
  const { sarifLevel: level, sarifScore } = SEVERITY_STYLES[severity];
  const short = `${sarifText(id, LONGEST_ID)}${titleOf(finding)}`;
  const url = advisoryUrl(id, finding.url);
  const named = title === "" || title === id ? "" : [": ", prose(title, LONGEST_TITLE)];
  const help = [
    para(strong(link(code(id), url)), ` (${severity})`, named),
    para(prose(description, LONGEST_DESCRIPTION)),
  ];
  return {
    id: ruleId(finding),
    name: NAMES[kind],
    shortDescription: { text: short },
    fullDescription: { text: sarifText(description, LONGEST_DESCRIPTION) || short },
    helpUri: url,
    defaultConfiguration: { level },
    properties: {
      "security-severity": sarifScore,
      "problem.severity": PROBLEM_SEVERITY[level],
      precision: "very-high",
      tags: ["security", kind, severityName(severity)],
    },
    help: { text: withoutMarks(blockLines(help).join("\n")), markdown: markdown(...help) },
  };
}

/** Untrusted text within a SARIF message that is not Markdown. */
export function sarifText(untrusted: string, most: number): string {
  return withoutMarks(visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most)));
}

/**
 * In a message, `[text](target)` is a link and `{0}` is a placeholder for an argument (SARIF 2.1.0, 3.11.5 and 3.11.6).
 * A space takes away their meaning, also in a code point such as `\u{2028}`.
 */
function withoutMarks(text: string): string {
  return text.replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}

/** `libssl3 3.0.11-1`. Empty if the finding is about no package. */
export function packageWords({ package: about }: Finding): string {
  return about === undefined ? "" : sarifLine(join(" ", [name(about.name, 160), version(about.version, 80)]));
}

/** `fixed in 3.0.15-1~deb12u1`, the version to upgrade to, or why there is none. Empty unless it is a vulnerability. */
export function fixWords({ kind }: Finding, { to, none }: FixAdvice): string {
  if (kind !== "vulnerability") return "";
  return to === undefined ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}

/** `in Python sparkly 2.3.0: usr/lib/x.jar; Dockerfile:9 layer 3 RUN pip install …`. Empty if nothing is known. */
export function placeWords(finding: Finding): string {
  const words = sarifLine(whereWords(finding));
  return words === "" || finding.owner !== undefined ? words : `in ${words}`;
}

function sarifLine(inline: Inline): string {
  return sarifText(textLine(inline), 1_000);
}
