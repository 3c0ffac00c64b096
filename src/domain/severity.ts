/** The severities, most severe first. */
export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The highest number of open findings that still passes; `unlimited` allows any. */
export type Limit = number | "unlimited";
/** One limit per severity. */
export type Thresholds = Readonly<Record<Severity, Limit>>;
/** One number per severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** What applies where neither input nor policy says otherwise: no CRITICAL, no HIGH. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  CRITICAL: 0,
  HIGH: 0,
  MEDIUM: "unlimited",
  LOW: "unlimited",
  UNKNOWN: "unlimited",
};

const RANK = new Map<string, number>(SEVERITIES.map((severity, rank) => [severity, rank]));

/** 0 for CRITICAL to 4 for UNKNOWN: sorts most severe first. */
export function severityRank(severity: Severity): number {
  return RANK.get(severity) ?? SEVERITIES.length - 1;
}

/** The scanner's text to a severity, in whichever case; one that we do not know is UNKNOWN. */
export function toSeverity(text: string | undefined): Severity {
  const severity = text?.toUpperCase() ?? "";
  return RANK.has(severity) ? (severity as Severity) : "UNKNOWN";
}

/** A record with the same value for every severity. */
export function perSeverity<T>(make: (severity: Severity) => T): Record<Severity, T> {
  return Object.fromEntries(SEVERITIES.map((severity) => [severity, make(severity)])) as Record<Severity, T>;
}
