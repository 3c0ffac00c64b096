import type { FailedTarget, JudgedTarget } from "../../domain/verdict.ts";
import { type Alert, code, text } from "../markdown/markdown.ts";
import type { View } from "../view.ts";
import { suppressedLine } from "./counts.ts";
import { uncomparedNotice } from "./uncompared.ts";
import { unjudgedNotice } from "./unjudged-platforms.ts";

/** What a reader must know before trusting the numbers: an end-of-life system, nothing recognised, the scanner's notes. */
export function noticesOf(target: JudgedTarget, view: View, alert: Alert): string[] {
  const { artifact, provenance } = target.scan;
  const notes = (provenance.notes ?? []).slice(0, 5).map((note) => text(note, 300));
  const suppressed = suppressedLine(target);
  return [
    endOfLife(target, alert),
    artifact.packages === 0 && looksForPackages(target) ? nothingSeen(target, alert) : "",
    notes.length === 0 ? "" : alert("WARNING", notes.join("\n\n")),
    suppressed === "" ? "" : alert("NOTE", suppressed),
    uncomparedNotice(target, alert),
    unjudgedNotice(target, view, alert),
  ].filter((notice) => notice !== "");
}

/** That the image's system is past its end of life, in plain words; untrusted; empty: it is not. */
export function endOfLifeWords(target: JudgedTarget): string {
  const os = target.scan.artifact.os;
  return os?.endOfLife === true ? `\`${systemName(os)}\` ${END_OF_LIFE.join(" ")}` : "";
}

/** That the scanner saw no packages where it looked for some, in plain words; untrusted; empty: it saw some. */
export function nothingSeenWords(target: JudgedTarget): string {
  if (target.scan.artifact.packages > 0 || !looksForPackages(target)) return "";
  return `${target.scan.provenance.scanner || "The scanner"} ${nothingSeenParts(target).join(" ")}`;
}

const END_OF_LIFE = [
  "is past its end of life.",
  "It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained.",
] as const;

function nothingSeenParts({ target }: JudgedTarget): readonly [string, string] {
  return [
    `recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`,
    'No findings then means "nothing was looked at" as much as "nothing is wrong".',
  ];
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
  const [what, means] = nothingSeenParts(target);
  return alert("WARNING", `**${text(target.scan.provenance.scanner, 40) || "The scanner"} ${what}** ${means}`);
}

/** A target that could not be scanned: what happened, and what to do. Stands where the table would. */
export function errorSection(target: FailedTarget, { verdict }: View): string {
  const { code: id, what, remedy } = target.error;
  const [first = "", ...list] = what.split("\n");
  const alone = verdict.targets.every((each) => each.answer === "error" && each.error.what === what);
  // The heading has the reason, and that says it already.
  const said = alone && verdict.reason.includes(what);
  return [
    said ? "" : `${code(`[${id}]`, 80)} ${text(first, 1_000)}${/[.:]$/.test(first) ? "" : "."}`,
    list.map((line) => `- ${text(line, 500)}`).join("\n"),
    `**What to do:** ${text(remedy, 1_500)}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
