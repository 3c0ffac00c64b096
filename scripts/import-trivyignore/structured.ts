import { z } from "zod";
import { isShowable } from "../../src/policy/mistakes.ts";
import { type Located, readTree } from "../../src/policy/tree.ts";
import { readYaml } from "../../src/policy/yaml-text.ts";
import { type IgnoreEntry, IgnoreFileError } from "./entry.ts";

const SECTIONS = ["vulnerabilities", "misconfigurations", "secrets", "licenses"] as const;

/** go-yaml takes a number for a text where a text is wanted. */
const text = z.union([z.string(), z.number().transform(String)]);
const nothing = z.null().transform(() => undefined);
const list = z.union([z.array(text), nothing.transform(() => [])]);

const item = z.object({
  id: z.union([text, nothing]).optional(),
  paths: list.default([]),
  purls: list.default([]),
  expired_at: z.union([text, nothing]).optional(),
  statement: z.union([text, nothing]).optional(),
});
const KNOWN = new Set(Object.keys(item.shape));

/**
 * Reads a `.trivyignore.yaml`. Keys that Trivy does not know, and therefore passes over, are noted with their item.
 * @throws IgnoreFileError with file, line and column if the file is invalid.
 */
export function readStructured(source: string, file: string): IgnoreEntry[] {
  const yaml = readYaml(source);
  if ("mistakes" in yaml) return refuse(yaml.mistakes.map((mistake) => ({ ...mistake, file })));
  if (yaml.root === null) return [];
  const { tree, mistakes } = readTree(yaml.root);
  const at = (offset: number, message: string) => ({ file, ...yaml.place(offset), message });
  if (mistakes.length > 0) return refuse(mistakes.map((mistake) => at(mistake.at, mistake.message)));
  if (tree.value === null) return [];
  const sections = SECTIONS.map((section) => ({ section, part: tree.parts.get(section) }));
  if (typeof tree.value !== "object" || !sections.some(({ part }) => part))
    return refuse([at(tree.at, `none of Trivy's sections is here (${SECTIONS.join(", ")})`)]);
  return sections.flatMap(({ section, part }) => {
    if (part === undefined || part.value === null) return [];
    if (!Array.isArray(part.value)) return refuse([at(part.at, "a section must be a list")]);
    return [...part.parts.values()].map((entry) => readItem(section, entry, at));
  });
}

type Position = { readonly file: string; readonly line: number; readonly column: number; readonly message: string };

function refuse(positions: readonly Position[]): never {
  throw new IgnoreFileError(positions.map((p) => `${p.file}:${p.line}:${p.column}: ${p.message}`).join("\n"));
}

function readItem(section: string, entry: Located, at: (offset: number, message: string) => Position): IgnoreEntry {
  const result = item.safeParse(entry.value);
  if (!result.success) {
    const [key] = result.error.issues[0]?.path ?? [];
    const part = typeof key === "string" ? entry.parts.get(key) : undefined;
    const subject = typeof key === "string" ? JSON.stringify(key) : "an item";
    return refuse([at((part ?? entry).at, `${subject} is not of the kind that Trivy expects`)]);
  }
  const { id, paths, purls, expired_at: expiredAt, statement } = result.data;
  const strange = [...entry.parts.keys()].filter((key) => typeof key === "string" && !KNOWN.has(key));
  const shown = strange.map((key) => (isShowable(String(key)) ? String(key) : "a key"));
  const comments = strange.length > 0 ? [`Left out, as Trivy leaves it out: ${shown.join(", ")}.`] : [];
  return { section, id, paths, purls, expiredAt, statement, comments };
}
