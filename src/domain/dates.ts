/** A day in UTC, `YYYY-MM-DD`. ISO days compare as text. */
export type Day = string;

const DAY_IN_MS = 86_400_000;

/** The day in UTC, regardless of the local time zone. */
export function dayOf(now: Date): Day {
  return now.toISOString().slice(0, 10);
}

/** True if the text is a real calendar day in the form `YYYY-MM-DD`. 2026-02-30 is not. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Some engines parse 30 February as 2 March.
  return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}

/** Days from one day to another, negative if `to` is earlier. Both must be real calendar days. */
export function daysBetween(from: Day, to: Day): number {
  return (startOf(to) - startOf(from)) / DAY_IN_MS;
}

/** The day that is `days` days later, or earlier if `days` is negative. */
export function addDays(day: Day, days: number): Day {
  return dayOf(new Date(startOf(day) + days * DAY_IN_MS));
}

/** Milliseconds at 00:00 UTC. */
function startOf(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** `2026-11-28T10:00:00Z`: without fractions of a second. */
export function isoSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** `7 days`, `36 h`, `90 s`: a duration in milliseconds, in the largest unit that expresses it exactly. */
export function spanWords(ms: number): string {
  const units = { day: DAY_IN_MS, h: 3_600_000, min: 60_000 };
  const [unit, length] = Object.entries(units).find(([, each]) => ms >= each && ms % each === 0) ?? ["s", 1000];
  return `${ms / length} ${unit}${unit === "day" && ms > length ? "s" : ""}`;
}

/** The instant (ISO 8601) this many days earlier. */
export function daysBefore(instant: string, days: number): string {
  return `${addDays(instant.slice(0, 10), -days)}${instant.slice(10)}`;
}
