import type { Origin } from "../../domain/image/base-image.ts";
import type { Exemption, JudgedFinding } from "../../domain/verdict.ts";
import { plain, shorten } from "./safe-text.ts";

/**
 * The outcome of a finding, for tables that tools read: `open`, `accepted: its reason`, `not counted`. The reason is
 * untrusted text; it is on one line and has no invisible characters.
 */
export function statusOf(judged: JudgedFinding): string {
  if (judged.outcome === "open") return "open";
  return judged.outcome === "not-counted" ? "not counted" : `accepted: ${whyAccepted(judged)}`;
}

/** Why a finding is accepted: the reason of the exception in force, or the words of the VEX document. */
export function whyAccepted({ exceptions: [exception], vex }: JudgedFinding): string {
  if (exception !== undefined) return plain(exception.reason);
  const words = vex?.status === "fixed" ? "VEX fixed" : "VEX not affected";
  return plain(vex?.justification === undefined ? words : `${words}: ${vex.justification}`);
}

/** The rule by which a finding does not count, and the day on which that ends. */
export function sparingRule(judged: JudgedFinding): string {
  const { countsFrom } = judged;
  return EXEMPTED[judged.spared ?? "unfixed"] + (countsFrom === undefined ? "" : `; counts from ${plain(countsFrom)}`);
}

/** Why a finding does not count towards its limit, as a clause. Empty if it counts. */
export function whyExempted(judged: JudgedFinding): string {
  if (judged.outcome === "open") return "";
  if (judged.outcome === "not-counted") return `not counted: ${sparingRule(judged)}`;
  const [exception] = judged.exceptions;
  return `${statusOf(judged)}${exception === undefined ? "" : ` (until ${plain(exception.expires)})`}`;
}

/** Why findings do not count, in words. */
export const EXEMPTED: Readonly<Record<Exemption, string>> = {
  unfixed: "without a fix",
  grace: "in their grace period",
  "not-introduced": "not brought in by this change",
  "not-agreed": "that not all scanners see",
};

/** The origin of a finding in words. */
export const ORIGINS: Readonly<Record<Origin, string>> = { base: "base image", own: "ours" };

/** Lower scores are not worth a mark: nine of ten advisories have one. */
const LEAST_SCORE = 0.01;

/** The known attacks in words: `exploited, due 2026-12-01, ransomware` and `EPSS 72 %`. */
export function exploitWords({ exploitation }: Pick<JudgedFinding, "exploitation">): string[] {
  const { kev, epss } = exploitation ?? {};
  return [
    ...(kev === undefined
      ? []
      : [
          `exploited${kev.dueDate === undefined ? "" : `, due ${plain(shorten(kev.dueDate, 10))}`}${kev.ransomware ? ", ransomware" : ""}`,
        ]),
    ...(epss !== undefined && epss >= LEAST_SCORE ? [`EPSS ${Math.floor(epss * 100 + 1e-9)} %`] : []),
  ];
}
