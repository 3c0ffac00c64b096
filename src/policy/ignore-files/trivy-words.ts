import { addDays, type Day, isDay } from "../../domain/dates.ts";

export const TRIVY = "Trivy";

/** From Trivy 0.69 on a check is `DS-0002`, no longer `AVD-DS-0002` or `DS002`. A former name becomes a comment. */
export function presentId(id: string | undefined, comments: string[]): string | undefined {
  const [, prefix, number] = /^(?:AVD-([A-Z]{2,})-|(?:DS|KSV)(?=\d{3}$))(\d{3,4})$/.exec(id ?? "") ?? [];
  if (id === undefined || number === undefined) return id?.trim() || undefined;
  comments.push(`${id} in Trivy's file, by its former name.`);
  return `${prefix ?? id.slice(0, -number.length)}-${number.padStart(4, "0")}`;
}

/** A date of Trivy's ends at the start of its day. One that is not a day becomes a comment. */
export function trivyLastDay(expiredAt: string | undefined, comments: string[]): Day | undefined {
  if (expiredAt === undefined || expiredAt.trim() === "") return undefined;
  if (isDay(expiredAt)) return addDays(expiredAt, -1);
  comments.push("The date in Trivy's file is not a plain day (YYYY-MM-DD).");
  return undefined;
}
