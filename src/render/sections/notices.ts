import { someLines } from "../../domain/list-some.ts";
import type { FailedTarget, JudgedTarget } from "../../domain/verdict.ts";
import { type Alert, alert, code, text } from "../markdown/markdown.ts";
import { joined } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { Annotation, View } from "../view.ts";
import { suppressedLine, unjudgedNotice } from "./targets.ts";

/**
 * What a reader must know before trusting the numbers: an end-of-life system, nothing recognised, the scanner's notes.
 */
export function noticesOf(target: JudgedTarget, view: View, alert: Alert): string[] {
  const { provenance } = target.scan;
  const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
  const suppressed = suppressedLine(target);
  return [
    endOfLife(target, alert),
    nothingSeen(target, alert),
    notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
    suppressed === "" ? "" : alert("NOTE", suppressed),
    uncomparedNotice(target, alert),
    unjudgedNotice(target, view, alert),
  ].filter((notice) => notice !== "");
}

/** Says in plain words that the image's system is past its end of life. Empty if it is not. Untrusted. */
export function endOfLifeWords(target: JudgedTarget): string {
  const os = target.scan.artifact.os;
  return os?.endOfLife === true ? `\`${systemName(os)}\` ${END_OF_LIFE.join(" ")}` : "";
}

/**
 * Says in plain words that the scanner looked for packages and apparently saw none. Empty if it saw some or did not
 * look. Untrusted.
 */
export function nothingSeenWords(target: JudgedTarget): string {
  if (!sawNothing(target)) return "";
  return [nothingSeenWhat(target, target.scan.provenance.scanner), NOTHING_SEEN_MEANS].join(" ");
}

const END_OF_LIFE = [
  "is past its end of life.",
  "It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained.",
] as const;

const NOTHING_SEEN_MEANS = 'No findings then means "nothing was looked at" as much as "nothing is wrong".';

function nothingSeenWhat({ target, scan }: JudgedTarget, scanner: string): string {
  if (scan.artifact.packages === undefined) return `This report lists no packages${REPORT_REMEDY}.`;
  return `${scanner || "The scanner"} recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`;
}

/** Names the option of the one scanner whose reports can leave the list out. */
const REPORT_REMEDY = ", which `--list-all-pkgs` adds";

/** A report that lists no packages but has findings in some shows by them that the scanner saw packages. */
function sawNothing(target: JudgedTarget): boolean {
  const { packages } = target.scan.artifact;
  if (!looksForPackages(target)) return false;
  return packages === undefined
    ? target.findings.every(({ finding }) => finding.package === undefined)
    : packages === 0;
}

function systemName({ family, name }: { readonly family: string; readonly name: string }): string {
  return `${family} ${name}`;
}

function endOfLife(target: JudgedTarget, alert: Alert): string {
  const os = target.scan.artifact.os;
  if (os?.endOfLife !== true) return "";
  return alert("CAUTION", `**${code(systemName(os), 60)} ${END_OF_LIFE[0]}** ${END_OF_LIFE[1]}`);
}

function looksForPackages(target: JudgedTarget): boolean {
  const scanners = target.scan.provenance.scanners;
  return scanners === undefined || scanners.length === 0 || scanners.includes("vuln");
}

function nothingSeen(target: JudgedTarget, alert: Alert): string {
  if (!sawNothing(target)) return "";
  return alert(
    "WARNING",
    `**${nothingSeenWhat(target, text(target.scan.provenance.scanner, 40))}** ${NOTHING_SEEN_MEANS}`,
  );
}

/** A target that could not be scanned: what happened, and what to do. Takes the place of the table. */
export function errorSection(target: FailedTarget, { verdict }: View): string {
  const { code: id, what, remedy } = target.error;
  const [first = "", ...list] = what.split("\n");
  const alone = verdict.targets.every((each) => each.answer === "error" && each.error.what === what);
  // The heading has the reason, which already says it.
  const said = alone && (verdict.reason.includes(what) || list.length > 0);
  return joined("\n\n", [
    said ? "" : `${code(`[${id}]`, 80)} ${text(first, 1_000)}${/[.:]$/.test(first) ? "" : "."}`,
    list.map((line) => `- ${text(line.replace(/;$/, ""), 500)}`).join("\n"),
    `**What to do:** ${text(remedy, 1_500)}`,
  ]);
}

const POLICY = "The policy has `count: introduced`, and";
const UNCOMPARED = "there is nothing to compare with, so that everything counts";

/** Why findings that the change did not bring in count under `count: introduced`. Empty if none do. */
export function uncomparedWords(target: JudgedTarget): string {
  const words = moreWords(target);
  return words === undefined ? "" : `${POLICY} ${words}.`;
}

/** The same for the comment and the summary. */
function uncomparedNotice(target: JudgedTarget, alert: Alert): string {
  const words = uncomparedWords(target);
  return words === "" ? "" : alert("NOTE", words);
}

/** The same for the log. */
export function uncomparedLines(target: JudgedTarget): string[] {
  const words = moreWords(target);
  return words === undefined ? [] : [`  count: introduced, and ${words}.`];
}

function moreWords({ uncompared, due = 0 }: JudgedTarget): string | undefined {
  if (uncompared === true) return UNCOMPARED;
  if (due === 0) return undefined;
  const many = due === 1 ? "1 finding counts" : `${due} findings count`;
  return `${many} though the baseline has ${due === 1 ? "it" : "them"}: what was let through for a time, broke a limit or is exploited counts`;
}

/** Most notes that are shown. The rest is only counted. */
const MOST = 10;
const LONGEST = 1_000;

/** What a reader must know about the whole run: missing or old data, and VEX documents that match no finding. */
export function runNotesSection({ notes = [] }: View): string {
  if (notes.length === 0) return "";
  return alert(
    "WARNING",
    shown(notes)
      .map((note) => text(note, LONGEST))
      .join("\n\n"),
  );
}

/** The same for the log. */
export function runNoteLines({ notes = [] }: View): string[] {
  return notes.length === 0 ? [] : [...shown(notes).map((note) => shorten(plain(note), LONGEST)), ""];
}

/** The same as annotations on the whole run. */
export function runNoteAnnotations({ notes = [] }: View): Annotation[] {
  return shown(notes).map((note) => ({ level: "warning", message: shorten(plain(note), LONGEST) }));
}

function shown(notes: readonly string[]): string[] {
  return someLines(notes, MOST, { what: "note" });
}
