import type { Numbers } from "../../src/domain/metrics/numbers.ts";
import { seenOf } from "../domain/history/runs.ts";
import { makeFinding } from "../domain/make.ts";
import { numbersAfter } from "../domain/metrics/make.ts";
import { HOSTILE } from "../render/hostile.ts";

const on = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString();
const found = (id: string, severity: "CRITICAL" | "HIGH" | "LOW") => makeFinding({ id, severity });

const LATER = [found("CVE-2", "HIGH"), found("CVE-3", "LOW")];
/**
 * Two images over three weeks: something fixed, something overdue, an exception of each state, and one that no scan
 * could read.
 */
const RUNS = [[found("CVE-1", "CRITICAL"), ...LATER], LATER, LATER].map((findings, week) =>
  seenOf(on([1, 8, 22][week] ?? 0), [{ findings }, { name: "x.io/unread", fails: true }]),
);

export function sampleNumbers(): Numbers {
  return numbersAfter(RUNS, {
    fixWithinDays: { critical: 7, high: 14 },
    exceptions: [
      { state: "live", daysLeft: 50 },
      { state: "live", daysLeft: 60 },
      { state: "ending", daysLeft: 3 },
    ],
    databaseUpdatedAt: "2026-01-21T18:00:00Z",
  });
}

/** Names that no registry would accept, but that a list can contain. */
export const HOSTILE_NAMES: readonly string[] = [
  ...Object.values(HOSTILE).map(String),
  'a"} 1\nimage_gate_open_findings{image="b',
  "a\\",
  "a\\n",
  "a\nb",
  "a\r\nb",
  "a\u0000b",
  "a\u0007b",
  '"a\\u0007b"',
  "a\ud800b",
  "a\ud801b",
  "a\u2028b",
  "# EOF",
  "{}",
  "__proto__",
  "a,severity:high",
  "ä/日本:🐳",
  "x".repeat(4096),
];

/** Numbers of an image of each of these names: the first one has one open finding, the second two, … */
export function numbersNamed(names: readonly string[]): Numbers {
  const open = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  const images = names.map((image, index) => ({
    image,
    known: { open: { ...open, high: index + 1 }, overdue: {}, unpatched: undefined, gaps: 0 },
    lastScan: on(1),
  }));
  return { ...sampleNumbers(), images };
}
