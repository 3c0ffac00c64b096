import { expect, test } from "vitest";
import { metricsText } from "../../src/metrics/text.ts";
import { seenOf } from "../domain/history/runs.ts";
import { numbersAfter } from "../domain/metrics/make.ts";
import { numbersNamed, sampleNumbers } from "./sample.ts";

const samplesOf = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const APP = 'image="ghcr.io/acme/app"';
const IN = 'repository="acme/app"';

test("each metric has its name, labels and value, and the text its end", async () => {
  const text = await metricsText(sampleNumbers(), "acme/app");
  expect(text.endsWith("\n# EOF\n")).toBe(true);
  expect(samplesOf(text).sort()).toEqual(
    [
      `image_gate_open_findings{${IN},${APP},severity="critical"} 0`,
      `image_gate_open_findings{${IN},${APP},severity="high"} 1`,
      `image_gate_open_findings{${IN},${APP},severity="medium"} 0`,
      `image_gate_open_findings{${IN},${APP},severity="low"} 1`,
      `image_gate_open_findings{${IN},${APP},severity="unknown"} 0`,
      ...["critical", "high", "medium", "low", "unknown"].flatMap((severity) =>
        ["0-7d", "7-30d", "30-90d", "over-90d"].map(
          (age) =>
            `image_gate_open_findings_by_age{${IN},severity="${severity}",age="${age}"} ${age === "7-30d" && ["high", "low"].includes(severity) ? 1 : 0}`,
        ),
      ),
      `image_gate_oldest_unpatched_finding_seconds{${IN},${APP}} ${21 * 86_400}`,
      `image_gate_oldest_unpatched_image_seconds{${IN}} ${21 * 86_400}`,
      `image_gate_mean_time_to_remediation_seconds{${IN},severity="critical",window="30d"} ${7 * 86_400}`,
      `image_gate_mean_time_to_remediation_seconds{${IN},severity="critical",window="90d"} ${7 * 86_400}`,
      ...["critical", "high", "medium", "low", "unknown"].flatMap((severity) =>
        ["30d", "90d"].map(
          (window) =>
            `image_gate_remediations{${IN},severity="${severity}",window="${window}"} ${severity === "critical" ? 1 : 0}`,
        ),
      ),
      `image_gate_overdue_findings{${IN},${APP},severity="critical"} 0`,
      `image_gate_overdue_findings{${IN},${APP},severity="high"} 1`,
      `image_gate_exceptions{${IN},state="live"} 2`,
      `image_gate_exceptions{${IN},state="ending"} 1`,
      `image_gate_exceptions{${IN},state="ended"} 0`,
      `image_gate_coverage_gaps{${IN},${APP}} 0`,
      `image_gate_database_age_seconds{${IN}} ${6 * 3600}`,
      `image_gate_last_scan_timestamp_seconds{${IN},${APP}} ${Date.UTC(2026, 0, 22) / 1000}`,
      `image_gate_last_scan_timestamp_seconds{${IN},image="x.io/unread"} 0`,
    ].sort(),
  );
});

// Proves: number-not-claim-about
test("unknown values have no sample", async () => {
  const text = await metricsText(numbersAfter([seenOf("2026-01-01T00:00:00.000Z", [{ fails: true }])]), "acme/app");
  for (const name of [
    "open_findings",
    "overdue_findings",
    "oldest_unpatched",
    "by_age",
    "mean_time",
    "database_age",
    "coverage_gaps",
  ])
    expect(samplesOf(text).filter((line) => line.includes(name))).toEqual([]);
});

test("of an image of which only a part was ever scanned, the coverage gaps are unknown, and its last scan is 0", async () => {
  const shown = [{ tag: "1" }, { tag: "2", fails: true }];
  const text = await metricsText(numbersAfter([seenOf("2026-01-01T00:00:00.000Z", shown)]), "acme/app");
  expect(samplesOf(text).filter((line) => line.includes("coverage_gaps"))).toEqual([]);
  expect(samplesOf(text)).toContain(`image_gate_last_scan_timestamp_seconds{${IN},image="ghcr.io/acme/app"} 0`);
  expect(samplesOf(text)).toContain(`image_gate_open_findings{${IN},image="ghcr.io/acme/app",severity="high"} 0`);
});

test("two texts of one process do not share their values", async () => {
  await metricsText(sampleNumbers(), "acme/other");
  expect(await metricsText(sampleNumbers(), "acme/app")).not.toContain("acme/other");
  expect(samplesOf(await metricsText(numbersNamed(["a"]), "acme/app"))).toContain(
    `image_gate_open_findings{${IN},image="a",severity="high"} 1`,
  );
});
