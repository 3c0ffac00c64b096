import { addDays, type Day, dayOf, isDay } from "../dates.ts";
import type { Finding } from "../finding.ts";
import type { Policy } from "./policy.ts";

/** The first day on which a finding counts, if that is in the future. Undefined: it counts today. */
export type Grace = (finding: Finding) => Day | undefined;

/**
 * The period after an advisory's publication in which its findings are exempted, in whole UTC days. With 7 days, an
 * advisory from the 17th at any hour counts from the 24th, 00:00 UTC. A date that is missing, unreadable or in the
 * future exempts nothing. Nor does a severity that the policy does not name. Returns undefined if nothing can be
 * exempted.
 */
export function compileGrace({ graceDays = {} }: Policy, today: Day): Grace | undefined {
  if (!Object.values(graceDays).some((days) => days > 0)) return undefined;
  return ({ severity, publishedAt }) => {
    const days = graceDays[severity] ?? 0;
    const published = days > 0 && publishedAt !== undefined ? publicationDay(publishedAt) : undefined;
    if (published === undefined || published > today) return undefined;
    const from = addDays(published, days);
    return from > today ? from : undefined;
  };
}

/** ISO 8601: only a day, or a day and a time with its zone. */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/i;

function publicationDay(text: string): Day | undefined {
  const day = TIME.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : dayOf(new Date(time));
}
