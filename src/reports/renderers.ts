import { renderWholeMarkdown } from "../render/documents/full-report.ts";
import { renderCsv } from "../render/formats/csv.ts";
import { renderGitlab } from "../render/formats/gitlab.ts";
import { renderJunit } from "../render/formats/junit.ts";
import type { ToolReport } from "../render/report-format.ts";
import { renderSarif } from "../render/sarif/sarif.ts";
import type { ReportFormat } from "./formats.ts";

/** What makes the text of a format; the page, with its script and style, is loaded only where it is asked for. SBOMs are made by the scanner. */
export async function rendererOf(format: Exclude<ReportFormat, "cyclonedx" | "spdx-json">): Promise<ToolReport> {
  switch (format) {
    case "sarif":
      return renderSarif;
    case "gitlab":
      return renderGitlab;
    case "junit":
      return renderJunit;
    case "html":
      return (await import("../render/html/html.ts")).renderHtml;
    case "markdown":
      return renderWholeMarkdown;
    case "csv":
      return renderCsv;
  }
}
