import { closest } from "../domain/did-you-mean.ts";
import { hasLogin } from "../domain/secrets/logins.ts";
import { inputVariable, type World } from "../system/world.ts";
import { shown } from "./fields.ts";
import { factsOf, type InputFacts, type Shape } from "./input-facts.ts";

/** The names that an action knows. */
export interface KnownNames {
  /** Its inputs, as in action.yml. */
  readonly shape: Shape;
  /** The replacements for inputs of other actions, and for names that users try: our names, a space between them. */
  readonly replaced: Readonly<Record<string, string>>;
}

const PREFIX = "INPUT_";

/**
 * Distinguishes our inputs from variables that the job's `env` sets for others. The runner passes on everything in
 * `with:`, even names that action.yml does not have, each in its {@link inputVariable}.
 * @returns our inputs that were given, by their names in action.yml. One with a login in it counts as empty, and is a
 * mistake. So is a name that was meant for us but is not an input. Each mistake is the beginning of a sentence.
 */
export function givenNames(env: World["env"], known: KnownNames) {
  const given = new Map<string, string>();
  const mistakes: string[] = [];
  const byVariable = new Map(Object.keys(known.shape).map((name) => [inputVariable(name), name]));
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    const name = byVariable.get(variable);
    const mistake =
      name === undefined
        ? unknownVariable(variable, value, known)
        : loginMistake(name, value, factsOf(known.shape[name]));
    if (mistake !== undefined) mistakes.push(mistake);
    // A value with a login counts as not given. One that could mean `offline: true` stays unreadable.
    const withheld = name === "offline" ? "***" : "";
    if (name !== undefined) given.set(name, mistake === undefined ? value : withheld);
  }
  return { given, mistakes };
}

/**
 * The mistake in a variable that names no input of ours. Undefined: it is not meant for us. A name with a hyphen can
 * hardly have another source. Another name is meant for us if it has a value and looks familiar. Then it is an input of
 * another scanner's action, or one of ours with a typo after its first letter. One of our inputs in another spelling is
 * a mistake, since some programs would accept it.
 */
function unknownVariable(variable: string, value: string, { shape, replaced }: KnownNames): string | undefined {
  const name = variable.slice(PREFIX.length).toLowerCase();
  const own = name.replace(/[ _-]+/g, "-");
  if (Object.hasOwn(shape, own))
    return `${shown(variable)} is another spelling of \`${own}\`, which the runner spells ${inputVariable(own)}: write \`${own}\` in the step's \`with:\`, and take the variable out of \`env\``;
  const isTyped = name.includes("-");
  if (value === "" && !isTyped) return undefined;
  const hint = isTyped ? "" : ` (or, if the job's \`env\` sets it, set it to \`""\` in this step's)`;
  const [use] = Object.entries(replaced).find(([, names]) => names.split(" ").includes(name)) ?? [];
  if (use !== undefined) return `${shown(name)} is not an input of Image Gate: ${use}${hint}`;
  const meant = closest(name, Object.keys(shape));
  // Typos hardly ever change the first letter: `code` belongs to another program and is not our `mode`.
  const isNear = meant !== undefined && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
  if (meant !== undefined && (isTyped || isNear))
    return `${shown(name)} is not an input (did you mean \`${meant}\`?)${hint}`;
  return isTyped ? `${shown(name)} is not an input of Image Gate` : undefined;
}

/** First words of `discover` lines that name a path, a pattern or a context instead of a host. */
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)$/;

/**
 * The mistake in an input that has a login in it, which log, comment, summary, report and outputs would show. The
 * message does not repeat it. Undefined: there is no login.
 */
function loginMistake(name: string, value: string, { secret, address = false, words = [] }: InputFacts) {
  const hasOne = value.split(/[\r\n]+/).some((each) => {
    const line = each.trim();
    const word = words.find((first) => line.startsWith(`${first}:`));
    const text = word === undefined ? line : line.slice(word.length + 1).trim();
    return hasLogin(text, { isAddress: address && !NO_ADDRESS.test(word ?? line) });
  });
  return hasOne && !secret
    ? `\`${name}\` has a login in an address, a reference or a name; log, comment and summary would show it. Log in (\`docker login\`), or give a checked-out folder as \`path\`. After a name, an @ may only begin a digest`
    : undefined;
}
