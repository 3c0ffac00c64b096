import { AGES, HOSTILE_LABEL, type Image, type Repository, SEVERITIES, type Severity } from "./fleet.ts";

// The expected answer to each query of the dashboard, computed from the same numbers without Prometheus.

const DAY = 86_400;

export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
type Expect = (chosen: readonly Repository[], now: number) => Row[];

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const one = (value: number): Row[] => [{ labels: {}, value }];
const imagesOf = (chosen: readonly Repository[]): (Image & { readonly repository: string })[] =>
  chosen.flatMap(({ repository, images }) => images.map((image) => ({ ...image, repository })));

/** Images that were scanned: the others are only known to run. */
const scannedOf = (chosen: readonly Repository[]) => imagesOf(chosen).filter(({ lastScan }) => lastScan > 0);

const serious = ({ open }: Image): number => (open.critical ?? 0) + (open.high ?? 0);

/** Sums by one label, or by two. */
function grouped<T>(
  items: readonly T[],
  labelsOf: (item: T) => Record<string, string>,
  numberOf: (item: T) => number,
): Row[] {
  const groups = new Map<string, Row>();
  for (const item of items) {
    const labels = labelsOf(item);
    const key = JSON.stringify(labels);
    groups.set(key, { labels, value: (groups.get(key)?.value ?? 0) + numberOf(item) });
  }
  return [...groups.values()];
}

const tenWorst = (rows: readonly Row[]): Row[] =>
  rows
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, 10);

const byImage =
  (numberOf: (image: Image) => number): Expect =>
  (chosen) =>
    grouped(scannedOf(chosen), ({ image, repository }) => ({ image, repository }), numberOf);

const overdueOf = ({ overdue }: Image): number => total(Object.values(overdue));

function bySeverity(of: "open" | "overdue", isWanted: (image: Image) => boolean = () => true): Expect {
  return (chosen) =>
    grouped(
      scannedOf(chosen)
        .filter(isWanted)
        .flatMap(({ [of]: counts }) =>
          SEVERITIES.filter((severity) => of === "open" || counts[severity] !== undefined).map((severity) => ({
            severity,
            count: counts[severity] ?? 0,
          })),
        ),
      ({ severity }) => ({ severity }),
      ({ count }) => count,
    );
}

type Window = "30d" | "90d";

/** Each fixed finding with its time: a mean of these is not a mean of means. */
function times(chosen: readonly Repository[], window: Window, severity: Severity): number[] {
  return chosen.flatMap(({ remediations }) => {
    const { count, mean = 0 } = remediations[window][severity] ?? { count: 0 };
    return Array.from({ length: count }, () => mean / DAY);
  });
}
const mean = (all: readonly number[]): number => total(all) / all.length;

const meanBySeverity =
  (window: Window): Expect =>
  (chosen) =>
    SEVERITIES.map((severity) => ({ severity, all: times(chosen, window, severity) }))
      .filter(({ all }) => all.length > 0)
      .map(({ severity, all }) => ({ labels: { severity }, value: mean(all) }));

const countBySeverity =
  (window: Window): Expect =>
  (chosen) =>
    SEVERITIES.map((severity) => ({ labels: { severity }, value: times(chosen, window, severity).length }));

const byRepository =
  (numberOf: (repository: Repository) => number): Expect =>
  (chosen) =>
    chosen.map((each) => ({ labels: { repository: each.repository }, value: numberOf(each) }));

const overdueTotal: Expect = (chosen) =>
  scannedOf(chosen).some(({ overdue }) => Object.keys(overdue).length > 0)
    ? one(total(scannedOf(chosen).map(overdueOf)))
    : [];

/** The image of the last part of the dashboard. */
export const chosenImage = HOSTILE_LABEL;

/** By the row that a panel is in, its title and the query's letter. */
export function expectations(): Readonly<Record<string, Expect>> {
  const isChosen = ({ image }: Image) => image === chosenImage;
  return {
    "/Open CRITICAL and HIGH findings/A": (chosen) => one(total(scannedOf(chosen).map(serious))),
    "/Oldest unpatched image/A": (chosen) => one(Math.max(...chosen.map(({ oldest }) => oldest / DAY))),
    "/Mean time to remediation/A": (chosen) => {
      const fixed = (["critical", "high"] as const).flatMap((severity) => times(chosen, "90d", severity));
      return one(fixed.length === 0 ? -1 : mean(fixed));
    },
    "/Images/A": (chosen) => one(imagesOf(chosen).length),
    "/Longest without a scan/A": (chosen, now) =>
      one(Math.max(...imagesOf(chosen).map(({ lastScan }) => (now - lastScan) / DAY))),
    "/Vulnerability database/A": (chosen) => one(Math.max(...chosen.map(({ databaseAge }) => databaseAge / DAY))),
    "/Overdue findings/A": overdueTotal,
    "/Exceptions that end soon/A": (chosen) => one(total(chosen.map(({ exceptions }) => exceptions.ending))),
    "/Coverage gaps/A": (chosen) => one(total(scannedOf(chosen).map(({ gaps }) => gaps))),
    "By severity and image/Open CRITICAL and HIGH findings/A": (chosen, now) =>
      bySeverity("open")(chosen, now).filter(({ labels }) => ["critical", "high"].includes(labels.severity ?? "")),
    "By severity and image/Open findings of all severities/A": bySeverity("open"),
    "By severity and image/Images with the most CRITICAL and HIGH findings/A": (chosen) =>
      tenWorst(grouped(scannedOf(chosen), ({ image }) => ({ image }), serious)),
    "By severity and image/Images/A": byImage(({ open }) => open.critical ?? 0),
    "By severity and image/Images/B": byImage(({ open }) => open.high ?? 0),
    "By severity and image/Images/C": byImage(({ open }) => open.medium ?? 0),
    "By severity and image/Images/D": byImage(({ open }) => open.low ?? 0),
    "By severity and image/Images/E": byImage(({ open }) => open.unknown ?? 0),
    "By severity and image/Images/F": (chosen, now) =>
      byImage(overdueOf)(
        chosen.map((each) => ({
          ...each,
          images: each.images.filter(({ overdue }) => Object.keys(overdue).length > 0),
        })),
        now,
      ),
    "By severity and image/Images/G": byImage(({ gaps }) => gaps),
    "By severity and image/Images/H": (chosen, now) =>
      imagesOf(chosen).map(({ image, repository, lastScan }) => ({
        labels: { image, repository },
        value: (now - lastScan) / DAY,
      })),
    "Age/Oldest unpatched image/A": byRepository(({ oldest }) => oldest / DAY),
    "Age/Mean time to remediation, 90 days/A": meanBySeverity("90d"),
    "Age/Age of open CRITICAL and HIGH findings/A": (chosen) =>
      Object.keys(AGES).map((age, at) => ({
        labels: { age },
        value: total(chosen.map(({ ages }) => (ages.critical?.[at] ?? 0) + (ages.high?.[at] ?? 0))),
      })),
    "Age/Unpatched images/A": (chosen) => {
      const longest = new Map<string, number>();
      for (const { image, unpatched = 0 } of scannedOf(chosen))
        longest.set(image, Math.max(longest.get(image) ?? 0, unpatched / DAY));
      return tenWorst([...longest].map(([image, value]) => ({ labels: { image }, value })));
    },
    "Age/Remediations/A": countBySeverity("30d"),
    "Age/Remediations/B": meanBySeverity("30d"),
    "Age/Remediations/C": countBySeverity("90d"),
    "Age/Remediations/D": meanBySeverity("90d"),
    "Deadlines and exceptions/Overdue findings by severity/A": bySeverity("overdue"),
    "Deadlines and exceptions/Images with the most overdue findings/A": (chosen) =>
      tenWorst(grouped(scannedOf(chosen), ({ image }) => ({ image }), overdueOf)),
    "Deadlines and exceptions/Exceptions/A": (chosen) =>
      grouped(
        chosen.flatMap(({ exceptions }) => Object.entries(exceptions)),
        ([state]) => ({ state }),
        ([, count]) => count,
      ),
    "What the numbers rest on/Longest without a scan/A": (chosen, now) => {
      const oldest = new Map<string, number>();
      for (const { image, lastScan } of imagesOf(chosen))
        oldest.set(image, Math.max(oldest.get(image) ?? 0, (now - lastScan) / DAY));
      return tenWorst([...oldest].map(([image, value]) => ({ labels: { image }, value })));
    },
    "What the numbers rest on/Images with coverage gaps/A": (chosen) =>
      tenWorst(
        grouped(
          scannedOf(chosen),
          ({ image }) => ({ image }),
          ({ gaps }) => gaps,
        ),
      ),
    "What the numbers rest on/Vulnerability database/A": byRepository(({ databaseAge }) => databaseAge / DAY),
    "One image: $image/Open findings/A": bySeverity("open", isChosen),
    "One image: $image/Overdue findings/A": bySeverity("overdue", isChosen),
    "One image: $image/Time since the last scan/A": (chosen, now) => {
      const found = scannedOf(chosen).find(isChosen);
      return found === undefined ? [] : one((now - found.lastScan) / DAY);
    },
  };
}
