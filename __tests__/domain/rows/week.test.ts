import { expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { FindingRecord } from "../../../src/domain/history/record.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import { acrossImages, makeWeek } from "../../../src/domain/rows/week.ts";
import { image } from "../../render/rescan/build.ts";
import { judged, makeFinding, makeSettings, scanned, TODAY } from "../make.ts";

/** How many findings are open in an image that runs under several tags, by severity. */
function open(...tags: (readonly Finding[])[]) {
  const exploits = (id: string) => (id === "CVE-1" ? { kev: { ransomware: false } } : undefined);
  const targets = tags.map((findings, index) =>
    judged(judge([scanned(findings, `ghcr.io/acme/app:${index}`)], makeSettings({ exploits }))),
  );
  const images = [image({ name: "ghcr.io/acme/app", targets })];
  const week = makeWeek({ images, exceptions: [], today: TODAY, isUnread: false });
  return [week.rows[0]?.open, week.rows[0]?.exploited];
}

const low = { severity: "LOW" } as const;
const critical = { severity: "CRITICAL" } as const;
const notice = makeFinding({ id: "GHSA-a", aliases: ["CVE-1", "CVE-2"], ...low });
const none = { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 };

it("an image counts once what its tags have under several ids, and never less than one of the tags alone", () => {
  const both = [makeFinding({ id: "CVE-1", ...critical }), makeFinding({ id: "CVE-2", ...critical })];
  for (const tags of [
    [[notice], both],
    [both, [notice]],
    [[notice], both, both.toReversed()],
  ])
    expect(open(...tags)).toEqual([{ ...none, CRITICAL: 2 }, 1]);
});

it("an image counts a finding as severe as the worst of its tags has it", () => {
  const one = (severity: typeof low | typeof critical) => [makeFinding({ id: "CVE-1", ...severity })];
  expect(open(one(low), one(critical))).toEqual([{ ...none, CRITICAL: 1 }, 1]);
  expect(open(one(critical), one(low))).toEqual([{ ...none, CRITICAL: 1 }, 1]);
});

it("findings without a deadline come after those that have one, the earliest first", () => {
  const listed = (id: string, due?: string) => {
    const times = { "first-seen": "", "last-seen": "", episodes: [] };
    const finding: FindingRecord = { kind: "vulnerability", id, severity: "high", ...times };
    return { finding, due };
  };
  const findings = [listed("CVE-1"), listed("CVE-2", "2026-12-01"), listed("CVE-3", "2026-11-01")];
  const sorted = acrossImages([{ name: "app", findings }]);
  expect(sorted.map(({ finding }) => finding.id)).toEqual(["CVE-3", "CVE-2", "CVE-1"]);
});
