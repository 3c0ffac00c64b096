import { closest } from "../domain/did-you-mean.ts";
import { SEVERITIES, severityName } from "../domain/severity.ts";
import { isShowable, shownKey } from "./mistakes.ts";
import {
  acceptanceSchema,
  exceptionRulesSchema,
  exceptionSchema,
  fixWithinDaysSchema,
  issueRuleSchema,
  policyFileSchema,
  targetSchema,
} from "./schema.ts";
import { epssSchema, exploitDataSchema, graceDaysSchema } from "./weights-schema.ts";

/** Known keys of each section of the file. */
const SECTIONS = {
  file: Object.keys(policyFileSchema.shape),
  thresholds: Object.keys(targetSchema.shape.thresholds.shape),
  "exception-rules": Object.keys(exceptionRulesSchema.shape),
  exceptions: Object.keys(exceptionSchema.shape),
  coverage: Object.keys(acceptanceSchema.shape),
  targets: Object.keys(targetSchema.shape),
  epss: Object.keys(epssSchema.shape),
  "exploit-data": Object.keys(exploitDataSchema.shape),
  "grace-days": Object.keys(graceDaysSchema.shape),
  "fix-within-days": Object.keys(fixWithinDaysSchema.shape),
  issues: Object.keys(issueRuleSchema.shape),
} as const;
type Section = keyof typeof SECTIONS;

const SEVERITY_WORDS = { unknown: ["none", "unspecified"], low: ["negligible"], medium: ["moderate"] };
/** Of a decision: an exception, or an accepted gap. */
const DECISION_WORDS = {
  images: ["image", "targets"],
  reason: ["statement", "justification", "comment", "note", "description", "why", "because"],
  owner: ["author", "by", "approved-by", "approver", "team", "responsible"],
  created: ["created-at", "date", "added", "since", "timestamp"],
  expires: ["expiry", "expired-at", "expires-at", "expires-on", "expiration", "expiration-date", "exp", "until", "end"],
};

/** Names that other tools, and people, use for our keys: ignore files of scanners, Docker Scout's VEX. */
const OTHER_NAMES: Record<Section, ReadonlyMap<string, string>> = {
  file: names({
    thresholds: ["severity", "severities", "threshold", "limits", "max-severity"],
    exceptions: ["ignore", "ignores", "ignored", "allowlist", "whitelist", "exclusions", "waivers", "suppressions"],
    targets: ["images", "overrides"],
    "exception-rules": ["rules"],
    "grace-days": ["grace", "grace-period"],
    "fix-within-days": ["sla", "sla-days", "deadlines", "fix-within", "due-days"],
    issues: ["issue", "tracking", "notify"],
    coverage: ["gaps", "accepted-gaps", "blind-spots"],
    count: ["only-new", "new-only", "scope"],
  }),
  thresholds: names({ ...SEVERITY_WORDS, exploited: ["kev", "known-exploited"] }),
  epss: names({ above: ["threshold", "score", "over", "min"], max: ["limit", "count"] }),
  "exploit-data": names({}),
  "grace-days": names(SEVERITY_WORDS),
  "fix-within-days": names(SEVERITY_WORDS),
  issues: names({
    images: ["image", "name", "names", "match"],
    assignees: ["assignee", "owner", "owners", "users", "team"],
    labels: ["label", "tags"],
  }),
  targets: names({ images: ["image", "name", "names", "match"], thresholds: ["severity", "severities", "limits"] }),
  "exception-rules": names({
    "max-days": ["max-age", "max-duration", "max-life"],
    "warn-days": ["warn-before", "warning-days"],
    "require-owner": ["owner", "owner-required"],
  }),
  exceptions: names({
    ...DECISION_WORDS,
    id: ["cve", "cves", "ids", "vulnerability", "vulnerability-id", "advisory", "ghsa", "rule"],
    package: ["packages", "purl", "purls", "pkg", "pkg-name", "component", "library"],
    paths: ["path", "file", "files", "location", "target"],
    "only-while-unfixed": ["unfixed", "while-unfixed", "until-fixed", "fix-state"],
  }),
  coverage: names({
    ...DECISION_WORDS,
    gap: ["id", "code", "error", "gaps"],
    paths: ["path", "file", "files", "location"],
  }),
};

const IGNORE_FILE_SECTIONS = new Set(["vulnerabilities", "misconfigurations", "secrets", "licenses"]);

function names(byKey: Record<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map(Object.entries(byKey).flatMap(([key, others]) => others.map((other) => [other, key] as const)));
}

/** The section of the mapping at a path in the file. */
function sectionAt(path: readonly PropertyKey[]): Section {
  const last = path.findLast((step) => typeof step === "string");
  return typeof last === "string" && Object.hasOwn(SECTIONS, last) ? (last as Section) : "file";
}

/** The message for an unknown key in the mapping at `path`. */
export function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const hint = isShowable(key) ? hintFor(key, sectionAt(path)) : undefined;
  return `unknown key${shownKey(key)}${hint === undefined ? "" : ` (${hint})`}`;
}

function hintFor(key: string, section: Section): string | undefined {
  const plain = key.toLowerCase().replaceAll("_", "-");
  const known: readonly string[] = SECTIONS[section];
  const meant = known.includes(plain) ? plain : OTHER_NAMES[section].get(plain);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (section === "file" && plain === "scan-report")
    return "it has no effect any more: beside a scan, a given report only adds findings; remove the key";
  if (section === "file" && IGNORE_FILE_SECTIONS.has(plain))
    return "image-gate policy import turns a .trivyignore.yaml into a policy";
  const severity = SEVERITIES.find((each) => plain === `max-${severityName(each)}`);
  if (severity !== undefined) return `did you mean "${severityName(severity)}" under "thresholds"?`;
  const elsewhere = elsewhereThan(section, plain);
  if (elsewhere !== undefined) return elsewhere;
  const near = known.find((word) => letters(word) === letters(plain)) ?? closest(plain, known);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** Sorted letters. Swapped letters are the most common slip, and can be too many edits for {@link closest}. */
function letters(word: string): string {
  return [...word].sort().join("");
}

function elsewhereThan(section: Section, key: string): string | undefined {
  for (const [other, keys] of Object.entries(SECTIONS)) {
    if (other === section || !keys.includes(key)) continue;
    return other === "file" ? "it belongs at the top of the file" : `it belongs under "${other}"`;
  }
  const other = Object.entries(OTHER_NAMES).find(([name, others]) => name !== "file" && others.has(key));
  return other && section === "file" ? `did you mean "${other[1].get(key)}" under "${other[0]}"?` : undefined;
}
