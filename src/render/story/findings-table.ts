import { split } from "../../domain/rows/groups.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/row-fix.ts";
import { countSeverities, type Severity, severityRank } from "../../domain/severity.ts";
import type { JudgedFinding, JudgedTarget } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { layerWords, placed, sourceWords } from "../shared/location.ts";
import { severityList } from "../shared/phrases.ts";
import { exploitWords } from "../shared/status.ts";
import {
  type Column,
  type Inline,
  join,
  listed,
  name,
  path as pathOf,
  prose,
  type Row,
  type Rows,
  say,
  severity as severityOf,
  version,
} from "../tree.ts";

/** Columns of ids and versions keep their letters in one line, since people copy them. */
const HEAD: readonly (string | Column)[] = [
  { words: "severity", letters: 16 },
  { words: "advisory", letters: 16 },
  "package",
  { words: "installed", letters: 8 },
  { words: "fixed", letters: 8 },
  // The end of an instruction matters least.
  { words: "where", cutAt: "end" },
];
/** Longest name, in UTF-16 units. A table that is too wide cuts it more. */
const NAME = 400;

/** The choice of findings for the table of a log or a terminal. */
export interface FindingsTable {
  /** The severities to show, with findings within the limits, too. Absent: only failing findings. */
  readonly severities?: readonly Severity[] | undefined;
  /** Maximum number of rows of a target. */
  readonly most?: number;
}

/** A row for each finding, since a line has no room for all of a package's. */
export function findingsTable(target: JudgedTarget, { severities, most }: FindingsTable, rank: number): Rows {
  const { failing, within } = split(target);
  const all = severities
    ? [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity))
    : failing;
  const adviceOn = fixAdvisor();
  return listed(all, {
    most,
    head: HEAD,
    row: (judged) => cellsOf(judged, adviceOn(judged.finding)),
    rank: ({ finding }) => rank + severityRank(finding.severity),
    what: severities === undefined ? "more failing finding" : "more finding",
    where: (left) => `left out here: ${severityList(countSeverities(left, ({ finding }) => finding.severity))}`,
  });
}

function cellsOf(judged: JudgedFinding, advice: FixAdvice): Row {
  const { id, url, severity, title, package: about, kind } = judged.finding;
  return [
    severityOf(severity),
    advisory(id, url),
    about === undefined ? prose(title, NAME) : name(about.name, NAME),
    version(about?.version ?? ""),
    kind === "vulnerability" ? fixWords(advice) : "",
    join("; ", [...exploitWords(judged), placeWords(judged.finding)]),
  ];
}

/** `2.15.0`. For several fixes whose order is not known, the first and an ellipsis. */
function fixWords({ to, none }: FixAdvice): Inline {
  return to === undefined ? prose(none) : say`${version(to[0])}${to.length > 1 ? " …" : ""}`;
}

/** The file, the Dockerfile's line or the layer: a line has room for only one. The plan names the file's owner. */
function placeWords({ path, line, layer }: JudgedFinding["finding"]): Inline {
  if (path !== undefined) return pathOf(placed(path, line), 40);
  return layer?.source === undefined ? layerWords(layer) : sourceWords(layer);
}
