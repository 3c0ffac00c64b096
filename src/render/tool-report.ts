import type { View } from "./view.ts";

/** What reports for other tools tell beyond the view. */
export interface ReportFacts {
  /** This action: name, version, and where it comes from. */
  readonly tool: { readonly name: string; readonly version: string; readonly url: string };
  /** When judging was over. */
  readonly endedAt: Date;
}

/** A report for another tool or another reader, in pieces: all in one text may be more than Node can hold. */
export type ToolReport = (view: View, facts: ReportFacts) => Iterable<string>;
