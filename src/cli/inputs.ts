import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { GateError } from "../system/errors.ts";
import { inputVariable, type World } from "../system/world.ts";
import type { Args, CommandOption } from "./command.ts";
import inputs from "./inputs.generated.json" with { type: "json" };

type Action = keyof typeof inputs;

const OPTIONS = inputs as Readonly<Record<Action, readonly CommandOption[]>>;

/** An action's inputs as options, by the same names. They are generated from its action.yml. */
export function inputOptions(action: Action, without: readonly string[] = []): CommandOption[] {
  return OPTIONS[action].filter(({ name }) => !without.includes(name));
}

/**
 * The world in which an action finds these inputs, as a runner gives them. Inputs that the world had before are
 * removed.
 * @param action the action whose options are inputs
 */
export function worldWithInputs(action: Action, options: Args["options"], world: World): World {
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
