import { type FindingRecord, isThere } from "../../domain/history/record.ts";
import type { Rescanned } from "../../domain/history/seen.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import type { ImageRow, RescannedImage } from "../../domain/rows/week.ts";
import type { Target } from "../../domain/target.ts";
import { reportOf } from "../json/report.ts";
import type { RescanReport } from "./schema.ts";
import type { RescanView } from "./view.ts";
import { weekOf } from "./week.ts";

type Image = RescanReport["images"][number];
type Finding = Image["new"][number];

/** The JSON report of a run over running images: the images, then the gate's report with all findings. */
export function renderRescanReport(view: RescanView): Iterable<string> {
  const { gate, sources, state, issues } = view;
  const { rows, gone, unseen } = weekOf(view);
  const targets = new Map(gate.verdict.targets.map(({ target }, index) => [target, index]));
  const report: RescanReport = {
    version: 1,
    verdict: gate.verdict.answer,
    reason: gate.verdict.reason,
    name: gate.name,
    generatedAt: gate.now.toISOString(),
    sources: sources.map(({ source, images, notes, error }) => ({
      source,
      images,
      notes,
      error: error && { code: error.code, what: error.what, remedy: error.remedy },
    })),
    images: [
      ...rows.map((row) => imageOf(row, targets)),
      ...gone.map((image) => absentImage(image, "gone")),
      ...unseen.map((image) => absentImage(image, "unseen")),
    ],
    state: "written" in state ? { written: state.written } : { notWritten: state.notWritten, isError: state.isError },
    issues,
    gate: reportOf(gate),
  };
  return jsonPieces(report, 2);
}

function imageOf(
  { image, name, state, history, fresh, fixed, withdrawn }: ImageRow,
  targets: ReadonlyMap<Target, number>,
): Image {
  return {
    image: name,
    state,
    history,
    running: image.running.map((each) => runningOf(each, targets)),
    new: fresh.map(recordOf),
    fixed: fixed.map(recordOf),
    withdrawn: withdrawn.map(recordOf),
    overdue: image.overdue.map(({ due, finding }) => ({ due, finding: recordOf(finding) })),
    issue: image.issueUrl,
  };
}

const NOTHING = { running: [], new: [], fixed: [], withdrawn: [], overdue: [] };

/** Its findings are closed because it is gone, not because somebody fixed them. */
function absentImage({ change, issueUrl: issue }: RescannedImage, state: "gone" | "unseen"): Image {
  const { image, "gone-since": goneSince } = change.after;
  return { image, state, history: "known", ...NOTHING, goneSince, issue };
}

function runningOf(each: Rescanned, targets: ReadonlyMap<Target, number>): Image["running"][number] {
  const { reference, digest, platform, imageId, verdict, way, where } = each;
  return {
    reference,
    digest,
    platform,
    imageId,
    verdict: verdict.answer,
    way,
    where: where.map(({ source, name }) => ({ source, name })),
    target: targets.get(verdict.target),
  };
}

function recordOf(finding: FindingRecord): Finding {
  const { kind, id, package: about, path, versions, severity, episodes } = finding;
  return {
    kind,
    id,
    package: about,
    path,
    versions,
    severity,
    firstSeen: finding["first-seen"],
    fixSince: finding["fix-since"],
    acceptedBy: finding["accepted-by"],
    again: episodes.length > 1 && isThere(episodes),
  };
}
