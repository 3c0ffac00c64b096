import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documentationPages } from "../site/pages.ts";

/** The changelog with a line for a new default version, in its unreleased part. */
export function withChange(changelog: string, scanner: string, version: string): string {
  const line = `- ${scanner} ${version} is the default; its SHA-256 are compiled in.`;
  if (changelog.includes(line)) return changelog;
  const begin = changelog.search(/^## Unreleased/m);
  if (begin < 0) return changelog.replace(/^## /m, `## Unreleased\n\n${line}\n\n## `);
  const next = changelog.slice(begin + 1).search(/^## /m);
  const end = next < 0 ? changelog.length : begin + 1 + next;
  const part = changelog.slice(0, end).trimEnd();
  return `${part}\n${line}\n${end === changelog.length ? "" : "\n"}${changelog.slice(end)}`;
}

/** Lines of the pages that people read which name a version: `README.md:12: …`. */
export function mentionsOf(version: string, root: string): string[] {
  return ["README.md", "action.yml", ...documentationPages(root)].flatMap((page) =>
    readFileSync(join(root, page), "utf8")
      .split("\n")
      .flatMap((text, index) => (text.includes(version) ? [`${page}:${index + 1}: ${text.trim().slice(0, 120)}`] : [])),
  );
}
