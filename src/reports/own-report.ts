import { closeSync, constants, openSync, readSync } from "node:fs";
import { isSbomFormat } from "../domain/target.ts";
import type { ReportFormat } from "./formats.ts";

/** All formats tell what they are within that, the page of HTML behind its style and script. */
const START_BYTES = 256 * 1024;

/** How what this action writes begins. */
const OWN: Readonly<Record<ReportFormat, (start: string) => boolean>> = {
  sarif: (start) => /"driver":\s*\{\s*"name":\s*"Image Gate"/.test(start),
  gitlab: (start) => /^\{"version":"[\d.]+","scan":\{"analyzer":\{"id":"image-gate"/.test(start),
  junit: (start) => /^<\?xml [^>]*\?>\s*<testsuites name="Image Gate: /.test(start),
  csv: (start) => start.startsWith("target,advisory,severity,package,"),
  markdown: (start) =>
    /^## (?:✅|❌|⛔|⚠️) .*(?:may run|must not run|could not be judged|breaks? the policy)$/m.test(
      start.slice(0, 4_000),
    ),
  html: (start) =>
    start.startsWith("<!DOCTYPE html>") &&
    /<title>[^<]*(?:may run|must not run|could not be judged|breaks? the policy)<\/title>/.test(start),
  cyclonedx: (start) => start.includes('"bomFormat": "CycloneDX"') && /"name":\s*"trivy"/.test(start),
  "spdx-json": (start) => /"spdxVersion":\s*"SPDX-/.test(start) && /"Tool: trivy-/.test(start),
};

/**
 * Whether a file is a report that this action has written before, by how it begins. An SBOM is the scanner's, and counts where one is
 * asked for at its place.
 * @param path absolute; no link is followed
 */
export function isOwnReport(path: string, asked: ReportFormat | undefined): boolean {
  const start = startOf(path);
  if (start === undefined) return false;
  return Object.entries(OWN).some(([format, isOwn]) => {
    if (isSbomFormat(format as ReportFormat) && (asked === undefined || !isSbomFormat(asked))) return false;
    return isOwn(start);
  });
}

function startOf(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(START_BYTES);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, START_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
