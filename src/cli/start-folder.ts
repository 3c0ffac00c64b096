import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { imageNaming } from "../domain/image/reference.ts";
import { GateError, tryOr } from "../system/errors.ts";
import type { Args, CommandOption } from "./command.ts";

/** Commands whose words can be images. */
const IMAGES: ReadonlySet<string> = new Set(["compare", "image", "verify"]);

/**
 * A job can start the command in a folder below its project's, in which all paths begin. A typed path must not be
 * looked for, or found, in the project's folder: another file of that name would be judged. An image's name is not a
 * path, even if a file has it, too.
 * @param name of the command
 * @param known its options
 * @throws GateError `path-elsewhere`
 */
export function requireStartFolder(
  name: string,
  { words, options }: Args,
  known: readonly CommandOption[],
  { startedIn, workspace }: { readonly startedIn: string; readonly workspace: string },
): void {
  const [from, to] = [startedIn, workspace].map((folder) => tryOr(() => realpathSync(folder), resolve(folder)));
  if (from === undefined || to === undefined || from === to) return;
  const isPath = (item: string) => imageNaming(item) === undefined;
  const typed = IMAGES.has(name) ? words.filter(isPath) : words;
  const named = known.flatMap((option) => {
    const items = (option.file && options.get(option.name)?.split("\n")) || [];
    return option.name === "image" ? items.filter(isPath) : items;
  });
  for (const item of [...typed, ...named]) {
    const path = item.replace(/ as .*$/, "").trim();
    const here = resolve(startedIn, path);
    if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
    throw new GateError(
      "path-elsewhere",
      `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`,
      `Name ${JSON.stringify(join(relative(to, from), path))}, or start the command in the project's folder.`,
    );
  }
}
