/** The severities, most severe first. */
export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"] as const;
export type Severity = (typeof SEVERITIES)[number];
/** A severity in the spelling of inputs, outputs and the policy file: `critical`. */
export type SeverityName = Lowercase<Severity>;

/** The severities that users are asked about first. The default limit of both is 0. */
export const URGENT = ["critical", "high"] as const satisfies readonly SeverityName[];

/** True if a severity is one of {@link URGENT}. */
export function isUrgent(severity: SeverityName): boolean {
  return URGENT.some((each) => each === severity);
}

/** The highest number of open findings that still passes. `unlimited` allows any number. */
export type Limit = number | "unlimited";
/** The stricter of two limits. */
export function lowerLimit(a: Limit, b: Limit): Limit {
  if (a === "unlimited") return b;
  return b === "unlimited" ? a : Math.min(a, b);
}
/** One limit per severity. */
export type Thresholds = Readonly<Record<Severity, Limit>>;
/** One number per severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** The limits if neither an input nor the policy sets others: no CRITICAL, no HIGH. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  CRITICAL: 0,
  HIGH: 0,
  MEDIUM: "unlimited",
  LOW: "unlimited",
  UNKNOWN: "unlimited",
};

/** 0 for CRITICAL to 4 for UNKNOWN, to sort the most severe first. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** The severity for a scanner's text, in upper or lower case. Returns UNKNOWN for any other text. */
export function toSeverity(text: string | undefined): Severity {
  if (text === undefined) return "UNKNOWN";
  return KNOWN.get(text) ?? KNOWN.get(text.toUpperCase()) ?? "UNKNOWN";
}

/** One shared string for each severity, in place of a separate one for each row of a report. */
const KNOWN: ReadonlyMap<string, Severity> = new Map(SEVERITIES.map((severity) => [severity, severity]));

/** A record with one value for every severity. */
export function perSeverity<T>(make: (severity: Severity) => T): Record<Severity, T> {
  // Called for each row and each package: `Object.fromEntries` takes five times as long.
  const made: Partial<Record<Severity, T>> = {};
  for (const severity of SEVERITIES) made[severity] = make(severity);
  return made as Record<Severity, T>;
}

/** The same, with the names from inputs, outputs and the policy file as keys. */
export function perSeverityName<T>(make: (severity: Severity) => T): Record<SeverityName, T> {
  const entries = SEVERITIES.map((severity) => [severityName(severity), make(severity)]);
  return Object.fromEntries(entries) as Record<SeverityName, T>;
}

/** `critical` for `CRITICAL`. */
export function severityName(severity: Severity): SeverityName {
  return severity.toLowerCase() as SeverityName;
}

/** Sorts smaller counts first. One finding of a severity outweighs any number of less severe ones. */
export function compareCounts(a: Counts, b: Counts): number {
  for (const severity of SEVERITIES) {
    const difference = a[severity] - b[severity];
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Counts items by severity. */
export function countSeverities<T>(items: Iterable<T>, severityOf: (item: T) => Severity): Counts {
  const counts = perSeverity(() => 0);
  for (const item of items) counts[severityOf(item)] += 1;
  return counts;
}

/** The severity of a CVSS base score (table 14 of the specification, version 3.1). */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "CRITICAL";
  if (score >= 7) return "HIGH";
  return score >= 4 ? "MEDIUM" : "LOW";
}
