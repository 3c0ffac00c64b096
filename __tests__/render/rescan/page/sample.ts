import type { ImageRecord } from "../../../../src/domain/history/record.ts";
import { type NumbersContext, numbersOf } from "../../../../src/domain/metrics/numbers.ts";
import { weeksOf } from "../../../../src/domain/metrics/trend.ts";
import type { Severity } from "../../../../src/domain/severity.ts";
import { type NumbersPage, renderNumbersPage } from "../../../../src/render/rescan/page/index.ts";
import { type Shown, seenOf } from "../../../domain/history/runs.ts";
import { makeFinding } from "../../../domain/make.ts";
import { historyOf } from "../../../domain/metrics/make.ts";

const FIRST = Date.UTC(2026, 0, 5, 6);
const inWeek = (week: number) => new Date(FIRST + week * 7 * 86_400_000).toISOString();

/** Each image's findings as `C1 H2`: the first letter is the severity. One that is undefined could not be scanned. */
export type Week = Readonly<Record<string, string | undefined>>;

const SEVERITY: Readonly<Record<string, Severity>> = { C: "CRITICAL", H: "HIGH", M: "MEDIUM", L: "LOW", U: "UNKNOWN" };

function shown([name, ids]: [string, string | undefined]): Shown {
  if (ids === undefined) return { name, fails: true };
  const findings = ids.split(" ").filter((id) => id !== "");
  return { name, findings: findings.map((id) => makeFinding({ id, severity: SEVERITY[id[0] ?? ""] ?? "HIGH" })) };
}

const AROUND: Omit<NumbersContext, "now"> = {
  fixWithinDays: { critical: 7, high: 30 },
  exceptions: [
    { state: "live", daysLeft: 60 },
    { state: "ending", daysLeft: 3 },
    { state: "ended", daysLeft: -2 },
  ],
  warnDays: 14,
  databaseUpdatedAt: inWeek(0),
};

/** The page after these weeks. */
export function pageAfter(weeks: readonly Week[], around: Partial<NumbersContext> = {}): NumbersPage {
  const runs = weeks.map((week, index) => seenOf(inWeek(index), Object.entries(week).map(shown)));
  const now = inWeek(weeks.length - 1);
  const records = historyOf(runs);
  const numbers = numbersOf(records, { ...AROUND, now, databaseUpdatedAt: now, ...around });
  const before =
    weeks.length < 2
      ? undefined
      : numbersOf(historyOf(runs.slice(0, -1)), { ...AROUND, now: inWeek(weeks.length - 2) });
  const runUrl = "https://github.com/acme/widget/actions/runs/1";
  const trend = { before, weeks: weeksOf(records, now, 53) };
  return { name: "Running images", repository: "acme/widget", runUrl, numbers, trend };
}

/** Six weeks of five images: fixed, new, overdue, gone, and one that no scan could read. */
export function sixWeeks(): NumbersPage {
  const unread = { "x.io/unread": undefined };
  const api = "ghcr.io/acme/api";
  const web = "ghcr.io/acme/web";
  return pageAfter([
    { ...unread, [api]: "C1 C2 H1 H2 M1 M2 M3 L1 L2", [web]: "H1 H2 H3 H4 M1 L1", "x.io/old": "C7 H7" },
    { ...unread, [api]: "C1 C2 H1 H2 M1 M2 M3 L1 L2 L3", [web]: "H1 H2 H3 M1 L1", "x.io/old": "C7 H7" },
    { ...unread, [api]: "C1 H1 H2 M1 M2 L1 L2 L3 U1", [web]: "H1 H2 H3 H5 M1 L1", "x.io/old": "C7 H7" },
    { ...unread, [api]: "C1 H1 H2 M1 L1 L2 L3 U1", [web]: "H1 H5 M1 L1" },
    { ...unread, [api]: "C1 C3 H1 H9 M1 L1 L2 U1", [web]: "H1 H5 M1 L1", "docker.io/library/nginx": "" },
    { ...unread, [api]: "C1 C3 H9 M1 L1 L2 U1", [web]: undefined, "docker.io/library/nginx": "L1" },
  ]);
}

/** A fleet: image `n` has `n % 7` findings. */
export function fleet(images: number): NumbersPage {
  const record = (index: number): ImageRecord => {
    const image = `ghcr.io/acme/a-rather-long-name-of-a-service/number-${index}`;
    const ids = Array.from({ length: index % 7 }, (_, each) => `${"CHML"[each % 4]}${each}`).join(" ");
    return historyOf([seenOf(inWeek(0), [shown([image, ids])])])[0] as ImageRecord;
  };
  const records = Array.from({ length: images }, (_, index) => record(index));
  const now = inWeek(2);
  return {
    name: "Running images",
    repository: "acme/widget",
    numbers: numbersOf(records, { ...AROUND, now }),
    trend: { weeks: weeksOf(records, now, 53) },
  };
}

export const pageText = (page: NumbersPage): string => renderNumbersPage(page);
