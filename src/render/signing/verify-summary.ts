import type { VerdictPredicate } from "../../domain/evidence/predicate.ts";
import { code, details, link, table, text } from "../markdown/markdown.ts";
import { joined } from "../shared/phrases.ts";
import type { VerifyView } from "./verify-view.ts";
import { ANSWER_WORDS, countRows, restsOn, scannedWords } from "./verify-words.ts";

const SIGN = { pass: "✅", refused: "❌", error: "⛔" };
/** Most exceptions, and most reasons, that are listed. */
const MOST = 50;

/** The job summary of a verification. Bounded, whatever the verdict has in it. */
export function renderVerifySummary(view: VerifyView): string {
  const { verdict, asked, pinned, refusals } = view;
  const parts = [
    `## ${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWER_WORDS[verdict]}`,
    ...(verdict === "pass" && pinned !== undefined ? [`Deploy ${code(pinned, 300)}: its digest cannot change.`] : []),
    ...refusals
      .slice(0, MOST)
      .map(({ code: name, what, remedy }) => `**${text(what)}.** (${code(name)})\n\n${text(remedy)}`),
    ...attestedParts(view),
    smallPrint(view),
  ];
  return `${joined("\n\n", parts)}\n`;
}

function attestedParts(view: VerifyView): string[] {
  const { attested } = view;
  if (attested === undefined) return [];
  const rows = countRows(view);
  const hasOwn = rows.some(({ here }) => here !== "");
  const columns = ["", "findings", "limit of the gate", ...(hasOwn ? ["limit here"] : [])];
  const cells = rows.map(({ severity, count, own, here }) => [severity, count, own, ...(hasOwn ? [here] : [])]);
  return [
    `The gate's newest verdict: **${attested.verdict}**, ${text(scannedWords(attested, view))}.`,
    table(columns, cells, ["left", "right", "right", "right"]),
    restsOn(attested).join("; "),
    exceptionsPart(view),
  ];
}

function exceptionsPart({ attested }: VerifyView): string {
  const exceptions = attested?.exceptions ?? [];
  if (exceptions.length === 0) return "";
  const rows = exceptions
    .slice(0, MOST)
    .map(({ id, package: of = "", expires, owner = "", reason }) => [
      code(id),
      of && code(of),
      expires,
      text(owner),
      text(reason, 300),
    ]);
  const more = exceptions.length > MOST ? `\n\n_${exceptions.length - MOST} more in the attestation._` : "";
  const head = ["exception", "package", "last day", "owner", "reason"];
  return details("The exceptions that the verdict rests on", `${table(head, rows)}${more}`);
}

/** Programs by name and version. */
function scannersOf({ scanner, scanners = [scanner] }: VerdictPredicate): string {
  const named = scanners.map(({ name, version }) => `${name} ${version}`);
  return `${named.length === 1 ? "Scanner" : "Scanners"}: ${text(named.join(", "), 200)}`;
}

function smallPrint({ pinned, signer, attested, cosign }: VerifyView): string {
  const run = attested?.run.url;
  const parts = [
    ...(pinned === undefined ? [] : [`Digest: ${code(pinned, 300)}`]),
    ...(signer === undefined ? [] : [`Accepted: signatures of ${text(signer)}`]),
    ...(attested === undefined ? [] : [scannersOf(attested)]),
    ...(run === undefined ? [] : [link("the run that judged it", run)]),
    ...(cosign === undefined ? [] : [`Cosign ${text(cosign.version)}, SHA-256 ${code(cosign.sha256)}`]),
  ];
  return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}
