import { join, relative, resolve, sep } from "node:path";
import { withoutRunnerPath } from "../domain/image/target-names.ts";
import { compileGlob } from "../domain/policy/glob.ts";
import { withoutLogin } from "../domain/secrets/logins.ts";
import { GIVEN_REPORT_NAME } from "../domain/target.ts";
import type { ReportReader } from "../scanners/scanner.ts";
import { tryOr } from "../system/errors.ts";
import { entriesOf, readGivenStart, realGivenPath } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

type Folders = Pick<World, "workspace" | "temp">;

/** Longest image name that is shown with a report. */
const LONGEST_NAME = 300;
/** Scanners write the target's name in the first lines. */
const START_BYTES = 16 * 1024;

/**
 * `*`, `**` and `?` make a pattern, as in the policy, whatever files exist: a file with the pattern's own name is one
 * of its matches.
 */
function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * The reports that a line of the input names, sorted. A pattern is searched below its leading folders without a star;
 * links are not followed. Undefined: it is a pattern that no file matches.
 */
export function matchingReports(input: string, folders: Folders): string[] | undefined {
  if (!isPattern(input)) return [input];
  const { workspace } = folders;
  const whole = resolve(workspace, input);
  const segments = whole.split(sep);
  const top = segments.slice(0, segments.findIndex(isPattern)).join(sep) || sep;
  // A search outside could go through the whole machine, and a pull request can make a link that leads there.
  const inside = tryOr(() => realGivenPath({ what: GIVEN_REPORT_NAME, path: top }, folders), undefined);
  if (inside === undefined) return undefined;
  const matches = compileGlob(whole.slice(top.length).split(sep).join("/"));
  // Node's own recursion would follow links to folders. A link to a file is checked when it is read.
  const waiting = [top];
  const files: string[] = [];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop())
    for (const entry of entriesOf(folder)) (entry.isDirectory() ? waiting : files).push(join(folder, entry.name));
  const found = files.filter((path) => matches(relative(top, path).split(sep).join("/"))).sort();
  if (found.length === 0) return undefined;
  const shown = (path: string) => (input.startsWith(sep) ? path : relative(workspace, path));
  return found.map(shown);
}

/**
 * The name of the target according to a report. The claim is untrusted, so it is only shown. Undefined if the file
 * cannot be read or does not begin like a known scanner's reports.
 */
export function reportedName(path: string, readers: readonly ReportReader[], folders: Folders): string | undefined {
  // The error appears when the report is judged.
  const name = tryOr(() => {
    const start = readGivenStart({ what: GIVEN_REPORT_NAME, path }, START_BYTES, folders).toString("utf8");
    return readers.map((reader) => reader.subjectIn?.(start)).find((each) => each !== undefined);
  }, undefined);
  // Older scanners wrote a repository's whole address, with its login.
  return name === undefined ? undefined : withoutRunnerPath(withoutLogin(name)).slice(0, LONGEST_NAME);
}
