import { closest } from "../domain/did-you-mean.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What a runner's environment holds under names that begin with `INPUT_`. */
export interface GivenNames {
  /** Our own inputs that were given, by their name in action.yml. */
  readonly given: ReadonlyMap<string, string>;
  /** What was meant for us and is no input, as the beginnings of sentences. */
  readonly mistakes: readonly string[];
  /** Variables that are none of our business. */
  readonly others: readonly string[];
}

/** What an action knows of names. */
export interface KnownNames {
  /** Its inputs, as in action.yml. */
  readonly names: readonly string[];
  /** What to use instead of an input of another program's action. */
  translationOf(name: string): string | undefined;
}

const PREFIX = "INPUT_";

/**
 * Tells our inputs from variables that the job's `env` sets for others. The runner hands over what stands in `with:`, also names
 * that action.yml does not have, as `INPUT_` and the name in upper case, spaces as `_`, hyphens kept (actions/runner, Handler.cs).
 * A name with a hyphen can hardly come from elsewhere; of the others one is meant for us that has a value, and is an input of another
 * scanner's action, or a slip away from one of ours behind its first letter. One of ours in another spelling, which some programs would take for it, is a mistake.
 */
export function givenNames(env: Env, known: KnownNames): GivenNames {
  const given = new Map<string, string>();
  const mistakes: string[] = [];
  const others: string[] = [];
  const byVariable = new Map(known.names.map((name) => [variableOf(name), name]));
  const bySound = new Map(known.names.map((name) => [soundOf(name), name]));
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    const name = byVariable.get(variable);
    const sound = bySound.get(soundOf(variable.slice(PREFIX.length)));
    if (name !== undefined) given.set(name, value);
    else if (sound !== undefined) mistakes.push(otherSpelling(variable, sound));
    else if (value === "" && !variable.includes("-")) others.push(variable);
    else {
      const mistake = unknownInput(variable.slice(PREFIX.length).toLowerCase(), known);
      if (mistake === undefined) others.push(variable);
      else mistakes.push(mistake);
    }
  }
  return { given, mistakes, others };
}

/** How the runner spells it. */
function variableOf(name: string): string {
  return `${PREFIX}${name.replaceAll(" ", "_").toUpperCase()}`;
}

/** The same for all spellings of a name. */
function soundOf(name: string): string {
  return name.toLowerCase().replace(/[ _-]+/g, "-");
}

function otherSpelling(variable: string, name: string): string {
  return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${variableOf(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
}

/** Undefined where it was not meant for us. */
function unknownInput(name: string, known: KnownNames): string | undefined {
  const translation = known.translationOf(name);
  const isTyped = name.includes("-");
  const hint = isTyped ? "" : ` (if it is a variable of the job's \`env\`, set it to \`""\` in this step's \`env\`)`;
  if (translation !== undefined) return `${shown(name)} is not an input of Image Gate: ${translation}${hint}`;
  const meant = closest(name, known.names);
  // Nobody slips at a first letter: `code` is another program's, not our `mode`.
  const isNear = meant !== undefined && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
  if (meant !== undefined && (isTyped || isNear))
    return `${shown(name)} is not an input; did you mean \`${meant}\`?${hint}`;
  return isTyped ? `${shown(name)} is not an input of Image Gate` : undefined;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
