import { split } from "../../domain/rows/groups.ts";
import { DEFAULT_THRESHOLDS, SEVERITIES, type Severity } from "../../domain/severity.ts";
import { bodyLines, modeLines, reasonLine } from "../log/log.ts";
import { paragraphLines } from "../print/lines.ts";
import { type Line, printText, said, type TextLook } from "../print/text.ts";
import { changesSection } from "../story/policy-changes.ts";
import type { View } from "../view.ts";

/** How an answer is shown. */
export interface AnswerLook extends TextLook {
  readonly columns: number;
  /** Somebody reads it at a terminal: a long table is cut, since the verdict stands above it. */
  readonly isTerminal: boolean;
  /** Only findings of these are shown, those within the limits, too. Absent: those that fail. */
  readonly severities?: readonly Severity[] | undefined;
  /** The command and its words, for the line that says how to see more. */
  readonly command: string;
}

/** Most rows of a target that a terminal shows. A reader of a pipe gets all. */
const MOST_ROWS = 40;
const ENOUGH_BYTES = 50_000_000;

/** The answer for a terminal or a pipe: the verdict in one line, the log's lines, and how to see more. */
export function renderAnswer(view: View, look: AnswerLook): string {
  const { columns, severities, isTerminal } = look;
  const body = bodyLines(view, {
    columns,
    severities,
    limitBytes: ENOUGH_BYTES,
    mostRows: isTerminal ? MOST_ROWS : Number.POSITIVE_INFINITY,
    what: severities === undefined ? "failing finding" : "finding",
  });
  return printText([...answerHead(view), ...body, moreLine(view, look)], look);
}

/** The verdict, whose policy it is by, and what the change does to that: nothing beside the answer says it. */
export function answerHead(view: View): Line[] {
  const changes = changesSection(view, 0);
  return [
    reasonLine(view),
    ...policyLines(view),
    ...modeLines(view, "the exit code is 0"),
    "",
    ...paragraphLines(changes === undefined ? [] : [changes]),
  ];
}

/** Whose policy file is meant, behind its path or behind `none`. */
const OF: Readonly<Record<View["policy"]["from"], string>> = {
  workspace: "the working directory",
  base: "the base",
  "default-branch": "the default branch",
};

/** Which policy it was. Nothing if it was not read. */
function policyLines({ policy: { path, from, isUnread }, verdict }: View): string[] {
  if (isUnread) return [];
  if (path === undefined) return [`Policy: none in ${OF[from]}; ${limitsWords(verdict)}`];
  const isElsewhere = from === "workspace" && OUTSIDE.test(path);
  return [`Policy: ${said(path, 300)}${isElsewhere ? "" : ` of ${OF[from]}`}`];
}

/** Without a policy, limits that are not the defaults are those of the options. */
function limitsWords({ targets }: View["verdict"]): string {
  const rows = targets.flatMap((target) => (target.answer === "error" ? [] : target.rows));
  const isDefault = rows.every(({ severity, limit }) => limit === DEFAULT_THRESHOLDS[severity]);
  return isDefault ? "the default limits" : "the limits that were given";
}

/** Somebody has named a file that lies outside of the working directory. */
const OUTSIDE = /^(?:\/|\.\.\/|[A-Za-z]:[\\/])/;

function moreLine({ verdict }: View, { command, severities }: AnswerLook): string {
  const parts = verdict.targets.flatMap((target) => (target.answer === "error" ? [] : [split(target)]));
  const [first] = parts.flatMap(({ failing }) => failing);
  if (first !== undefined && /^[A-Za-z][\w-]+$/.test(first.finding.id))
    return `More: image-gate explain ${first.finding.id}`;
  if (parts.some(({ within }) => within.length > 0) && severities === undefined)
    return `More: image-gate ${command} --severity ${SEVERITIES.join(",")}`;
  return `More: image-gate ${parts.length > 0 ? `${command} --json` : `${command.split(" ")[0]} --help`}`;
}
