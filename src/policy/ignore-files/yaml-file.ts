import { type Located, readTree } from "../tree.ts";
import { readYaml } from "../yaml-text.ts";
import type { GivenText } from "./entry.ts";
import { invalidIgnoreFile } from "./errors.ts";

/** An ignore file's values, with their places. */
export interface LocatedFile {
  readonly file: string;
  readonly tree: Located;
  lineOf(part: Located): number;
  /** @throws GateError `ignore-file-invalid` */
  refuse(part: Located, message: string): never;
}

/**
 * Reads YAML, and JSON with it. An empty file is a value that is null.
 * @throws GateError `ignore-file-invalid` with file, line and column
 */
export function readLocated({ text, file }: GivenText): LocatedFile {
  const yaml = readYaml(text);
  if ("mistakes" in yaml) throw invalidIgnoreFile(file, yaml.mistakes);
  const { root, place } = yaml;
  const read = root === null ? { tree: { value: null, at: 0, parts: new Map() }, mistakes: [] } : readTree(root);
  const { tree } = read;
  const mistakes = read.mistakes.map(({ at, message }) => ({ ...place(at), message }));
  if (mistakes.length > 0) throw invalidIgnoreFile(file, mistakes);
  return {
    file,
    tree,
    lineOf: (part) => place(part.at).line,
    refuse(part, message) {
      throw invalidIgnoreFile(file, [{ ...place(part.at), message }]);
    },
  };
}
