import { spanWords } from "../../domain/dates.ts";
import type { VerdictPredicate } from "../../domain/evidence/predicate.ts";
import { someLines } from "../../domain/list-some.ts";
import { SEVERITIES, severityName } from "../../domain/severity.ts";
import { textLine } from "../print/line.ts";
import { markdown } from "../print/markdown.ts";
import { printText, said } from "../print/text.ts";
import { age, counted, number } from "../shared/phrases.ts";
import {
  type Block,
  code,
  fold,
  heading,
  type Inline,
  join,
  link,
  note,
  para,
  prose,
  say,
  small,
  strong,
  table,
} from "../tree.ts";
import type { VerifyView } from "./verify-view.ts";

const SIGN = { pass: "✅", refused: "❌", error: "⛔" };
/** Behind the image's name. */
const ANSWERS = { pass: "may be deployed", refused: "must not be deployed", error: "could not be verified" };
/** Most exceptions, and most reasons, that the summary and the log list. */
const MOST = 50;
const MOST_LOGGED = 20;

/** The job summary of a verification. Bounded, whatever the verdict has in it. */
export function renderVerifySummary(view: VerifyView): string {
  const { verdict, asked, pinned, refusals } = view;
  const blocks = [
    heading(2, say`${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWERS[verdict]}`),
    para(verdict === "pass" && pinned !== undefined ? say`Deploy ${code(pinned, 300)}: its digest cannot change.` : ""),
    ...refusals
      .slice(0, MOST)
      .flatMap(({ code: id, what, remedy }) => [
        para(strong(prose(what), "."), " (", code(id), ")"),
        para(prose(remedy)),
      ]),
    ...attestedBlocks(view),
    para(small(smallPrint(view))),
  ];
  return `${markdown(...blocks)}\n`;
}

/**
 * The log of a verification: the image, what was found, why it is refused and what to do, and the reason at the end.
 */
export function renderVerifyLog(view: VerifyView): string {
  const { asked, pinned, signer, verdict } = view;
  return printText([
    `${said(asked || "The image", 300)} ${ANSWERS[verdict]}`,
    ...(pinned === undefined ? [] : [`  digest      ${said(pinned, 1_000)}`]),
    ...(signer === undefined ? [] : [`  accepted    signatures of ${said(signer, 1_000)}`]),
    ...attestedLines(view),
    ...refusalLines(view),
  ]);
}

/** Why it is refused and what to do, and the reason of all. A single refusal is the reason, and is said once. */
function refusalLines({ refusals, reason }: VerifyView): string[] {
  const whole = said(reason, 4_000);
  const [only, ...others] = refusals;
  if (only !== undefined && others.length === 0 && reason.endsWith(`[${only.code}] ${only.what}`))
    return ["", `${whole}. ${said(only.remedy, 1_000)}`];
  const each = refusals
    .slice(0, MOST_LOGGED)
    .flatMap(({ code: id, what, remedy }) => ["", `  [${id}] ${said(what, 1_000)}.`, `    ${said(remedy, 1_000)}`]);
  return [...each, "", whole];
}

function attestedLines(view: VerifyView): string[] {
  const { attested } = view;
  if (attested === undefined) return [];
  const counts = countRows(view).map(
    ([severity, count, own, here]) => `${count} ${severity} (limit ${own}${here === "" ? "" : `, here ${here}`})`,
  );
  const rests = restsOn(attested);
  return [
    `  verdict     ${attested.verdict}, ${textLine(scannedWords(attested, view))}`,
    `  findings    ${counts.join(", ")}`,
    ...(rests === "" ? [] : [`  rests on    ${rests}`]),
    ...someLines(attested.exceptions, MOST_LOGGED, {
      show: ({ id, expires, reason }) => `    ${said(id, 100)} until ${expires}: ${said(reason, 300)}`,
      rest: (more) => `    ${more}`,
    }),
  ];
}

function attestedBlocks(view: VerifyView): Block[] {
  const { attested } = view;
  if (attested === undefined) return [];
  const rows = countRows(view);
  const columns = rows.some(([, , , here]) => here !== "") ? 4 : 3;
  const head = ["severity", "findings", "limit of the gate", "limit here"].map((words, at) => ({
    words,
    align: at === 0 ? ("left" as const) : ("right" as const),
  }));
  return [
    para("The gate's newest verdict: ", strong(attested.verdict), ", ", scannedWords(attested, view), "."),
    table(
      head.slice(0, columns),
      rows.map((row) => row.slice(0, columns)),
    ),
    para(restsOn(attested)),
    ...exceptionsFold(attested),
  ];
}

function exceptionsFold({ exceptions }: VerdictPredicate): Block[] {
  if (exceptions.length === 0) return [];
  const rows = exceptions
    .slice(0, MOST)
    .map(({ id, package: of = "", expires, owner = "", reason }) => [
      code(id),
      of === "" ? "" : code(of),
      expires,
      prose(owner),
      prose(reason, 300),
    ]);
  const left = exceptions.length - rows.length;
  return [
    fold("The exceptions that the verdict rests on", [
      table(["exception", "package", "last day", "owner", "reason"], rows),
      para(left === 0 ? "" : note(`${number(left)} more in the attestation.`)),
    ]),
  ];
}

/** A row for each severity: how many findings count, the verdict's own limit, and that of the deploying side. */
function countRows({
  attested,
  limits = {},
}: VerifyView): [severity: string, count: string, own: string, here: string][] {
  if (attested === undefined) return [];
  return SEVERITIES.map((severity) => [
    severity,
    number(attested.counts[severityName(severity)]),
    String(attested.limits[severityName(severity)]),
    String(limits[severity] ?? ""),
  ]);
}

/** When the image was scanned, and how old that may be. */
function scannedWords({ scannedAt }: VerdictPredicate, { now, maxAgeMs }: VerifyView): Inline {
  const isAhead = Date.parse(scannedAt) > now.getTime();
  const when = isAhead ? "after this machine's clock" : `${age(scannedAt, now)} ago`;
  const most = maxAgeMs === undefined ? "" : `, at most ${spanWords(maxAgeMs)} are allowed`;
  return say`scanned ${when} (${prose(scannedAt)})${most}`;
}

/** The verdict's basis, in addition to the counts. */
function restsOn({ accepted, coverage, exceptions, image: { platforms = [] } }: VerdictPredicate): string {
  const { gaps } = coverage;
  return [
    ...(accepted === 0 ? [] : [`${counted(accepted, "finding")} accepted`]),
    ...(exceptions.length === 0 ? [] : [counted(exceptions.length, "exception")]),
    ...(gaps.length === 0 ? [] : [`${counted(gaps.length, "gap")} in what was looked at, accepted by the policy`]),
    ...(platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]),
  ].join("; ");
}

/** Programs by name and version. */
function scannersOf({ scanner, scanners = [scanner] }: VerdictPredicate): Inline {
  const named = scanners.map(({ name, version }) => `${name} ${version}`);
  return say`${named.length === 1 ? "Scanner" : "Scanners"}: ${prose(named.join(", "), 200)}`;
}

function smallPrint({ pinned, signer, attested, cosign }: VerifyView): Inline {
  const run = attested?.run.url;
  return join(" · ", [
    pinned === undefined ? "" : say`Digest: ${code(pinned, 300)}`,
    signer === undefined ? "" : say`Accepted: signatures of ${prose(signer)}`,
    attested === undefined ? "" : scannersOf(attested),
    run === undefined ? "" : link("the run that judged it", run),
    cosign === undefined ? "" : say`Cosign ${prose(cosign.version)}, SHA-256 ${code(cosign.sha256)}`,
  ]);
}
