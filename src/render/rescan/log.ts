import { withReason } from "../log/log.ts";
import type { TextLook } from "../print/text.ts";
import { exceptionsSection } from "../story/exceptions.ts";
import { runNotesSection } from "../story/notices.ts";
import { changesSection } from "../story/policy-changes.ts";
import { smallPrint } from "../story/provenance.ts";
import { type Block, para } from "../tree.ts";
import { leftFromResults } from "./results.ts";
import { goneSection, notLookedAt, sourcesSection, troubleSection } from "./sections.ts";
import { headBlocks, provenance } from "./summary.ts";
import { imageTable } from "./tables.ts";
import { type RescanView, weekOf } from "./view.ts";

/** The log: the summary's facts as text, without what is to do about each image, and at the end the reason. */
export function renderRescanLog(view: RescanView, look?: TextLook, limitBytes?: number): string {
  return withReason(rescanBlocks(view), view.gate, look, limitBytes);
}

/** The log without its last line, which is the verdict's. */
export function rescanBlocks(view: RescanView): Block[] {
  const week = weekOf(view);
  return [
    ...headBlocks(view, week),
    ...notLookedAt(week),
    ...troubleSection(view),
    changesSection(view.gate, 5),
    runNotesSection(view.gate),
    imageTable({ rows: week.rows, rank: 1, isText: true }, week, "the report has all"),
    para(leftFromResults(view)),
    goneSection(week.gone),
    exceptionsSection(view.gate, 5, true),
    sourcesSection(view),
    smallPrint(provenance(view, week)),
  ];
}
