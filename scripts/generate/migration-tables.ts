import { z } from "zod";
import { between } from "./between.ts";

const FILE = "src/workflows/inputs.json";
const rowSchema = z.object({
  to: z.string().optional(),
  when: z.string().optional(),
  // biome-ignore lint/suspicious/noThenProperty: a word of the table, not a promise
  then: z.string().optional(),
  else: z.string().optional(),
  by: z.string().optional(),
  also: z.array(z.tuple([z.string(), z.string()])).default([]),
  shown: z.string().optional(),
  note: z.string().optional(),
  absent: z.string().optional(),
});
const tableSchema = z.object({ actions: z.record(z.string(), z.object({ inputs: z.record(z.string(), rowSchema) })) });

/** The page with a table for each action whose steps `migrate` rewrites. */
export function pageWithMigrations(page: string, json: string): string {
  const actions = Object.entries(tableSchema.parse(JSON.parse(json)).actions);
  return actions.reduce((text, [name, { inputs }]) => {
    const rows = Object.entries(inputs).map(([input, row]) => `| \`${input}\` | ${ours(row)} | ${notes(row)} |`);
    return between(
      { text, name, file: FILE },
      ["| input | ours | what changes |", "| --- | --- | --- |", ...rows].join("\n"),
    );
  }, page);
}

function ours({ to, when, then = "", else: otherwise = "", also, shown }: z.output<typeof rowSchema>): string {
  if (shown !== undefined) return shown;
  const value = when === undefined ? "" : `: ${then}\` if it is \`${when}\`, otherwise \`${otherwise || "nothing"}`;
  const more = also.map(([name, text]) => `\`${name}: ${text}\``);
  return [...(to === undefined ? [] : [`\`${to}${value}\``]), ...more].join(", ");
}

function notes({ note, absent }: z.output<typeof rowSchema>): string {
  return [note, absent].filter((each) => each !== undefined).join("; ");
}
