import type { Finding, Opinion } from "../../domain/finding.ts";
import { listSome } from "../../domain/list-some.ts";
import { oncePer } from "../../domain/memoize.ts";
import {
  agreementLine,
  agreementOf,
  agreementsOf,
  type Difference,
  differences,
  whyWords,
} from "../../domain/opinions/agreement.ts";
import { namesOf } from "../../domain/opinions/names.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { listRows, type Rows } from "../markdown/fit.ts";
import { type Alert, details, packageName, tableHead, tableRow, text } from "../markdown/markdown.ts";
import { counted, joined } from "../shared/phrases.ts";
import { advisory, severityCell, widened } from "./cells.ts";

/** Rows of differences that a document shows. The JSON report has all. */
const MOST = 200;

/** One line that says how far several scanners agree on a target. Empty if one scanner was asked. */
export function agreementSection({ scan }: JudgedTarget): string {
  const agreement = agreementOf(scan);
  return agreement === undefined ? "" : `${text(agreementLine(agreement), 300)}.`;
}

/** The same for all targets of a run together. Empty if one scanner was asked. */
export function agreementsSection(targets: readonly Pick<JudgedTarget, "scan">[]): string {
  const all = agreementsOf(targets.map(({ scan }) => scan));
  return all.map((each) => `${text(agreementLine(each), 300)}.`).join(" ");
}

/** Optional scanners without an opinion: the reader must see that nothing replaced them. */
export function missingOpinions({ scan }: JudgedTarget, alert: Alert): string[] {
  const failed = (scan.opinions ?? []).filter((each) => each.failed !== undefined);
  return failed.map(({ scanner, failed: why }) =>
    alert(
      "WARNING",
      `**${text(scanner, 60)} failed, and the policy says that it is optional.** The answer is without it: ${text(`[${why?.code}] ${why?.what}`, 300)}`,
    ),
  );
}

interface Row {
  readonly finding: Finding;
  readonly difference: Difference;
}

/** The findings on which the scanners differ, folded, each with its likely reason. */
export function differencesSection(target: JudgedTarget, rank: number): Rows | undefined {
  if (target.scan.opinions === undefined) return undefined;
  const rows = rowsOf(target);
  return listRows(rows, {
    row: rowText,
    rank: ({ finding }) => rank + severityRank(finding.severity),
    most: MOST,
    layout: (shown, left) => {
      const head = tableHead(["severity", widened("advisory", 14), "package", "difference", "likely reason"]);
      const rest = left === 0 ? "" : `\n_${counted(left, "row")} left out here; the JSON report has all._`;
      const table = shown.length === 0 ? "" : [head, ...shown].join("\n");
      const body = joined("\n", [table, rest]);
      return details(`${counted(rows.length, "difference")} between the scanners`, body);
    },
  });
}

const rowsOf = oncePer(({ scan, findings }: JudgedTarget): readonly Row[] => {
  const differencesOf = differences(scan);
  return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({ finding, difference })));
});

function rowText({ finding, difference }: Row): string {
  return tableRow([
    severityCell(finding.severity),
    advisory(finding.id, finding.url),
    packageName(finding.package?.name ?? finding.path ?? ""),
    what(difference),
    why(difference, finding),
  ]);
}

/** A scanner's name is escaped alone: the mark of one, `Trivy (b.json)`, must not reach into what is around it. */
const name = (scanner: string) => text(scanner, 60);

function what(difference: Difference): string {
  if (difference.kind === "seen") {
    const [by, not] = [difference.by.map(name), difference.not.map(name)];
    return `${by.length === 1 ? "only " : ""}${namesOf(by)}, not ${namesOf(not, "or")}`;
  }
  const say = difference.kind === "severity" ? ({ severity }: Opinion) => severity : fixWords;
  return listSome(difference.says, 3, { show: (each) => `${name(each.scanner)}: ${say(each)}` });
}

function fixWords({ fixedVersions }: Opinion): string {
  return fixedVersions.length === 0 ? "no fix" : listSome(fixedVersions, 2, { show: (each) => text(each, 60) });
}

function why(difference: Difference, finding: Finding): string {
  if (difference.kind === "seen") return text(whyWords(difference, finding), 200);
  if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
  const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
  return `fix known to ${listSome(known, 3, { show: ({ scanner }) => name(scanner) })} only`;
}
