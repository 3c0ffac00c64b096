import { z } from "zod";
import { dayOf, spanWords } from "../dates.ts";
import { listSome } from "../list-some.ts";
import { type Limit, SEVERITIES, type Severity, severityName } from "../severity.ts";
import type { Described } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import { VERDICT_TYPE, type VerdictPredicate, verdictPredicate } from "./predicate.ts";

/** What was found for one image. Everything in it is proven to come from the accepted key or identity. */
export interface Evidence {
  /** Of the image that is asked for; of an index, its own. */
  readonly digest: string;
  /** Only of an index: the digests of its images. */
  readonly images?: readonly string[] | undefined;
  /** The image itself is signed. An attestation alone is not a signature. */
  readonly signed: boolean;
  /** The statements (in-toto) that are attested for the image, as parsed JSON. */
  readonly statements: readonly unknown[];
}

/** What evidence is held to. */
export interface Terms {
  readonly now: Date;
  /** A verdict whose scan is older does not count. */
  readonly maxAgeMs: number;
  /** Those of the deploying side. If a severity has none, the verdict's own limit holds. */
  readonly limits: Partial<Readonly<Record<Severity, Limit>>>;
}

/** A reason not to deploy. */
export type Refusal = Described;

/** Either the verdict that counts, or at least one reason against the image. */
export type Acceptance =
  | { readonly verdict: VerdictPredicate; readonly refusals?: undefined }
  /** `verdict` is the one that was refused, if there is one that can be read. */
  | { readonly refusals: readonly [Refusal, ...Refusal[]]; readonly verdict?: VerdictPredicate | undefined };

/** How far ahead of this machine's clock the scanning machine's may be. */
export const MAX_SKEW_MS = 5 * 60_000;

const GATE_AGAIN = "Run the gate on this digest again, and sign it after a pass.";
const REMOVE =
  "Find out who signed it. Remove the attestation from the registry, or replace the key if somebody else has it.";

const statementSchema = z.object({
  _type: z.string().regex(/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/**
 * Decides whether an image may be deployed. Of several verdicts those of the newest scan count, and all of them must
 * hold: a new `fail` beats an old `pass`, whatever their order. A verdict of ours that cannot be read is a reason
 * against the image, since it could be the newest. Nothing is skipped but statements of other types.
 */
export function acceptEvidence(evidence: Evidence, terms: Terms): Acceptance {
  const refusals: Refusal[] = evidence.signed ? [] : [unsigned(evidence)];
  const read = evidence.statements.map((statement) => readStatement(statement, evidence.digest));
  refusals.push(...distinct(read.flatMap((each) => each.refusal ?? [])));
  const verdicts = read.flatMap((each) => each.verdict ?? []);
  const newest = verdicts.reduce((latest, verdict) => Math.max(latest, timeOf(verdict)), Number.NEGATIVE_INFINITY);
  // Several signers may have judged at one moment. Which of them is shown must not depend on the registry's order.
  const counting = verdicts
    .filter((verdict) => timeOf(verdict) === newest)
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  if (refusals.length === 0 && counting.length === 0) refusals.push(missing(evidence));
  refusals.push(...distinct(counting.flatMap((verdict) => refusalsOf(verdict, evidence, terms))));
  const [first, ...rest] = refusals;
  if (first !== undefined)
    return { refusals: [first, ...rest], verdict: counting.find(({ verdict }) => verdict !== "pass") ?? counting[0] };
  const [verdict] = counting;
  // The compiler cannot see it: without a verdict, there is a refusal.
  return verdict === undefined ? { refusals: [missing(evidence)] } : { verdict };
}

function timeOf({ scannedAt }: VerdictPredicate): number {
  return Date.parse(scannedAt);
}

function distinct(refusals: readonly Refusal[]): Refusal[] {
  const byText = new Map(refusals.map((refusal) => [`${refusal.code} ${refusal.what}`, refusal]));
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, refusal]) => refusal);
}

/**
 * Reads a statement about an image. One of ours that cannot be read is a reason against the image. One of another type
 * is neither that nor a verdict.
 */
function readStatement(value: unknown, digest: string) {
  const statement = statementSchema.safeParse(value);
  if (!statement.success) return { refusal: unreadable("its statement has not the form of in-toto's") };
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

function refusalsOf(verdict: VerdictPredicate, evidence: Evidence, terms: Terms): Refusal[] {
  return [
    notPassing(verdict),
    wrongTime(verdict, terms),
    endedExceptions(verdict, terms),
    ...brokenLimits(verdict, terms),
    unjudgedImages(verdict, evidence),
  ].filter((each) => each !== undefined);
}

function unsigned({ statements }: Evidence): Refusal {
  if (statements.length > 0)
    return {
      code: "attestation-without-signature",
      what: "The image has attestations of the accepted key or identity, but no signature of it",
      remedy: "Sign the image with sign/ of Image Gate, or by `cosign sign`. An attestation alone is not a signature.",
    };
  return {
    code: "image-unsigned",
    what: "The image has neither a signature nor a verdict of the accepted key or identity",
    remedy: `Check that the key or the identity that is accepted here is the one that signs. ${GATE_AGAIN}`,
  };
}

function missing({ statements }: Evidence): Refusal {
  const others = statements.length === 0 ? "" : "; there are attestations of other types";
  return {
    code: "verdict-missing",
    what: `No verdict of the gate is attested for this digest by the accepted key or identity${others}`,
    remedy: `${GATE_AGAIN} Evidence of another digest does not count.`,
  };
}

function unreadable(why: string): Refusal {
  return {
    code: "verdict-unreadable",
    what: `A verdict that the accepted key or identity attested cannot be read: ${why}`,
    remedy: `It could be the newest, so that no other counts. ${REMOVE}`,
  };
}

function ofAnotherImage(digest: string): Refusal {
  return {
    code: "verdict-of-another-image",
    what: `A verdict that is attested for this image is about ${digest}`,
    remedy: REMOVE,
  };
}

function notPassing({ verdict, reason, scannedAt }: VerdictPredicate): Refusal | undefined {
  if (verdict === "pass") return undefined;
  return {
    code: "verdict-not-a-pass",
    what: `The newest verdict, of ${scannedAt}, is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
    remedy: `An older pass does not count. Clear what fails, and build the image again; or r${GATE_AGAIN.slice(1)}`,
  };
}

function wrongTime(verdict: VerdictPredicate, { now, maxAgeMs }: Terms): Refusal | undefined {
  const age = now.getTime() - timeOf(verdict);
  if (age < -MAX_SKEW_MS)
    return {
      code: "verdict-from-the-future",
      what: `The newest verdict is of ${verdict.scannedAt}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`,
      remedy: "Set the clock of the machine that is wrong: this one, or the one that scanned.",
    };
  // A time that is not a number is refused too.
  if (age <= maxAgeMs) return undefined;
  return {
    code: "verdict-too-old",
    what: `The newest verdict is of ${verdict.scannedAt}, and none older than ${spanWords(maxAgeMs)} may be deployed`,
    remedy: `${GATE_AGAIN} A schedule keeps the evidence of running images fresh.`,
  };
}

function endedExceptions({ exceptions }: VerdictPredicate, { now }: Terms): Refusal | undefined {
  const ended = exceptions.filter(({ expires }) => expires < dayOf(now));
  if (ended.length === 0) return undefined;
  const names = listSome(ended, 5, { show: ({ id, expires }) => `${id} (last day ${expires})` });
  return {
    code: "exception-ended",
    what: `The verdict relied on ${ended.length === 1 ? "an exception that has" : "exceptions that have"} ended since: ${names}`,
    remedy: `Fix the finding, or decide again on the exception. ${GATE_AGAIN}`,
  };
}

function brokenLimits({ verdict, counts, limits }: VerdictPredicate, terms: Terms): Refusal[] {
  const isOver = (count: number, limit: Limit) => limit !== "unlimited" && !(count <= limit);
  const broken = (limitOf: (severity: Severity) => Limit) =>
    SEVERITIES.filter((each) => isOver(counts[severityName(each)], limitOf(each)))
      .map((each) => `${counts[severityName(each)]} ${each} (limit ${limitOf(each)})`)
      .join(", ");
  const own = verdict === "pass" ? broken((each) => limits[severityName(each)]) : "";
  const ours = broken((each) => terms.limits[each] ?? "unlimited");
  const inconsistent: Refusal = {
    code: "verdict-inconsistent",
    what: `The verdict says \`pass\`, but has ${own} by its own limits`,
    remedy: REMOVE,
  };
  const exceeded: Refusal = {
    code: "limit-exceeded",
    what: `The verdict has ${ours}, more than may be deployed here`,
    remedy: "Fix the findings and build the image again, or raise the limit where it is deployed.",
  };
  return [...(own === "" ? [] : [inconsistent]), ...(ours === "" ? [] : [exceeded])];
}

/** The digest of an index commits to all its images, but only the verdict says that each of them was judged. */
function unjudgedImages({ image: { platforms = [] } }: VerdictPredicate, { images }: Evidence): Refusal | undefined {
  const judged = new Set(platforms.map((each) => each.digest));
  const left = (images ?? []).filter((digest) => !judged.has(digest));
  if (left.length === 0) return undefined;
  return {
    code: "platform-not-judged",
    what: `The index has ${left.length} image${left.length === 1 ? "" : "s"} that the verdict does not name: ${left.slice(0, 3).join(", ")}`,
    remedy: "Let the gate judge each platform (`platform: all`), and sign the index after that.",
  };
}

/** What the signer has attested of an image before, alongside a verdict that is to be signed now. */
export interface Earlier {
  /** Why the new one may not be signed, as a clause; the words may be a stranger's. */
  readonly against?: string | undefined;
  /**
   * Verdicts of earlier scans that are not a pass, the newest first. They must not be lost where the image is copied
   * to.
   */
  readonly refusing: readonly VerdictPredicate[];
}

/** More are not copied: the newest say enough. */
const MOST_COPIED = 20;

/**
 * Weighs what was attested before against a new verdict. One of a later moment, or of the same, that is not a pass
 * withdraws the image: verification takes the newest. One that cannot be read could be the newest.
 * @param statements of in-toto, as parsed JSON, proven to be the signer's
 */
export function weighEarlier(statements: readonly unknown[], digest: string, own: VerdictPredicate): Earlier {
  const refusing: VerdictPredicate[] = [];
  for (const statement of statements) {
    const { verdict, refusal } = readStatement(statement, digest);
    if (refusal !== undefined) return { against: refusal.what, refusing: [] };
    if (verdict === undefined || verdict.verdict === "pass") continue;
    const { scannedAt, reason } = verdict;
    if (!(Date.parse(scannedAt) < Date.parse(own.scannedAt)))
      return {
        against: `a verdict of ${scannedAt} is \`${verdict.verdict}\` (${reason.replace(/\.$/, "")}), and the scan that would be signed is of ${own.scannedAt}`,
        refusing: [],
      };
    refusing.push(verdict);
  }
  const unique = new Map(refusing.map((each) => [JSON.stringify(each), each]));
  const newestFirst = [...unique.values()].sort((a, b) => Date.parse(b.scannedAt) - Date.parse(a.scannedAt));
  return { refusing: newestFirst.slice(0, MOST_COPIED) };
}
