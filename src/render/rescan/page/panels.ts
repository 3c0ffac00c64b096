import { andMore } from "../../../domain/list-some.ts";
import {
  type ExceptionPhase,
  type ImageNumbers,
  lengthOf,
  type Numbers,
  type Remediations,
  WINDOWS,
  type Window,
} from "../../../domain/metrics/numbers.ts";
import type { AgeGroup, Ages, SeverityPoint } from "../../../domain/metrics/trend.ts";
import { isUrgent, SEVERITIES, type SeverityName, severityName, URGENT } from "../../../domain/severity.ts";
import { counted, number } from "../../shared/phrases.ts";
import { lengthWords, URGENT_WORDS } from "../numbers.ts";
import {
  type Bar,
  bars,
  chart,
  dataTable,
  type Html,
  imageName,
  leftWords,
  panel,
  SEVERITY_HEADS,
  section,
  severityCells,
} from "./parts.ts";

/** Most images in the table of all. With more, no browser would show it quickly. */
const MOST = 1_000;
const TODAY = "Week by week, by the severities and exceptions of today.";
const TEN = "The ten with the most.";

export function severitySection(numbers: Numbers, points: readonly SeverityPoint[]): Html {
  const urgent = SEVERITIES.filter((severity) => isUrgent(severityName(severity)));
  const [some, all] = [`Open ${URGENT_WORDS} findings`, "Open findings of all severities"];
  return section("By severity and image", [
    panel({ title: some, note: TODAY }, chart(some, { severities: urgent, points })),
    panel({ title: all, note: TODAY }, chart(all, { severities: SEVERITIES, points })),
    ranking(
      { title: `Images with the most ${URGENT_WORDS} findings`, unit: "Findings" },
      numbers.images.map((image) => counts(image, urgentIn(image))),
    ),
    imagesPanel(numbers),
  ]);
}

/** The ten images with the greatest numbers. */
function ranking({ title, unit, note = TEN, wide = true }: Ranking, images: readonly Bar[]): Html {
  return panel({ title, note, wide }, bars(title, unit, images));
}

interface Ranking {
  readonly title: string;
  /** Of the numbers. */
  readonly unit: string;
  readonly note?: string;
  readonly wide?: boolean;
}

function counts({ image }: ImageNumbers, value: number): Bar {
  return { label: imageName(image), value, words: number(value) };
}

function urgentIn({ known }: ImageNumbers): number {
  return URGENT.reduce((sum, severity) => sum + (known?.open[severity] ?? 0), 0);
}

function overdueOf({ known }: ImageNumbers): number {
  return sum(Object.values(known?.overdue ?? {}));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** All images, worst first. Unknown values are a dash; 0 would mislead. */
function imagesPanel({ images, now }: Numbers): Html {
  const rows = images
    .toSorted(worstFirst)
    .slice(0, MOST)
    .map((image): [Html, ...(Html | number)[]] => {
      const { known } = image;
      const scan = scanWords(image, now);
      if (known === undefined) return [imageName(image.image), ...SEVERITIES.map(() => "–"), "–", "–", scan];
      const late = Object.keys(known.overdue).length === 0 ? "–" : overdueOf(image);
      return [imageName(image.image), ...severityCells(known.open), late, known.gaps ?? "–", scan];
    });
  const left = images.length - rows.length;
  const more = leftWords(left === 0 ? "" : `${andMore(left, "image")} with less`);
  const heads = ["Image", ...SEVERITY_HEADS, "Overdue", "Gaps", "Last scan"];
  const note =
    "Open findings, worst image first. A dash: nobody knows, or there is no deadline. Never: there was no scan of all that runs of it.";
  return panel({ title: "Images", note, wide: true }, `${dataTable("Images", { heads, rows })}${more}`);
}

/** An unknown image comes first: it may have anything. */
function worstFirst(a: ImageNumbers, b: ImageNumbers): number {
  if (a.known === undefined || b.known === undefined)
    return Number(b.known === undefined) - Number(a.known === undefined);
  for (const severity of SEVERITIES) {
    const difference = b.known.open[severityName(severity)] - a.known.open[severityName(severity)];
    if (difference !== 0) return difference;
  }
  return 0;
}

function scanWords({ lastScan }: ImageNumbers, now: string): Html {
  if (lastScan === undefined) return "never";
  return `${lengthWords(lengthOf(lastScan, now) ?? 0)} ago`;
}

export function ageSection({ remediations }: Numbers, { groups, unpatched }: Ages): Html {
  const ages = "Age of open findings";
  const rows = groups.map((group, index): [Html, ...number[]] => [
    groupWords(group, groups[index - 1]),
    ...severityCells(group.open),
  ]);
  const oldest = unpatched.map(({ image, age }) => ({ label: imageName(image), value: age, words: lengthWords(age) }));
  const since = `The ten that have had an open ${URGENT_WORDS.replace(" and ", " or ")} finding with a fix for longest.`;
  return section("Age", [
    panel(
      { title: ages, note: "Since the scan that saw it first." },
      dataTable(ages, { heads: ["Days", ...SEVERITY_HEADS], rows }),
    ),
    remediationPanel(remediations),
    ranking({ title: "Unpatched images", unit: "Unpatched for", note: since }, oldest),
  ]);
}

function groupWords({ upTo }: AgeGroup, before: AgeGroup | undefined): string {
  if (upTo === undefined) return `more than ${before?.upTo ?? 0}`;
  return before === undefined ? `up to ${upTo}` : `more than ${before.upTo}, up to ${upTo}`;
}

function remediationPanel(remediations: Numbers["remediations"]): Html {
  const windows = Object.keys(WINDOWS) as Window[];
  const rows = SEVERITIES.map((severity): [Html, ...(Html | number)[]] => [
    severity,
    ...windows.flatMap((window) => remediationCells(remediations[window][severityName(severity)])),
  ]);
  const heads = ["Severity", ...windows.flatMap((window) => [`Fixed, ${WINDOWS[window]} days`, "Mean time"])];
  const note =
    "How many findings were fixed, and the mean time from the scan that first saw one to the first without it.";
  return panel({ title: "Remediations", note }, dataTable("Remediations", { heads, rows }));
}

function remediationCells({ count, mean }: Remediations): (Html | number)[] {
  return [count, mean === undefined ? "–" : lengthWords(mean)];
}

const PHASES: Readonly<Record<ExceptionPhase, string>> = {
  live: "live",
  ending: "ending: within <code>warn-days</code>",
  ended: "ended: accepts nothing any more",
};

export function deadlineSection({ images, exceptions }: Numbers): Html {
  const phases = Object.keys(PHASES) as ExceptionPhase[];
  return section("Deadlines and exceptions", [
    panel(
      { title: "Overdue findings", note: "Open, with a fix, and past the deadline of the policy." },
      overdueTable(images),
    ),
    panel(
      { title: "Exceptions" },
      dataTable("Exceptions", {
        heads: ["State", "Exceptions"],
        rows: phases.map((phase) => [PHASES[phase], exceptions[phase]]),
      }),
    ),
    ranking(
      { title: "Images with the most overdue findings", unit: "Overdue" },
      images.map((image) => counts(image, overdueOf(image))),
    ),
  ]);
}

function overdueTable(images: readonly ImageNumbers[]): Html {
  const names = SEVERITIES.map(severityName).filter((name) =>
    images.some(({ known }) => known?.overdue[name] !== undefined),
  );
  if (names.length === 0) return "<p>The policy sets no deadline.</p>\n";
  const late = (name: SeverityName) => sum(images.map(({ known }) => known?.overdue[name] ?? 0));
  const rows = names.map((name): [Html, number] => [name.toUpperCase(), late(name)]);
  return dataTable("Overdue findings", { heads: ["Severity", "Overdue"], rows });
}

export function restSection({ images, now, databaseAge }: Numbers): Html {
  const scans = images.flatMap(({ image, lastScan }): Bar[] => {
    if (lastScan === undefined) return [];
    const length = lengthOf(lastScan, now) ?? 0;
    return [{ label: imageName(image), value: length, words: lengthWords(length) }];
  });
  const never = images.length - scans.length;
  const unscanned = never === 0 ? "" : `<p>${counted(never, "image")} could never be scanned as a whole.</p>\n`;
  const waiting = scans.some(({ value }) => value > 0);
  const longest = "Longest without a scan";
  const waits = "The ten that wait longest. Their other values are those of their last scan.";
  const database =
    databaseAge === undefined ? "Nobody knows how old it was." : `It was ${lengthWords(databaseAge)} old at this run.`;
  return section("What the numbers rest on", [
    panel(
      { title: longest, note: waits },
      `${unscanned}${waiting ? bars(longest, "Last scan before", scans) : current(scans.length)}`,
    ),
    ranking(
      { title: "Images with coverage gaps", unit: "Gaps", wide: false },
      images.map((image) => counts(image, image.known?.gaps ?? 0)),
    ),
    panel({ title: "Vulnerability database" }, `<p>${database}</p>\n`),
  ]);
}

function current(images: number): Html {
  return images === 0 ? "" : `<p>${counted(images, "image was", "images were")} scanned at this run.</p>\n`;
}
