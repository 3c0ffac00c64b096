import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The licence texts of all packages that the bundled modules come from. */
export function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const entries = [...folders].map(entryOf).sort((a, b) => (a.title < b.title ? -1 : 1));
  const unique = [...new Map(entries.map((entry) => [entry.title, entry])).values()];
  return [
    "Image Gate's bundle holds code of these packages.",
    ...unique.map((entry) => `${"-".repeat(80)}\n${entry.title}\n\n${entry.text.replaceAll("\r\n", "\n").trim()}\n`),
  ].join("\n\n");
}

/** `…/node_modules/@scope/name` of a module's path; none for our own. */
function packageFolder(module: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
}

function entryOf(folder: string): { title: string; text: string } {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)/i.test(name));
  const text = file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : "";
  if (typeof manifest.license !== "string" || manifest.license === "")
    throw new Error(`${manifest.name} does not say its licence`);
  return { title: `${manifest.name}@${manifest.version} (${manifest.license})`, text };
}
