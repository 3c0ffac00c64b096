import { closest } from "../domain/did-you-mean.ts";
import { inputVariable } from "../system/world.ts";
import { factsOf, type Shape } from "./input-facts.ts";
import { loginMistake } from "./logins.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The variables of a runner's environment whose names begin with `INPUT_`. */
export interface GivenNames {
  /**
   * Our inputs that were given, by their names in action.yml. One with a login in it counts as empty, and is a mistake.
   */
  readonly given: ReadonlyMap<string, string>;
  /** Names that were meant for us but are not inputs, and inputs with a login, each as the beginning of a sentence. */
  readonly mistakes: readonly string[];
}

/** The names that an action knows. */
export interface KnownNames {
  /** Its inputs, as in action.yml. */
  readonly shape: Shape;
  /** What to use instead of another action's input. */
  readonly translations: Readonly<Record<string, string>>;
}

const PREFIX = "INPUT_";

/**
 * Distinguishes our inputs from variables that the job's `env` sets for others. The runner passes on everything in
 * `with:`, even names that action.yml does not have, each in its {@link inputVariable}.
 *
 * A name with a hyphen can hardly have another source. Another name is meant for us if it has a value and looks
 * familiar. It is an input of another scanner's action, or has a typo after the first letter of one of ours. One of our
 * inputs in another spelling is a mistake, since some programs would accept it.
 */
export function givenNames(env: Env, known: KnownNames): GivenNames {
  const given = new Map<string, string>();
  const mistakes: string[] = [];
  const names = Object.keys(known.shape);
  const byVariable = new Map(names.map((name) => [inputVariable(name), name]));
  const bySound = new Map(names.map((name) => [soundOf(name), name]));
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    const name = byVariable.get(variable);
    if (name !== undefined) {
      const login = loginMistake(name, value, factsOf(known.shape[name]));
      if (login !== undefined) mistakes.push(login);
      given.set(name, login === undefined ? value : withheld(name));
      continue;
    }
    const mistake = unknownVariable(variable, value, bySound, known);
    if (mistake !== undefined) mistakes.push(mistake);
  }
  return { given, mistakes };
}

/** What is wrong with a variable that names no input of ours. Undefined: it is not meant for us. */
function unknownVariable(
  variable: string,
  value: string,
  bySound: ReadonlyMap<string, string>,
  known: KnownNames,
): string | undefined {
  const written = variable.slice(PREFIX.length);
  const sound = bySound.get(soundOf(written));
  if (sound !== undefined) return otherSpelling(variable, sound);
  return value === "" && !variable.includes("-") ? undefined : unknownInput(written.toLowerCase(), known);
}

/**
 * In place of a value with a login: as if it was not given. What may have been meant as `offline: true` stays
 * unreadable.
 */
function withheld(name: string): string {
  return name === "offline" ? "***" : "";
}

/** Equal for all spellings of a name. */
function soundOf(name: string): string {
  return name.toLowerCase().replace(/[ _-]+/g, "-");
}

function otherSpelling(variable: string, name: string): string {
  return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${inputVariable(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
}

/** The beginning of a sentence about the mistake; undefined if the name was not meant for us. */
function unknownInput(name: string, known: KnownNames): string | undefined {
  const translation = translationIn(known.translations, name);
  const isTyped = name.includes("-");
  const hint = isTyped ? "" : ` (or, if the job's \`env\` sets it, set it to \`""\` in this step's)`;
  if (translation !== undefined) return `${shown(name)} is not an input of Image Gate: ${translation}${hint}`;
  const meant = closest(name, Object.keys(known.shape));
  // Typos hardly ever change the first letter: `code` belongs to another program and is not our `mode`.
  const isNear = meant !== undefined && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
  if (meant !== undefined && (isTyped || isNear))
    return `${shown(name)} is not an input (did you mean \`${meant}\`?)${hint}`;
  return isTyped ? `${shown(name)} is not an input of Image Gate` : undefined;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** A name from outside is looked up, which may be one that every object has. */
function translationIn(translations: KnownNames["translations"], name: string): string | undefined {
  return Object.hasOwn(translations, name) ? translations[name] : undefined;
}
