import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { realImages } from "../../../scripts/real/images/all.ts";
import { CORPUS_COLUMNS, corpusTable, IMAGE_COLUMNS, PAGE } from "../../../scripts/real/page.ts";

const text = readFileSync(PAGE, "utf8");

/** Rows of the table between two markers, the heading first. */
function tableOf(name: string): string[][] {
  const [, table = ""] = new RegExp(`<!-- ${name}: .*-->\n([\\s\\S]*?)<!-- /${name} -->`).exec(text) ?? [];
  return table
    .trim()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("| ---"))
    .map((line) => line.slice(2, -2).split(" | "));
}

/** @throws Error if the cell is not a number: an empty one would count as 0 */
function figure(cell = ""): number {
  if (!/^\d[\d,]*$/.test(cell)) throw new Error(`Not a figure: ${JSON.stringify(cell)}`);
  return Number(cell.replaceAll(",", ""));
}

test("the page has one row for each genuine image, in the columns that the command writes", () => {
  const [heading, ...rows] = tableOf("images");
  expect(heading).toEqual(IMAGE_COLUMNS);
  expect(rows.map(([title]) => title)).toEqual(realImages().map(({ title }) => title));
});

test("the page's figures agree with each other: our findings are Trivy's, no upgrade is counted twice", () => {
  const [heading = [], ...rows] = tableOf("images");
  const column = (name: string): number => heading.indexOf(name);
  for (const row of rows) {
    const [title] = row;
    const value = (name: string): number => figure(row[column(name)]);
    expect(value("ours"), title).toBe(value("findings: Trivy"));
    expect(value("packages"), title).toBeGreaterThan(0);
    expect(value("checked"), title).toBeLessThanOrEqual(value("advised upgrades"));
    expect(value("clear all they name"), title).toBeLessThanOrEqual(value("advised upgrades"));
    expect(value("and fail nothing else"), title).toBeLessThanOrEqual(value("clear all they name"));
    expect(value("comment"), title).toBeLessThanOrEqual(65_536);
  }
});

test("no document of the corpora made the product crash or hang, and each is counted", () => {
  const [heading, ...rows] = tableOf("corpora");
  expect(heading).toEqual(CORPUS_COLUMNS);
  expect(rows.map(([title]) => title)).toEqual(["Trivy reports", "SBOMs", "VEX documents", "ignore files"]);
  for (const [title, files, judged, refused = "", crashed, hung] of rows) {
    const refusals = [...refused.matchAll(/(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect([crashed, hung], title).toEqual(["0", "0"]);
    expect(figure(judged) + refusals, title).toBe(figure(files));
  }
});

test("a corpus's row names each code of a refusal, the most frequent first", () => {
  const table = corpusTable([
    { title: "SBOMs", files: 1004, judged: 1000, refused: { "sbom-invalid": 1, "sbom-empty": 3 }, crashed: 0, hung: 0 },
  ]);
  expect(table.split("\n").at(-1)).toBe("| SBOMs | 1,004 | 1,000 | 3 `sbom-empty`, 1 `sbom-invalid` | 0 | 0 |");
});

test("the page shows three comments, each of at most 150 kB", () => {
  const pictures = [...text.matchAll(/\((\.\.\/pictures\/real-[a-z-]+\.png)\)/g)].map(([, path = ""]) => path);
  expect(pictures).toHaveLength(3);
  for (const path of pictures) expect(statSync(join(dirname(PAGE), path)).size, path).toBeLessThanOrEqual(150_000);
});
