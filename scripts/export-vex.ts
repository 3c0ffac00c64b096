import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { dayOf } from "../src/domain/dates.ts";
import { type Report, reportSchema } from "../src/domain/report/schema.ts";
import { PolicyError, parsePolicyFile } from "../src/policy/parse.ts";
import { type ExportOptions, exportedVex } from "./export-vex/document.ts";

const USAGE =
  "Usage: npm run export-vex -- POLICY [--report REPORT] [--author NAME] [--status not_affected|affected] [--output FILE]";

/** A message for the one who typed the command, without a stack trace. */
class UsageError extends Error {}

interface Arguments {
  readonly policy: string;
  readonly report?: string | undefined;
  readonly output?: string | undefined;
  readonly author: string;
  readonly status: ExportOptions["status"];
}

function run(args: string[]): void {
  const { policy: file, report, output, author, status } = readArguments(args);
  const now = new Date();
  const policy = parsePolicyFile(readBytes(file), { file, today: dayOf(now) });
  const options = { now, author, status, report: report === undefined ? undefined : readReport(report) };
  const { document, leftOut } = exportedVex(policy, options);
  for (const line of leftOut) console.error(line);
  if (document === undefined) throw new UsageError("There is no exception that can be exported");
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (output === undefined) process.stdout.write(text);
  else writeFileSync(fromCaller(output), text);
}

function readArguments(args: string[]): Arguments {
  try {
    const text = { type: "string" } as const;
    const options = { report: text, output: text, author: text, status: text };
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [policy, ...others] = positionals;
    const { status = "not_affected", author = "Image Gate policy", report, output } = values;
    if (policy !== undefined && others.length === 0 && (status === "not_affected" || status === "affected"))
      return { policy, report, output, author, status };
  } catch {
    // An option that we do not have.
  }
  throw new UsageError(USAGE);
}

function readReport(file: string): Report {
  try {
    return reportSchema.parse(JSON.parse(readBytes(file).toString("utf8")));
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`${file} is no report of Image Gate`);
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(fromCaller(file));
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

/** npm starts its scripts in the package's folder and says here where the user was. */
function fromCaller(path: string): string {
  return resolve(process.env.INIT_CWD ?? "", path);
}

if (import.meta.main) {
  try {
    run(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PolicyError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
