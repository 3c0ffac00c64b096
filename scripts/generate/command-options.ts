import { parse } from "yaml";
import { z } from "zod";
import type { CommandOption } from "../../src/cli/command.ts";

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
});

/** How an action reads one of its inputs. */
interface Field {
  safeParse(value: unknown, options?: { jitless: true }): { success: boolean; data?: unknown };
}

/** An action's file, and how it reads each input. */
interface ActionInputs {
  readonly yaml: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** The inputs of the actions as options of commands, as the bundle has them. */
export function commandOptionsFile(actions: Readonly<Record<string, ActionInputs>>): string {
  const all = Object.entries(actions).map(([name, { yaml, fields }]) => {
    const { inputs } = actionSchema.parse(parse(yaml));
    return [name, Object.entries(inputs).map(([input, about]) => optionOf(input, about, fields[input]))];
  });
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}

function optionOf(
  name: string,
  input: { readonly description: string; readonly default?: string | undefined },
  field: Field | undefined,
): CommandOption {
  if (field === undefined) throw new Error(`the action does not read its input ${name}`);
  return {
    name,
    kind: kindOf(field),
    about: firstSentence(input.description),
    ...(input.default !== undefined && !/^\$\{\{/.test(input.default) && { initially: input.default }),
  };
}

/** Values of which two make a list of two, wherever an input takes several. */
const ITEMS = ["vuln secret", "docker remote", "linux/amd64 linux/arm64", "ghcr.io/a/b:1 ghcr.io/a/c:1", "a b"];

/** The kind is what the field does with a value, so that nobody writes it down twice. */
function kindOf(field: Field): CommandOption["kind"] {
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
