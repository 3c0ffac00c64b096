import type { Overdue } from "../../../src/domain/history/deadlines.ts";
import type { FindingRecord, ImageRecord } from "../../../src/domain/history/record.ts";
import type { RunsAt } from "../../../src/domain/history/running.ts";
import { repositoryName } from "../../../src/domain/image/reference.ts";
import type { RescannedImage } from "../../../src/domain/rows/week.ts";
import { severityName } from "../../../src/domain/severity.ts";
import type { JudgedFinding, TargetVerdict } from "../../../src/domain/verdict.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import type { View } from "../../../src/render/view.ts";
import { planned, view } from "../build.ts";
import { SAMPLES } from "../samples.ts";

const LAST_WEEK = "2026-11-17T15:00:00.000Z";
const SOURCE = "kubernetes:deploy/**/*.yaml";

export const at = (name: string, source = SOURCE): RunsAt => ({ source, name });

/** A finding of the history that was opened on a day. */
export function recorded({ finding, outcome }: JudgedFinding, opened = LAST_WEEK): FindingRecord {
  const { kind, id, package: about, path, severity } = finding;
  return {
    kind,
    id,
    package: about?.name,
    path,
    severity: severityName(severity),
    "first-seen": opened,
    "last-seen": LAST_WEEK,
    ...(outcome === "accepted" && { "accepted-by": "exception" as const }),
    episodes: [{ opened }],
  };
}

interface Parts {
  readonly name?: string;
  readonly where?: readonly RunsAt[];
  readonly overdue?: readonly Overdue[];
  readonly closed?: readonly FindingRecord[];
  readonly opened?: string;
}

/** An image name of a run, with the answers about its running images. Without answers, it no longer runs. */
export function tracked(targets: readonly TargetVerdict[], parts: Parts = {}): RescannedImage {
  const { where = [at("shop/deployment/web/app")], overdue = [], closed = [], opened } = parts;
  const name = parts.name ?? repositoryName(targets[0]?.target.input ?? "ghcr.io/acme/app");
  const running = targets.map(planned).map((verdict) => ({ name, reference: verdict.target.input, where, verdict }));
  const findings = targets.flatMap((each) => (each.answer === "error" ? [] : each.findings));
  const record: ImageRecord = {
    version: 1,
    image: name,
    "first-seen": LAST_WEEK,
    "last-seen": LAST_WEEK,
    running: running.map(({ reference }) => ({ reference, where })),
    findings: findings.map((each) => recorded(each, opened)),
  };
  return { change: { image: name, before: record, after: record, opened: [], closed }, running, overdue };
}

/** The view of a run with these results. */
export function rescan(
  images: readonly RescannedImage[],
  over: Partial<Omit<RescanView, "gate">> & { gate?: Partial<View> } = {},
): RescanView {
  const { gate, ...rest } = over;
  const targets = images.flatMap(({ running }) => running.map(({ verdict }) => verdict));
  return {
    images,
    sources: [{ source: SOURCE, images: images.length, notes: [] }],
    state: { written: "image-gate-state@3f1c9a7" },
    ...rest,
    gate: { ...view(targets, { name: "running images" }), ...gate },
  };
}

/** An image that fails and has overdue findings, as the golden file and the picture show it. */
export function overdueImage(): RescannedImage {
  const [of] = SAMPLES.fail?.().verdict.targets ?? [];
  if (of === undefined || of.answer === "error") throw new Error("The sample has no judged target.");
  const overdue = of.findings
    .filter(({ outcome }) => outcome === "open")
    .slice(0, 2)
    .map((each, index) => ({ finding: recorded(each, `2026-10-0${index + 1}T03:00:00.000Z`), due: "2026-11-10" }));
  const where = [at("shop/deployment/web/app"), at("shop/cronjob/report/app")];
  return tracked([of], { overdue, where, opened: "2026-10-01T03:00:00.000Z" });
}
