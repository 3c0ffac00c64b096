import { jsonPieces } from "../../domain/json/pieces.ts";
import { scannersLine } from "../../domain/opinions/names.ts";
import { fixAdvisor } from "../../domain/rows/row-fix.ts";
import { countSeverities } from "../../domain/severity.ts";
import { type JudgedFinding, type JudgedTarget, judgedAmong, type TargetVerdict } from "../../domain/verdict.ts";
import { CATEGORY_PREFIX, type CodeScanningFacts } from "../report-format.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { plain, visible } from "../shared/safe-text.ts";
import { gapNotes } from "../story/coverage.ts";
import type { View } from "../view.ts";
import { resultsOf } from "./results.ts";
import { descriptorOf, rulesOf } from "./rules.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** The content of one run in a SARIF file. */
export interface SarifRun {
  readonly target: JudgedTarget;
  /** The findings that fit, in the target's order: most severe first. */
  readonly kept: readonly JudgedFinding[];
  /** The findings that it leaves out of the target, as a clause. Undefined: none. */
  readonly cut: string | undefined;
}

/**
 * All findings as SARIF 2.1.0, with one run for each target that was judged, in the form that code scanning reads
 * (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 */
export function renderSarif({ verdict }: View, facts: CodeScanningFacts): Iterable<string> {
  return sarifOf(
    judgedAmong(verdict.targets).map((target) => sarifRun(target)),
    facts,
  );
}

/** A SARIF file of these runs, in pieces. */
export function sarifOf(runs: readonly SarifRun[], facts: CodeScanningFacts): Iterable<string> {
  const adviceOn = fixAdvisor();
  const written = runs.values().map((run) => runOf(run, facts, adviceOn));
  return jsonPieces({ $schema: SCHEMA, version: "2.1.0", runs: written }, 2);
}

function runOf(run: SarifRun, facts: CodeScanningFacts, adviceOn: ReturnType<typeof fixAdvisor>) {
  const { target, kept } = run;
  const category = facts.categories.get(target.target) ?? visible(target.target.label);
  const rules = rulesOf(kept);
  const { name, version, url } = facts.tool;
  const suppressing = kept.some(({ outcome }) => outcome !== "open");
  const resultOf = resultsOf({ target, name: nameIn(category, target), category, facts, suppressing, rules, adviceOn });
  return {
    tool: {
      driver: {
        name,
        version,
        semanticVersion: version,
        informationUri: url,
        rules: rules.values().map((rule) => descriptorOf(rule)),
      },
    },
    ...runFacts(run, category, facts),
    results: kept.values().map(resultOf),
  };
}

/**
 * The subject of the category: the image without its tag, so that the next build has the same message, otherwise the
 * path.
 */
function nameIn(category: string, { target: { kind, file, label } }: JudgedTarget): string {
  const name = category.startsWith(CATEGORY_PREFIX) ? category.slice(CATEGORY_PREFIX.length) : category;
  return name.startsWith(`${kind}/${file ?? label}`) ? name.slice(kind.length + 1) : name;
}

function runFacts({ target: judged, cut }: SarifRun, category: string, facts: CodeScanningFacts) {
  const { target, scan, answer } = judged;
  const { provenance, artifact } = scan;
  const notifications = [
    ...gapNotes(judged).map(({ code, words }) => ({
      level: "warning",
      descriptor: { id: code },
      message: { text: plain(words) },
    })),
    ...(cut === undefined ? [] : [{ level: "warning", message: { text: `${cut}.` } }]),
  ];
  return {
    // Code scanning's category is the text before the last slash.
    automationDetails: { id: `${category}/` },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: facts.endedAt.toISOString(),
        ...(notifications.length > 0 && { toolExecutionNotifications: notifications }),
      },
    ],
    columnKind: "utf16CodeUnits",
    properties: {
      target: visible(target.label),
      platform: target.platform,
      verdict: answer,
      digest: artifact.digest,
      indexDigest: artifact.index?.digest,
      imageId: artifact.imageId,
      scanner: plain(scannersLine(scan)),
      databaseUpdatedAt: provenance.databaseUpdatedAt,
    },
  };
}

/**
 * Maximum number of results in one run for code scanning. With more, it refuses the whole file (SARIF support for code
 * scanning).
 */
const MOST_RESULTS = 25_000;
/** Maximum number of runs that code scanning accepts in one file. */
export const MOST_RUNS = 20;

/**
 * A run with the findings that fit: open ones before others, and in each group the more severe ones first.
 * @param findings a part of the target's, in its order
 */
export function sarifRun(target: JudgedTarget, findings = target.findings, most = MOST_RESULTS): SarifRun {
  // The findings are sorted by severity, so the first of each kind are the most severe.
  const { open = [], others = [] } = Object.groupBy(findings, ({ outcome }) =>
    outcome === "open" ? outcome : "others",
  );
  const dropped = new Set([...open, ...others].slice(most));
  const kept = findings.filter((each) => !dropped.has(each));
  return { target, kept, cut: dropped.size === 0 ? undefined : cutWords(target, kept, [...dropped]) };
}

function cutWords({ target }: JudgedTarget, kept: SarifRun["kept"], dropped: SarifRun["kept"]): string {
  const list = severityList(countSeverities(dropped, ({ finding }) => finding.severity));
  const all = counted(kept.length + dropped.length, "finding");
  return `SARIF of ${plain(target.label)} leaves out ${number(dropped.length)} of its ${all} (${list}), the least severe, as code scanning takes no more`;
}

/** The findings that a SARIF file of these targets leaves out: a sentence for each target, without a full stop. */
export function cutsOf(targets: readonly TargetVerdict[]): string[] {
  return judgedAmong(targets).flatMap((target) => sarifRun(target).cut ?? []);
}
