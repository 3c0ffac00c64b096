import type { ErrorCode, ParsedNode } from "yaml";
import { placesIn, type YamlBounds, yamlDocuments, yamlTokens } from "../system/yaml.ts";
import type { Mistake } from "./mistakes.ts";

/** A policy needs about ten levels, and the largest valid one has about 300,000 tokens. */
const BOUNDS: YamlBounds = { depth: 64, lexemes: 500_000 };

const EXCESS: Readonly<Record<keyof YamlBounds, string>> = {
  depth: "this is nested too deeply",
  lexemes: "the file holds too much to be a policy",
};

/** The single YAML document of a file, or the mistakes that prevent one. */
export type YamlText =
  | { readonly root: ParsedNode | null; readonly place: (offset: number) => Place }
  | { readonly mistakes: readonly Mistake[] };

type Place = Pick<Mistake, "line" | "column">;

export const TAG = "a tag (!name) is not allowed; put a value that starts with ! in quotes";

/** Our own messages, since the library's messages quote the text. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "* and & start a YAML alias or anchor; put the value in quotes",
  BAD_COLLECTION_TYPE: TAG,
  BAD_DQ_ESCAPE: "unknown escape between double quotes; use single quotes, or write a backslash twice",
  BAD_INDENT: "wrong indentation, or a quote or a bracket above this is not closed",
  BAD_SCALAR_START: "a value cannot start with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'a value that holds ": " must be in quotes; a nested mapping starts on its own line',
  MISSING_CHAR:
    "something is missing or wrongly indented: a dash before an item, a colon and a space behind a key, a comma, a closing quote or bracket",
  MULTIPLE_TAGS: TAG,
  TAB_AS_INDENT: "a tab in the indentation; use spaces",
  TAG_RESOLVE_FAILED: TAG,
  UNEXPECTED_TOKEN: "unexpected text; put a value with special characters in quotes, and close every bracket",
};

/** YAML's c-printable without C0, and DEL (YAML 1.2.2, section 5.1). */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Reads one YAML 1.2 document (core schema) in linear time. Does not check tags and keys. */
export function readYaml(text: string): YamlText {
  const place = placesIn(text);
  const refuse = (offset: number, message: string) => ({ mistakes: [{ ...place(offset), message }] });

  const control = CONTROL.exec(text);
  if (control) return refuse(control.index, "a control character; this is not a text file");
  const tokens = yamlTokens(text, BOUNDS);
  if ("exceeds" in tokens) return refuse(tokens.offset, EXCESS[tokens.exceeds]);
  const directive = tokens.find((token) => token.type === "directive");
  if (directive) return refuse(directive.offset, "a YAML directive (a line that starts with %) is not allowed");
  const second = tokens.filter((token) => token.type === "document")[1];
  if (second) return refuse(second.offset, "a second YAML document; a policy file has only one");
  const [document] = yamlDocuments(tokens, text.length, true);
  const problems = [
    ...(document?.errors ?? []),
    // The library warns about unknown tags. They are refused later, in the tree.
    ...(document?.warnings ?? []).filter(({ code }) => code !== "TAG_RESOLVE_FAILED" && code !== "BAD_COLLECTION_TYPE"),
  ];
  if (problems.length === 0) return { root: document?.contents ?? null, place };
  return { mistakes: firstOfEachLine(problems, place) };
}

/** Keeps the first mistake in each line: one wrong character can cause several in the rest of its line. */
function firstOfEachLine(
  problems: readonly { readonly pos: readonly [number, number]; readonly code: ErrorCode }[],
  place: (offset: number) => Place,
): Mistake[] {
  const found = problems
    .map(({ pos, code }) => ({ ...place(pos[0]), message: WORDS[code] ?? `this is not valid YAML (${code})` }))
    .sort((a, b) => b.line - a.line || b.column - a.column);
  return [...new Map(found.map((each) => [each.line, each])).values()].reverse();
}
