import { type Duration, isAnyKnown, meanOver, type Numbers, type Remediations } from "../../domain/metrics/numbers.ts";
import type { Point } from "../../domain/metrics/trend.ts";
import { perSeverityName, severityName, URGENT } from "../../domain/severity.ts";
import { counted, number } from "../shared/phrases.ts";
import { type Block, code, fold, type Inline, join, para, paste, type Row, table } from "../tree.ts";
import type { RescanView } from "./view.ts";

const DAY: Duration = 86_400_000;
/** Maximum number of weeks in the chart of the summary: more have no room for their days. */
const WEEKS = 13;

/** The output `numbers`: the three numbers as JSON, in days; `""` if there are none, or all are unknown. */
export function numbersJson(numbers: Numbers | undefined): string {
  if (numbers === undefined || !isAnyKnown(numbers)) return "";
  const { open, oldestUnpatched, remediations } = numbers;
  return JSON.stringify({
    open,
    "oldest-unpatched-days": daysOf(oldestUnpatched?.age ?? 0),
    "mttr-days": perSeverityName((severity) => {
      const name = severityName(severity);
      return { "30d": meanOf(remediations["30d"][name]), "90d": meanOf(remediations["90d"][name]) };
    }),
  });
}

function meanOf({ count, mean }: Remediations): object {
  return { days: mean === undefined ? null : daysOf(mean), count };
}

/** With one decimal. */
function daysOf(length: Duration): number {
  return Math.round((length / DAY) * 10) / 10;
}

/** `CRITICAL and HIGH`. */
export const URGENT_WORDS = URGENT.map((severity) => severity.toUpperCase()).join(" and ");

/** The three numbers: each in words, and its basis. */
const NUMBERS: readonly { readonly title: string; words(of: Numbers): string; more(of: Numbers): Inline }[] = [
  {
    title: `Open ${URGENT_WORDS} findings`,
    words: (of) => number(openOf(of)),
    more: ({ open }) => URGENT.map((name) => `${number(open[name])} ${name.toUpperCase()}`).join(", "),
  },
  {
    title: "Oldest unpatched image",
    words: ({ oldestUnpatched: oldest }) => lengthOr("none", oldest?.age),
    more: ({ oldestUnpatched: oldest }) => (oldest === undefined ? "" : code(nameShown(oldest.image), 100)),
  },
  {
    title: "Mean time to remediation, 90 days",
    words: (of) => lengthOr("nothing was fixed", meanIn(of).mean),
    more: (of) => (meanIn(of).count === 0 ? "" : `${number(meanIn(of).count)} fixed`),
  },
];

function lengthOr(none: string, length: Duration | undefined): string {
  return length === undefined ? none : lengthWords(length);
}

function meanIn({ remediations: { "90d": quarter } }: Numbers): Remediations {
  return meanOver(URGENT.map((severity) => quarter[severity]));
}

/** The three numbers, with their values after the run before. If no scan ever worked, zero would be a claim. */
export function threeNumbers(numbers: Numbers, before?: Numbers) {
  const isKnown = isAnyKnown(numbers);
  return NUMBERS.map(({ title, words, more }) => ({
    title,
    now: isKnown ? words(numbers) : "unknown",
    more: isKnown ? more(numbers) : "",
    before: before !== undefined && isAnyKnown(before) ? words(before) : "",
  }));
}

/** The three numbers, with their values after the run before, and a chart of the weeks. Nothing if there are none. */
export function numbersSection({ numbers, trend }: Pick<RescanView, "numbers" | "trend">): Block[] {
  if (numbers === undefined || !isAnyKnown(numbers)) return [];
  const last = trend?.before;
  const head = ["number", "now", ...(last === undefined ? [] : [afterWords(last)])];
  const rows = threeNumbers(numbers, last).map(({ title, now, more, before }): Row => {
    const cells = [title, join(" · ", [now, more])];
    return last === undefined ? cells : [...cells, before];
  });
  return [table(head, rows), para(notNow(numbers)), ...chart(trend?.weeks.slice(-WEEKS) ?? [])];
}

/** `after the run of 2026-01-22`. */
export function afterWords({ now }: Numbers): string {
  return `after the run of ${now.slice(0, 10)}`;
}

/** Quotes a name that consists only of blanks, so that it is visible. */
export function nameShown(image: string): string {
  return image.trim() === "" ? JSON.stringify(image) : image;
}

/** The images of which the numbers say nothing, or nothing new. */
export function notNow({ images, now }: Numbers): string {
  const never = images.filter(({ known }) => known === undefined).length;
  const partly = images.filter(({ known, lastScan }) => known !== undefined && lastScan === undefined).length;
  const old = images.flatMap(({ lastScan }) => (lastScan !== undefined && lastScan < now ? lastScan : [])).sort();
  const day = (old[0] ?? "").slice(0, 10);
  const sentences = [
    never > 0 &&
      `${counted(never, "image")} could never be scanned, and ${never === 1 ? "is" : "are"} in none of these numbers.`,
    partly > 0 &&
      `Of ${counted(partly, "image")} only a part of what runs could ever be scanned: the rest is in no number.`,
    old.length > 0 &&
      `${counted(old.length, "image")} could not be scanned now, and ${old.length === 1 ? "counts as at its last scan, on" : "count as at their last scans, the oldest on"} ${day}.`,
  ];
  return sentences.filter((each) => each !== false).join(" ");
}

function openOf({ open }: Pick<Numbers, "open">): number {
  return URGENT.reduce((sum, severity) => sum + open[severity], 0);
}

/** Whole days; a short time has one decimal. */
export function lengthWords(length: Duration): string {
  const days = daysOf(length);
  return counted(days < 10 ? days : Math.round(days), "day");
}

/** A flat chart, in a red that can be seen on white and on black: Mermaid's own colour cannot. */
const LOOK = `%%{init: ${JSON.stringify({
  xyChart: { height: 260 },
  themeVariables: { xyChart: { plotColorPalette: "#d1242f" } },
})}}%%`;

/** A picture that the platform draws. One line needs no legend, which Mermaid does not have. */
function chart(weeks: readonly Point[]): Block[] {
  if (weeks.length < 3) return [];
  // With fewer, Mermaid writes halves next to the axis.
  const counts = weeks.map(openOf);
  const most = Math.max(10, ...counts);
  const days = weeks.map(({ at }) => `"${at.slice(5, 10)}"`).join(", ");
  const lines = [
    LOOK,
    "xychart-beta",
    `  title "Open ${URGENT_WORDS} findings"`,
    `  x-axis [${days}]`,
    `  y-axis 0 --> ${most}`,
    `  line [${counts.join(", ")}]`,
  ];
  return [fold("Week by week, by the severities and exceptions of today", [paste(lines.join("\n"), "mermaid")])];
}
