import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { SEVERITIES, severityRank } from "../../src/domain/severity.ts";
import { SEVERITY_STYLES } from "../../src/render/shared/severity.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));

/** The files in which a severity has a row (or a band of scores); all others make theirs from the list. */
const ROWS = [
  "domain/severity.ts",
  "render/html/page/report.css",
  "render/rescan/page/browser/page.css",
  "render/shared/severity.ts",
];

/** Here, it is the name of a member in a format of others. */
const NO_SEVERITY = "signing/cosign/attached.ts";

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, "");
}

it("no other file of the source names the severities", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:ts|js|css)$/.test(name),
  );
  const naming = files.filter(
    (name) => name !== NO_SEVERITY && /critical/i.test(withoutComments(readFileSync(join(source, name), "utf8"))),
  );
  expect(naming.sort()).toEqual(ROWS);
});

it("a severity differs from every other in Markdown, in the terminal and in the HTML report, whose style has its class", () => {
  const style = readFileSync(join(source, "render/html/page/report.css"), "utf8");
  const numbers = readFileSync(join(source, "render/rescan/page/browser/page.css"), "utf8");
  const rows = SEVERITIES.map((severity) => SEVERITY_STYLES[severity]);
  for (const key of ["dot", "terminal", "codeQuality"] as const)
    expect(new Set(rows.map((row) => row[key])).size).toBe(SEVERITIES.length);
  for (const severity of SEVERITIES) {
    expect(style).toContain(`\n.s${severityRank(severity)} {`);
  }
  for (const severity of SEVERITIES) expect(numbers.split(`--line-${severity}:`)).toHaveLength(3);
});

it("a milder severity never scores more in code scanning", () => {
  const scores = SEVERITIES.map((severity) => Number(SEVERITY_STYLES[severity].sarifScore));
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});
