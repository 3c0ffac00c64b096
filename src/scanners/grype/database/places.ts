/** Where a database comes from, as `grype-db` names it. */
export type Place =
  | {
      readonly kind: "mirror";
      /** As in the input. */
      readonly name: string;
      /** Serves `v6/latest.json` below it, and the archive that this names. */
      readonly base: string;
    }
  | {
      readonly kind: "archive";
      readonly name: string;
      /** An address, or a path relative to the workspace. */
      readonly at: string;
      /** In lower-case hexadecimal. */
      readonly sha256: string;
    };

/** Where Anchore publishes it. There is no other public copy. */
export const PUBLIC: Place = mirrorAt("https://grype.anchore.io/databases");

function mirrorAt(name: string): Place {
  return { kind: "mirror", name, base: name.replace(/\/+$/, "") };
}

/** @param line a mirror's base URL, or an archive's path or address with `@sha256:…` after it */
export function placeOf(line: string): Place {
  const [, at, sha256] = /^(.+)@sha256:([0-9a-fA-F]{64})$/.exec(line) ?? [];
  if (at === undefined || sha256 === undefined) return mirrorAt(line);
  return { kind: "archive", name: at, at, sha256: sha256.toLowerCase() };
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
