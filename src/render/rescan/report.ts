import type { Rescanned } from "../../domain/history/running.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import type { ImageRow, RescannedImage } from "../../domain/rows/week.ts";
import type { Target } from "../../domain/target.ts";
import { fieldsOf } from "../json/fields.ts";
import { reportOf } from "../json/report.ts";
import { error, place, type RescanReport, running, source } from "./schema.ts";
import { type RescanView, weekOf } from "./view.ts";

type Image = RescanReport["images"][number];

const sourceFields = fieldsOf(source);
const errorFields = fieldsOf(error);
const runningFields = fieldsOf(running);
const placeFields = fieldsOf(place);

/** The JSON report of a run over running images: the images, then the gate's report with all findings. */
export function renderRescanReport(view: RescanView): Iterable<string> {
  const { gate, sources, state, issues } = view;
  const { rows, gone, unseen } = weekOf(view);
  const targets = new Map(gate.verdict.targets.map(({ target }, index) => [target, index]));
  const report: RescanReport = {
    version: 2,
    verdict: gate.verdict.answer,
    reason: gate.verdict.reason,
    name: gate.name,
    generatedAt: gate.now.toISOString(),
    sources: sources.map((each) => ({ ...sourceFields(each), error: each.error && errorFields(each.error) })),
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
    new: fresh,
    fixed,
    withdrawn,
    overdue: image.overdue,
    issue: image.issueUrl,
  };
}

const NOTHING = { running: [], new: [], fixed: [], withdrawn: [], overdue: [] };

/** An image without findings: they are closed because it is gone, not because they were fixed. */
function absentImage({ change, issueUrl: issue }: RescannedImage, state: "gone" | "unseen"): Image {
  const { image, "gone-since": goneSince } = change.after;
  return { image, state, history: "known", ...NOTHING, goneSince, issue };
}

function runningOf(each: Rescanned, targets: ReadonlyMap<Target, number>): Image["running"][number] {
  const { verdict, where } = each;
  return {
    ...runningFields(each),
    verdict: verdict.answer,
    where: where.map((place) => placeFields(place)),
    target: targets.get(verdict.target),
  };
}
