import { globSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { SEVERITIES, type Severity } from "../../src/domain/severity.ts";
import { GIVEN_REPORT } from "../../src/domain/target.ts";
import { readGivenReport } from "../../src/scan/scan-report.ts";
import { REPORT_READERS } from "../../src/scanners/readers.ts";
import { GateError } from "../../src/system/errors.ts";
import { sha256OfBytes } from "../../src/system/store/hashing.ts";

/** A report that others wrote and published. It is not part of this repository. */
export interface GenuineReport {
  /** Of the file, unpacked. */
  readonly sha256: string;
  readonly scanner: string;
  readonly what: string;
  /** `owner/repository@commit:path`, as far as it is known. */
  readonly from: string;
  /** How its counts were worked out by hand. */
  readonly how: string;
  /** Findings of each severity; others are 0. Absent: it is refused. */
  readonly counts?: Partial<Readonly<Record<Severity, number>>>;
  /** The code of the error. */
  readonly refused?: string;
}

/** A report and the verdict on it. */
export interface JudgedReport {
  readonly report: GenuineReport;
  /** Absent: no file of the folder has its SHA-256. */
  readonly file?: string;
  /** `3 CRITICAL, 2 LOW`, or an error's code. */
  readonly found?: string;
  readonly isRight: boolean;
}

/** The folder with the reports, where a command names none. */
export const REPORTS_FOLDER = "REAL_REPORTS";

export function genuineReports(): GenuineReport[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "genuine-reports.json"), "utf8"));
}

/** The files of a folder by their SHA-256; their names do not matter. */
export function filesByHash(folder: string): Map<string, string> {
  const files = globSync("**/*", { cwd: folder }).map((name) => join(folder, name));
  return new Map(
    files.filter((path) => statSync(path).isFile()).map((path) => [sha256OfBytes(readFileSync(path)), path]),
  );
}

/** Looks for each report in a folder, and judges it. @param byHash its files */
export function judgeReports(
  folder: string,
  reports: readonly GenuineReport[],
  byHash: ReadonlyMap<string, string> = filesByHash(folder),
): JudgedReport[] {
  return reports.map((report) => {
    const path = byHash.get(report.sha256);
    if (path === undefined) return { report, isRight: true };
    const file = relative(folder, path);
    const found = countsOf(file, folder);
    return { report, file, found, isRight: found === (report.refused ?? countWords(report.counts ?? {})) };
  });
}

function countsOf(file: string, folder: string): string {
  const world = { workspace: folder, temp: folder, now: () => new Date() };
  const target = { kind: GIVEN_REPORT, input: file, label: file, file, anyScanner: true } as const;
  try {
    const { findings } = readGivenReport(target, { reports: REPORT_READERS }, world);
    return countWords(
      Object.fromEntries(
        Object.entries(Object.groupBy(findings, ({ severity }) => severity)).map(([severity, all]) => [
          severity,
          all.length,
        ]),
      ),
    );
  } catch (error) {
    if (error instanceof GateError) return error.code;
    throw error;
  }
}

function countWords(counts: Partial<Readonly<Record<Severity, number>>>): string {
  return SEVERITIES.flatMap((severity) => (counts[severity] ? [`${counts[severity]} ${severity}`] : [])).join(", ");
}

/** One line for each report. */
export function reportLines(judged: readonly JudgedReport[]): string[] {
  return judged.map(({ report: { scanner, what, counts, refused }, file, found, isRight }) => {
    const about = `${scanner}: ${what}`;
    if (file === undefined) return `skipped, not in the folder: ${about}`;
    return isRight
      ? `${about}: ${found}`
      : `${about}: ${found}, and by hand ${refused ?? countWords(counts ?? {})} (${file})`;
  });
}
