import { rmSync, writeFileSync } from "node:fs";

/**
 * Limits on the bytes and the variables of a dotenv report (GitLab's application limits: 5 KB, and 20 variables on
 * GitLab.com's Free tier). GitLab refuses a file that has more as a whole.
 */
const MOST_BYTES = 5000;
const MOST_VARIABLES = 20;

/** `image-digest` becomes `IMAGE_GATE_IMAGE_DIGEST`. */
function variableOf(name: string): string {
  return `IMAGE_GATE_${name.toUpperCase().replaceAll("-", "_")}`;
}

/**
 * A value on one line. The runner replaces `$NAME` in a variable by another variable's value, which may be a secret. So
 * all dollar signs are replaced.
 */
function oneLineOf(text: string): string {
  return text
    .trim()
    .replace(/[\r\n]+/g, " ")
    .replaceAll("$", "[U+0024]");
}

/**
 * The file's text, and the outputs that it has no room for. The shortest come first: an output without a bound, such as
 * the results, is the longest. Pure.
 */
export function dotenvOf(values: Readonly<Record<string, string>>): { text: string; left: readonly string[] } {
  const lines: string[] = [];
  const left: string[] = [];
  for (const [name, value] of Object.entries(values).sort(([, a], [, b]) => a.length - b.length)) {
    const line = `${variableOf(name)}=${oneLineOf(value)}\n`;
    const isFull = lines.length === MOST_VARIABLES || Buffer.byteLength([...lines, line].join("")) > MOST_BYTES;
    if (isFull) left.push(variableOf(name));
    else lines.push(line);
  }
  return { text: lines.join(""), left };
}

/**
 * Hands the outputs to later jobs. A link in the file's place is replaced, not followed.
 * @returns the variables that had no room
 */
export function writeOutputs(path: string, values: Readonly<Record<string, string>>): readonly string[] {
  const { text, left } = dotenvOf(values);
  rmSync(path, { force: true });
  writeFileSync(path, text, { flag: "wx" });
  return left;
}
