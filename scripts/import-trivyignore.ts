import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { policyFromIgnoreFile } from "./import-trivyignore/convert.ts";
import { IgnoreFileError } from "./import-trivyignore/entry.ts";

const USAGE = "Usage: npm run import-trivyignore -- FILE [--output POLICY]";

/** A message for the one who typed the command, without a stack trace. */
class UsageError extends Error {}

function run(args: string[]): void {
  const { file, output } = readArguments(args);
  const policy = policyFromIgnoreFile(readText(file), file);
  if (output === undefined) {
    process.stdout.write(policy);
    return;
  }
  try {
    writeFileSync(fromCaller(output), policy, { flag: "wx" });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new UsageError(exists ? `${output} exists and is left as it is` : `${output} cannot be written`);
  }
}

function readArguments(args: string[]): { file: string; output: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { output: { type: "string" } },
    });
    const [file, ...others] = positionals;
    if (file !== undefined && others.length === 0) return { file, output: values.output };
  } catch {
    // An option that we do not have.
  }
  throw new UsageError(USAGE);
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(fromCaller(file));
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8 text`);
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
    if (!(error instanceof UsageError || error instanceof IgnoreFileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
