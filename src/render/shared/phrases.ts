import { number } from "../../domain/list-some.ts";
import { type Counts, SEVERITIES } from "../../domain/severity.ts";

export { counted, joined, number } from "../../domain/list-some.ts";

/** `2 CRITICAL, 5 HIGH`. Severities with a count of zero are left out. */
export function severityList(counts: Counts): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${number(counts[severity])} ${severity}`)
    .join(", ");
}

/** Gives the distance of a last day from today: `ends today`, `ended yesterday`, `ends in 5 days`. */
export function whenItEnds(daysLeft: number): string {
  if (daysLeft === 0) return "ends today";
  if (daysLeft === 1) return "ends tomorrow";
  if (daysLeft > 1) return `ends in ${number(daysLeft)} days`;
  return daysLeft === -1 ? "ended yesterday" : `ended ${number(-daysLeft)} days ago`;
}

/** The age of a time: `5 h`, `3 days`. Undefined if the text is not a time. */
export function age(time: string, now: Date): string | undefined {
  const minutes = Math.round((now.getTime() - Date.parse(time)) / 60_000);
  if (Number.isNaN(minutes)) return undefined;
  if (minutes < 60) return `${Math.max(0, minutes)} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${number(Math.round(minutes / 1440))} days`;
}

/** `125 MB`, in decimal units, as registries show sizes. */
export function sizeWords(bytes: number): string {
  const [divisor, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const value = bytes / divisor;
  return `${value < 10 ? value.toFixed(1) : number(Math.round(value))} ${unit}`;
}
