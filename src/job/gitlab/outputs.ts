import { rmSync, writeFileSync } from "node:fs";
import { SEVERITIES, severityName } from "../../domain/severity.ts";
import type { World } from "../../system/world.ts";

/**
 * Most bytes and variables of a dotenv report (GitLab's application limits: 5 KB, and 20 variables on GitLab.com's Free
 * tier). GitLab refuses a file that has more as a whole.
 */
const MOST_BYTES = 5000;
const MOST_VARIABLES = 20;

/** What later jobs need most comes first. */
const FIRST = ["verdict", ...SEVERITIES.map(severityName), "accepted", "image-digest", "index-digest"];
/** What has no bound of its own comes last. */
const LAST = ["reason", "results"];

function rankOf(name: string): number {
  if (FIRST.includes(name)) return FIRST.indexOf(name);
  return FIRST.length + Math.max(0, LAST.indexOf(name) + 1);
}

/** `image-digest` becomes `IMAGE_GATE_IMAGE_DIGEST`. */
function variableOf(name: string): string {
  return `IMAGE_GATE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * A value on one line. The runner replaces `$NAME` in a variable by another variable's value, which may be a secret, so
 * that no value keeps its dollar signs.
 */
function oneLineOf(text: string): string {
  return text
    .trim()
    .replace(/[\r\n]+/g, " ")
    .replaceAll("$", "[U+0024]");
}

/**
 * The file's text, and the outputs that it has no room for. An output that names a file of the run's own folder is left
 * out: the folder is gone before a later job could read it. Pure.
 */
export function dotenvOf(
  values: Readonly<Record<string, string>>,
  runFolder: string,
): { text: string; left: readonly string[] } {
  let text = "";
  let count = 0;
  const left: string[] = [];
  const lasting = Object.entries(values).filter(([, value]) => !value.includes(`${runFolder}/`));
  for (const [name, value] of lasting.sort(([a], [b]) => rankOf(a) - rankOf(b))) {
    const line = `${variableOf(name)}=${oneLineOf(value)}\n`;
    if (count === MOST_VARIABLES || Buffer.byteLength(text + line) > MOST_BYTES) left.push(name);
    else {
      text += line;
      count += 1;
    }
  }
  return { text, left };
}

/** Hands the outputs to later jobs. A link in the file's place is replaced, not followed. */
export function writeOutputs(
  path: string,
  values: Readonly<Record<string, string>>,
  { runFolder, log }: Pick<World, "runFolder" | "log">,
): void {
  const { text, left } = dotenvOf(values, runFolder);
  rmSync(path, { force: true });
  writeFileSync(path, text, { flag: "wx" });
  if (left.length > 0) log.info(`image-gate.env has no room for ${left.map(variableOf).join(", ")}.`);
}
