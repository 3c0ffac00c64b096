import { parse } from "yaml";
import { z } from "zod";
import { factsOf, type Shape } from "../../src/actions/input-facts.ts";
import type { CommandOption } from "../../src/cli/command.ts";

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
});

/** An action's file, and how it reads each input. */
interface ActionInputs {
  readonly yaml: string;
  readonly shape: Shape;
}

/** Lists are given once for each item. */
function aboutOf(sentence: string): string {
  return sentence
    .replace(/, one (?:source )?a line(?=[.;:,])/g, "")
    .replaceAll("the workspace", "the working directory");
}

/**
 * The inputs of the actions as options of commands, as the bundle has them.
 * @param terminal what an option does where a command is typed, by its name, or by its action and its name
 */
export function commandOptionsFile(
  actions: Readonly<Record<string, ActionInputs>>,
  terminal: Readonly<Record<string, string>>,
): string {
  const all = Object.entries(actions).map(([name, { yaml, shape }]) => {
    const { inputs } = actionSchema.parse(parse(yaml));
    const options = Object.entries(inputs).map(([input, about]) => {
      const typed = terminal[`${name} ${input}`] ?? terminal[input];
      return optionOf(input, { ...about, ...(typed !== undefined && { typed }) }, shape[input]);
    });
    return [name, options];
  });
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}

function optionOf(
  name: string,
  input: { readonly description: string; readonly default?: string | undefined; readonly typed?: string },
  field: z.ZodType | undefined,
): CommandOption {
  if (field === undefined) throw new Error(`the action does not read its input ${name}`);
  const { often, file, target, scans } = factsOf(field);
  return {
    name,
    kind: kindOf(field),
    about: input.typed ?? aboutOf(firstSentence(input.description)),
    ...(input.default !== undefined && !/^\$\{\{/.test(input.default) && { initially: input.default }),
    ...(often && { often }),
    ...((file || target) && { file: true }),
    ...(scans && { scans }),
  };
}

/** Values of which two make a list of two, wherever an input takes several. */
const ITEMS = [
  "vuln secret",
  "docker kubectl",
  "docker remote",
  "linux/amd64 linux/arm64",
  "ghcr.io/a/b:1 ghcr.io/a/c:1",
  "a b",
];

/** The kind, derived from what the field does with a value: it is not written down twice. */
function kindOf(field: z.ZodType): CommandOption["kind"] {
  const read = (value: string) => field.safeParse(value, { jitless: true });
  if (read("true").data === true && read("false").data === false && !read("maybe").success) return "switch";
  const isList = ITEMS.some((items) => {
    const { data } = read(items.replace(" ", "\n"));
    return Array.isArray(data) && data.length === 2;
  });
  return isList ? "list" : "text";
}

/** Its first sentence, on one line, without the marks of code and the value that a switch has anyway. */
function firstSentence(description: string): string {
  const text = description
    .trim()
    .replace(/\s+/g, " ")
    .replace(/^`true`: /, "")
    .replaceAll("` as `", "as")
    .replaceAll("`", "");
  const sentence = /^.*?[.;](?= [A-Z]| [a-z]|$)/.exec(text)?.[0].replace(/;$/, ".") ?? text;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
