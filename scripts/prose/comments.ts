import { parseSync } from "rolldown/utils";

import type { Fault } from "./lint.ts";

/** Prose as Markdown, and for each of its lines the line of the file (from 1) that it comes from. */
export interface Prose {
  readonly markdown: string;
  readonly lines: readonly number[];
}

/** Comments that tools read, not people. */
const DIRECTIVE = /^(biome-ignore|@ts-|eslint-|[#@]__|v8 ignore|Proves: )/;

/**
 * The comments of a TypeScript file. Each is its own paragraph, and so is what follows a tag such as `@returns`.
 */
export function proseOfComments(file: string, text: string): Prose {
  const lines: number[] = [];
  const parts: string[] = [];
  const add = (line: number, part: string) => {
    lines.push(line);
    parts.push(part);
  };
  let last = 0;
  for (const { start, value } of parseSync(file, text).comments) {
    const first = text.slice(0, start).split("\n").length;
    if (first !== last + 1) add(first, "");
    for (const [index, line] of value.split("\n").entries()) {
      const words = line.replace(/^\s*\*?\s*/, "").trimEnd();
      if (DIRECTIVE.test(words)) continue;
      const tag = /^@(param \S+|\w+)\s*/.exec(words)?.[0];
      if (tag !== undefined) add(first + index, "");
      add(first + index, words.slice(tag?.length ?? 0).replaceAll(/\{@link ([^}]+)\}/g, "`$1`"));
    }
    last = first + value.split("\n").length - 1;
  }
  return { markdown: `${parts.join("\n")}\n`, lines };
}

/**
 * Lines that are nothing but a comment and have more than `most` columns. A single long word, such as an address,
 * cannot be wrapped.
 */
export function longCommentLines(text: string, most: number): Fault[] {
  return text.split("\n").flatMap((line, index) => {
    const words = /^\s*(?:\/\/|\/?\*\*?)\s?(.*)$/.exec(line)?.[1];
    if (words === undefined || line.length <= most || DIRECTIVE.test(words) || !words.trim().includes(" ")) return [];
    return [{ line: index + 1, message: `${line.length} columns, more than ${most}` }];
  });
}
