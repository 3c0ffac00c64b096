import { upgradesIn } from "../../domain/upgrade/plan.ts";
import type { NoFix, Upgrade } from "../../domain/upgrade/upgrades.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { split } from "../shared/finding-groups.ts";
import { counted, number, severityList, statusWords } from "../shared/phrases.ts";
import { ownerWords } from "./row.ts";
import { breakable, code, name, pathCode, prose } from "./text.ts";

/** For each target: rows that are open before the rest is folded, and most rows in total. */
const OPEN_ROWS = 12;
const MOST_ROWS = 500;
/** With more targets than this, each target's plan is folded. */
const MOST_OPEN = 3;
/** Longest path, in UTF-16 units. */
const PATH = 300;

const HEAD = ["Package", "Upgrade", "Clears", "How"];

/** What to do about failing findings, target by target. Empty if nothing fails. */
export function planSection(targets: readonly TargetVerdict[]): string {
  const parts = targets.flatMap((target) => {
    const rows = target.answer === "fail" ? planRows(target) : [];
    return rows.length === 0 ? [] : [{ label: name(target.target.label), rows }];
  });
  if (parts.length === 0) return "";
  const made = parts.map(({ label, rows }) => {
    if (targets.length === 1) return tables(label, rows);
    const open = parts.length <= MOST_OPEN ? " open" : "";
    return `<details${open}><summary><h3>${label}</h3></summary>\n${tables(label, rows)}</details>\n`;
  });
  return `<section aria-labelledby="plan-title">\n<h2 id="plan-title">What to do</h2>\n${made.join("")}</section>\n`;
}

function planRows(target: JudgedTarget): string[] {
  const { plan } = split(target);
  return [...upgradesIn(plan).map(upgradeRow), ...plan.noFix.map(noFixRow)];
}

/** A table of the first rows, and the others folded. */
function tables(label: string, rows: readonly string[]): string {
  const open = table(`Upgrades for ${label}, those that clear most first`, rows.slice(0, OPEN_ROWS));
  if (rows.length <= OPEN_ROWS) return open;
  const folded = table(`Further upgrades for ${label}`, rows.slice(OPEN_ROWS, MOST_ROWS));
  const left = rows.length - MOST_ROWS;
  const rest = left > 0 ? `<p>${counted(left, "more package")} in the JSON report only.</p>` : "";
  return `${open}<details><summary>${counted(rows.length - OPEN_ROWS, "more package")}</summary>\n${folded}${rest}</details>\n`;
}

function table(caption: string, rows: readonly string[]): string {
  const heads = HEAD.map((words) => `<th scope="col">${words}</th>`).join("");
  return `<table class="cards plan">\n<caption>${caption}</caption>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${rows.join("")}</tbody>\n</table>\n`;
}

function upgradeRow(upgrade: Upgrade): string {
  const versions = upgrade.alternatives.slice(0, 5).map((version) => name(version, 100));
  const to = upgrade.to === undefined ? `${versions.join(" or ")} (unknown order)` : name(upgrade.to, 100);
  return row(
    packageName(upgrade.package),
    `${name(upgrade.from, 100)} → <b>${to}</b>`,
    clears(upgrade.clears, upgrade.bySeverity),
    howWords(upgrade),
  );
}

function noFixRow({ package: about, version, status, count, bySeverity, owner }: NoFix): string {
  const none = `${name(version, 100)}: ${prose(statusWords(status), 100)}`;
  const bundled = owner === undefined ? "" : `; in ${ownerWords(owner)}`;
  return row(packageName(about), none, "", `${clears(count, bySeverity)} stay${count === 1 ? "s" : ""}${bundled}`);
}

/** A row's head must not be empty, but an untrusted name may be. */
function packageName(of: string): string {
  return of.trim() === "" ? code("", 1) : breakable(name(of, 200));
}

function row(head: string, ...cells: readonly string[]): string {
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
}

/** `3: 1 CRITICAL, 2 HIGH`, or `2 HIGH`. */
function clears(count: number, bySeverity: Upgrade["bySeverity"]): string {
  const list = severityList(bySeverity);
  return list.includes(",") ? `${number(count)}: ${list}` : list;
}

/** The package to upgrade instead, and the line or file to change. */
function howWords({ owner, chains: [chain], layer, paths }: Upgrade): string {
  const source = layer?.source;
  const parents = chain?.packages.slice(0, -1).map((each) => name(each.name, 100)) ?? [];
  const [path] = paths;
  return [
    owner === undefined ? "" : `bundled by ${ownerWords(owner)}`,
    parents.length === 0 ? "" : `through ${parents.join(" → ")}`,
    source === undefined ? "" : pathCode(`${source.file}:${source.line}`, PATH),
    source === undefined && layer?.number !== undefined ? `layer ${layer.number}` : "",
    path === undefined
      ? ""
      : `${pathCode(path, PATH)}${paths.length === 1 ? "" : ` and ${counted(paths.length - 1, "more place")}`}`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}
