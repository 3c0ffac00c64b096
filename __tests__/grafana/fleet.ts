import type { Numbers } from "../../src/domain/metrics/numbers.ts";
import { perSeverityName, severityName } from "../../src/domain/severity.ts";
import { metricsText } from "../../src/metrics/text.ts";

// Invented numbers of two repositories, and the metrics that would be pushed for them.

export const SEVERITIES = ["critical", "high", "medium", "low", "unknown"] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Counts = Readonly<Partial<Record<Severity, number>>>;

export interface Image {
  readonly image: string;
  readonly open: Counts;
  readonly overdue: Counts;
  readonly gaps: number;
  /** Seconds; absent if nothing is unpatched. */
  readonly unpatched?: number;
  /** Seconds since 1970; 0 if it could never be scanned, and then its other numbers are unknown. */
  readonly lastScan: number;
}

/** The number of fixed findings, and the mean time until their fix, in seconds. */
export interface Fixed {
  readonly count: number;
  readonly mean?: number;
}

export interface Repository {
  readonly repository: string;
  readonly images: readonly Image[];
  /** Seconds; 0 if nothing is unpatched. */
  readonly oldest: number;
  /** Open findings by their age: each list has one number for each of {@link AGES}. */
  readonly ages: Readonly<Partial<Record<Severity, readonly [number, number, number, number]>>>;
  readonly remediations: Readonly<Record<"30d" | "90d", Readonly<Partial<Record<Severity, Fixed>>>>>;
  readonly exceptions: Readonly<Record<"live" | "ending" | "ended", number>>;
  /** Seconds. */
  readonly databaseAge: number;
}

/** The groups of ages, as metrics name them, with the last day of each. */
export const AGES = { "0-7d": 7, "7-30d": 30, "30-90d": 90, "over-90d": undefined } as const;

const DAY = 86_400;

/** An image name with difficult characters: a quote, a backslash, a line end, signs of regular expressions. */
const HOSTILE = 'evil"} or vector(1) #\\ (.*)|[$x]\nnext';
/** The same as a label: backslashes and line ends as JSON has them. */
export const HOSTILE_LABEL = '"evil\\"} or vector(1) #\\\\ (.*)|[$x]\\nnext"';

/** Twelve images of one repository and three of another, one of which both have. */
export function fleet(now: number): readonly [Repository, Repository] {
  const shop: Image[] = Array.from({ length: 12 }, (_, at) => ({
    image: at === 7 ? HOSTILE_LABEL : `ghcr.io/acme/service-${at}:1.${at}`,
    open: { critical: at % 3, high: at === 5 ? 0 : 2 * at, medium: 7, low: 30 + at, unknown: at === 2 ? 4 : 0 },
    overdue: { critical: at % 3 === 2 ? 1 : 0, high: at > 8 ? at - 7 : 0 },
    gaps: at % 4 === 1 ? at : 0,
    ...(at > 0 && { unpatched: at === 4 ? 41.5 * DAY : at * DAY }),
    lastScan: now - (at === 3 ? 9 * DAY : 3600 + at),
  }));
  return [
    {
      repository: "acme/shop",
      images: shop,
      oldest: 41.5 * DAY,
      ages: { critical: [5, 4, 3, 0], high: [100, 22, 0, 0], low: [0, 0, 0, 426] },
      remediations: {
        "30d": { critical: { count: 3, mean: 2 * DAY }, high: { count: 0 }, medium: { count: 1, mean: 60 * DAY } },
        "90d": {
          critical: { count: 5, mean: 3 * DAY },
          high: { count: 20, mean: 11.25 * DAY },
          medium: { count: 4, mean: 50 * DAY },
        },
      },
      exceptions: { live: 9, ending: 2, ended: 1 },
      databaseAge: 0.5 * DAY,
    },
    {
      repository: "acme.io/tools+more",
      images: [
        {
          image: "ghcr.io/acme/service-1:1.1",
          open: { critical: 1, high: 1 },
          overdue: {},
          gaps: 0,
          unpatched: 3 * DAY,
          lastScan: now - 60,
        },
        { image: "tools:latest", open: { critical: 0, high: 0, low: 2 }, overdue: {}, gaps: 3, lastScan: now - 60 },
        { image: "broken:1", open: {}, overdue: {}, gaps: 0, lastScan: 0 },
      ],
      oldest: 0,
      ages: { critical: [0, 0, 0, 1], high: [1, 0, 0, 0], low: [2, 0, 0, 0] },
      remediations: {
        "30d": { critical: { count: 0 } },
        "90d": { critical: { count: 1, mean: 30 * DAY }, high: { count: 0 } },
      },
      exceptions: { live: 0, ending: 0, ended: 0 },
      databaseAge: 4 * DAY,
    },
  ];
}

/** A line of OpenMetrics text with its time in seconds, for samples in the past. */
export function line(name: string, labels: Readonly<Record<string, string>>, value: number, time: number): string {
  const all = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `image_gate_${name}{${all}} ${value} ${time}`;
}

const perSeverity = <T>(make: (severity: Severity) => T): Record<Severity, T> =>
  perSeverityName((each) => make(severityName(each)));

/** The numbers as the re-scan computes them. */
function numbersOf({ images, ages, oldest, remediations, exceptions, databaseAge }: Repository, now: number): Numbers {
  const milliseconds = 1000;
  const instant = (time: number) => new Date(time * milliseconds).toISOString();
  const fixed = (window: "30d" | "90d") =>
    perSeverity((severity) => {
      const { count, mean } = remediations[window][severity] ?? { count: 0 };
      return { count, mean: mean === undefined ? undefined : mean * milliseconds };
    });
  return {
    now: instant(now),
    open: perSeverity((severity) => images.reduce((sum, { open }) => sum + (open[severity] ?? 0), 0)),
    ages: Object.values(AGES).map((upTo, at) => ({
      upTo,
      open: perSeverity((severity) => ages[severity]?.[at] ?? 0),
    })),
    oldestUnpatched: oldest === 0 ? undefined : { image: images[0]?.image ?? "", age: oldest * milliseconds },
    remediations: { "30d": fixed("30d"), "90d": fixed("90d") },
    exceptions,
    databaseAge: databaseAge * milliseconds,
    images: images.map(({ image, open, overdue, gaps, lastScan, unpatched }) => ({
      image: image === HOSTILE_LABEL ? HOSTILE : image,
      known:
        lastScan === 0
          ? undefined
          : {
              open: perSeverity((severity) => open[severity] ?? 0),
              overdue,
              gaps,
              unpatched: unpatched && unpatched * milliseconds,
            },
      lastScan: lastScan === 0 ? undefined : instant(lastScan),
    })),
  };
}

/** The metrics that the action writes for a repository, by its own code. */
export const textOf = (each: Repository, now: number): Promise<string> =>
  metricsText(numbersOf(each, now), each.repository);
