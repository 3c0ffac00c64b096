import { judgedAgain, type RawReport, unjudgedIn } from "../../documents/unjudged.ts";
import { dayOf } from "../../domain/dates.ts";
import type { Finding } from "../../domain/finding.ts";
import { counted, listSome } from "../../domain/list-some.ts";
import { oneLine } from "../../domain/one-line.ts";
import type { Outcome, TargetError, TargetVerdict, Verdict } from "../../domain/verdict.ts";
import { errorText } from "../../system/errors.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, answered, linesOf, type ReadingRequest, reading } from "../reading.ts";
import { AS_OPTION, typedDocument } from "../typed-document.ts";
import { NEW_POLICY, POLICY_OPTION, typedPolicy } from "../typed-policy.ts";

/** Maximum number of findings that are named of each kind. */
const MOST = 10;

export const command: Command = {
  words: "<REPORT>",
  options: [POLICY_OPTION, AS_OPTION],
  formats: ["table", "json"],
  examples: [
    { line: "image-gate policy test report.json --policy draft.yml", about: "Shows what the draft would change." },
    { line: "image-gate policy test scan.json --as ghcr.io/acme/app:1.2", about: "A scanner's own report." },
  ],
  run: reading(testPolicy),
};

/**
 * `policy test REPORT`: judges a report by a policy that is being written.
 * @throws GateError `policy-…`, `document-…`, `report-…`, `file-…`
 */
export function testPolicy({ words, options }: Args, { world, format }: ReadingRequest): Answer {
  const [report = ""] = words;
  const { policy, file: name } = typedPolicy(options.get("policy"), world) ?? NEW_POLICY;
  const given = unjudgedIn(typedDocument(report, world, options.get("as")), report);
  const missing = { missingExploitData: { kev: NO_EXPLOIT_DATA, epss: NO_EXPLOIT_DATA } };
  const verdict = judgedAgain(given, policy, dayOf(world.now()), given.knowsExploits ? {} : missing);
  const code = verdict.answer === "pass" ? 0 : verdict.answer === "fail" ? 1 : 2;
  const values = valuesOf(verdict, given);
  return answered(format, values, () => textOf(verdict, given, name), { err: errorsOf(verdict), code });
}

const NO_EXPLOIT_DATA: TargetError = {
  code: "exploit-data-missing",
  what: "The policy has limits on what attackers use, and the report does not say what they use",
  remedy: "Judge the image itself, or a report of a run that asked for these data.",
};

/** Each target that could not be judged. */
function errorsOf({ targets }: Verdict): string {
  const errors = targets.flatMap((each) => (each.answer === "error" ? [each] : []));
  return linesOf(errors.map(({ target, error }) => `error: ${errorText(error)} (${target.label})`));
}

/** Findings that are something else now than they were in our report. */
function changesIn({ targets }: Verdict, { reported }: RawReport): { from: Outcome; to: Outcome; finding: Finding }[] {
  return targets.flatMap((target) => {
    if (target.answer === "error") return [];
    return target.findings.flatMap(({ finding, outcome: to }) => {
      const from = reported.get(finding)?.outcome;
      return from === undefined || from === to ? [] : [{ from, to, finding }];
    });
  });
}

function textOf(verdict: Verdict, given: RawReport, policy: string): string[] {
  const changed = [...Map.groupBy(changesIn(verdict, given), ({ to }) => to)].map(([to, group]) => {
    const ids = [...new Set(group.map(({ finding }) => oneLine(finding.id)))];
    return `${counted(group.length, "finding")} now ${to.replace("-", " ")}: ${listSome(ids, MOST)}`;
  });
  const idle = verdict.exceptions.filter(({ state }) => ["unused", "ended", "fixed"].includes(state));
  return [
    oneLine(verdict.reason),
    ...verdict.targets.flatMap(rowsOf),
    ...changed,
    ...idle.map(({ exception: { id, line }, state }) => `${policy}:${line}: ${id}: ${IDLE[state] ?? state}`),
  ];
}

const IDLE: Readonly<Record<string, string>> = {
  unused: "the exception matches nothing",
  ended: "the exception has ended",
  fixed: "everything that it matches has a fix",
};

function rowsOf(target: TargetVerdict): string[] {
  if (target.answer === "error") return [];
  const rows = [...target.rows, ...(target.exploitRows ?? [])].flatMap((row) => {
    if (row.open + row.accepted + row.notCounted === 0) return [];
    const name = "severity" in row ? row.severity : row.kind;
    const rest = `${row.accepted} accepted, ${row.notCounted} not counted`;
    return [`  ${name.padEnd(9)} ${row.open} (limit ${row.limit})${row.broken ? ", too many" : ""}, ${rest}`];
  });
  return [`${oneLine(target.target.label)}: ${target.answer}`, ...rows];
}

function valuesOf(verdict: Verdict, given: RawReport): unknown {
  return {
    verdict: verdict.answer,
    reason: verdict.reason,
    targets: verdict.targets.map((each) => ({
      label: each.target.label,
      verdict: each.answer,
      ...(each.answer === "error" ? { error: each.error } : { rows: each.rows, exploitRows: each.exploitRows }),
    })),
    changed: changesIn(verdict, given).map(({ from, to, finding: { id, severity, package: about, path } }) => ({
      ...{ id, severity, package: about?.name, path, from, to },
    })),
    exceptions: verdict.exceptions.map(({ exception: { id, line, expires }, state, matches }) => ({
      ...{ id, line, expires, state, matches },
    })),
  };
}
