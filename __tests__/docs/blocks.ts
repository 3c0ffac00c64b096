import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup/tools.ts";

/**
 * The fenced block of a page that says in its first comment which file it is.
 * @throws Error when there is none, or more than one.
 */
export function blockOf(page: string, name: string): string {
  const text = readFileSync(join(root, page), "utf8");
  const blocks = [...text.matchAll(/^```\w*\n((?:#!.*\n)?# (.*)\n[\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, , title = ""]) => title.startsWith(name));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} blocks that start with "# ${name}".`);
  return found[0]?.[1] ?? "";
}

/**
 * The text with other values in place of those that a user would adapt. @throws Error if one of these is missing: the
 * page has changed.
 */
export function adapted(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`The block has no ${JSON.stringify(from)}:\n${before}`);
    return before.replaceAll(from, to);
  }, text);
}

/** A shell script with other values for the variables at its top. */
export function withVariables(script: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((before, [name, value]) => {
    const line = new RegExp(`^${name}=.*$`, "m");
    if (!line.test(before)) throw new Error(`The block sets no ${name}:\n${before}`);
    return before.replace(line, () => `${name}='${value}'`);
  }, script);
}
