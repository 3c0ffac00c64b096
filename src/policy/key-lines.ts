import { partAt, readTree } from "./tree.ts";
import { readYaml } from "./yaml-text.ts";

/**
 * Finds the line of a key in a valid policy, 1-based. Items of a list are keyed by their position.
 * @returns undefined for a key that the file does not have
 */
export function keyLines(text: string): (...path: readonly (string | number)[]) => number | undefined {
  const yaml = readYaml(text.replace(/^\ufeff/, ""));
  if (!("root" in yaml) || yaml.root === null) return () => undefined;
  const { tree } = readTree(yaml.root);
  return (...path) => {
    const part = path.length === 0 ? undefined : partAt(tree, path);
    return part && yaml.place(part.keyAt ?? part.at).line;
  };
}
