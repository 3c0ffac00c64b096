import type { Finding, FindingKind } from "../../domain/finding.ts";
import { andMore } from "../../domain/list-some.ts";
import { perSeverity, severityName } from "../../domain/severity.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { code, link, tableHead, text } from "../markdown/markdown.ts";
import { advisoryUrl } from "../shared/advisory-page.ts";
import { distinct } from "../shared/safe-text.ts";
import { SEVERITY_STYLES } from "../shared/severity.ts";
import { jsonText, type SarifWords, sarifText } from "./messages.ts";

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
  /** `CVE-2024-6119 (HIGH): openssl: Possible denial of service`, as {@link jsonText} has it. */
  readonly words: string;
  /** The rule's first finding. */
  readonly finding: Finding;
  /** The first ten findings of {@link count}. */
  readonly affected: readonly Finding[];
  readonly count: number;
}

/**
 * The rules that these findings need, in the order of their first finding, and for each finding the index of its rule.
 */
export function rulesOf(findings: readonly JudgedFinding[]) {
  // One map per severity, because building 25,000 joined keys takes longer than looking them up.
  const bySeverity = perSeverity(() => new Map<string, number>());
  const rules: (Rule & { affected: Finding[]; count: number })[] = [];
  const indexes = findings.map(({ finding }) => {
    const places = bySeverity[finding.severity];
    const key = finding.kind === "vulnerability" ? finding.id : `${finding.kind}\0${finding.id}`;
    let place = places.get(key);
    if (place === undefined) {
      place = rules.length;
      places.set(key, place);
      rules.push({ id: ruleId(finding), words: jsonText(ruleWords(finding)), finding, affected: [], count: 0 });
    }
    const rule = rules[place] as (typeof rules)[number];
    rule.count += 1;
    if (rule.affected.length < MOST_PLACES) rule.affected.push(finding);
    return place;
  });
  return { rules: rules as readonly Rule[], indexes: indexes as readonly number[] };
}

/**
 * `CVE-2024-6119 (HIGH)`: code scanning knows one severity per rule, but an advisory can have another severity in
 * another package. For other kinds, the kind comes first, because a secret's rule and a licence could have the same
 * name.
 */
function ruleId({ kind, id, severity }: Finding): string {
  const before = kind === "vulnerability" ? "" : `${kind} `;
  return `${before}${distinct(id, LONGEST_ID)} (${severity})`;
}

function ruleWords(finding: Finding): string {
  const { id, severity } = finding;
  return `${sarifText(id, LONGEST_ID)} (${severity})${titleOf(finding)}`;
}

function titleOf({ id, title }: Finding): string {
  return title === "" || title === id ? "" : `: ${sarifText(title, LONGEST_TITLE)}`;
}

/** A rule as SARIF's `reportingDescriptor`, in JSON. */
export function ruleJson(rule: Rule, words: SarifWords): string {
  const { id, finding } = rule;
  const { kind, severity } = finding;
  const { sarifLevel: level, sarifScore } = SEVERITY_STYLES[severity];
  const short = `${sarifText(finding.id, LONGEST_ID)}${titleOf(finding)}`;
  const explanation = sarifText(finding.description ?? "", LONGEST_DESCRIPTION);
  const url = advisoryUrl(finding.id, finding.url);
  const head = {
    id,
    name: NAMES[kind],
    shortDescription: { text: short },
    fullDescription: { text: explanation || short },
    helpUri: url,
    defaultConfiguration: { level },
    properties: {
      "security-severity": sarifScore,
      "problem.severity": PROBLEM_SEVERITY[level],
      precision: "very-high",
      tags: ["security", kind, severityName(severity)],
    },
  };
  const help = `"text":"${helpText(rule, explanation, url, words)}","markdown":"${helpMarkdown(rule, url, words)}"`;
  return `${JSON.stringify(head).slice(0, -1)},"help":{${help}}}`;
}

/** A line end and an empty line, as JSON writes them. */
const LINE = "\\n";
const GAP = "\\n\\n";

function helpText(rule: Rule, explanation: string, url: string | undefined, words: SarifWords): string {
  let places = "Found in:";
  for (const finding of rule.affected) {
    const parts = [words.about(finding), words.fix(finding), words.place(finding)].filter((part) => part !== "");
    places += `${LINE}- ${parts.join("; ")}`;
  }
  const more = moreWords(rule);
  if (more !== "") places += `${LINE}- ${more}`;
  const middle = explanation === "" ? "" : `${jsonText(explanation)}${GAP}`;
  return `${rule.words}${GAP}${middle}${places}${url === undefined ? "" : GAP + jsonText(url)}`;
}

const HEAD = jsonText(tableHead(["package", "installed", "fixed in", "where"]));

function helpMarkdown(rule: Rule, url: string | undefined, words: SarifWords): string {
  const { id, severity, title, description } = rule.finding;
  const name = title === "" || title === id ? "" : `: ${text(title, LONGEST_TITLE)}`;
  const explanation = description === undefined ? "" : `\n\n${text(description, LONGEST_DESCRIPTION)}`;
  const head = `**${link(code(id), url)}** (${severity})${name}${explanation}`;
  const more = moreWords(rule);
  let table = HEAD;
  for (const finding of rule.affected) table += LINE + words.row(finding);
  return `${jsonText(head)}${GAP}${table}${more === "" ? "" : GAP + more}`;
}

function moreWords({ affected, count }: Rule): string {
  return andMore(count - affected.length, "place");
}
