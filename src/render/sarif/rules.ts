import type { Finding, FindingKind } from "../../domain/finding.ts";
import { andMore } from "../../domain/list-some.ts";
import { statusWords } from "../../domain/rows/row-fix.ts";
import { severityName } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { blockLines } from "../print/lines.ts";
import { markdown } from "../print/markdown.ts";
import { printText } from "../print/text.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { whereWords } from "../shared/location.ts";
import { distinct } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { type Block, code, isEmpty, join, link, name, para, prose, type Row, strong, table, version } from "../tree.ts";
import { sarifText, withoutMarks } from "./messages.ts";

/** Code scanning's limit for `shortDescription` and `fullDescription`, in characters. */
const LONGEST_DESCRIPTION = 1024;
const LONGEST_ID = 150;
const LONGEST_TITLE = 300;
/** Most places that the help of a rule lists. A rule can have thousands. */
const MOST_PLACES = 10;

const PROBLEM_SEVERITY = { error: "error", warning: "warning", note: "recommendation" } as const;

/** Not the title: SARIF wants an identifier, and code scanning shows the short description. */
const NAMES: Readonly<Record<FindingKind, string>> = {
  vulnerability: "VulnerablePackage",
  misconfiguration: "Misconfiguration",
  secret: "Secret",
  license: "License",
};

/** One advisory with one severity. */
export interface Rule {
  readonly id: string;
  /** Among the rules of the run. */
  readonly index: number;
  /** The rule's findings, at least one. */
  readonly findings: readonly [Finding, ...Finding[]];
}

/** The rules that these findings need, by their ids, in the order of their first finding. */
export function rulesOf(findings: readonly JudgedFinding[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule & { readonly findings: Finding[] }>();
  for (const { finding } of findings) {
    const id = ruleId(finding);
    const rule = rules.get(id);
    if (rule === undefined) rules.set(id, { id, index: rules.size, findings: [finding] });
    else rule.findings.push(finding);
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
export function descriptorOf(rule: Rule) {
  const [first] = rule.findings;
  const { kind, severity } = first;
  const { sarifLevel: level, sarifScore } = SEVERITY_STYLES[severity];
  const short = `${sarifText(first.id, LONGEST_ID)}${titleOf(first)}`;
  const url = advisoryUrl(first.id, first.url);
  const help = helpOf(rule, url);
  return {
    id: rule.id,
    name: NAMES[kind],
    shortDescription: { text: short },
    fullDescription: { text: sarifText(first.description ?? "", LONGEST_DESCRIPTION) || short },
    helpUri: url,
    defaultConfiguration: { level },
    properties: {
      "security-severity": sarifScore,
      "problem.severity": PROBLEM_SEVERITY[level],
      precision: "very-high",
      tags: ["security", kind, severityName(severity)],
    },
    help: { text: withoutMarks(printText(blockLines(help))), markdown: markdown(...help) },
  };
}

function helpOf({ findings }: Rule, url: string | undefined): Block[] {
  const [{ id, severity, title, description = "" }] = findings;
  const rows = findings.slice(0, MOST_PLACES).map(rowOf);
  return [
    para(
      strong(link(code(id), url)),
      ` (${severity})`,
      title === "" || title === id ? "" : [": ", prose(title, LONGEST_TITLE)],
    ),
    para(prose(description, LONGEST_DESCRIPTION)),
    table(["package", "installed", "fixed in", "where"], rows),
    para(andMore(findings.length - rows.length, "place")),
  ];
}

function rowOf(finding: Finding): Row {
  const { kind, package: about, fixedVersions, status } = finding;
  const fixes = fixedVersions.slice(0, 5).map((each) => version(each));
  const fixed = fixes.length === 0 ? prose(statusWords(status), 60) : join(", ", fixes);
  const cells = [
    about === undefined ? "" : name(about.name),
    about === undefined || about.version === "" ? "" : version(about.version),
    kind === "vulnerability" ? fixed : "",
    whereWords(finding),
  ];
  return cells.map((cell) => (isEmpty(cell) ? "–" : cell));
}
