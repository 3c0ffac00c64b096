import { inconsistent } from "./bytes.ts";

/** @throws ImageProblem if it is neither absent nor a list of strings */
export function stringsOf(value: unknown, what: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw inconsistent(`${what} is no list of texts`);
}

/** @throws ImageProblem if a blob does not have the digest of its name */
export function requireDigest(called: string, found: string): void {
  if (called !== found) throw inconsistent(`its blob ${called} is ${found}`);
}

/**
 * @param unpacked digests of the layers' decompressed content, the first layer first
 * @throws ImageProblem if these are not the layers that the configuration lists
 */
export function requireLayers(unpacked: readonly string[], diffIds: readonly string[]): void {
  if (unpacked.length !== diffIds.length)
    throw inconsistent(`it has ${unpacked.length} layers, and its configuration lists ${diffIds.length}`);
  for (const [index, digest] of unpacked.entries())
    if (digest !== diffIds[index])
      throw inconsistent(
        `its layer ${index + 1} is ${digest}, and its configuration says ${String(diffIds[index]).slice(0, 80)}`,
      );
}
