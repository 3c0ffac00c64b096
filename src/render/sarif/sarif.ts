import type { JudgedTarget } from "../../domain/verdict.ts";
import { CATEGORY_PREFIX, type CodeScanningFacts } from "../report-format.ts";
import { gapNotes } from "../sections/coverage.ts";
import { inPieces } from "../shared/in-pieces.ts";
import { plain, visible } from "../shared/safe-text.ts";
import type { View } from "../view.ts";
import { droppedWords, judgedTargets, MOST_RESULTS, openOf, type Selection, selectFindings } from "./limits.ts";
import { type SarifWords, sarifWords } from "./messages.ts";
import { resultsOf } from "./results.ts";
import { type Rule, ruleJson, rulesOf } from "./rules.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** What a run of a file holds. */
export interface SarifRun {
  readonly target: JudgedTarget;
  /** Only what is open: accepted and uncounted findings are no alerts. */
  readonly onlyOpen?: boolean;
  /** More results are left out, the least severe first; 25,000 where it is not said. */
  readonly most?: number;
}

/**
 * All findings as SARIF 2.1.0, a run for each target that was judged, as code scanning reads it
 * (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 */
export function renderSarif({ verdict }: View, facts: CodeScanningFacts): Iterable<string> {
  return sarifOf(
    judgedTargets(verdict.targets).map((target) => ({ target })),
    facts,
  );
}

/** A SARIF file of these runs, in pieces. */
export function* sarifOf(runs: readonly SarifRun[], facts: CodeScanningFacts): Generator<string> {
  yield `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[`;
  const words = sarifWords();
  for (const [index, run] of runs.entries()) {
    yield index === 0 ? "\n" : ",\n";
    yield* runPieces(run, facts, words);
  }
  yield "]}\n";
}

function* runPieces(run: SarifRun, facts: CodeScanningFacts, words: SarifWords): Generator<string> {
  const { target } = run;
  const category = facts.categories.get(target.target) ?? visible(target.target.label);
  const name = nameIn(category, target);
  const selection = selectionOf(run);
  const { kept } = selection;
  const { rules, indexes } = rulesOf(kept);
  const { version, url } = facts.tool;
  const driver = { name: facts.tool.name, version, semanticVersion: version, informationUri: url };
  yield `{"tool":{"driver":${JSON.stringify(driver).slice(0, -1)},"rules":[`;
  yield* lines(rules, (rule) => ruleJson(rule, words));
  yield `]}},\n${JSON.stringify(runFacts(target, selection, category, facts)).slice(1, -1)},"results":[`;
  const suppressing = kept.some(({ outcome }) => outcome !== "open");
  const resultJson = resultsOf({ target, name, category, facts, suppressing, last: kept.at(-1), words });
  yield* lines(kept, (judged, index) => {
    const rule = indexes[index] as number;
    return resultJson(judged, rules[rule] as Rule, rule);
  });
  yield "]}";
}

/** What the category is about: the image without its tag, so that the next build's message is the same; else the path. */
function nameIn(category: string, { target: { kind, file, label } }: JudgedTarget): string {
  const name = category.startsWith(CATEGORY_PREFIX) ? category.slice(CATEGORY_PREFIX.length) : category;
  return name.startsWith(`${kind}/${file ?? label}`) ? name.slice(kind.length + 1) : name;
}

/** Which findings a run holds, and which it leaves out. */
export function selectionOf({ target, onlyOpen = false, most = MOST_RESULTS }: SarifRun): Selection {
  const { findings } = onlyOpen ? openOf(target) : target;
  return selectFindings(findings, Math.min(most, MOST_RESULTS));
}

function runFacts(judged: JudgedTarget, selection: Selection, category: string, facts: CodeScanningFacts) {
  const { target, scan, answer } = judged;
  const { provenance, artifact } = scan;
  const notifications = [
    ...gapNotes(judged).map(({ code, words }) => gapNotification(code, words)),
    ...(selection.dropped.length > 0 ? [cutNotification(selection)] : []),
  ];
  return {
    // GitHub's category is what stands before the last slash.
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
      scanner: plain(`${provenance.scanner} ${provenance.scannerVersion ?? ""}`),
      databaseUpdatedAt: provenance.databaseUpdatedAt,
    },
  };
}

function gapNotification(code: string, words: string) {
  return { level: "warning", descriptor: { id: code }, message: { text: plain(words) } };
}

function cutNotification(selection: Selection) {
  const text = `The report leaves out ${droppedWords(selection)}, the least severe, as it would be too large for code scanning.`;
  return { level: "warning", message: { text } };
}

/** The items of a JSON array, one a line. */
function lines<T>(items: readonly T[], textOf: (item: T, index: number) => string): Generator<string> {
  return inPieces(items, (item, index) => `${index === 0 ? "\n" : ",\n"}${textOf(item, index)}`);
}
