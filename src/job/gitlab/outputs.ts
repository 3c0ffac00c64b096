import { rmSync, writeFileSync } from "node:fs";
import { SEVERITIES, severityName } from "../../domain/severity.ts";
import type { Log } from "../../system/world.ts";

/**
 * Most bytes and variables of a dotenv report (GitLab's application limits: 5 KB, and 20 variables on GitLab.com's Free
 * tier). GitLab refuses a file that has more as a whole.
 */
const MOST_BYTES = 5000;
const MOST_VARIABLES = 20;

/** What later jobs need most comes first. */
const FIRST = ["verdict", ...SEVERITIES.map(severityName), "accepted", "image-digest", "index-digest"];
/** What has no bound of its own comes last. */
const LAST = ["reason", "trivy-report", "results"];

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

/** The file's text, and the outputs that it has no room for. Pure. */
export function dotenvOf(values: Readonly<Record<string, string>>): { text: string; left: readonly string[] } {
  let text = "";
  let count = 0;
  const left: string[] = [];
  for (const name of Object.keys(values).sort((a, b) => rankOf(a) - rankOf(b))) {
    const line = `${variableOf(name)}=${oneLineOf(values[name] ?? "")}\n`;
    if (count === MOST_VARIABLES || Buffer.byteLength(text + line) > MOST_BYTES) left.push(name);
    else {
      text += line;
      count += 1;
    }
  }
  return { text, left };
}

/**
 * Without the paths of files that lie in a run's own folder, which is gone before a later job could read them. Both a
 * value of such paths and such a path within the JSON of `results` are empty.
 */
export function lasting(values: Readonly<Record<string, string>>, runFolder: string): Readonly<Record<string, string>> {
  const within = `${runFolder}/`;
  const isGone = (value: string) => value.split("\n").some((line) => line.startsWith(within));
  // The JSON strings that begin with the folder.
  const start = JSON.stringify(within)
    .slice(0, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const inJson = new RegExp(`${start}(?:[^"\\\\]|\\\\.)*`, "gs");
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isGone(value) ? "" : value.replace(inJson, '"')]),
  );
}

/** Hands the outputs to later jobs. A link in the file's place is replaced, not followed. */
export function writeOutputs(path: string, values: Readonly<Record<string, string>>, log: Log): void {
  const { text, left } = dotenvOf(values);
  rmSync(path, { force: true });
  writeFileSync(path, text, { flag: "wx" });
  if (left.length > 0) log.info(`image-gate.env has no room for ${left.map(variableOf).join(", ")}.`);
}
