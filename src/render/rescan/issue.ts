import { isOpen, presentSince } from "../../domain/history/record.ts";
import type { Rescanned } from "../../domain/history/running.ts";
import { acrossImages, type RescannedImage } from "../../domain/rows/week.ts";
import { type ServerRun, serverRun } from "../../domain/run-stamp.ts";
import { severityName } from "../../domain/severity.ts";
import { issueMarker, withoutWriter } from "../../domain/tracking/marker.ts";
import { endingFor, judgedOf, needOf } from "../../domain/tracking/need.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { renderDocument } from "../documents.ts";
import { utf16Units } from "../fit.ts";
import { partOf } from "../part.ts";
import { type Dialect, markdown, markdownLine } from "../print/markdown.ts";
import { counted, joined } from "../shared/phrases.ts";
import { distinct } from "../shared/safe-text.ts";
import { SHORT } from "../story/form.ts";
import {
  alert,
  type Block,
  code,
  type Inline,
  join,
  link,
  listed,
  note,
  para,
  prose,
  type Rows,
  say,
  small,
  some,
  strong,
} from "../tree.ts";
import type { View } from "../view.ts";
import { FINDING, findingCells } from "./sections.ts";
import type { RescanView } from "./view.ts";

/** Longest body in UTF-16 units: a comment has the same limits. */
const LIMIT = 65_000;
/** Longest name in a title, of which a platform takes 256 characters. */
const NAME_IN_TITLE = 200;
/** Longest name in a text. */
const NAME = 160;
/** Maximum number of overdue findings that are listed, and how many of them are open. */
const MOST_OVERDUE = 25;
const OPEN_OVERDUE = 5;
/** Running images of one name that are listed, and places of each. */
const MOST_RUNNING = 8;
const MOST_PLACES = 5;

/** The title: the same as long as the issue exists, except for overdue findings. */
export function issueTitle({ change, overdue }: RescannedImage): string {
  return `Image Gate: ${distinct(change.image, NAME_IN_TITLE)}${overdue.length > 0 ? " (overdue)" : ""}`;
}

/**
 * The body: verdict, places of the image, overdue findings, and then the image's part of a comment, with the plan
 * first. Only its last line and its marker name the run; all other parts depend on the findings.
 */
export function issueBody(image: RescannedImage, view: RescanView, limit = LIMIT, dialect?: Dialect): string {
  const { name: scope, verdict } = view.gate;
  const need = needOf(image, { exceptions: verdict.exceptions, unreadSources: [], isHistoryKnown: true });
  const isHistoryKnown = !("isUnread" in view.state && view.state.isUnread === true);
  return renderDocument(viewOf(image, view), {
    limit,
    measure: utf16Units,
    first: issueMarker({ scope, image: image.change.image, isOpen: need.issue === "open", by: runOf(view) }),
    form: SHORT,
    notes: [
      ...attentionNote(image, view),
      whereNote(image),
      para(isHistoryKnown ? sinceNote(image) : ""),
      ...overdueNote(image),
    ],
    foot: [para(keptNote(view)), para(runLine(image, view))],
    dialect,
  }).text;
}

/** The run's number, which distinguishes the runs of one server. */
export function runOf({ gate }: RescanView): ServerRun | undefined {
  return serverRun(gate.stamp, gate.runUrl);
}

/**
 * The part of a body that depends on the findings: all but its last line and a part of its marker, which name the run.
 */
export function lastingPart(body: string): string {
  const lines = withoutWriter(body).replaceAll("\r\n", "\n").trimEnd();
  return lines.slice(0, Math.max(0, lines.lastIndexOf("\n"))).trimEnd();
}

/** The comment with which an issue is opened again. */
export function reopeningComment({ change }: RescannedImage, view: RescanView, byHand: boolean): string {
  const needs = strong(name(change.image), ` needs attention ${byHand ? "still" : "again"}`);
  const why = say`This issue was closed, but nothing has been fixed. It stays open as long as its reason exists. To accept a finding for a time, write an exception into ${policyFile(view)} (docs/policy.md of Image Gate).`;
  return markdown(para(say`${needs}${fromRun(view)}, as the text above says.`), para(byHand ? why : ""));
}

/** The comment with which an issue is closed. `image` is absent if the run does not know the image. */
export function closingComment(about: string, image: RescannedImage | undefined, view: RescanView): string {
  if (image === undefined || image.running.length === 0)
    return markdownLine(
      say`${strong(name(about), " does not run any more")}: no source named it${fromRun(view)}. If it comes back and does not pass, this issue is opened again.`,
    );
  const passes = say`${strong(name(about), " passes the policy")}${fromRun(view)}.`;
  return markdownLine(join(" ", [passes, closedWords(image), acceptedWords(image)]));
}

/** The comment with which the younger of two issues about one image is closed. */
export function duplicateComment(number: number): string {
  return `Two runs at the same moment opened an issue about this image. #${number} is the older one and stays.`;
}

/** The gate's view of one image name, without parts that change from run to run. */
function viewOf(image: RescannedImage, { gate }: RescanView): View {
  const targets = image.running.map(({ verdict }) => withoutRun(verdict));
  const { mode, today, now, policy, bases } = gate;
  const verdict = partOf(gate.verdict, targets);
  return { name: image.change.image, verdict, mode, today, now, policy, bases };
}

/**
 * The database's age changes with each run, and the last line has its date. It also does not matter if the stored SBOM
 * was scanned.
 */
function withoutRun(target: TargetVerdict): TargetVerdict {
  if (target.answer === "error") return target;
  const { scan } = target;
  const provenance = { ...scan.provenance, databaseUpdatedAt: undefined, scannedAt: undefined, source: undefined };
  return { ...target, scan: { ...scan, provenance } };
}

/** Why there is an issue although the image is within its limits. */
function attentionNote(image: RescannedImage, view: RescanView): Block[] {
  if (image.running.some(({ verdict }) => verdict.answer !== "pass")) return [];
  const ending = endingFor(judgedOf(image), view.gate.verdict.exceptions);
  const first = ending.map(({ exception }) => exception.expires).sort()[0];
  if (first === undefined) return [];
  const which = ending.length === 1 ? "an exception that ends" : "exceptions, the first of which ends";
  return [
    alert(
      "WARNING",
      say`It is accepted with ${which} on ${strong(prose(first))}. Upgrade before that day, or review it and set a later date. From the next day on, its findings count.`,
    ),
  ];
}

function whereNote({ running }: RescannedImage): Rows {
  return listed(running, {
    title: "Runs as",
    row: (each) => [whereWords(each)],
    rank: 0,
    most: MOST_RUNNING,
    what: "more image",
    where: () => "of this name",
  });
}

/** `ghcr.io/acme/app:1.2` in `shop/deployment/web/app`, `compose.yaml web` and 3 more places. */
function whereWords({ reference, where }: Rescanned): Inline {
  const places = [...new Set(where.map(({ name: place }) => place))];
  const all = some(places, MOST_PLACES, { show: (place) => code(place, 100), what: "place" });
  return join(" in ", [code(reference), all]);
}

function overdueNote({ change, overdue }: RescannedImage): Block[] {
  const found = acrossImages([{ name: change.image, findings: overdue }]);
  const [first, ...others] = found;
  if (first === undefined) return [];
  const many = others.length === 0 ? "" : say`, the first by ${first.due ?? ""}`;
  const words = `${counted(found.length, "finding")} should have been fixed by now`;
  return [
    alert("CAUTION", say`${strong("Overdue")}: ${words}${many}.`),
    listed(found, {
      head: ["due", ...FINDING],
      row: (one) => [one.due ?? "", ...findingCells(one)],
      rank: 0,
      most: MOST_OVERDUE,
      open: OPEN_OVERDUE,
      what: "more overdue finding",
    }),
  ];
}

/** The first day of the oldest finding that breaks the policy: the day on which its last episode began. */
function sinceNote(image: RescannedImage): Inline {
  const rows = judgedOf(image).flatMap((target) => target.rows);
  const broken = new Set(rows.flatMap((row) => (row.broken ? [severityName(row.severity)] : [])));
  const [day] = image.change.after.findings
    .filter((finding) => broken.has(finding.severity) && isOpen(finding))
    .map((finding) => (presentSince(finding.episodes) ?? finding["first-seen"]).slice(0, 10))
    .sort();
  return day === undefined ? "" : say`The oldest finding that breaks the policy has been there since ${prose(day)}.`;
}

function keptNote(view: RescanView): Inline {
  return note(
    say`This issue closes by itself when the image passes or does not run any more. If it is closed before, the next run opens it again. To accept a finding for a time, write an exception into ${policyFile(view)}.`,
  );
}

/** The only line that depends on the run: {@link lastingPart} leaves it out. */
function runLine(image: RescannedImage, { gate }: RescanView): Inline {
  const dates = judgedOf(image).flatMap(({ scan }) => scan.provenance.databaseUpdatedAt?.slice(0, 10) ?? []);
  const newest = dates.sort().at(-1);
  const database = newest === undefined ? "" : say`, by the vulnerability database of ${prose(newest)}`;
  return small(
    say`Written by ${link("the run", gate.runUrl)} of ${gate.today}${database}. Later runs that found the same left it as it is.`,
  );
}

function fromRun({ gate }: RescanView): Inline {
  return say` in ${link("the run", gate.runUrl)} of ${gate.today}`;
}

function policyFile({ gate }: RescanView): Inline {
  return gate.policy.path === undefined ? "the policy file" : code(gate.policy.path);
}

function name(image: string): Inline {
  return code(image, NAME);
}

/** The outcome of the earlier findings. */
function closedWords({ change }: RescannedImage): string {
  const parts = ["fixed", "withdrawn"].map((why) => {
    const count = change.closed.filter(({ episodes }) => episodes.at(-1)?.why === why).length;
    return count === 0 ? "" : `${counted(count, "finding")} ${why}`;
  });
  const words = joined(", ", parts);
  return words === "" ? "" : `Since the last run: ${words}.`;
}

/** The findings that it still has, but that are accepted. */
function acceptedWords(image: RescannedImage): Inline {
  const accepted = judgedOf(image).flatMap(({ findings }) => findings.filter(({ outcome }) => outcome === "accepted"));
  if (accepted.length === 0) return "";
  const [day] = accepted.flatMap(({ exceptions: [first] }) => first?.expires ?? []).sort();
  const until = day === undefined ? "" : say`${accepted.length === 1 ? "" : ", the first of them"} until ${prose(day)}`;
  return say`${counted(accepted.length, "finding is accepted", "findings are accepted")}${until}.`;
}
