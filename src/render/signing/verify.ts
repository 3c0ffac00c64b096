import { spanWords } from "../../domain/dates.ts";
import type { VerdictPredicate } from "../../domain/evidence/predicate.ts";
import { type Limit, SEVERITIES, type Severity, severityName } from "../../domain/severity.ts";
import type { Problem } from "../../domain/verdict.ts";
import { markdownSummary } from "../print/markdown.ts";
import { textPrinter } from "../print/text.ts";
import { explained } from "../shared/explained.ts";
import { age, counted, number } from "../shared/phrases.ts";
import { smallPrint } from "../story/provenance.ts";
import { type Block, code, heading, type Inline, link, listed, para, prose, say, strong, table } from "../tree.ts";

/** The results of a verification. If it broke off, many are absent. */
export interface VerifyView {
  readonly verdict: "pass" | "refused" | "error";
  /** One line. Untrusted. */
  readonly reason: string;
  /** The image as it was given. Untrusted. */
  readonly asked: string;
  /** `repository@sha256:…`, once the registry has said it. */
  readonly pinned?: string | undefined;
  /** The signer whose signature counts, as words. Untrusted. */
  readonly signer?: string | undefined;
  /** The verdict that counts, or the one that was refused. Its texts are untrusted. */
  readonly attested?: VerdictPredicate | undefined;
  /** The reasons of the refusal, or the error. */
  readonly refusals: readonly Problem[];
  /** As in the gate's view. */
  readonly pages?: string | undefined;
  readonly now: Date;
  readonly maxAgeMs?: number | undefined;
  /** The limits of the deploying side. */
  readonly limits?: Partial<Readonly<Record<Severity, Limit>>> | undefined;
  readonly cosign?: { readonly version: string; readonly sha256: string } | undefined;
}

const SIGN = { pass: "✅", refused: "❌", error: "⛔" };
/** The words after the image's name. */
const ANSWERS = { pass: "may be deployed", refused: "must not be deployed", error: "could not be verified" };
/** Maximum number of exceptions, and of reasons, that are listed. */
const MOST = 50;

/** The job summary of a verification. Bounded, whatever the verdict has in it. */
export function renderVerifySummary(view: VerifyView): string {
  return markdownSummary(storyOf(view));
}

/** The log of a verification: the same, and the reason at the end. */
export function renderVerifyLog(view: VerifyView): string {
  return textPrinter().document([...storyOf(view), para(prose(view.reason, 4_000))]);
}

/** The image, the reasons of a refusal with their remedies, and the facts. */
function storyOf(view: VerifyView): Block[] {
  const { verdict, asked, pinned, refusals, pages } = view;
  return [
    heading(2, say`${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWERS[verdict]}`),
    para(verdict === "pass" && pinned !== undefined ? say`Deploy ${code(pinned, 300)}: its digest cannot change.` : ""),
    ...refusals
      .slice(0, MOST)
      .flatMap(({ code: id, what, remedy }) => [
        para(strong(prose(what), "."), " (", code(id), ")"),
        para(prose(remedy), " ", explained(id, pages)),
      ]),
    ...attestedBlocks(view),
    smallPrint(factsOf(view)),
  ];
}

const COUNTS = ["findings", "limit of the gate", "limit here"].map((words) => ({ words, align: "right" as const }));

function attestedBlocks(view: VerifyView): Block[] {
  const { attested, limits: here = {} } = view;
  if (attested === undefined) return [];
  const { counts, limits } = attested;
  const rows = SEVERITIES.map((severity) => {
    const name = severityName(severity);
    return [severity, number(counts[name]), String(limits[name]), String(here[severity] ?? "–")];
  });
  return [
    para("The gate's newest verdict: ", strong(attested.verdict), ", ", scannedWords(attested, view), "."),
    table(["severity", ...COUNTS], rows),
    para(restsOn(attested)),
    listed(attested.exceptions, {
      head: ["exception", "package", "last day", "owner", "reason"],
      row: ({ id, package: of, expires, owner = "", reason }) => [
        code(id),
        of === undefined ? "" : code(of),
        expires,
        prose(owner),
        prose(reason, 300),
      ],
      rank: 0,
      most: MOST,
      what: "more exception",
      open: 0,
      folded: () => "The exceptions that the verdict rests on",
    }),
  ];
}

/** The time of the image's scan, and the allowed age. */
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
    ...(gaps.length === 0 ? [] : [`${counted(gaps.length, "accepted gap")} in coverage`]),
    ...(platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]),
  ].join("; ");
}

/** Programs by name and version. */
function scannersOf({ scanner, scanners = [scanner] }: VerdictPredicate): Inline {
  const named = scanners.map(({ name, version }) => `${name} ${version}`);
  return say`${named.length === 1 ? "Scanner" : "Scanners"}: ${prose(named.join(", "), 200)}`;
}

/** The facts behind the answer: the image, the accepted signers, and the programs. */
function factsOf({ pinned, signer, attested, cosign }: VerifyView): Inline[] {
  const run = attested?.run.url;
  return [
    pinned === undefined ? "" : say`Digest: ${code(pinned, 300)}`,
    signer === undefined ? "" : say`Accepted: signatures of ${prose(signer)}`,
    attested === undefined ? "" : scannersOf(attested),
    run === undefined ? "" : link("the run that judged it", run),
    cosign === undefined ? "" : say`Cosign ${prose(cosign.version)}, SHA-256 ${code(cosign.sha256)}`,
  ];
}
