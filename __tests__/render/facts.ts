import type { ReportFacts } from "../../src/render/report-format.ts";

/** The facts for reports of the samples beyond the view. */
export const FACTS: ReportFacts = {
  tool: { name: "Image Gate", version: "1.2.3", url: "https://github.com/acme/image-gate" },
  endedAt: new Date("2026-11-24T15:00:41Z"),
};

/** The whole text of a report. */
export const whole = (pieces: Iterable<string>): string => [...pieces].join("");
