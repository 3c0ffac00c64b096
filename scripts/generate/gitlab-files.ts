import { createHash } from "node:crypto";
import { parseAllDocuments } from "yaml";

/** GitLab's components, by their folder in `templates/`. */
export const COMPONENTS = ["gate", "rescan", "sign"] as const;

const INPUT = /\$\[\[ inputs\.([a-z0-9-]+) \]\]/g;

/**
 * A component as a plain file, for `include: remote:` and for servers without inputs: each input is its default, and
 * the job's variables may be set instead.
 */
export function plainFile(template: string): string {
  const [head] = parseAllDocuments(template).map((document) => document.toJS());
  const inputs = head.spec.inputs as Record<string, { default?: string | boolean }>;
  const job = template.slice(template.indexOf("\n---\n") + "\n---\n".length);
  const text = job.replace(INPUT, (_, name: string) => String(inputs[name]?.default ?? ""));
  return `# Generated from the component of the same name. Set its IG_ variables in a job of the same name: docs/gitlab.md.\n${text}`;
}

/** The value of `integrity:` for an `include: remote:` (Subresource Integrity): SHA-256 of the file in base64. */
export function integrityOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const START = "<!-- integrity: generated -->\n";
const END = "<!-- /integrity -->";

/** The page with the hashes of this commit's files. */
export function pageWithIntegrity(page: string, files: ReadonlyMap<string, string>): string {
  const [from, to] = [page.indexOf(START), page.indexOf(END)];
  if (from === -1 || to < from) throw new Error("docs/gitlab.md has no place for the hashes of its files");
  const rows = [...files].map(([path, text]) => `| \`${path}\` | \`${integrityOf(text)}\` |`);
  const table = ["| file | `integrity` |", "| --- | --- |", ...rows, ""].join("\n");
  return page.slice(0, from + START.length) + table + page.slice(to);
}
