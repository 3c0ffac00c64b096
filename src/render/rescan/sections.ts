import type { FindingRecord } from "../../domain/history/record.ts";
import { parsePurl } from "../../domain/purl.ts";
import { acrossImages, type FleetFinding, type ImageRow, type Week } from "../../domain/rows/week.ts";
import { advisory } from "../shared/advisory-page.ts";
import { explained } from "../shared/explained.ts";
import { counted, joined, number } from "../shared/phrases.ts";
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
  type Row,
  type Rows,
  say,
  severity,
  some,
  strong,
} from "../tree.ts";
import { placeWords } from "./tables.ts";
import type { RescanView, StateShown } from "./view.ts";

/** Maximum number of images that are named among those with the same finding. */
const NAMED = 3;
/** Maximum number of notes of a source. */
const NOTES = 5;

/** The first {@link NAMED} names, and the number of the others. */
export function someNames(names: readonly string[], most: number): Inline {
  return some(names, NAMED, { show: (name) => code(name, most) });
}

/** The place of the rows that a table has no room for. */
const where = () => "in the JSON report only";

const alone = (findings: readonly FindingRecord[]) => findings.map((finding) => ({ finding }));

type Listed = Parameters<typeof acrossImages>[0][number]["findings"];

const CHANGES: readonly { readonly word: string; readonly rank: number; of(row: ImageRow): Listed }[] = [
  { word: "overdue", rank: 3, of: ({ image }) => image.overdue },
  { word: "new", rank: 10, of: ({ fresh }) => alone(fresh) },
  { word: "fixed", rank: 20, of: ({ fixed }) => alone(fixed) },
  // Not called fixed: the advisory is gone, or another scanner has looked.
  { word: "withdrawn", rank: 25, of: ({ withdrawn }) => alone(withdrawn) },
];

/** Each finding that is overdue, new, fixed or withdrawn, with its images, and the images that are gone. */
export function changesFold({ rows, gone }: Week): Block[] {
  const changes = CHANGES.map(({ word, rank, of }) => {
    const images = rows.map((row) => ({ name: row.name, findings: of(row) }));
    const count = images.reduce((sum, { findings }) => sum + findings.length, 0);
    return { words: count === 0 ? "" : `${number(count)} ${word}`, found: acrossImages(images), word, rank };
  });
  const words = joined(", ", [
    ...changes.map((change) => change.words),
    gone.length === 0 ? "" : counted(gone.length, "image gone", "images gone"),
  ]);
  if (words === "") return [];
  const found = changes.flatMap(({ found: all, word, rank }) => all.map((one) => ({ ...one, word, rank })));
  const table = listed(found, {
    head: ["change", ...FINDING, "fix", "images"],
    row: (one) => [
      one.due === undefined ? one.word : `due ${one.due}`,
      ...findingCells(one),
      one.finding["fix-since"] === undefined ? "none known" : "known",
      someNames(one.images, 60),
    ],
    rank: ({ rank }) => rank,
    share: 0.4,
    what: "more change",
    where,
  });
  return [fold(`The changes, one by one, of all severities: ${words}`, [table, goneSection(gone)])];
}

/** The columns of {@link findingCells}. */
export const FINDING = ["severity", "advisory", "package"];

export function findingCells({ finding, severity: worst }: FleetFinding): Row {
  return [severity(worst), advisory(finding.id), packageCell(finding)];
}

function packageCell({ package: about, versions = [], path: file }: FindingRecord): Inline {
  if (about === undefined) return file === undefined ? "–" : code(file, 60);
  const shown = join(", ", [...versions.slice(0, 2).map((one) => code(one, 30)), versions.length > 2 ? "…" : ""]);
  return join(" ", [name(packageWords(about)), shown]);
}

/** The usual name of the package of a package URL. */
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

/** Every source with the number of its images and its notes, folded. */
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
      error === undefined ? number(images) : `not read${images === 0 ? "" : `: at least ${number(images)}`}`,
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

/** The place of the history, for the small print. */
export function stateWords(state: StateShown): Inline {
  if ("written" in state) return say`history in ${code(state.written, 120)}`;
  return state.isError ? "history not written" : say`history not written: ${prose(state.notWritten, 200)}`;
}

/** Maximum number of items in the list of things that were not looked at. */
const MOST_UNSEEN = 20;

/**
 * Each error once, with everything that has it (sources, images, the history), and images that no source names any
 * more. The verdict of a run that broke off lacks the errors of its sources.
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
    return say`${names}: ${code(`[${error.code}]`, 80)} ${prose(error.what, 1_000)}. ${strong("What to do:")} ${prose(error.remedy, 1_000)} ${explained(error.code, gate.pages)}`;
  });
  const names = unseen.map(({ change }) => change.image);
  const it = names.length === 1 ? "it" : "them";
  const gone = say`${someNames(names, 100)}: no source that could be read names ${it} any more. The history of ${it} stays as it was.`;
  const items = [...errors, ...(names.length === 0 ? [] : [gone])];
  if (items.length === 0) return [];
  const left = leftOut(items.length - MOST_UNSEEN, "more item", "in the report only");
  const isLost = "notWritten" in state && state.isError;
  return [para(strong(`Not looked at${isLost ? ", or not kept" : ""}:`)), list([...items.slice(0, MOST_UNSEEN), left])];
}
