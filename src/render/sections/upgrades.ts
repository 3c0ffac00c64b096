import type { BaseStep, Plan, Step, Upgrade } from "../../domain/fix-plan.ts";
import { listSome } from "../../domain/list-some.ts";
import { type NoFixEntry, noFixEntries } from "../../domain/rows/no-fix.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import type { Rows } from "../markdown/fit.ts";
import { ownerWords } from "../markdown/location.ts";
import { code, details, packageName, text, version } from "../markdown/markdown.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";
import { briefLayer, clearedBy, type Ink, proofWords, stepLine, stepWords } from "../shared/steps.ts";

/** Steps that are open before the rest is folded, and packages without a fix that are named. */
const OPEN = 8;
const NO_FIX = 6;
/** Sources of the base image that are named below its step. */
const OF_BASE = 30;
/** Longest path and command, in UTF-16 units. A command has only letters that need no escaping. */
const PATH = 48;
const COMMAND = 700;

interface UpgradesSection {
  readonly plan: Plan;
  /** How many findings fail. */
  readonly failing: number;
  /** The heading's marker, such as `###`. */
  readonly level: string;
  readonly rank: number;
  /** Whether to say if the versions were scanned. Of several plans, one says it: {@link proofSection}. */
  readonly proven: boolean;
}

/** How Markdown writes the parts of a step. */
export function markdownInk(): Ink {
  const path = (of: string) => code(pathEnd(of, PATH));
  return {
    name: packageName,
    version,
    path,
    layer: (layer) => briefLayer(layer, path),
    prose: (words) => text(words, 80),
    strong: (own) => `**${own}**`,
    fire: "🔥 ",
  };
}

/** What to do: steps, what matters most first, and packages without a fix. */
export function upgradesSection(section: UpgradesSection): Rows {
  const { plan, failing, level, rank, proven } = section;
  const { noFix, steps } = plan;
  const cleared = clearedBy(steps);
  const title = `${level} What to do: ${steps.length === 0 ? "nothing to upgrade to" : clearWords(steps.length, cleared, failing)}`;
  const ink = markdownInk();
  const base = steps.find((each) => each.kind === "base");
  const proof = proven ? proofWords([plan], ink.prose) : "";
  return {
    count: steps.length,
    row: (index) => `${index + 1}. ${stepRow(steps[index] as Step, ink)}`,
    rank: () => rank,
    most: 200,
    share: 0.2,
    layout: (shown) => {
      if (steps.length + noFix.length === 0) return "";
      const left = steps.length - shown.length;
      const rest = left === 0 ? "" : `_${counted(left, "further step")} left out here._`;
      const folded = joined("\n\n", [shown.slice(OPEN).join("\n"), rest]);
      return joined("\n\n", [
        title,
        shown.slice(0, OPEN).join("\n"),
        shown.length > OPEN ? details(counted(steps.length - OPEN, "more step"), folded) : rest,
        base === undefined ? "" : basePart(base),
        noFixPart(plan),
        proof === "" ? "" : `_${proof}_`,
      ]);
    },
  };
}

/** How much the steps clear: the finding, both findings, `all 5 findings`, or `4 of 5 findings`. */
function clearWords(steps: number, cleared: number, failing: number): string {
  const all = ["the finding", "both findings"][failing - 1] ?? `all ${counted(failing, "finding")}`;
  const some = `${number(cleared)} of ${counted(failing, "finding")}`;
  return `${counted(steps, "step")} ${steps === 1 ? "clears" : "clear"} ${cleared === failing ? all : some}`;
}

/** The step, and below it what can be pasted. */
function stepRow(step: Step, ink: Ink): string {
  const words = stepWords(step, ink);
  const { paste } = words;
  const below =
    paste === undefined
      ? ""
      : `<br>${code(paste.text, COMMAND)}${paste.file === undefined ? "" : ` in ${code(paste.file)}`}`;
  return `${stepLine(step, ink, words)}${below}`;
}

/** The base image's packages, folded: one decision covers them all. Those of one source are named by it. */
function basePart({ members, newer, fixable }: BaseStep): string {
  const raised = [...new Set(members.map(memberWords))];
  if (raised.length === 0) return "";
  const shown = listSome(raised, OF_BASE);
  const of =
    newer === undefined ? "of the base image that can be upgraded" : "that can be upgraded without a newer base";
  return details(`${counted(fixable, "package")} ${of}`, `${shown}.`);
}

function memberWords({ package: name, source, to, alternatives }: Upgrade): string {
  const target = to === undefined ? alternatives.slice(0, 3).map(version).join(" or ") : version(to);
  return `${packageName(source?.name ?? name)} → ${target}`;
}

function noFixPart(plan: Plan): string {
  const noFix = noFixEntries(plan.noFix);
  if (noFix.length === 0) return "";
  const shown = listSome(noFix, NO_FIX, { show: noFixWords, what: "package" });
  return `**No fix:** ${shown}. Remove or replace, or accept for a time.`;
}

/** `zlib1g` 1:1.2.13 (1 CRITICAL: vendor will not fix it), or `perl` (4 packages) 5.36.0-7 (4 HIGH: no fix yet). */
function noFixWords({ name, packages, version: installed, bySeverity, statuses, owner }: NoFixEntry): string {
  const of = packages === 1 ? "" : ` (${counted(packages, "package")})`;
  const bundled = owner === undefined ? "" : ` bundled by ${ownerWords(owner)}`;
  const why = `${severityList(bySeverity)}: ${statuses.map((status) => text(statusWords(status), 60)).join(", ")}`;
  return `${packageName(name)}${of} ${version(installed)}${bundled} (${why})`;
}
