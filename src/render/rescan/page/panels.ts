import { andMore } from "../../../domain/list-some.ts";
import { type ImageNumbers, lengthOf, type Numbers, WINDOWS, type Window } from "../../../domain/metrics/numbers.ts";
import type { Point } from "../../../domain/metrics/trend.ts";
import { isUrgent, SEVERITIES, type SeverityName, severityName } from "../../../domain/severity.ts";
import { code } from "../../print/html-text.ts";
import { number } from "../../shared/phrases.ts";
import { lengthWords, nameShown, URGENT_WORDS } from "../numbers.ts";

/** HTML: untrusted text in it is escaped. */
export type Html = string;

/** The first cell is the row's heading. */
type Row = readonly [Html, ...(Html | number)[]];

/** Maximum number of images in the table. With more, no browser would show it quickly. */
const MOST = 1_000;
/** Longest image name in a cell, in UTF-16 units. */
const NAME = 150;
const NAMES = SEVERITIES.map(severityName);

/** Each table with the facts that are needed to read it. */
export function panelsOf(numbers: Numbers, weeks: readonly Point[]): Html {
  const { ages, remediations, exceptions } = numbers;
  const windows = Object.keys(WINDOWS) as Window[];
  return [
    chart(`Open ${URGENT_WORDS} findings`, NAMES.filter(isUrgent), weeks),
    chart("Open findings of all severities", NAMES, weeks),
    imagesPanel(numbers),
    panel({
      title: "Age of open findings",
      note: "Since the scan that saw it first.",
      heads: ["Days", ...SEVERITIES],
      rows: ages.map(({ upTo, open }, at): Row => [ageWords(upTo, ages[at - 1]?.upTo), ...countsOf(open)]),
    }),
    panel({
      title: "Remediations",
      note: "How many findings were fixed, and the mean time from the scan that first saw one to the first without it.",
      heads: ["Severity", ...windows.flatMap((window) => [`Fixed, ${WINDOWS[window]} days`, "Mean time"])],
      rows: SEVERITIES.map((severity): Row => {
        const fixed = windows.map((window) => remediations[window][severityName(severity)]);
        return [severity, ...fixed.flatMap(({ count, mean }) => [count, known(mean, lengthWords)])];
      }),
    }),
    panel({
      title: "Overdue findings",
      note: "Open, with a fix, and past the deadline of the policy. A dash: the policy sets none.",
      heads: ["Severity", "Overdue"],
      rows: SEVERITIES.map((severity): Row => [severity, known(overdueIn(numbers.images, [severityName(severity)]))]),
    }),
    panel({
      title: "Exceptions",
      note: "Ending: within <code>warn-days</code>. Ended: it accepts nothing any more.",
      heads: ["State", "Exceptions"],
      rows: Object.entries(exceptions),
    }),
  ].join("");
}

/** All images, worst first. */
function imagesPanel({ images, now }: Numbers): Html {
  const left = images.length - MOST;
  const rows = images.toSorted(worstFirst).map((image): Row => {
    const { open, unpatched, gaps } = image.known ?? {};
    return [
      code(nameShown(image.image), NAME),
      ...(open === undefined ? NAMES.map(() => "–") : countsOf(open)),
      known(unpatched, lengthWords),
      known(overdueIn([image], NAMES)),
      known(gaps),
      image.lastScan === undefined ? "never" : `${lengthWords(lengthOf(image.lastScan, now) ?? 0)} ago`,
    ];
  });
  const more = left <= 0 ? "" : ` The table has the worst ${number(MOST)} ${andMore(left, "image")} with less.`;
  return panel({
    title: "Images",
    note: `Open findings, worst image first. Unpatched: how long a ${URGENT_WORDS.replace(" and ", " or ")} finding has had a fix, at most. A dash: there is no such finding or deadline, or it is not known. Never: no scan covered all of its running tags.${more}`,
    heads: ["Image", ...SEVERITIES, "Unpatched", "Overdue", "Gaps", "Last scan"],
    rows: rows.slice(0, MOST),
    isWide: true,
  });
}

/** An unknown image comes first: it may have anything. */
function worstFirst(a: ImageNumbers, b: ImageNumbers): number {
  const [one, other] = [a, b].map(({ known: of }) => of && NAMES.map((name) => of.open[name]));
  if (one === undefined || other === undefined) return Number(other === undefined) - Number(one === undefined);
  return one.map((count, at) => (other[at] ?? 0) - count).find((difference) => difference !== 0) ?? 0;
}

/** Number of overdue findings. Undefined: none of these severities has a deadline. */
function overdueIn(images: readonly ImageNumbers[], severities: readonly SeverityName[]): number | undefined {
  const late = images.flatMap(({ known: of }) => severities.flatMap((name) => of?.overdue[name] ?? []));
  return late.length === 0 ? undefined : late.reduce((sum, count) => sum + count, 0);
}

/** Unknown values are a dash; 0 would mislead. */
function known<T extends number | string>(value: T | undefined, words: (value: T) => Html | number = (of) => of) {
  return value === undefined ? "–" : words(value);
}

function countsOf(counts: Readonly<Record<SeverityName, number>>): number[] {
  return NAMES.map((name) => counts[name]);
}

function ageWords(upTo: number | undefined, before: number | undefined): Html {
  if (upTo === undefined) return `more than ${before}`;
  return before === undefined ? `up to ${upTo}` : `more than ${before}, up to ${upTo}`;
}

/** A table, and the place of the chart that the page's script draws from it; screen readers have the table. */
function chart(title: string, names: readonly SeverityName[], weeks: readonly Point[]): Html {
  const rows = weeks.map(({ at, open }): Row => [at.slice(0, 10), ...names.map((name) => open[name])]);
  const place =
    weeks.length < 3
      ? `<p class="soft">A chart is drawn from the third week on.</p>\n`
      : `<div class="plot" aria-hidden="true" hidden></div>\n`;
  return panel({
    title,
    note: "Week by week, by the severities and exceptions of today.",
    heads: ["Day", ...names.map((name) => name.toUpperCase())],
    rows,
    around: (table) => `<figure>\n${place}<details open><summary>As a table</summary>\n${table}</details>\n</figure>\n`,
  });
}

interface Panel {
  readonly title: string;
  readonly note: Html;
  readonly heads: readonly Html[];
  readonly rows: readonly Row[];
  readonly isWide?: boolean;
  /** Puts more around the table. */
  around?(table: Html): Html;
}

/** Wide and long tables are scrolled in their place, with the keyboard too. */
function panel({ title, note, heads, rows, isWide = false, around = (table) => table }: Panel): Html {
  const [first = "", ...others] = heads;
  const cells = others.map((words) => `<th scope="col" class="n">${words}</th>`).join("");
  const body = rows.map(([name, ...values]) => {
    const shown = values.map((value) => `<td class="n">${typeof value === "number" ? number(value) : value}</td>`);
    return `<tr><th scope="row">${name}</th>${shown.join("")}</tr>\n`;
  });
  const table = `<table class="data">\n<thead><tr><th scope="col">${first}</th>${cells}</tr></thead>\n<tbody>\n${body.join("")}</tbody>\n</table>`;
  const scrolled = `<div class="scroll" tabindex="0" role="group" aria-label="${title}">${table}</div>\n`;
  return `<section class="panel${isWide ? " wide" : ""}">\n<h2>${title}</h2>\n<p class="soft">${note}</p>\n${around(scrolled)}</section>\n`;
}
