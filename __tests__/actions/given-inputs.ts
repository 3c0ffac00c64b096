import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { parse } from "yaml";
import { GateError } from "../../src/system/errors.ts";

export type Given = Readonly<Record<string, string>>;

/** An action.yml. */
export interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

/** Reads an action.yml, by its path in the repository. */
export function actionFile(path: string): ActionFile {
  return parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
}

/** A runner's environment for the given `with:`. */
export function env(given: Given): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

/** The error with which the inputs are refused. */
export function refusal(read: (env: Given) => unknown, given: Given): GateError {
  try {
    read(env(given));
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

/**
 * Checks the defaults of an action.yml against the defaults of the code.
 * @param needed inputs without which a run is refused
 * @param byRunner inputs whose default the runner works out
 */
export function expectSameDefaults(
  { inputs }: ActionFile,
  read: (env: Given) => object,
  needed: Given,
  byRunner: readonly string[],
): void {
  const defaults = Object.fromEntries(
    Object.entries(inputs)
      .filter(([name, input]) => input.default !== undefined && !byRunner.includes(name))
      .map(([name, input]) => [name, input.default ?? ""]),
  );
  expect(read(env({ ...defaults, ...needed }))).toEqual(read(env(needed)));
  const isEmpty = (value: unknown) =>
    value === undefined || JSON.stringify(value) === "[]" || JSON.stringify(value) === "{}";
  const said = Object.entries(read(env(needed))).filter(([, value]) => !isEmpty(value));
  const camel = (names: object) =>
    Object.keys(names).map((name) => name.replace(/-(.)/g, (_, first) => first.toUpperCase()));
  expect(camel(defaults)).toEqual(said.map(([name]) => name).filter((name) => !camel(needed).includes(name)));
}
