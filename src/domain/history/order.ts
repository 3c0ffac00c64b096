import { compareText } from "../versions/order.ts";
import type { FindingRecord, Instant, RunningRecord } from "./record.ts";
import type { RunsAt } from "./running.ts";

/** By package, path, advisory and kind: what belongs together stands together, and nothing moves without reason. */
export function compareFindings(a: FindingRecord, b: FindingRecord): number {
  return compare(a.package, b.package) || compare(a.path, b.path) || compare(a.id, b.id) || compare(a.kind, b.kind);
}

/** By reference and digest, with the places of each in order and once. */
export function sortRunning(running: readonly RunningRecord[]): readonly RunningRecord[] {
  return running
    .map((each) => ({ ...each, where: sortWhere(each.where) }))
    .sort(
      (a, b) =>
        compare(a.reference, b.reference) ||
        compare(a.digest, b.digest) ||
        compare(a["image-id"], b["image-id"]) ||
        compare(a.platform, b.platform),
    );
}

function sortWhere(where: readonly RunsAt[]): readonly RunsAt[] {
  if (where.length < 2) return where;
  const sorted = [...where].sort((a, b) => compare(a.source, b.source) || compare(a.name, b.name));
  return sorted.filter(
    (each, index) => each.source !== sorted[index - 1]?.source || each.name !== sorted[index - 1]?.name,
  );
}

function compare(a = "", b = ""): number {
  return compareText(a, b);
}

/** The earlier one of two. */
export function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
