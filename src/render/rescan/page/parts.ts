import { andMore } from "../../../domain/list-some.ts";
import { SEVERITIES, type SeverityName, severityName, severityRank } from "../../../domain/severity.ts";
import { code } from "../../print/html-text.ts";
import { number } from "../../shared/phrases.ts";

/** HTML: untrusted text in it is escaped. */
export type Html = string;

/** Longest image name in a cell, in UTF-16 units. */
const NAME = 150;

/** A table of numbers. */
interface Data {
  readonly heads: readonly Html[];
  /** The first cell of each is its heading. A number is set flush right. */
  readonly rows: readonly (readonly [Html, ...(Html | number)[]])[];
}

/** One of several images of which each has a number. */
export interface Bar {
  readonly label: Html;
  readonly value: number;
  /** The number as people read it. */
  readonly words: string;
}

/** As code; one of spaces alone in quotes, so that it can be seen. */
export function imageName(image: string): Html {
  return code(image.trim() === "" ? JSON.stringify(image) : image, NAME);
}

export const SEVERITY_HEADS: readonly Html[] = SEVERITIES;

/** One cell for each severity. */
export function severityCells(counts: Readonly<Record<SeverityName, number>>): number[] {
  return SEVERITIES.map((severity) => counts[severityName(severity)]);
}

/** A panel with its title and what must be known to read it. Both are HTML of ours. */
export function panel({ title, note, wide = false }: Heading, body: Html): Html {
  const said = note === undefined ? "" : `<p class="soft">${note}</p>\n`;
  return `<section class="panel${wide ? " wide" : ""}">\n<h3>${title}</h3>\n${said}${body}</section>\n`;
}

interface Heading {
  readonly title: Html;
  readonly note?: Html | undefined;
  readonly wide?: boolean;
}

export function section(title: Html, panels: readonly Html[]): Html {
  return `<section>\n<h2>${title}</h2>\n<div class="panels">\n${panels.join("")}</div>\n</section>\n`;
}

/** Wide and long tables are scrolled in their place, with the keyboard too. */
export function dataTable(title: string, { heads: [first = "", ...heads], rows }: Data): Html {
  const others = heads.map((words) => `<th scope="col" class="n">${words}</th>`).join("");
  const body = rows.map(([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map(dataCell).join("")}</tr>\n`);
  return tableOf(title, `<th scope="col">${first}</th>${others}`, body);
}

function dataCell(cell: Html | number): Html {
  return `<td class="n">${typeof cell === "number" ? number(cell) : cell}</td>`;
}

function tableOf(title: string, heads: Html, rows: readonly Html[]): Html {
  const table = `<table class="data">\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${rows.join("")}</tbody>\n</table>`;
  return `<div class="scroll" tabindex="0" role="group" aria-label="${title}">${table}</div>\n`;
}

/** Most bars of a panel. */
const MOST_BARS = 10;

/** The images with the greatest numbers as bars, which the browser draws. A line says how many are left out. */
export function bars(title: string, unit: string, all: readonly Bar[]): Html {
  const sorted = all.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const top = sorted[0]?.value ?? 0;
  if (top === 0) return `<p>None.</p>\n`;
  const rows = sorted.slice(0, MOST_BARS).map(({ label, value, words }) => {
    const meter = `<meter min="0" max="${top}" value="${value}" aria-hidden="true"></meter>`;
    return `<tr><th scope="row">${label}</th><td class="n">${words}</td><td class="bar">${meter}</td></tr>\n`;
  });
  const heads = `<th scope="col">Image</th><th scope="col" class="n">${unit}</th><td></td>`;
  return tableOf(title, heads, rows) + leftWords(andMore(sorted.length - rows.length));
}

/** Says what a table leaves out. Nothing if it has all. */
export function leftWords(words: string): Html {
  return words === "" ? "" : `<p class="soft">${words}</p>\n`;
}

/** What a chart shows over time: one line for each severity. */
export interface Lines {
  readonly severities: readonly (typeof SEVERITIES)[number][];
  readonly points: readonly { readonly at: string; readonly open: Readonly<Record<SeverityName, number>> }[];
}

/**
 * A table, the oldest row first, and the place of the chart that the page's script draws from it. With fewer than three
 * points there is nothing to draw. The place is hidden from screen readers, which have the table.
 */
export function chart(title: string, { severities, points }: Lines): Html {
  const heads = severities.map(
    (severity) => `<th scope="col" class="n" data-shade="s${severityRank(severity)}">${severity}</th>`,
  );
  const rows = points.map(({ at, open }) => {
    const cells = severities.map((severity) => {
      const value = open[severityName(severity)];
      return `<td class="n" data-value="${value}">${number(value)}</td>`;
    });
    return `<tr><th scope="row"><time datetime="${at}">${at.slice(0, 10)}</time></th>${cells.join("")}</tr>\n`;
  });
  const table = tableOf(title, `<th scope="col">Day</th>${heads.join("")}`, rows);
  const place =
    points.length < 3
      ? `<p class="soft">A chart is drawn from the third week on.</p>\n`
      : `<div class="plot" aria-hidden="true" hidden></div>\n`;
  return `<figure>\n${place}<details open><summary>As a table</summary>\n${table}</details>\n</figure>\n`;
}
