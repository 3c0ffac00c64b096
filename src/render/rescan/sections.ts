import type { Day } from "../../domain/dates.ts";
import type { FindingRecord } from "../../domain/history/record.ts";
import { listSome } from "../../domain/list-some.ts";
import { parsePurl } from "../../domain/purl.ts";
import { acrossImages, type FleetFinding, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { countSeverities, toSeverity } from "../../domain/severity.ts";
import { type Block, type Fold, listRows, type Rows } from "../markdown/fit.ts";
import { alert, code, details, packageName, tableHead, tableRow, text } from "../markdown/markdown.ts";
import { advisory, severityCell } from "../sections/cells.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import type { RescanView, StateShown } from "./view.ts";
import { placeWords } from "./words.ts";

/** Rows of a list that is too long to be read to its end. */
const MOST = 200;
/** Sources and errors that are shown, and names that each error has. */
const ERRORS = 20;
const NAMED = 3;
/** Notes of a source. */
const NOTES = 5;

/**
 * What was not looked at: sources that could not be read, and images that could not be judged. Empty if there is
 * nothing.
 */
export function notLookedAtSection({ unread, notJudged, unseen }: Week): string {
  const items = [
    ...unread.map(({ source, images, error }) =>
      errorItem(
        `source ${code(source, 120)}`,
        error,
        images === 0 ? "" : ` It named ${counted(images, "image")} all the same.`,
      ),
    ),
    ...notJudged.map(({ names, error }) => errorItem(listed(names, 100), error, "")),
    ...(unseen.length === 0 ? [] : [unseenItem(unseen.map(({ change }) => change.image))]),
  ];
  if (items.length === 0) return "";
  const left = items.length - ERRORS;
  const title = "**Not looked at:**";
  if (items.length === 1) return `${title} ${items[0]}`;
  const rest = left > 0 ? [`_${number(left)} more in the report only._`] : [];
  return `${title}\n\n${[...items.slice(0, ERRORS), ...rest].map((item) => `- ${item}`).join("\n")}`;
}

function errorItem(
  subject: string,
  { code: id, what, remedy }: { readonly code: string; readonly what: string; readonly remedy: string },
  note: string,
): string {
  return `${subject}: ${code(`[${id}]`, 80)} ${text(what, 500)}.${note} **What to do:** ${text(remedy, 500)}`;
}

function unseenItem(names: readonly string[]): string {
  return `${listed(names, 100)}: no source that could be read names ${names.length === 1 ? "it" : "them"} any more. What is known of ${names.length === 1 ? "it" : "them"} stays as it was.`;
}

/** Names as code spans, of which only a few are shown. */
function listed(names: readonly string[], most: number): string {
  return listSome(names, NAMED, { show: (name) => code(name, most) });
}

/** A kind of change, and its findings in an image. */
interface Change {
  readonly word: string;
  readonly rank: number;
  of(row: ImageRow): readonly { readonly finding: FindingRecord; readonly due?: Day }[];
  /** @param list their number by severity */
  title(list: string, of: { readonly count: number; readonly due: Day | undefined }): string;
}

const alone = (findings: readonly FindingRecord[]) => findings.map((finding) => ({ finding }));

const CHANGES: readonly Change[] = [
  {
    word: "overdue",
    rank: 3,
    of: ({ image }) => image.overdue,
    title: (_, { count, due = "" }) => `${number(count)} overdue, the oldest was due ${due}`,
  },
  { word: "new", rank: 10, of: ({ fresh }) => alone(fresh), title: (list) => `${list} new since the last run` },
  { word: "fixed", rank: 20, of: ({ fixed }) => alone(fixed), title: (list) => `${list} fixed` },
  {
    word: "withdrawn",
    rank: 25,
    of: ({ withdrawn }) => alone(withdrawn),
    title: (list) => `${list} withdrawn, and so not called fixed: the advisory is gone, or another scanner has looked`,
  },
];

/** Each finding that is overdue, new, fixed or withdrawn, with its images, and the images that are gone. */
export function changesFold(week: Week): Block[] {
  const { rows, gone } = week;
  const changes = CHANGES.map((change) => ({ change, all: rows.flatMap((row) => change.of(row)) }));
  const counts = [
    ...changes.map(({ change: { word }, all }) => [all.length, word] as const),
    [gone.length, gone.length === 1 ? "image gone" : "images gone"] as const,
  ].filter(([count]) => count > 0);
  if (counts.length === 0) return [];
  const words = counts.map(([count, word]) => `${number(count)} ${word}`).join(", ");
  const sections = changes.map(({ change, all }) =>
    changeSection(
      change,
      all.map(({ finding }) => finding),
      rows,
    ),
  );
  return [inFold(`The changes, one by one, of all severities: ${words}`, [...sections, goneSection(week)])];
}

function changeSection(change: Change, all: readonly FindingRecord[], rows: Week["rows"]): Rows {
  const found = acrossImages(rows.map((row) => ({ name: row.name, findings: change.of(row) })));
  const list = severityList(countSeverities(all, ({ severity }) => toSeverity(severity)));
  const title = change.title(list, { count: all.length, due: found[0]?.due });
  return findingsTable(found, { title, rank: change.rank });
}

/** Blocks in a fold. The words are ours. */
export function inFold(words: string, blocks: readonly Block[]): Fold {
  return { open: `<details><summary>${words}</summary>`, close: "</details>", blocks };
}

function findingsTable(found: readonly FleetFinding[], { title, rank }: { title: string; rank: number }): Rows {
  const isDue = found.some(({ due }) => due !== undefined);
  const head = [...(isDue ? ["due"] : []), "severity", "advisory", "package", "fix", "images"];
  return listRows(found, {
    row: (one) => findingRow(one, isDue),
    rank,
    most: MOST,
    share: 0.2,
    layout: (shown, left) => {
      const rest = left === 0 ? "" : `\n\n_${number(left)} more in the JSON report only._`;
      return `**${title}**${shown.length === 0 ? "" : `\n\n${[tableHead(head), ...shown].join("\n")}`}${rest}`;
    },
  });
}

function findingRow({ finding, severity, images, due }: FleetFinding, isDue: boolean): string {
  return tableRow([
    ...(isDue ? [due ?? ""] : []),
    severityCell(severity),
    advisory(finding.id),
    packageCell(finding),
    finding["fix-since"] === undefined ? "none known" : "known",
    listed(images, 60),
  ]);
}

function packageCell({ package: about, versions = [], path }: FindingRecord): string {
  if (about === undefined) return path === undefined ? "–" : code(path, 60);
  const shown = versions.slice(0, 2).map((one) => code(one, 30));
  return `${packageName(packageWords(about))} ${shown.join(", ")}${versions.length > shown.length ? ", …" : ""}`.trimEnd();
}

/** The name by which people know the package of a package URL. */
function packageWords(about: string): string {
  const purl = parsePurl(about);
  if (purl === undefined) return about.replace(/^[^/]*\//, "");
  const { type, namespace, name } = purl;
  if (namespace === undefined || ["deb", "rpm", "apk", "alpm"].includes(type)) return name;
  return `${namespace}${type === "maven" ? ":" : "/"}${name}`;
}

/** Images that do not run any more. */
function goneSection({ gone }: Week): Rows {
  return listRows(gone, {
    row: ({ change: { after } }) => {
      const { image, running } = after;
      const where = placeWords(
        running.flatMap((each) => each.where),
        (untrusted) => code(untrusted, 60),
      );
      return `- ${code(image, 100)}${where === "" ? "" : `, which ran at ${where}`}`;
    },
    rank: 15,
    most: MOST,
    share: 0.1,
    layout: (shown, left) => {
      const rest = left === 0 ? [] : [`- _${number(left)} more in the JSON report only._`];
      const words = gone.length === 1 ? "does" : "do";
      return `**${counted(gone.length, "image")} ${words} not run any more**\n\n${[...shown, ...rest].join("\n")}`;
    },
  });
}

/** Every source with the number of its images and what it says beside them, folded. */
export function sourcesSection({ sources }: RescanView): Rows {
  const unread = sources.filter(({ error }) => error !== undefined).length;
  const notes = sources.reduce((sum, { notes }) => sum + notes.length, 0);
  return listRows(sources, {
    row: ({ source, images, notes, error }) => {
      const found =
        error === undefined ? number(images) : `not read: ${images === 0 ? "?" : `at least ${number(images)}`}`;
      return tableRow([
        code(source, 100),
        found,
        notes
          .slice(0, NOTES)
          .map((note) => text(note, 300))
          .join("<br>"),
      ]);
    },
    rank: 30,
    most: MOST,
    share: 0.1,
    layout: (shown, left) => {
      const rest = left === 0 ? "" : `\n\n_${number(left)} more in the JSON report only._`;
      const words = [
        counted(sources.length, "source"),
        unread === 0 ? "" : `${number(unread)} not read`,
        notes === 0 ? "" : counted(notes, "note"),
      ];
      const table = [tableHead(["source", "images", "notes"]), ...shown].join("\n");
      return details(joined(", ", words), `${table}${rest}`);
    },
  });
}

/** What went wrong in keeping the history and the issues. Empty if nothing did. */
export function troubleSection({ state, issues }: RescanView): string {
  const parts = [
    "notWritten" in state && state.isError
      ? `**The history was not written:** ${text([`${state.notWritten}.`, state.remedy].join(" ").trimEnd(), 1000)}`
      : "",
    ...(issues?.failed ?? []).slice(0, 5).map((sentence) => text(sentence, 300)),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : alert("WARNING", parts.join("\n\n"));
}

/** The images without an issue, because too many were to be opened at once. Empty if there are none. */
export function leftWords(left: readonly string[]): string {
  return left.length === 0 ? "" : ` (${listed(left, 60)})`;
}

/** Where the history lies now, for the small print. */
export function stateWords(state: StateShown): string {
  if ("written" in state) return `history in ${code(state.written, 120)}`;
  return state.isError ? "history not written" : `history not written: ${text(state.notWritten, 200)}`;
}
