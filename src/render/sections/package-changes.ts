import type {
  PackageChange,
  PackageChangeKind,
  PackageChanges,
  PackageFindings,
} from "../../domain/change/package-changes.ts";
import type { Rows } from "../markdown/fit.ts";
import { code, details, packageName, tableHead, tableRow, version } from "../markdown/markdown.ts";
import { WHOLE_PATH } from "../shared/location.ts";
import { counted, number, severityList } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";

const COLUMNS = ["package", "before", "now", "findings"];
/** Longest path, in UTF-16 units. */
const PATH = 48;
/** Rows of one section: folded, and the rest is counted. */
const MOST = 300;
const ORDER: readonly PackageChangeKind[] = ["gained", "lost", "upgraded", "downgraded", "changed"];

/** What the image gained, lost, upgraded and downgraded against the baseline, folded; nothing where nothing changed. */
export function packageChangesSection(
  { changes, counts, unseen = 0 }: PackageChanges,
  rank: number,
  unabridged = false,
): Rows {
  return {
    count: changes.length,
    row: (index) => changeRow(changes[index] as PackageChange, unabridged),
    rank: () => rank,
    most: MOST,
    share: 0.2,
    layout: (shown) => {
      if (changes.length === 0 && unseen === 0) return "";
      const left = changes.length - shown.length;
      const table = shown.length === 0 ? "" : [tableHead(COLUMNS), ...shown].join("\n");
      const rest = left === 0 ? "" : `_${counted(left, "more change")} left out here._`;
      const kinds = ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${number(counts[kind])} ${kind}`);
      if (unseen > 0) kinds.push(`${number(unseen)} no longer seen`);
      return details(
        `Package changes: ${kinds.join(", ")}`,
        [unseenWords(unseen), table, rest].filter((part) => part !== "").join("\n\n"),
      );
    },
  };
}

function unseenWords(unseen: number): string {
  return unseen === 0
    ? ""
    : `Nobody could look at ${counted(unseen, "package")} of the baseline: whether they are still there is not known.`;
}

function changeRow({ kind, name, path, from, to, brought, cleared }: PackageChange, unabridged: boolean): string {
  const most = unabridged ? WHOLE_PATH : PATH;
  const place = path === undefined ? "" : `<br>${code(pathEnd(path, most), most)}`;
  const findings = [
    findingsWords("brought", brought, unabridged),
    findingsWords("cleared", cleared, unabridged),
  ].filter((part) => part !== "");
  return tableRow([
    `${packageName(name)} ${kind}${place}`,
    from === undefined ? "–" : version(from) || "–",
    to === undefined ? "–" : version(to) || "–",
    findings.length === 0 ? "–" : findings.join("<br>"),
  ]);
}

function findingsWords(what: string, { ids, bySeverity }: PackageFindings, unabridged: boolean): string {
  if (ids.length === 0) return "";
  const named = ids.slice(0, unabridged ? ids.length : 3).map((id) => code(id, 60));
  return `${what} ${severityList(bySeverity)}: ${named.join(", ")}${ids.length > named.length ? ", …" : ""}`;
}
