import { expect, test } from "vitest";
import { showDescriptions } from "../../src/reports/formats.ts";

test.each([
  [[], false, false],
  [["csv: a.csv", "junit: b.xml"], false, false],
  [["csv: sarif"], false, false],
  [["csv: a.csv", " sarif : a"], false, true],
  [["gitlab: a"], false, true],
  [["html: a"], false, true],
  [[], true, true],
])("of reports %j with upload %s: explanations are kept: %s", (reports, uploadSarif, kept) => {
  expect(showDescriptions({ reports, uploadSarif })).toBe(kept);
});
