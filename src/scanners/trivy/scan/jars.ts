import type { Inventory } from "../../../domain/coverage/inventory.ts";

/** Whether an image has a Java archive, whatever its name. */
export function hasJars({ entries }: Inventory): boolean {
  return entries.some(({ kind }) => kind === "jar");
}

/**
 * Whether a line of Trivy's says that it met a jar and has no Java database. It uses this text since the first version
 * with such a database. A target can forge such a line. Then it costs a database that was not needed.
 */
export function needsJavaDatabase(line: string): boolean {
  return /^\S+\t(?:ERROR|FATAL)\t/.test(line) && line.includes("[javadb] The first run cannot skip");
}
