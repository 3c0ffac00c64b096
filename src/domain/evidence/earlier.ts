import { readStatement } from "./accept.ts";
import type { VerdictPredicate } from "./predicate.ts";

/** What the signer has attested of an image before, beside a verdict that is to be signed now. */
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
