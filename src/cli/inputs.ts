import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { GateError } from "../system/errors.ts";
import { inputVariable, type World } from "../system/world.ts";
import type { CommandOption, Given } from "./command.ts";
import inputs from "./inputs.generated.json" with { type: "json" };

type Action = keyof typeof inputs;

const OPTIONS = inputs as Readonly<Record<Action, readonly CommandOption[]>>;

/** An action's inputs as options, by the same names. They are generated from its action.yml. */
export function inputOptions(action: Action, without: readonly string[] = []): CommandOption[] {
  return OPTIONS[action].filter(({ name }) => !without.includes(name));
}

/**
 * The world in which an action finds these inputs, as a runner gives them. Those that the world had are gone.
 * @param action which of the options are inputs
 */
export function worldWithInputs(action: Action, options: Given["options"], world: World): World {
  const names = new Set(OPTIONS[action].map(({ name }) => name));
  const given = [...options].filter(([name]) => names.has(name));
  const others = Object.entries(world.env).filter(([variable]) => !/^INPUT_/i.test(variable));
  return {
    ...world,
    env: Object.fromEntries([...others, ...given.map(([name, value]) => [inputVariable(name), value])]),
  };
}

/**
 * Words that were typed as the items of a list, one a line. A name that would be read as another one is refused: a
 * folder `app ` would be judged as its neighbour `app`, and so pass.
 * @param mayRename an item can give a file another name: `app.tar as acme/app:1`
 * @throws GateError `name-ambiguous`
 */
export function itemsOf(
  words: readonly string[],
  { workspace, mayRename }: Pick<World, "workspace"> & { readonly mayRename: boolean },
): string[] {
  for (const word of words) {
    const isOther = word.trim() !== word || /[\r\n]/.test(word);
    if (!isOther && !(mayRename && / as /.test(word) && existsSync(resolve(workspace, word)))) continue;
    throw new GateError(
      "name-ambiguous",
      `${JSON.stringify(word)} would be read as another name: it has a line break, a space at an end, or " as "`,
      "Rename the file or folder.",
    );
  }
  return [...words];
}

/** Options that name what is read. */
const READ = [
  "config",
  "image",
  "path",
  "sbom",
  "trivy-report",
  "scan-report",
  "policy",
  "baseline",
  "vex",
  "dockerfile",
];

/**
 * A job can start the command in a folder below its project's, in which all paths begin. What was typed there must not
 * be looked for, or found, elsewhere: another file of that name would be judged.
 * @throws GateError `path-elsewhere`
 */
export function refuseElsewhere({ words, options }: Given, startedIn: string, workspace: string): void {
  if (resolve(startedIn) === resolve(workspace) || real(startedIn) === real(workspace)) return;
  const typed = [...words, ...READ.flatMap((name) => options.get(name)?.split("\n") ?? [])];
  for (const item of typed) {
    const path = item.replace(/ as .*$/, "").trim();
    const here = resolve(startedIn, path);
    if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
    throw new GateError(
      "path-elsewhere",
      `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`,
      `Name ${JSON.stringify(join(relative(real(workspace), real(startedIn)), path))}, or start the command in the project's folder.`,
    );
  }
}

/** Without links: the project's folder may be named by one. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}
