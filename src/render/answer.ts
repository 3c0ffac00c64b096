import { annotationsOf } from "./annotations.ts";
import { type EvidenceFiles, renderReport } from "./json/report.ts";
import { renderLog } from "./log/log.ts";
import type { Annotation, View } from "./view.ts";

/** What every answer has, wherever the run is. */
export interface AnswerTexts {
  readonly renderLog: (view: View) => string;
  readonly annotationsOf: (view: View) => Annotation[];
  /** Our JSON report, in pieces. */
  readonly renderReport: (view: View, files?: EvidenceFiles) => Iterable<string>;
}

export const ANSWER: AnswerTexts = { renderLog, annotationsOf, renderReport };
