// Draws a chart above each table that has a place for one. The table has the numbers; without this script it is all there is.

/** @typedef {{ heading: string, shade: string, values: number[] }} Line */

const HEIGHT = 240;
/** Lines differ by their dashes too, for those who cannot tell the colours. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [1, 5]];
/** What comes closest to them in the legend. */
const BORDERS = ["solid", "dashed", "dotted", "dashed", "dotted"];

/** @type {typeof import("uplot")} */
// @ts-expect-error The library stands before this script, in the same element.
const Plot = uPlot;

/** @param {string} name */
function shade(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** @param {number} seconds */
function day(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/**
 * What the table says: a column of times, and one for each line.
 * @param {HTMLTableElement} table
 * @returns {{ times: number[], lines: Line[] }}
 */
function read(table) {
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].slice(1);
  return {
    times: rows.map((row) => Date.parse(row.cells[0]?.textContent ?? "") / 1000),
    lines: heads.map((head, column) => ({
      heading: head.textContent ?? "",
      shade: `--line-${head.textContent}`,
      values: rows.map((row) => Number(row.cells[column + 1]?.textContent?.replaceAll(",", ""))),
    })),
  };
}

/**
 * @param {Line} line
 * @param {number} index
 */
function series({ heading, shade: name }, index) {
  return { label: heading, stroke: shade(name), width: 2, dash: DASHES[index], points: { show: false } };
}

function axis() {
  return {
    stroke: shade("--soft"),
    font: `12px ${shade("--sans")}`,
    grid: { stroke: shade("--line"), width: 1 },
    ticks: { stroke: shade("--line"), width: 1 },
  };
}

/**
 * @param {HTMLElement} place
 * @param {HTMLTableElement} table
 */
function draw(place, table) {
  const { times, lines } = read(table);
  /** @type {(plot: unknown, splits: number[]) => string[]} */
  const days = (_, splits) => splits.map(day);
  /** @type {(plot: unknown, splits: number[]) => string[]} */
  const whole = (_, splits) => splits.map((value) => (Number.isInteger(value) ? value.toLocaleString("en") : ""));
  /** @type {import("uplot").Options} */
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.05)] } },
    cursor: { drag: { x: false, y: false } },
    axes: [
      { ...axis(), space: 96, values: days },
      { ...axis(), size: 56, values: whole },
    ],
    series: [{ label: "Day", value: (_, time) => (time === null ? "–" : day(time)) }, ...lines.map(series)],
    legend: { markers: { dash: (_, index) => BORDERS[index - 1] ?? "solid" } },
    // As the table and every other time of ours.
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
  };
  return new Plot(options, [times, ...lines.map(({ values }) => values)], place);
}

document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll("figure")) {
    const place = /** @type {HTMLElement | null} */ (figure.querySelector(".plot"));
    const table = figure.querySelector("table");
    const details = figure.querySelector("details");
    if (place === null || table === null || details === null) continue;
    place.hidden = false;
    let plot = draw(place, table);
    details.open = false;
    new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      plot.destroy();
      plot = draw(place, table);
    });
  }
});
