import type { Day } from "../domain/dates.ts";
import { type JudgeSettings, judge, type ScanOutcome } from "../domain/judge/judge.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { type ReportFinding, toScan } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import type { Verdict } from "../domain/verdict.ts";
import { GateError } from "../system/errors.ts";
import type { ReadDocument } from "./read-document.ts";

/** A report as it was before it was judged. */
export type Unjudged = ReturnType<typeof unjudged>;

/**
 * A scanner's report as it is, our own without its verdict.
 * @param file as it was typed, for the message
 * @throws GateError `document-unknown` for an SBOM
 */
export function unjudgedIn(document: ReadDocument, file: string): Unjudged {
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

/** The verdict of another policy, today. */
export function judgedAgain(
  { outcomes, settings }: Unjudged,
  policy: Policy,
  today: Day,
  more: Pick<JudgeSettings, "missingExploitData"> = {},
): Verdict {
  return judge(outcomes, { policy, limits: {}, ignoreUnfixed: undefined, today, ...settings, ...more });
}

/** Takes the verdict out of a report, so that another policy can judge it. A target that was an error stays one. */
function unjudged(report: Report) {
  const { targets, findings, count } = report;
  const scans = targets.map((_, index) => toScan(report, index));
  const reported = new Map(scans.flatMap((each) => [...each.reported]));
  const compared = scans.filter((each) => [...each.reported.values()].some(({ change }) => change !== undefined));
  const exploits = new Map(findings.flatMap(({ id, exploitation }) => (exploitation ? [[id, exploitation]] : [])));
  return {
    outcomes: scans.map(({ target, scan }, index): ScanOutcome => {
      const { verdict, error = UNFINISHED } = targets[index] ?? { verdict: "error" };
      return verdict === "error" ? { target, error } : { target, scan };
    }),
    /** What its run knew of the findings. */
    settings: {
      changes: new Map(compared.map(({ target }) => [target, (finding) => reported.get(finding)?.change])),
      unsettled: new Map(
        compared.map(({ target, scan }) => [
          target,
          new Set(scan.findings.filter((each) => isUnsettled(reported.get(each), count))),
        ]),
      ),
      origins: new Map(scans.map(({ target }) => [target, (finding) => reported.get(finding)?.origin])),
      exploits: (id) => exploits.get(id),
      vex: (finding) => reported.get(finding)?.vex,
    } as Pick<JudgeSettings, "changes" | "unsettled" | "origins" | "exploits" | "vex">,
    /** True if its run knew what attackers use. */
    knowsExploits: targets.some(({ exploitRows }) => exploitRows) || exploits.size > 0,
    /** Each finding as our report has it. */
    reported,
  };
}

const UNFINISHED = { code: "report-unfinished", what: "It was an error", remedy: "" };

/** True if its run let it through for a time only. Where the report does not say, it counts. */
function isUnsettled(one: ReportFinding | undefined, count: Report["count"]): boolean {
  if (one?.outcome === "open") return count === "introduced";
  return one?.outcome === "accepted" || (one?.spared !== undefined && one.spared !== "not-introduced");
}
