import { describe, expect, it } from "vitest";
import { storedReportSchema } from "../../../src/baseline/stored-report.ts";
import { readGateReport } from "../../../src/domain/evidence/gate-report.ts";
import { reportSchema } from "../../../src/domain/report/schema.ts";
import { renderReport } from "../../../src/render/json/report.ts";
import type { View } from "../../../src/render/view.ts";
import { SAMPLES } from "../../render/samples.ts";

// Writer and readers have one schema. It is strict for what this version writes; readers ignore what a newer one adds.

const { huge: _, ...samples } = SAMPLES;
const named = Object.entries(samples).map(([name, make]) => [name, make] as const);

/** The value with a field in each of its objects that this version does not know. */
function withNews(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNews);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([key, each]) => [key, withNews(each)]);
  return { ...Object.fromEntries(fields), "of-a-newer-gate": { more: true } };
}

describe.each(named)("the report %s", (_name, make) => {
  const written = JSON.parse([...renderReport(make())].join("")) as object;

  it("is what its schema says, without a field beside it", () => {
    expect(reportSchema.safeParse(written).error).toBeUndefined();
    expect(reportSchema.safeParse(withNews(written)).success).toBe(false);
  });

  it("is read alike with fields of a newer gate in each object", () => {
    const news = withNews(written);
    expect(storedReportSchema.parse(news)).toEqual(storedReportSchema.parse(written));
    // Some samples are of findings whose exception is not in the policy: the step that signs refuses these both times.
    expect(readGateReport(JSON.stringify(news))).toEqual(readGateReport(JSON.stringify(written)));
  });
});

it.each(["pass", "several-targets", "fix-plan", "exploited", "compared"])(
  "is read by the step that signs: %s",
  (name) => {
    const text = [...renderReport((samples as typeof SAMPLES)[name]?.() as View)].join("");
    expect(readGateReport(text)).not.toHaveProperty("wrong");
  },
);
