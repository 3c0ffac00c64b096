import { parse } from "yaml";
import { z } from "zod";
import { between } from "./between.ts";

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string().optional() })),
  outputs: z.record(z.string(), z.object({ description: z.string() })),
});

/**
 * A page with its tables made again from an action's file.
 * @param file the action's file, as the page's markers name it: `action.yml`
 */
export function pageWithTables(page: string, actionYaml: string, file = "action.yml"): string {
  const action = actionSchema.parse(parse(actionYaml));
  const inputs = Object.entries(action.inputs).map(([name, input]) => [
    `\`${name}\``,
    input.default === undefined ? "" : `\`${input.default}\``,
    oneLine(input.description),
  ]);
  const outputs = Object.entries(action.outputs).map(([name, output]) => [`\`${name}\``, oneLine(output.description)]);
  const withInputs = between({ text: page, name: "inputs", file }, table(["input", "default", "meaning"], inputs));
  return between({ text: withInputs, name: "outputs", file }, table(["output", "meaning"], outputs));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ").replaceAll("|", "\\|");
}
