import { statSync } from "node:fs";

/** Files that were read. They are compared before and after, since somebody may write to them meanwhile. */
export function watchFiles(paths: readonly string[]): { hasChanged(): boolean } {
  const before = stateOf(paths);
  return { hasChanged: () => stateOf(paths) !== before };
}

/** It changes if a file is replaced, or if its content or size changes. */
function stateOf(paths: readonly string[]): string {
  return paths.map((path) => `${path} ${fingerprint(path)}`).join("\n");
}

function fingerprint(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch {
    return "unreadable";
  }
}
