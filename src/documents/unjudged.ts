import type { Day } from "../domain/dates.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../domain/judge/judge.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { type ReportFinding, toScan } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import type { ScanResult } from "../domain/target.ts";
import type { Verdict } from "../domain/verdict.ts";
import { GateError } from "../system/errors.ts";
import type { ReadDocument } from "./read-document.ts";

/** A report as it was before it was judged. */
export type RawReport = ReturnType<typeof unjudged>;

/**
 * A scanner's report unchanged, or our own without its verdict.
 * @param file as typed, for the message
 * @throws GateError `document-unknown` for an SBOM
 */
export function unjudgedIn(document: ReadDocument, file: string): RawReport {
  if (document.kind === "own") return unjudged(document.report);
  if (document.kind === "scan") {
    const { target, scan } = document;
    return { outcomes: [{ target, scan }], settings: {}, knowsExploits: false, reported: new Map() };
  }
  throw new GateError(
    "document-unknown",
    `${JSON.stringify(file)} is an SBOM, which has no findings`,
    "Judge it with `image-gate sbom --json`, and name that report.",
  );
}

/** Today's verdict under another policy. */
export function judgedAgain(raw: RawReport, policy: Policy, today: Day, more: Partial<JudgeSettings> = {}): Verdict {
  return judge(raw.outcomes, { policy, limits: {}, ignoreUnfixed: undefined, today, ...raw.settings, ...more });
}

/** Removes the verdict from a report, so another policy can judge it. A target with an error keeps it. */
function unjudged(report: Report) {
  const { targets, findings, count } = report;
  const scans = targets.map((_, index) => toScan(report, index));
  const reported = new Map(scans.flatMap((each) => [...each.reported]));
  const compared = scans.filter((each) => [...each.reported.values()].some(({ change }) => change !== undefined));
  const exploits = new Map(findings.flatMap(({ id, exploitation }) => (exploitation ? [[id, exploitation]] : [])));
  const unsettledIn = ({ findings: all }: ScanResult) =>
    new Set(all.filter((each) => isUnsettled(reported.get(each), count)));
  return {
    outcomes: scans.map(({ target, scan }, index): ScanOutcome => {
      const { verdict, error = UNFINISHED } = targets[index] ?? { verdict: "error" };
      return verdict === "error" ? { target, error } : { target, scan };
    }),
    /** The facts that its run had about the findings. */
    settings: {
      changes: new Map(compared.map(({ target }) => [target, (finding) => reported.get(finding)?.change])),
      unsettled: new Map(compared.map(({ target, scan }) => [target, unsettledIn(scan)])),
      origins: new Map(scans.map(({ target }) => [target, (finding) => reported.get(finding)?.origin])),
      exploits: (id) => exploits.get(id),
      vex: (finding) => reported.get(finding)?.vex,
    } as Pick<JudgeSettings, "changes" | "unsettled" | "origins" | "exploits" | "vex">,
    /** True if its run had exploit data. */
    knowsExploits: targets.some(({ exploitRows }) => exploitRows) || exploits.size > 0,
    /** Each finding as in our report. */
    reported,
  };
}

const UNFINISHED = { code: "report-unfinished", what: "It was an error", remedy: "" };

/** True if its run let the finding through only for a limited time. Also true if the report does not say. */
function isUnsettled(one: ReportFinding | undefined, count: Report["count"]): boolean {
  if (one?.outcome === "open") return count === "introduced";
  return one?.outcome === "accepted" || (one?.spared !== undefined && one.spared !== "not-introduced");
}
