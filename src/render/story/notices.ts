import { someLines } from "../../domain/list-some.ts";
import type { FailedTarget, JudgedTarget } from "../../domain/verdict.ts";
import { explained } from "../shared/explained.ts";
import { alert, type Block, code, type Inline, list, para, prose, say, strong } from "../tree.ts";
import type { View } from "../view.ts";
import { suppressedLine, unjudgedNotice } from "./counts.ts";
import { missingOpinions } from "./opinions.ts";

/**
 * Warnings that come before the numbers: an end-of-life system, nothing recognised, the scanner's notes.
 */
export function noticesOf(target: JudgedTarget, view: View): Block[] {
  const notes = (target.scan.provenance.notes ?? []).slice(0, 5).map((each) => prose(each, 300));
  return [
    alert("WARNING", ...missingOpinions(target)),
    alert("CAUTION", endOfLifeWords(target)),
    alert("WARNING", nothingSeenWords(target)),
    alert("WARNING", ...notes),
    alert("NOTE", suppressedLine(target)),
    alert("NOTE", uncomparedWords(target)),
    alert("NOTE", unjudgedNotice(target, view)),
  ];
}

/** Says that the image's system is past its end of life. Empty if it is not. */
function endOfLifeWords({ scan }: JudgedTarget): Inline {
  const { os } = scan.artifact;
  if (os?.endOfLife !== true) return "";
  return say`${strong(code(`${os.family} ${os.name}`, 60), " is past its end of life.")} It gets no security fixes, and new vulnerabilities in it might never be listed: few findings mean little. Move to a release that is maintained.`;
}

/** Says that the scanner looked for packages and apparently saw none. Empty if it saw some or did not look. */
export function nothingSeenWords({ target, scan, findings }: JudgedTarget): Inline {
  const { packages } = scan.artifact;
  const { scanner, scanners = ["vuln"] } = scan.provenance;
  // If a report lists no packages, its findings in packages show that the scanner saw some.
  const sawSome = packages === undefined ? findings.some(({ finding }) => finding.package) : packages > 0;
  if (sawSome || !scanners.includes("vuln")) return "";
  const who = scanner === "" ? "The scanner" : prose(scanner, 40);
  const what =
    packages === undefined
      ? // Only the scanner with this option can leave the list out of its reports.
        say`This report lists no packages, which ${code("--list-all-pkgs")} adds.`
      : say`${who} recognised no packages in this ${target.kind === "image" ? "image" : "target"}.`;
  return say`${strong(what)} No findings then means "nothing was looked at" as much as "nothing is wrong".`;
}

/** A target that could not be scanned: the error and its remedy. Replaces the table. */
export function errorSection(target: FailedTarget, { verdict, pages }: View): Block[] {
  const { code: id, what, remedy } = target.error;
  const [first = "", ...lines] = what.split("\n");
  const alone = verdict.targets.every((each) => each.answer === "error" && each.error.what === what);
  // The heading's reason may already have it.
  const said = alone && (verdict.reason.includes(what) || lines.length > 0);
  return [
    para(said ? "" : say`${code(`[${id}]`, 80)} ${prose(first, 1_000)}${/[.:]$/.test(first) ? "" : "."}`),
    list(lines.map((line) => prose(line.replace(/;$/, ""), 500))),
    para(strong("What to do:"), " ", prose(remedy, 1_500), " ", explained(id, pages)),
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

/** Maximum number of notes that are shown. The rest is only counted. */
const MOST = 10;
const LONGEST = 1_000;

/** Warnings on the whole run: missing or old data, and VEX documents that match no finding. */
export function runNotesSection({ notes = [] }: View): Block {
  return alert("WARNING", ...someLines(notes, MOST, { what: "note" }).map((each) => prose(each, LONGEST)));
}
