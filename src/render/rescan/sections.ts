import type { Day } from "../../domain/dates.ts";
import type { FindingRecord } from "../../domain/history/record.ts";
import { parsePurl } from "../../domain/purl.ts";
import { acrossImages, type FleetFinding, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { countSeverities, toSeverity } from "../../domain/severity.ts";
import { advisory } from "../shared/advisory-page.ts";
import { counted, joined, number, severityList } from "../shared/phrases.ts";
import {
  type Block,
  BREAK,
  code,
  fold,
  type Inline,
  join,
  leftOut,
  list,
  listed,
  name,
  para,
  prose,
  type Rows,
  say,
  severity,
  some,
  strong,
} from "../tree.ts";
import { placeWords } from "./tables.ts";
import type { RescanView, StateShown } from "./view.ts";

/** Most images that are named of those with the same finding. */
const NAMED = 3;
/** Most notes of a source. */
const NOTES = 5;

/** The first {@link NAMED} names, and the number of the others. */
function someNames(names: readonly string[], most: number): Inline {
  return some(names, NAMED, { show: (name) => code(name, most) });
}

/** Where the rows are that a table has no room for. */
const where = () => "in the JSON report only";

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
    const title = change.title(list, all.length, found[0]?.due);
    return findingsTable(found, false, { title, rank: change.rank });
  });
  return [fold(`The changes, one by one, of all severities: ${words}`, [...blocks, goneSection(gone)])];
}

/** What a table of findings adds to its rows. */
type Framing = Pick<Parameters<typeof listed<FleetFinding>>[1], "title" | "rank" | "most" | "open">;

/** A row for each finding. What is overdue has a fix. The images are named if there are several. */
export function findingsTable(found: readonly FleetFinding[], isOneImage: boolean, framing: Framing): Rows {
  const isDue = found.some(({ due }) => due !== undefined);
  const columns: readonly (false | readonly [string, (one: FleetFinding) => Inline])[] = [
    isDue && ["due", ({ due = "" }) => due],
    ["severity", ({ severity: worst }) => severity(worst)],
    ["advisory", ({ finding }) => advisory(finding.id)],
    ["package", ({ finding }) => packageCell(finding)],
    !isDue && ["fix", ({ finding }) => (finding["fix-since"] === undefined ? "none known" : "known")],
    !isOneImage && ["images", ({ images }) => someNames(images, 60)],
  ];
  const shown = columns.filter((column) => column !== false);
  return listed(found, {
    ...framing,
    head: shown.map(([word]) => word),
    row: (one) => shown.map(([, cell]) => cell(one)),
    share: 0.2,
    what: "more finding",
    where,
  });
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
  return listed(gone, {
    title: counted(gone.length, "image does not run any more", "images do not run any more"),
    row: ({ change: { after } }) => {
      const places = after.running.flatMap((each) => each.where);
      return [join(", which ran at ", [code(after.image, 100), placeWords(places, 60)])];
    },
    rank: 15,
    share: 0.1,
    what: "more image",
    where,
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
  return listed(sources, {
    head: ["source", "images", "notes"],
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
    what: "more source",
    where,
    open: 0,
    folded: () => joined(", ", words),
  });
}

/** The images without an issue, because too many were to be opened at once. Empty if there are none. */
export function leftWords(names: readonly string[]): Inline {
  return names.length === 0 ? "" : say` (${someNames(names, 60)})`;
}

/** Where the history lies now, for the small print. */
export function stateWords(state: StateShown): Inline {
  if ("written" in state) return say`history in ${code(state.written, 120)}`;
  return state.isError ? "history not written" : say`history not written: ${prose(state.notWritten, 200)}`;
}

/** Most things that were not looked at. */
const MOST_UNSEEN = 20;

/**
 * Each error once, with all that have it (sources, images, the history), and images that no source names any more. A
 * run that broke off has the errors of its sources in no verdict.
 */
export function notLookedAt({ gate, sources, state }: RescanView, { unseen }: Week): Block[] {
  const failed = [
    ...sources.flatMap(({ source: label, error }) => (error === undefined ? [] : [{ label, error }])),
    ...gate.verdict.targets.flatMap((each) =>
      each.answer === "error" ? [{ label: each.target.label, error: each.error }] : [],
    ),
  ];
  const alike = Map.groupBy(failed, ({ error: { code: id, what, remedy } }) => JSON.stringify([id, what, remedy]));
  const errors = alike.values().map((all): Inline => {
    const [{ error }] = all as [(typeof failed)[number]];
    const names = someNames([...new Set(all.map(({ label }) => label))], 120);
    return say`${names}: ${code(`[${error.code}]`, 80)} ${prose(error.what, 1_000)}. ${strong("What to do:")} ${prose(error.remedy, 1_000)}`;
  });
  const names = unseen.map(({ change }) => change.image);
  const it = names.length === 1 ? "it" : "them";
  const gone = say`${someNames(names, 100)}: no source that could be read names ${it} any more. What is known of ${it} stays as it was.`;
  const items = [...errors, ...(names.length === 0 ? [] : [gone])];
  if (items.length === 0) return [];
  const left = leftOut(items.length - MOST_UNSEEN, "more item", "in the report only");
  const isLost = "notWritten" in state && state.isError;
  return [para(strong(`Not looked at${isLost ? ", or not kept" : ""}:`)), list([...items.slice(0, MOST_UNSEEN), left])];
}
