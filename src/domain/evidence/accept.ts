import { z } from "zod";
import { distinct } from "../collections.ts";
import { dayOf, spanWords } from "../dates.ts";
import { listSome } from "../list-some.ts";
import { type Limit, SEVERITIES, type Severity, severityName } from "../severity.ts";
import type { Problem } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import { VERDICT_TYPE, type VerdictPredicate, verdictPredicate } from "./predicate.ts";

/** The evidence for one image. All of it is proven to come from the accepted key or identity. */
export interface Evidence {
  /** The requested image's digest; for an index, the index's own. */
  readonly digest: string;
  /** Only for an index: the digests of its images. */
  readonly images?: readonly string[] | undefined;
  /** The image itself is signed. An attestation alone is not a signature. */
  readonly signed: boolean;
  /** The statements (in-toto) that are attested for the image, as parsed JSON. */
  readonly statements: readonly unknown[];
}

/** The terms for accepting evidence. */
export interface Terms {
  readonly now: Date;
  /** A verdict whose scan is older does not count. */
  readonly maxAgeMs: number;
  /** The deploying side's limits. If a severity has none, the verdict's own limit applies. */
  readonly limits: Partial<Readonly<Record<Severity, Limit>>>;
}

/** Either the verdict that counts, or at least one reason against the image. */
export type Acceptance =
  | { readonly verdict: VerdictPredicate; readonly refusals?: undefined }
  /** `verdict` is the refused one, if one could be read. */
  | { readonly refusals: readonly [Problem, ...Problem[]]; readonly verdict?: VerdictPredicate | undefined };

/** Allowance for a scanning machine whose clock is ahead of this machine's. */
export const MAX_SKEW_MS = 5 * 60_000;

const GATE_AGAIN = "Run the gate on this digest again, and sign it after a pass.";
const REMOVE =
  "Find out who signed it. Remove the attestation from the registry, or replace the key if another person has it.";

const statementSchema = z.object({
  _type: z.string().regex(/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/**
 * Decides whether an image may be deployed. If there are several verdicts, those from the newest scan count, and all of
 * them must be acceptable: a new `fail` overrides an old `pass`, in any order. An unreadable verdict of Image Gate is a
 * reason against the image, since it could be the newest. Only statements of other types are skipped.
 */
export function acceptEvidence(evidence: Evidence, terms: Terms): Acceptance {
  const refusals: Problem[] = evidence.signed ? [] : [unsigned(evidence)];
  const read = evidence.statements.map((statement) => readStatement(statement, evidence.digest));
  refusals.push(...sorted(read.flatMap((each) => each.refusal ?? [])));
  const verdicts = read.flatMap((each) => each.verdict ?? []);
  const newest = verdicts.reduce((latest, verdict) => Math.max(latest, timeOf(verdict)), Number.NEGATIVE_INFINITY);
  // Several signers may have judged at the same moment. The choice of the displayed verdict must not depend on the
  // registry's order.
  const counting = verdicts
    .filter((verdict) => timeOf(verdict) === newest)
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  const [verdict] = counting;
  if (refusals.length === 0 && verdict === undefined) refusals.push(missing(evidence));
  refusals.push(...sorted(counting.flatMap((verdict) => refusalsOf(verdict, evidence, terms))));
  const [first, ...rest] = refusals;
  if (first !== undefined)
    return { refusals: [first, ...rest], verdict: counting.find(({ verdict }) => verdict !== "pass") ?? counting[0] };
  return { verdict: verdict as VerdictPredicate };
}

function timeOf({ scannedAt }: VerdictPredicate): number {
  return Date.parse(scannedAt);
}

function sorted(refusals: readonly Problem[]): Problem[] {
  return distinct(refusals).sort((a, b) => compareText(`${a.code} ${a.what}`, `${b.code} ${b.what}`));
}

/**
 * Reads a statement about an image. An unreadable verdict of Image Gate is a reason against the image. A statement of
 * another type is ignored.
 */
function readStatement(value: unknown, digest: string) {
  const statement = statementSchema.safeParse(value);
  if (!statement.success) return { refusal: unreadable("its statement is not a valid in-toto statement") };
  const { subject, predicateType, predicate } = statement.data;
  if (predicateType !== VERDICT_TYPE) return {};
  const parsed = verdictPredicate.safeParse(predicate);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { refusal: unreadable(`\`${issue?.path.join(".") || "predicate"}\` is not what docs/verdict.md describes`) };
  }
  const named = parsed.data.image.digest;
  if (
    named !== digest ||
    !subject.some((each) => Object.hasOwn(each.digest, "sha256") && `sha256:${each.digest.sha256}` === digest)
  )
    return { refusal: ofAnotherImage(named === digest ? subject.map((each) => each.digest.sha256).join(", ") : named) };
  return { verdict: parsed.data };
}

function refusalsOf(verdict: VerdictPredicate, evidence: Evidence, terms: Terms): Problem[] {
  return [
    notPassing(verdict),
    wrongTime(verdict, terms),
    endedExceptions(verdict, terms),
    ...brokenLimits(verdict, terms),
    unjudgedImages(verdict, evidence),
  ].filter((each) => each !== undefined);
}

function unsigned({ statements }: Evidence): Problem {
  if (statements.length > 0)
    return {
      code: "attestation-without-signature",
      what: "The image has attestations of the accepted key or identity, but no signature",
      remedy: "Sign the image with Image Gate's sign/, or with `cosign sign`. An attestation alone is not a signature.",
    };
  return {
    code: "image-unsigned",
    what: "The image has neither a signature nor a verdict of the accepted key or identity",
    remedy: `Check that the accepted key or identity is the signer's. ${GATE_AGAIN}`,
  };
}

function missing({ statements }: Evidence): Problem {
  const others = statements.length === 0 ? "" : "; there are attestations of other types";
  return {
    code: "verdict-missing",
    what: `No verdict of the gate is attested for this digest by the accepted key or identity${others}`,
    remedy: `${GATE_AGAIN} Evidence of another digest does not count.`,
  };
}

function unreadable(why: string): Problem {
  return {
    code: "verdict-unreadable",
    what: `A verdict that the accepted key or identity attested cannot be read: ${why}`,
    remedy: `It could be the newest one, so no other verdict counts. ${REMOVE}`,
  };
}

function ofAnotherImage(digest: string): Problem {
  return {
    code: "verdict-of-another-image",
    what: `A verdict that is attested for this image is about ${digest}`,
    remedy: REMOVE,
  };
}

function notPassing({ verdict, reason, scannedAt }: VerdictPredicate): Problem | undefined {
  if (verdict === "pass") return undefined;
  return {
    code: "verdict-not-a-pass",
    what: `The newest verdict, of ${scannedAt}, is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
    remedy: `An older pass does not count. Clear the failing findings, and build the image again; or r${GATE_AGAIN.slice(1)}`,
  };
}

function wrongTime(verdict: VerdictPredicate, { now, maxAgeMs }: Terms): Problem | undefined {
  const age = now.getTime() - timeOf(verdict);
  if (age < -MAX_SKEW_MS)
    return {
      code: "verdict-from-the-future",
      what: `The newest verdict is of ${verdict.scannedAt}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`,
      remedy: "Correct the clock of the machine that is wrong: this one, or the scanning machine.",
    };
  // An invalid time is refused too.
  if (age <= maxAgeMs) return undefined;
  return {
    code: "verdict-too-old",
    what: `The newest verdict is of ${verdict.scannedAt}, and none older than ${spanWords(maxAgeMs)} may be deployed`,
    remedy: `${GATE_AGAIN} A schedule keeps the evidence of running images fresh.`,
  };
}

function endedExceptions({ exceptions }: VerdictPredicate, { now }: Terms): Problem | undefined {
  const ended = exceptions.filter(({ expires }) => expires < dayOf(now));
  if (ended.length === 0) return undefined;
  const names = listSome(ended, 5, { show: ({ id, expires }) => `${id} (last day ${expires})` });
  return {
    code: "exception-ended",
    what: `The verdict relied on ${ended.length === 1 ? "an exception that has" : "exceptions that have"} ended since: ${names}`,
    remedy: `Fix the finding, or decide again on the exception. ${GATE_AGAIN}`,
  };
}

function brokenLimits({ verdict, counts, limits }: VerdictPredicate, terms: Terms): Problem[] {
  const isOver = (count: number, limit: Limit) => limit !== "unlimited" && !(count <= limit);
  const broken = (limitOf: (severity: Severity) => Limit) =>
    SEVERITIES.filter((each) => isOver(counts[severityName(each)], limitOf(each)))
      .map((each) => `${counts[severityName(each)]} ${each} (limit ${limitOf(each)})`)
      .join(", ");
  const own = verdict === "pass" ? broken((each) => limits[severityName(each)]) : "";
  const ours = broken((each) => terms.limits[each] ?? "unlimited");
  const inconsistent: Problem = {
    code: "verdict-inconsistent",
    what: `The verdict says \`pass\`, but has ${own} by its own limits`,
    remedy: REMOVE,
  };
  const exceeded: Problem = {
    code: "limit-exceeded",
    what: `The verdict has ${ours}, more than may be deployed here`,
    remedy: "Fix the findings and build the image again, or raise the limit where it is deployed.",
  };
  return [...(own === "" ? [] : [inconsistent]), ...(ours === "" ? [] : [exceeded])];
}

/** The digest of an index commits to all its images, but only the verdict shows that each of them was judged. */
function unjudgedImages({ image: { platforms = [] } }: VerdictPredicate, { images }: Evidence): Problem | undefined {
  const judged = new Set(platforms.map((each) => each.digest));
  const left = (images ?? []).filter((digest) => !judged.has(digest));
  if (left.length === 0) return undefined;
  return {
    code: "platform-not-judged",
    what: `The index has ${left.length} image${left.length === 1 ? "" : "s"} that the verdict does not name: ${left.slice(0, 3).join(", ")}`,
    remedy: "Let the gate judge each platform (`platform: all`), and sign the index after that.",
  };
}

/** More are not copied: the newest ones are sufficient. */
const MOST_COPIED = 20;

/**
 * Compares earlier attestations with a new verdict. A verdict of the same or a later moment that is not a pass
 * withdraws the image: verification uses the newest one. An unreadable verdict could be the newest.
 * @param statements in-toto statements, as parsed JSON, proven to be the signer's
 * @returns `against`: why the new verdict must not be signed, as a clause; the words may be a stranger's. `refusing`:
 * verdicts of earlier scans other than a pass, the newest first. They must be copied along with the image
 */
export function weighEarlier(statements: readonly unknown[], digest: string, own: VerdictPredicate) {
  const refusing: VerdictPredicate[] = [];
  for (const statement of statements) {
    const { verdict, refusal } = readStatement(statement, digest);
    if (refusal !== undefined) return { against: refusal.what, refusing: [] };
    if (verdict === undefined || verdict.verdict === "pass") continue;
    const { scannedAt, reason } = verdict;
    if (!(timeOf(verdict) < timeOf(own)))
      return {
        against: `a verdict of ${scannedAt} is \`${verdict.verdict}\` (${reason.replace(/\.$/, "")}), and the scan that would be signed is of ${own.scannedAt}`,
        refusing: [],
      };
    refusing.push(verdict);
  }
  const newestFirst = distinct(refusing).sort((a, b) => timeOf(b) - timeOf(a));
  return { refusing: newestFirst.slice(0, MOST_COPIED) };
}
