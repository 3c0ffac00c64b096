import { type BaselineSource, countsLine, type TargetComparison } from "../../domain/change/comparison.ts";
import type {
  PackageChange,
  PackageChangeKind,
  PackageChanges,
  PackageFindings,
} from "../../domain/change/package-changes.ts";
import type { Finding } from "../../domain/finding.ts";
import { packageRows } from "../../domain/rows/package-rows.ts";
import { GIVEN_REPORT } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { isLinkable } from "../print/markdown-text.ts";
import { age, counted, number, severityList } from "../shared/phrases.ts";
import {
  type Block,
  BREAK,
  code,
  type Inline,
  isEmpty,
  join,
  link,
  listed,
  name,
  para,
  path as pathOf,
  prose,
  type Row,
  say,
  some,
  strong,
  version,
} from "../tree.ts";
import type { View } from "../view.ts";
import { packagesSection } from "./findings.ts";
import type { Form } from "./form.ts";

/** The change's effect on the findings in one line, with the baseline; or why it was not compared. */
export function comparisonWords(target: JudgedTarget, view: View): Inline {
  const comparison = view.comparisons?.get(target.target);
  if (comparison === undefined) return "";
  if ("none" in comparison)
    return comparison.quiet ? "" : say`Not compared with a baseline: ${prose(comparison.none, 300)}.`;
  const { source } = comparison.baseline;
  const notes = (source.notes ?? []).slice(0, 3).map((each) => prose(each, 300));
  const run = source.url !== undefined && isLinkable(source.url) ? say`, ${link("run", source.url)}` : "";
  const line = say`${strong(countsLine(comparison.counts))}, compared with ${baselineWords(source, view.now)}${run}.`;
  return join(" ", [line, systemWords(comparison), ...notes]);
}

/** Longest name, in UTF-16 units. */
const NAME = 100;

const BASELINES: Readonly<Record<BaselineSource["kind"], string>> = {
  run: "the report of ",
  report: "the report ",
  [GIVEN_REPORT]: "the scanner's report ",
  sbom: "the SBOM ",
  image: "",
};

/** Describes a baseline: ``the report of `main` (commit `3f1c9a7e5b2d`, 2 days old, for `linux/amd64`)``. */
function baselineWords({ kind, branch, given, image, commit, madeAt = "", platform }: BaselineSource, now: Date) {
  const old = age(madeAt, now);
  const name = kind === "run" ? (branch ?? "the default branch") : (given ?? image ?? "");
  const about = join(", ", [
    commit === undefined ? "" : say`commit ${code(commit.slice(0, 12))}`,
    old === undefined ? "" : `${old} old`,
    platform === undefined ? "" : say`for ${code(platform, NAME)}`,
  ]);
  return [BASELINES[kind], code(name, NAME), isEmpty(about) ? "" : say` (${about})`];
}

/** Says that the operating system differs from the baseline's. Empty if it does not differ. */
function systemWords({ systemChange }: TargetComparison): Inline {
  if (systemChange === undefined) return "";
  return say`The operating system changed from ${code(systemChange.from, 60)} to ${code(systemChange.to, 60)}.`;
}

/**
 * Differences from the baseline, folded: findings whose packages could not be looked at now, fixed findings, and
 * changes of packages. Findings have a row for each package.
 * @param ranks of the findings and of the packages
 */
export function goneSections(
  { target }: JudgedTarget,
  { comparisons }: View,
  ranks: { readonly findings: number; readonly packages: number },
  form: Form,
): Block[] {
  const compared = comparisons?.get(target);
  if (compared === undefined || "none" in compared) return [];
  const { unseen = [], fixed, packages } = compared;
  const section = (gone: readonly Finding[], folded: string) => {
    // The layer belongs to the baseline's image.
    const findings = gone.map((each) => ({ ...each, layer: undefined }));
    const rows = packageRows(findings.map((finding) => ({ finding, outcome: "open", exceptions: [] })));
    return packagesSection({ rows, folded, rank: ranks.findings, form });
  };
  return [
    section(unseen, "no longer seen (the packages could not be looked at, so it is not known if they were fixed)"),
    section(fixed, "fixed (the package or its version went)"),
    ...(packages === undefined ? [] : packageChangesSection(packages, ranks.packages)),
  ];
}

const PACKAGE_COLUMNS = ["package", "before", "now", "findings"];
const ORDER: readonly PackageChangeKind[] = ["gained", "lost", "upgraded", "downgraded", "changed"];

/**
 * The packages that the image gained, lost, upgraded and downgraded since the baseline, folded. Empty if nothing
 * changed.
 */
export function packageChangesSection({ changes, counts, unseen = 0 }: PackageChanges, rank: number): Block[] {
  const kinds = ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind])} ${kind}`);
  const unknown = `${counted(unseen, "package")} of the baseline could not be looked at: it is unknown if they are still there.`;
  return [
    para(unseen === 0 ? "" : unknown),
    listed(changes, {
      head: PACKAGE_COLUMNS,
      row: changeRow,
      rank,
      share: 0.2,
      what: "more change",
      open: 0,
      folded: () => `Package changes: ${kinds.join(", ")}`,
    }),
  ];
}

function changeRow({ kind, name: of, path, from, to, brought, cleared }: PackageChange): Row {
  const findings = join(BREAK, [findingsWords("brought", brought), findingsWords("cleared", cleared)]);
  return [
    join(BREAK, [say`${name(of)} ${kind}`, path === undefined ? "" : pathOf(path)]),
    from ? version(from) : "–",
    to ? version(to) : "–",
    isEmpty(findings) ? "–" : findings,
  ];
}

function findingsWords(what: string, { ids, bySeverity }: PackageFindings): Inline {
  if (ids.length === 0) return "";
  return say`${what} ${severityList(bySeverity)}: ${some(ids, 3, { show: (id) => code(id, 60) })}`;
}
