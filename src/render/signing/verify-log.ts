import { someLines } from "../../domain/list-some.ts";
import { noCommand, plain, shorten } from "../shared/safe-text.ts";
import type { VerifyView } from "./verify-view.ts";
import { ANSWER_WORDS, countRows, restsOn, scannedWords } from "./verify-words.ts";

/** Most exceptions, and most reasons, that are listed. */
const MOST = 20;
const LONGEST = 1_000;

/**
 * The log of a verification: the image, what was found, why it is refused and what to do, and the reason at the end.
 */
export function renderVerifyLog(view: VerifyView): string {
  const lines = [
    `${shown(view.asked || "The image", 300)} ${ANSWER_WORDS[view.verdict]}`,
    ...(view.pinned === undefined ? [] : [`  digest      ${shown(view.pinned)}`]),
    ...(view.signer === undefined ? [] : [`  accepted    signatures of ${shown(view.signer)}`]),
    ...attestedLines(view),
    ...refusalLines(view),
  ];
  return noCommand(lines.join("\n"));
}

/** Why it is refused and what to do, and the reason of all. A single refusal is the reason, and is said once. */
function refusalLines({ refusals, reason }: VerifyView): string[] {
  const whole = shown(reason, 4_000);
  const [only, ...others] = refusals;
  if (only !== undefined && others.length === 0 && reason.endsWith(`[${only.code}] ${only.what}`))
    return ["", `${whole}. ${shown(only.remedy)}`];
  const each = refusals
    .slice(0, MOST)
    .flatMap(({ code, what, remedy }) => ["", `  [${code}] ${shown(what)}.`, `    ${shown(remedy)}`]);
  return [...each, "", whole];
}

function attestedLines(view: VerifyView): string[] {
  const { attested } = view;
  if (attested === undefined) return [];
  const counts = countRows(view).map(
    ({ severity, count, own, here }) => `${count} ${severity} (limit ${own}${here === "" ? "" : `, here ${here}`})`,
  );
  const { exceptions } = attested;
  return [
    `  verdict     ${attested.verdict}, ${shown(scannedWords(attested, view))}`,
    `  findings    ${counts.join(", ")}`,
    ...(restsOn(attested).length === 0 ? [] : [`  rests on    ${restsOn(attested).join("; ")}`]),
    ...someLines(exceptions, MOST, {
      show: ({ id, expires, reason }) => `    ${shown(id, 100)} until ${expires}: ${shown(reason, 300)}`,
      rest: (more) => `    ${more}`,
    }),
  ];
}

function shown(untrusted: string, most = LONGEST): string {
  return shorten(plain(untrusted), most);
}
