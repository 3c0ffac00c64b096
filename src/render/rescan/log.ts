import { fitBlocks, utf8Bytes } from "../fit.ts";
import { modeLines, reasonLine } from "../log/log.ts";
import { textPrinter } from "../print/lines.ts";
import { printText, sizeOf, type TextLook } from "../print/text.ts";
import { exceptionsSection } from "../story/exceptions.ts";
import { runNotesSection } from "../story/notices.ts";
import { smallPrint } from "../story/provenance.ts";
import { para } from "../tree.ts";
import { leftFromResults } from "./results.ts";
import { goneSection, notLookedAt, sourcesSection, troubleSection } from "./sections.ts";
import { headBlocks, provenance } from "./summary.ts";
import { imageTable } from "./tables.ts";
import { type RescanView, weekOf } from "./view.ts";

/** Largest log text in UTF-8 bytes. */
const LIMIT_BYTES = 54_000;

/** The log: the summary's facts as text, without what is to do about each image, and at the end the reason. */
export function renderRescanLog(view: RescanView, look: TextLook = {}, limitBytes = LIMIT_BYTES): string {
  const last = [...modeLines(view.gate, "the step does not fail"), reasonLine(view.gate)];
  return `${bodyText(view, look, limitBytes - sizeOf(last))}\n${printText(last, look)}`;
}

/** The log without its last line, which is the verdict's. */
export function bodyText(view: RescanView, look: TextLook, limit = Number.POSITIVE_INFINITY): string {
  const week = weekOf(view);
  const blocks = [
    ...headBlocks(view, week),
    ...notLookedAt(week),
    ...troubleSection(view),
    ...runNotesSection(view.gate),
    imageTable({ rows: week.rows, rank: 1, isText: true }, week, "the report has all"),
    para(leftFromResults(view)),
    goneSection(week.gone),
    exceptionsSection(view.gate, 5, true),
    sourcesSection(view),
    smallPrint(provenance(view, week)),
  ];
  return fitBlocks(blocks, { limit, measure: utf8Bytes, printer: textPrinter(look) }).text;
}
