import { addDays } from "../../../src/domain/dates.ts";
import type { FindingRecord, ImageRecord } from "../../../src/domain/history/record.ts";
import { numbersOf } from "../../../src/domain/metrics/numbers.ts";
import { weeksOf } from "../../../src/domain/metrics/trend.ts";
import type { RescannedImage } from "../../../src/domain/rows/week.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import { FINDINGS, LAST_WEEK, NOW, recordOf } from "./build.ts";

/** First days of the findings that are neither new nor overdue. Others are a week old. */
const OPENED: Readonly<Record<string, string>> = {
  [FINDINGS.ZLIB.finding.id]: "2026-09-15T15:00:00.000Z",
  [FINDINGS.JINJA.finding.id]: "2026-10-06T15:00:00.000Z",
};
const WITHIN = { critical: 7, high: 14 };
const BEGAN = "2026-08-25T15:00:00.000Z";

/** The same week, with the numbers of its history. An image that could not be scanned has last week's numbers. */
export function withNumbers(view: RescanView): RescanView {
  const records = view.images.map(recordAfter);
  const around = { fixWithinDays: WITHIN, exceptions: view.gate.verdict.exceptions, warnDays: 14 };
  const before = numbersOf(records.map(asLastWeek), { ...around, now: LAST_WEEK });
  return {
    ...view,
    numbers: numbersOf(records, { ...around, now: NOW, databaseUpdatedAt: "2026-11-24T10:00:00.000Z" }),
    trend: { before, weeks: weeksOf(records, NOW, 13) },
  };
}

function recordAfter({ change: { after, opened, closed }, running, overdue }: RescannedImage): ImageRecord {
  const isWhole = running.every(({ verdict }) => verdict.answer !== "error");
  const openings = new Map([
    ...opened.map(({ id }) => [id, NOW] as const),
    ...overdue.map(({ finding: { id, severity }, due }) => {
      const days = severity === "critical" || severity === "high" ? WITHIN[severity] : 0;
      return [id, `${addDays(due, -days)}${NOW.slice(10)}`] as const;
    }),
  ]);
  const there = running.flatMap(({ verdict }) =>
    (verdict.answer === "error" ? [FINDINGS.EXPAT] : verdict.findings).map((each): FindingRecord => {
      const at = openings.get(each.finding.id) ?? OPENED[each.finding.id] ?? LAST_WEEK;
      const fix = each.finding.fixedVersions.length > 0 ? { "fix-since": at } : {};
      return recordOf(each, { "first-seen": at, ...fix, episodes: [{ opened: at }] });
    }),
  );
  const lastScan = isWhole ? NOW : LAST_WEEK;
  return { ...after, "first-seen": BEGAN, "last-scan": lastScan, findings: [...there, ...closed] };
}

/** Without the findings that this week opened, and with those that it closed. */
function asLastWeek({ "gone-since": _, findings, ...record }: ImageRecord): ImageRecord {
  const had = findings
    .filter(({ episodes }) => (episodes.at(-1)?.opened ?? NOW) < NOW)
    .map((each) => ({ ...each, episodes: each.episodes.map(({ opened }) => ({ opened })) }));
  return { ...record, "last-scan": LAST_WEEK, findings: had };
}
