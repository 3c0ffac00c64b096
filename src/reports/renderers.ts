import type { ToolReport } from "../render/tool-report.ts";
import type { ReportFormat } from "./formats.ts";

/** What makes the text of a format; loaded only where it is asked for. SBOMs are made by the scanner. */
export async function rendererOf(format: Exclude<ReportFormat, "cyclonedx" | "spdx-json">): Promise<ToolReport> {
  switch (format) {
    case "sarif":
      return (await import("../render/sarif.ts")).renderSarif;
    case "gitlab":
      return (await import("../render/gitlab.ts")).renderGitlab;
    case "junit":
      return (await import("../render/junit.ts")).renderJunit;
    case "html":
      return (await import("../render/html.ts")).renderHtml;
    case "markdown":
      return (await import("../render/whole-markdown.ts")).renderWholeMarkdown;
    case "csv":
      return (await import("../render/csv.ts")).renderCsv;
  }
}
