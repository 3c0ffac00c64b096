import { expect, test } from "vitest";
import type { Finding, Opinion } from "../../../src/domain/finding.ts";
import { finding, judged, target, view } from "../build.ts";
import { attribute, elements, html, parsed, textOf } from "./pages.ts";

const says = (scanner: string): Opinion => ({ scanner, id: "CVE-1", severity: "HIGH", fixedVersions: [] });

function seen(id: string, by: readonly string[], missedBy?: readonly string[]): Finding {
  return finding({ id, opinions: by.map(says), ...(missedBy && { missedBy }) });
}

const FINDINGS = [
  seen("CVE-1", ["Trivy", "<b>Grype"]),
  seen("CVE-2", ["Trivy"], ["<b>Grype"]),
  seen("CVE-3", ["<b>Grype"], ["Trivy"]),
];

function page(findings: readonly Finding[], scanners: readonly string[]) {
  const made = target(findings.map((each) => judged(each)));
  const opinions = scanners.map((scanner) => ({ scanner, findings: 1, sees: ["debian"] }));
  return html(view([{ ...made, scan: { ...made.scan, ...(opinions.length > 0 && { opinions }) } }]));
}

test("with several scanners there is a column of who sees a finding, a line on their agreement, and a filter", () => {
  const text = page(FINDINGS, ["Trivy", "<b>Grype"]);
  const made = parsed(text);
  expect(text).not.toContain("<b>Grype");
  expect(textOf(made)).toContain("Trivy and <b>Grype agree on 1 of 3; 1 only Trivy, 1 only <b>Grype.");
  expect(elements(made, "th").map(textOf)).toContain("Scanners");
  const select = elements(made, "select").find((each) => attribute(each, "name") === "scanner");
  expect(select && elements(select, "option").map((each) => [attribute(each, "value"), textOf(each)])).toEqual([
    ["", "all"],
    ["0", "seen by Trivy"],
    ["1", "seen by <b>Grype"],
    ["-", "not seen by all that could"],
  ]);
  const items = elements(made, "tr").filter((each) => attribute(each, "data-w") !== undefined);
  // The page's script filters by these attributes.
  expect(items.map((each) => attribute(each, "data-w")).sort()).toEqual(["0 -", "0 1", "1 -"]);
});

test("with one scanner there is none of that", () => {
  const text = page([finding()], []);
  expect(text).not.toMatch(/by-scanner|data-w=|<button type="button">Scanners/);
});
