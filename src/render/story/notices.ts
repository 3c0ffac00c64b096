import { someLines } from "../../domain/list-some.ts";
import type { FailedTarget, JudgedTarget } from "../../domain/verdict.ts";
import {
  type AlertKind,
  alert,
  type Block,
  code,
  type Inline,
  isEmpty,
  list,
  para,
  prose,
  say,
  strong,
} from "../tree.ts";
import type { View } from "../view.ts";
import { suppressedLine, unjudgedNotice } from "./counts.ts";
import { missingOpinions } from "./opinions.ts";

/**
 * What a reader must know before trusting the numbers: an end-of-life system, nothing recognised, the scanner's notes.
 */
export function noticesOf(target: JudgedTarget, view: View): Block[] {
  const notes = (target.scan.provenance.notes ?? []).slice(0, 5).map((each) => prose(each, 300));
  const all: readonly (readonly [AlertKind, readonly Inline[]])[] = [
    ["WARNING", missingOpinions(target)],
    ["CAUTION", [endOfLifeWords(target)]],
    ["WARNING", [nothingSeenWords(target)]],
    ["WARNING", notes],
    ["NOTE", [suppressedLine(target)]],
    ["NOTE", [uncomparedWords(target)]],
    ["NOTE", [unjudgedNotice(target, view)]],
  ];
  return all.flatMap(([kind, words]) =>
    isEmpty(words) ? [] : [alert(kind, ...words.filter((each) => !isEmpty(each)))],
  );
}

/** Says that the image's system is past its end of life. Empty if it is not. */
function endOfLifeWords({ scan }: JudgedTarget): Inline {
  const { os } = scan.artifact;
  if (os?.endOfLife !== true) return "";
  return say`${strong(code(`${os.family} ${os.name}`, 60), " is past its end of life.")} It gets no security fixes, and new vulnerabilities in it may not even be listed: few findings mean little. Move to a release that is maintained.`;
}

/** Says that the scanner looked for packages and apparently saw none. Empty if it saw some or did not look. */
export function nothingSeenWords(target: JudgedTarget): Inline {
  if (!sawNothing(target)) return "";
  return say`${strong(nothingSeenWhat(target))} No findings then means "nothing was looked at" as much as "nothing is wrong".`;
}

function nothingSeenWhat({ target, scan }: JudgedTarget): Inline {
  // The option is that of the one scanner whose reports can leave the list out.
  if (scan.artifact.packages === undefined)
    return say`This report lists no packages, which ${code("--list-all-pkgs")} adds.`;
  const { scanner } = scan.provenance;
  const who = scanner === "" ? "The scanner" : prose(scanner, 40);
  return say`${who} recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`;
}

/** A report that lists no packages but has findings in some shows by them that the scanner saw packages. */
function sawNothing({ scan, findings }: JudgedTarget): boolean {
  const { packages } = scan.artifact;
  const { scanners = [] } = scan.provenance;
  if (scanners.length > 0 && !scanners.includes("vuln")) return false;
  return packages === undefined ? findings.every(({ finding }) => finding.package === undefined) : packages === 0;
}

/** A target that could not be scanned: what happened, and what to do. Takes the place of the table. */
export function errorSection(target: FailedTarget, { verdict }: View): Block[] {
  const { code: id, what, remedy } = target.error;
  const [first = "", ...lines] = what.split("\n");
  const alone = verdict.targets.every((each) => each.answer === "error" && each.error.what === what);
  // The heading has the reason, which already says it.
  const said = alone && (verdict.reason.includes(what) || lines.length > 0);
  return [
    para(said ? "" : say`${code(`[${id}]`, 80)} ${prose(first, 1_000)}${/[.:]$/.test(first) ? "" : "."}`),
    list(lines.map((line) => prose(line.replace(/;$/, ""), 500))),
    para(strong("What to do:"), " ", prose(remedy, 1_500)),
  ];
}

/** Why findings that the change did not bring in count under `count: introduced`. Empty if none do. */
export function uncomparedWords({ uncompared, due = 0 }: JudgedTarget): Inline {
  const policy = say`The policy has ${code("count: introduced")}, and `;
  if (uncompared === true) return [policy, "there is nothing to compare with, so that everything counts."];
  if (due === 0) return "";
  const many = due === 1 ? "1 finding counts" : `${due} findings count`;
  return [
    policy,
    `${many} though the baseline has ${due === 1 ? "it" : "them"}: what was let through for a time, broke a limit or is exploited counts.`,
  ];
}

/** Most notes that are shown. The rest is only counted. */
const MOST = 10;
const LONGEST = 1_000;

/** What a reader must know about the whole run: missing or old data, and VEX documents that match no finding. */
export function runNotesSection({ notes = [] }: View): Block[] {
  return notes.length === 0
    ? []
    : [alert("WARNING", ...someLines(notes, MOST, { what: "note" }).map((each) => prose(each, LONGEST)))];
}
