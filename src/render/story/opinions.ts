import type { Finding, Opinion } from "../../domain/finding.ts";
import { oncePer } from "../../domain/memoize.ts";
import {
  agreementLine,
  agreementsOf,
  type Difference,
  differences,
  whyWords,
} from "../../domain/opinions/agreement.ts";
import { severityRank } from "../../domain/severity.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted } from "../shared/phrases.ts";
import {
  type Row as Cells,
  type Inline,
  join,
  listed,
  name as nameOf,
  names,
  prose,
  type Rows,
  say,
  severity,
  some,
  strong,
} from "../tree.ts";

/** One line on how far several scanners agree on these targets. Empty if one scanner was asked. */
export function agreementsWords(targets: readonly Pick<JudgedTarget, "scan">[]): Inline {
  const all = agreementsOf(targets.map(({ scan }) => scan));
  return join(
    " ",
    all.map((each) => say`${prose(agreementLine(each), 300)}.`),
  );
}

/** Optional scanners without an opinion: the reader must see that no other scanner replaced them. */
export function missingOpinions({ scan }: JudgedTarget): Inline[] {
  return (scan.opinions ?? []).map(({ scanner, failed }) =>
    failed === undefined
      ? ""
      : say`${strong(name(scanner), " failed, and the policy says that it is optional.")} The answer is without it: ${prose(`[${failed.code}] ${failed.what}`, 300)}`,
  );
}

interface Row {
  readonly finding: Finding;
  readonly difference: Difference;
}

/** The findings on which the scanners differ, folded, each with its likely reason. */
export function differencesSection(target: JudgedTarget, rank: number): Rows {
  const found = target.scan.opinions === undefined ? [] : differencesIn(target);
  return listed(found, {
    head: HEAD,
    row: cellsOf,
    rank: ({ finding }) => rank + severityRank(finding.severity),
    what: "more row",
    open: 0,
    folded: () => `${counted(found.length, "difference")} between the scanners`,
  });
}

const HEAD = ["severity", { words: "advisory", letters: 14 }, "package", "difference", "likely reason"];

const differencesIn = oncePer(({ scan, findings }: JudgedTarget): readonly Row[] => {
  const differencesOf = differences(scan);
  return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({ finding, difference })));
});

function cellsOf({ finding, difference }: Row): Cells {
  return [
    severity(finding.severity),
    advisory(finding.id, finding.url),
    nameOf(finding.package?.name ?? finding.path ?? ""),
    what(difference),
    why(difference, finding),
  ];
}

/** A scanner's name is a separate part: the mark of one, `Trivy (b.json)`, must not reach into the text around it. */
const name = (scanner: string) => prose(scanner, 60);

function what(difference: Difference): Inline {
  if (difference.kind === "seen") {
    const [by, not] = [difference.by.map(name), difference.not.map(name)];
    return say`${by.length === 1 ? "only " : ""}${names(by)}, not ${names(not, "or")}`;
  }
  const said = difference.kind === "severity" ? ({ severity: of }: Opinion) => of : fixWords;
  return some(difference.says, 3, { show: (each) => say`${name(each.scanner)}: ${said(each)}` });
}

function fixWords({ fixedVersions }: Opinion): Inline {
  return fixedVersions.length === 0 ? "no fix" : some(fixedVersions, 2, { show: (each) => prose(each, 60) });
}

function why(difference: Difference, finding: Finding): Inline {
  if (difference.kind === "seen") return prose(whyWords(difference, finding), 200);
  if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
  const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
  return say`fix known to ${some(known, 3, { show: ({ scanner }) => name(scanner) })} only`;
}
