import type { Day } from "../../domain/dates.ts";
import type { FindingRecord } from "../../domain/history/record.ts";
import { parsePurl } from "../../domain/purl.ts";
import { acrossImages, type FleetFinding, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { countSeverities, toSeverity } from "../../domain/severity.ts";
import type { TargetError } from "../../domain/verdict.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import {
  alert,
  type Block,
  BREAK,
  code,
  fold,
  type Inline,
  isEmpty,
  join,
  leftOut,
  list,
  name,
  note,
  para,
  prose,
  type Row,
  type Rows,
  rowsOf,
  say,
  severity,
  some,
  strong,
  table,
} from "../tree.ts";
import type { RescanView, StateShown } from "./view.ts";
import { placeWords } from "./words.ts";

/** Most images that are named of those with the same finding. */
const NAMED = 3;
/** Most notes of a source. */
const NOTES = 5;

/** The first {@link NAMED} names, and the number of the others. */
function listed(names: readonly string[], most: number): Inline {
  return some(names, NAMED, { show: (name) => code(name, most) });
}

/** Says how many rows are only in the report. */
function left(count: number): Inline {
  return count === 0 ? "" : note(`${number(count)} more in the JSON report only.`);
}

type Listed = Parameters<typeof acrossImages>[0][number]["findings"];

/** A kind of change, and its findings in an image. */
interface Change {
  readonly word: string;
  readonly rank: number;
  of(row: ImageRow): Listed;
  /** @param list their number by severity */
  title(list: string, count: number, due?: Day): string;
}

const alone = (findings: readonly FindingRecord[]) => findings.map((finding) => ({ finding }));

const CHANGES: readonly Change[] = [
  {
    word: "overdue",
    rank: 3,
    of: ({ image }) => image.overdue,
    title: (_, count, due = "") => `${number(count)} overdue, the oldest was due ${due}`,
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
export function changesFold({ rows, gone }: Week): Block[] {
  const sections = CHANGES.map((change) => {
    const images = rows.map((row) => ({ name: row.name, findings: change.of(row) }));
    return { change, images, all: images.flatMap(({ findings }) => findings) };
  });
  const words = joined(", ", [
    ...sections.map(({ change, all }) => (all.length === 0 ? "" : `${number(all.length)} ${change.word}`)),
    gone.length === 0 ? "" : counted(gone.length, "image gone", "images gone"),
  ]);
  if (words === "") return [];
  const blocks = sections.map(({ change, images, all }) => {
    const list = severityList(countSeverities(all, ({ finding }) => toSeverity(finding.severity)));
    const found = acrossImages(images);
    return findingsTable(found, change.title(list, all.length, found[0]?.due), change.rank);
  });
  return [fold(`The changes, one by one, of all severities: ${words}`, [...blocks, goneSection(gone)])];
}

function findingsTable(found: readonly FleetFinding[], title: string, rank: number): Rows {
  const isDue = found.some(({ due }) => due !== undefined);
  const head = [...(isDue ? ["due"] : []), "severity", "advisory", "package", "fix", "images"];
  return rowsOf(found, {
    row: (one) => findingRow(one, isDue),
    rank,
    share: 0.2,
    layout: (shown, more) => [
      para(strong(title)),
      ...(shown.length === 0 ? [] : [table(head, shown)]),
      para(left(more)),
    ],
  });
}

function findingRow({ finding, severity: worst, images, due }: FleetFinding, isDue: boolean): Row {
  return [
    ...(isDue ? [due ?? ""] : []),
    severity(worst),
    advisory(finding.id),
    packageCell(finding),
    finding["fix-since"] === undefined ? "none known" : "known",
    listed(images, 60),
  ];
}

function packageCell({ package: about, versions = [], path: file }: FindingRecord): Inline {
  if (about === undefined) return file === undefined ? "–" : code(file, 60);
  const shown = join(", ", [...versions.slice(0, 2).map((one) => code(one, 30)), versions.length > 2 ? "…" : ""]);
  return join(" ", [name(packageWords(about)), shown]);
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
export function goneSection(gone: Week["gone"]): Rows {
  return rowsOf(gone, {
    row: ({ change: { after } }) => {
      const where = placeWords(
        after.running.flatMap((each) => each.where),
        60,
      );
      return [say`${code(after.image, 100)}${isEmpty(where) ? "" : say`, which ran at ${where}`}`];
    },
    rank: 15,
    share: 0.1,
    layout: (shown, more) => [
      para(strong(`${counted(gone.length, "image")} ${gone.length === 1 ? "does" : "do"} not run any more`)),
      list([...shown.flat(), left(more)]),
    ],
  });
}

/** Every source with the number of its images and what it says beside them, folded. */
export function sourcesSection({ sources }: RescanView): Rows {
  const unread = sources.filter(({ error }) => error !== undefined).length;
  const notes = sources.reduce((sum, { notes }) => sum + notes.length, 0);
  const words = [
    counted(sources.length, "source"),
    unread === 0 ? "" : `${number(unread)} not read`,
    notes === 0 ? "" : counted(notes, "note"),
  ];
  return rowsOf(sources, {
    row: ({ source, images, notes, error }) => [
      code(source, 100),
      error === undefined ? number(images) : `not read: ${images === 0 ? "?" : `at least ${number(images)}`}`,
      join(
        BREAK,
        notes.slice(0, NOTES).map((each) => prose(each, 300)),
      ),
    ],
    rank: 30,
    share: 0.1,
    layout: (shown, more) => [fold(join(", ", words), [table(["source", "images", "notes"], shown), para(left(more))])],
  });
}

/** What went wrong in keeping the history and the issues. */
export function troubleSection({ state, issues }: RescanView): Block[] {
  const failed = (issues?.failed ?? []).slice(0, 5).map((sentence) => prose(sentence, 300));
  const lost = "notWritten" in state && state.isError ? [`${state.notWritten}.`, state.remedy].join(" ").trimEnd() : "";
  const words = [lost === "" ? "" : say`${strong("The history was not written:")} ${prose(lost, 1000)}`, ...failed];
  const said = words.filter((each) => !isEmpty(each));
  return said.length === 0 ? [] : [alert("WARNING", ...said)];
}

/** The images without an issue, because too many were to be opened at once. Empty if there are none. */
export function leftWords(names: readonly string[]): Inline {
  return names.length === 0 ? "" : say` (${listed(names, 60)})`;
}

/** Where the history lies now, for the small print. */
export function stateWords(state: StateShown): Inline {
  if ("written" in state) return say`history in ${code(state.written, 120)}`;
  return state.isError ? "history not written" : say`history not written: ${prose(state.notWritten, 200)}`;
}

/** Most things that were not looked at. */
const MOST_UNSEEN = 20;

/** Sources that could not be read, images that could not be judged, and images that no source names any more. */
export function notLookedAt({ unread, notJudged, unseen }: Week): Block[] {
  const it = unseen.length === 1 ? "it" : "them";
  const items = [
    ...unread.map(({ source, images, error }) => {
      const words = images === 0 ? "" : ` It named ${counted(images, "image")} all the same.`;
      return errorItem(say`source ${code(source, 120)}`, error, words);
    }),
    ...notJudged.map(({ names, error }) => errorItem(listed(names, 100), error)),
    unseen.length === 0
      ? ""
      : say`${listed(
          unseen.map(({ change }) => change.image),
          100,
        )}: no source that could be read names ${it} any more. What is known of ${it} stays as it was.`,
  ].filter((item) => item !== "");
  if (items.length === 0) return [];
  return [
    para(strong("Not looked at:")),
    list([...items.slice(0, MOST_UNSEEN), leftOut(items.length - MOST_UNSEEN, "more item", "in the report only")]),
  ];
}

/** @param words what is known about it all the same */
function errorItem(subject: Inline, { code: id, what, remedy }: TargetError, words = ""): Inline {
  return say`${subject}: ${code(`[${id}]`, 80)} ${prose(what, 500)}.${words} ${strong("What to do:")} ${prose(remedy, 500)}`;
}
