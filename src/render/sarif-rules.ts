import { hash } from "node:crypto";
import type { Finding, FindingKind } from "../domain/finding.ts";
import type { Severity } from "../domain/severity.ts";
import type { JudgedFinding } from "../domain/verdict.ts";
import { advisoryUrl } from "./advisory.ts";
import { code, link, packageName, table, text, version } from "./markdown.ts";
import { shorten, visible } from "./plain.ts";
import { fixWords, packageWords, sarifText } from "./sarif-text.ts";
import { shortInstruction, whereCell } from "./where.ts";
import { counted } from "./words.ts";

/** GitHub's limit for `shortDescription` and `fullDescription`, in characters. */
const LONGEST_DESCRIPTION = 1024;
const LONGEST_ID = 150;
/** Places that the help of a rule lists; a rule can have thousands. */
const MOST_PLACES = 10;

/** Numbers of our own by the scanner's severity: GitHub makes critical of > 9.0, high of ≥ 7.0, medium of ≥ 4.0, low of > 0. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  CRITICAL: "9.5",
  HIGH: "8.0",
  MEDIUM: "5.5",
  LOW: "2.0",
  UNKNOWN: "0.0",
};

export const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  CRITICAL: "error",
  HIGH: "error",
  MEDIUM: "warning",
  LOW: "note",
  UNKNOWN: "note",
};

const PROBLEM_SEVERITY = { error: "error", warning: "warning", note: "recommendation" } as const;

const NAMES: Readonly<Record<FindingKind, string>> = {
  vulnerability: "VulnerablePackage",
  misconfiguration: "Misconfiguration",
  secret: "Secret",
  license: "License",
};

/** One advisory in one severity. */
export interface Rule {
  readonly id: string;
  /** The first finding of it. */
  readonly finding: Finding;
  /** Each package at each place once, at most ten of {@link count}. */
  readonly affected: readonly Finding[];
  count: number;
}

interface Rules {
  readonly rules: readonly Rule[];
  /** For each finding, the place of its rule. */
  readonly indexes: readonly number[];
}

/** The rules that these findings need, in the order of their first one. */
export function rulesOf(findings: readonly JudgedFinding[]): Rules {
  const places = new Map<string, number>();
  const rules: (Rule & { affected: Finding[] })[] = [];
  const indexes = findings.map(({ finding }) => {
    const key = `${finding.kind} ${finding.severity} ${finding.id}`;
    const known = places.get(key);
    const rule = known === undefined ? undefined : rules[known];
    if (known !== undefined && rule !== undefined) {
      rule.count += 1;
      if (rule.affected.length < MOST_PLACES) rule.affected.push(finding);
      return known;
    }
    places.set(key, rules.length);
    return rules.push({ id: ruleId(finding), finding, affected: [finding], count: 1 }) - 1;
  });
  return { rules, indexes };
}

/**
 * `CVE-2024-6119 (HIGH)`: GitHub knows one severity a rule, and an advisory can have another one in another package. Of
 * other kinds the kind stands before it, as a secret's rule and a licence could have one name.
 */
function ruleId({ kind, id, severity }: Finding): string {
  const before = kind === "vulnerability" ? "" : `${kind} `;
  return `${before}${shownId(id)} (${severity})`;
}

/** What had to be changed gets a hash, so that two never become one. */
function shownId(id: string): string {
  const shown = visible(shorten(id.trim(), LONGEST_ID, "middle"));
  return shown === id ? id : `${shown} #${hash("sha256", id).slice(0, 12)}`;
}

/** A rule as SARIF's `reportingDescriptor`, as JSON. */
export function ruleJson(rule: Rule): string {
  const { id, finding } = rule;
  const { kind, severity, title } = finding;
  const level = LEVEL[severity];
  const name = sarifText(title === "" || title === finding.id ? "" : `: ${title}`, LONGEST_DESCRIPTION - 200);
  const short = `${sarifText(finding.id, LONGEST_ID)}${name}`;
  const url = advisoryUrl(finding.id, finding.url);
  return JSON.stringify({
    id,
    name: NAMES[kind],
    shortDescription: { text: short },
    fullDescription: { text: sarifText(finding.description ?? "", LONGEST_DESCRIPTION - 100) || short },
    helpUri: url,
    help: { text: helpText(rule, short, url), markdown: helpMarkdown(rule, url) },
    defaultConfiguration: { level },
    properties: {
      "security-severity": SECURITY_SEVERITY[severity],
      "problem.severity": PROBLEM_SEVERITY[level],
      precision: "very-high",
      tags: ["security", kind, severity.toLowerCase()],
    },
  });
}

function helpText({ finding, affected, count }: Rule, short: string, url: string | undefined): string {
  const lines = affected.map(
    (each) => `- ${[packageWords(each), fixWords(each), placeWords(each)].filter(Boolean).join("; ")}`,
  );
  return [
    `${short} (${finding.severity})`,
    sarifText(finding.description ?? "", LONGEST_DESCRIPTION - 100),
    ["Found in:", ...lines, ...more(affected.length, count).map((words) => `- ${words}`)].join("\n"),
    url ?? "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function helpMarkdown({ finding, affected, count }: Rule, url: string | undefined): string {
  const title = finding.title === "" ? "" : `: ${text(finding.title, 300)}`;
  const rows = affected.map((each) => [
    each.package === undefined ? "–" : packageName(each.package.name),
    each.package === undefined || each.package.version === "" ? "–" : version(each.package.version),
    fixCell(each),
    whereCell(each),
  ]);
  return [
    `**${link(code(finding.id), url)}** (${finding.severity})${title}`,
    finding.description === undefined ? "" : text(finding.description, 1000),
    table(["package", "installed", "fixed in", "where"], rows),
    ...more(affected.length, count),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function fixCell(finding: Finding): string {
  if (finding.fixedVersions.length > 0) return finding.fixedVersions.slice(0, 5).map(version).join(", ");
  return finding.kind === "vulnerability" ? "no fix" : "–";
}

function more(listed: number, count: number): string[] {
  return count > listed ? [`and ${counted(count - listed, "more place")}`] : [];
}

/** `in usr/lib/x.jar, layer 3 (RUN pip install …)`; empty where nothing is known. */
export function placeWords({ path, line, layer }: Finding): string {
  const file = path === undefined ? "" : `in ${sarifText(line === undefined ? path : `${path}:${line}`, 300)}`;
  const made = layer?.instruction === undefined ? "" : ` (${sarifText(shortInstruction(layer.instruction, 120), 120)})`;
  const place = layer?.number === undefined ? "" : `layer ${layer.number}${made}`;
  return [file, place].filter((part) => part !== "").join(", ");
}
