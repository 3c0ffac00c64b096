import type { PackageChange, PackageFindings } from "../../domain/change/package-changes.ts";
import type { Finding } from "../../domain/finding.ts";
import { listSome } from "../../domain/list-some.ts";
import { severityList } from "../../render/shared/phrases.ts";
import { codedLetters, plain } from "../../render/shared/safe-text.ts";
import type { ChangedFinding, Compared, ComparedPair } from "./compared.ts";

const MOST_TARGETS = 20;

/** @param most rows of each kind; absent: all */
export function comparisonText(
  { old, new: now, targets, lost, gained }: Compared,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const named = (labels: readonly string[]) => listSome(labels, MOST_TARGETS, { show: plain });
  return [
    `${plain(old.file)} (${plain(old.kind)}) → ${plain(now.file)} (${plain(now.kind)})`,
    ...targets.flatMap((pair) => ["", ...pairLines(pair, most)]),
    ...(lost.length === 0 ? [] : ["", `Only in ${plain(old.file)}: ${named(lost)}`]),
    ...(gained.length === 0 ? [] : ["", `Only in ${plain(now.file)}: ${named(gained)}`]),
    ...[old, now].flatMap(({ file, unjudged }) =>
      unjudged.length === 0 ? [] : ["", `Not judged in ${plain(file)}, so not compared: ${named(unjudged)}`],
    ),
  ];
}

function pairLines(pair: ComparedPair, most: number): string[] {
  const { old, new: now, packages, findings, withoutPaths } = pair;
  const { changes = [], counts } = packages ?? {};
  const kinds = counts && Object.entries(counts).filter(([, count]) => count > 0);
  return [
    old === now ? plain(now) : `${plain(old)} → ${plain(now)}`,
    kinds === undefined
      ? "  packages: not compared, since one of the two lists none"
      : `  packages: ${kinds.length === 0 ? "no change" : kinds.map(([kind, count]) => `${count} ${kind}`).join(", ")}`,
    findings === undefined
      ? "  findings: not compared, since an SBOM has none"
      : `  findings: ${findings.counts.new} new, ${findings.counts.fixed} gone, ${findings.counts.unchanged} in both`,
    ...(withoutPaths ? ["  The two name places differently: packages are compared by package URL alone."] : []),
    ...[
      changes.map(packageRow),
      (findings?.new ?? []).map((each) => findingRow("new", each)),
      (findings?.fixed ?? []).map((each) => findingRow("gone", each)),
      (findings?.changed ?? []).map(changedRow),
    ].flatMap((rows) => [
      ...rows.slice(0, most),
      ...(rows.length > most ? [`  and ${rows.length - most} more of these; --json has all`] : []),
    ]),
  ];
}

const WIDTH = 10;

function packageRow({ kind, name, type, path, from, to, brought, cleared }: PackageChange): string {
  const versions = from !== undefined && to !== undefined ? `${from} → ${to}` : (to ?? from ?? "");
  const place = path === undefined ? "" : ` at ${path}`;
  const what = `${codedLetters(plain(name))} ${versions} (${type})${place}`;
  return `  ${kind.padEnd(WIDTH)} ${plain(what)}${effect("brings", brought)}${effect("clears", cleared)}`;
}

function effect(word: string, { ids, bySeverity }: PackageFindings): string {
  return ids.length === 0 ? "" : `; ${word} ${severityList(bySeverity)}`;
}

function findingRow(word: string, { id, severity, package: about, path }: Finding): string {
  const where = [about && `${codedLetters(plain(about.name))} ${about.version}`, path]
    .filter((part) => part !== undefined)
    .join(", ");
  return `  ${word.padEnd(WIDTH)} ${severity.padEnd(8)} ${plain(id)}  ${plain(where)}`;
}

function changedRow({ finding, severity, fix }: ChangedFinding): string {
  const what = [
    severity && `${severity.from} → ${severity.to}`,
    fix && (fix === "available" ? `a fix is there: ${finding.fixedVersions.join(", ")}` : "the fix is gone"),
  ].filter((part) => part !== undefined);
  return `${findingRow("changed", finding)}: ${plain(what.join("; "))}`;
}
