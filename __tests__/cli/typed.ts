import type { Args, Format } from "../../src/cli/command.ts";

type Values = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/**
 * Runs a command on named values. @param words names of its arguments; every other name is an option's
 */
export function typing<W, R>(
  run: (given: Args, asked: { readonly world: W; readonly format: Format }) => R,
  ...words: readonly string[]
): (values: Values, world: W) => R {
  return ({ json, ...values }, world) => {
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const options = given
      .filter(([name]) => !words.includes(name))
      .map(([name, value]) => [name, [value].flat().join("\n")] as const);
    const typed = words.flatMap((name) => (values[name] === undefined ? [] : [String(values[name])]));
    return run({ words: typed, options: new Map(options) }, { world, format: json ? "json" : "table" });
  };
}
