import type { BaseStep, Step } from "../../domain/fix-plan.ts";
import { split } from "../../domain/rows/groups.ts";
import { type NoFixEntry, noFixEntries } from "../../domain/rows/no-fix.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import type { JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import { htmlLine } from "../print/html.ts";
import { code, escaped, name } from "../print/html-text.ts";
import { upgradeText } from "../sections/plan-lines.ts";
import { ownerWords } from "../shared/location.ts";
import { counted, joined } from "../shared/phrases.ts";
import { clearsWords, proofWords, stepWords } from "../shared/steps.ts";
import { join, name as nameOf, prose, say, version } from "../tree.ts";

/** For each target: rows that are open before the rest is folded, and most rows in total. */
const OPEN_ROWS = 12;
const MOST_ROWS = 500;
/** With more targets than this, each target's plan is folded. */
const MOST_OPEN = 3;
/** Most packages of the base image. */
const OF_BASE = 200;

const HEAD = ["What to do", "Clears", "Where and how"];

/** What to do about failing findings, target by target. Empty if nothing fails. */
export function planSection(targets: readonly TargetVerdict[]): string {
  const parts = targets.flatMap((target) => {
    if (target.answer !== "fail") return [];
    const rows = planRows(target);
    return rows.length === 0 ? [] : [{ label: name(target.target.label), rows, plan: split(target).plan }];
  });
  if (parts.length === 0) return "";
  const made = parts.map(({ label, rows }) => {
    if (targets.length === 1) return tables(label, rows);
    const open = parts.length <= MOST_OPEN ? " open" : "";
    return `<details${open}><summary><h3>${label}</h3></summary>\n${tables(label, rows)}</details>\n`;
  });
  const proof = htmlLine(proofWords(parts.map(({ plan }) => plan)));
  if (proof !== "") made.push(`<p>${proof}</p>\n`);
  return `<section aria-labelledby="plan-title">\n<h2 id="plan-title">What to do</h2>\n${made.join("")}</section>\n`;
}

function planRows(target: JudgedTarget): string[] {
  const { plan } = split(target);
  return [...plan.steps.map(stepRow), ...noFixEntries(plan.noFix).map(noFixRow)];
}

/** A table of the first rows, and the others folded. */
function tables(label: string, rows: readonly string[]): string {
  const open = table(`What to do for ${label}, what matters most first`, rows.slice(0, OPEN_ROWS));
  if (rows.length <= OPEN_ROWS) return open;
  const folded = table(`Further steps for ${label}`, rows.slice(OPEN_ROWS, MOST_ROWS));
  const left = rows.length - MOST_ROWS;
  const rest = left > 0 ? `<p>${counted(left, "more package")} in the JSON report only.</p>` : "";
  return `${open}<details><summary>${counted(rows.length - OPEN_ROWS, "more package")}</summary>\n${folded}${rest}</details>\n`;
}

function table(caption: string, rows: readonly string[]): string {
  const heads = HEAD.map((words) => `<th scope="col">${words}</th>`).join("");
  return `<table class="cards plan">\n<caption>${caption}</caption>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${rows.join("")}</tbody>\n</table>\n`;
}

function stepRow(step: Step): string {
  const { what, clears, notes, paste } = stepWords(step);
  const pasted =
    paste === undefined
      ? ""
      : `<code>${escaped(paste.text)}</code>${paste.file === undefined ? "" : ` in ${code(paste.file)}`}`;
  const members = step.kind === "base" ? baseMembers(step) : "";
  return row(htmlLine(what), htmlLine(clears), joined("<br>", [htmlLine(join("; ", notes)), pasted]) + members);
}

/** The base image's packages, folded: one decision covers them all. */
function baseMembers({ members }: BaseStep): string {
  if (members.length === 0) return "";
  const shown = members.slice(0, OF_BASE).map((each) => `<li>${escaped(upgradeText(each))}</li>`);
  const left = members.length - shown.length;
  const rest = left > 0 ? `<li>${counted(left, "more package")} in the JSON report only</li>` : "";
  return `<details><summary>${counted(members.length, "package")}</summary><ul>${shown.join("")}${rest}</ul></details>`;
}

function noFixRow({ name: of, packages, version: installed, statuses, count, bySeverity, owner }: NoFixEntry): string {
  const several = packages === 1 ? "" : ` (${counted(packages, "package")})`;
  const why = join(
    ", ",
    statuses.map((status) => prose(statusWords(status), 60)),
  );
  const bundled = owner === undefined ? "" : say`; in ${ownerWords(owner)}`;
  const none = say`${nameOf(of)}${several} ${version(installed)}: ${why}`;
  const stay = say`${clearsWords({ clears: count, bySeverity })} stay${count === 1 ? "s" : ""}${bundled}`;
  return row(htmlLine(none), "", htmlLine(stay));
}

function row(head: string, ...cells: readonly string[]): string {
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
}
