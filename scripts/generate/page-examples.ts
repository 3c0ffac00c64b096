import { between } from "./between.ts";

/** A page with the workflows of `docs/examples/` that it shows, each between the markers with its name. */
export function pageWithExamples(page: string, names: readonly string[], read: (path: string) => string): string {
  return names.reduce((text, name) => {
    const file = `docs/examples/${name}`;
    return between({ text, name, file }, `\n\`\`\`yaml\n${read(file)}\`\`\`\n`);
  }, page);
}
