import type { ReportFacts } from "./tool-report.ts";
import type { View } from "./view.ts";

export function renderGitlab(_view: View, _facts: ReportFacts): Iterable<string> {
  throw new Error("not written yet");
}
