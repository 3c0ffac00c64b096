import { z } from "zod";
import { isShowable } from "../mistakes.ts";
import type { LocatedValue } from "../tree.ts";
import { type IgnoreEntry, type IgnoreFile, type LocatedFile, shownKeys, signNotes } from "./ignore-file.ts";

const GRYPE = "Grype";

const word = z
  .union([z.string(), z.number().transform(String), z.null().transform(() => "")])
  .optional()
  .transform((text) => text?.trim() || undefined);

/** An ignore rule (grype/match/ignore.go). All of its fields must match. */
const rule = z.object({
  vulnerability: word,
  reason: word,
  "fix-state": word,
  "include-aliases": z.unknown().optional(),
  package: z
    .object({ name: word, version: word, type: word, language: word, location: word, "upstream-name": word })
    .partial()
    .nullish(),
});

/** Type of a package URL for each of Grype's package types and languages whose packages have a bare name in it. */
const PURL_TYPES: Readonly<Record<string, string>> = {
  npm: "npm",
  javascript: "npm",
  python: "pypi",
  gem: "gem",
  ruby: "gem",
  "rust-crate": "cargo",
  rust: "cargo",
  dotnet: "nuget",
  "php-composer": "composer",
};

/**
 * Reads the `ignore` rules of a `.grype.yaml`. A rule is left out if a policy could only express it by accepting more.
 * @throws GateError `ignore-file-invalid`
 */
export function readGrype({ tree, refuse, lineOf }: LocatedFile): IgnoreFile {
  const rules = tree.parts.get("ignore");
  if (rules === undefined || rules.value === null) return { tool: GRYPE, entries: [], leftOut: [] };
  if (!Array.isArray(rules.value)) return refuse(rules, '"ignore" must be a list');
  const leftOut: string[] = [];
  const entries = [...rules.parts.values()].flatMap((part) => {
    const read = rule.safeParse(part.value);
    if (!read.success) return refuse(part, "a rule does not have the form that Grype expects");
    const entry = entryOf(read.data, strangersIn(part));
    if (typeof entry !== "string") return [entry];
    const { vulnerability = "a rule" } = read.data;
    leftOut.push(`line ${lineOf(part)}: ${vulnerability}: ${entry}`);
    return [];
  });
  return { tool: GRYPE, entries, leftOut };
}

/** Keys that narrow a rule, and that a policy cannot express. An empty one narrows nothing. */
function strangersIn(part: LocatedValue): string[] {
  const strange = (each: LocatedValue | undefined, known: readonly string[]) =>
    [...(each?.parts ?? [])].flatMap(([key, { value }]) =>
      known.includes(String(key)) || value === null || value === "" ? [] : [String(key)],
    );
  return [
    ...strange(part, Object.keys(rule.shape)),
    ...strange(part.parts.get("package"), ["name", "version", "type", "language", "location"]),
  ];
}

/** Characters with a meaning in a regular expression, except the dot, which is common in names. */
const PATTERN = /[\\^$*+?()[\]{}|]/;

type Rule = z.output<typeof rule>;

/** The exception, or the reason why there is none. */
function entryOf({ vulnerability: id, reason, package: about, "fix-state": state }: Rule, strange: readonly string[]) {
  if (strange.length > 0) return `a policy cannot express ${shownKeys(strange)}`;
  if (id === undefined) return "it names no vulnerability, and an exception needs one";
  if (/[*\s]/.test(id)) return "an exception is about one id";
  // Grype distinguishes the reasons for a missing fix; a policy does not.
  if (state !== undefined && state !== "not-fixed")
    return `a policy cannot express fix-state: ${isShowable(state) ? state : "…"}`;
  const named = packageOf(about ?? {});
  if (typeof named === "string") return named;
  const entry: IgnoreEntry = { id, ...named, reason, ...(state !== undefined && { onlyWhileUnfixed: true }) };
  return entry;
}

type Named = Pick<IgnoreEntry, "package" | "paths" | "comments">;

/** The package of a rule, or the reason why a policy cannot name it. */
function packageOf({ name, version, type, language, location }: NonNullable<Rule["package"]>): Named | string {
  const kind = PURL_TYPES[type ?? language ?? ""];
  const isMore = (version ?? type ?? language) !== undefined;
  if (isMore && (name === undefined || kind === undefined)) return "a policy cannot identify this package";
  if (name !== undefined && PATTERN.test(name)) return "its package is a pattern, and a policy needs a name";
  return {
    ...(name !== undefined && { package: kind === undefined ? name : purlOf(kind, name, version) }),
    ...(location !== undefined && { paths: [location.replace(/^\/+/, "")] }),
    comments: signNotes(GRYPE, [location ?? ""]),
  };
}

function purlOf(kind: string, name: string, version: string | undefined): string {
  const encoded = name.split("/").map(encodeURIComponent).join("/");
  return `pkg:${kind}/${encoded}${version === undefined ? "" : `@${encodeURIComponent(version)}`}`;
}
