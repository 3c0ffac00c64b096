import { statSync } from "node:fs";
import { tryOr } from "../../system/errors.ts";

/** Files that are read. They are compared with their earlier state, since another process may write to them. */
export class WatchedFiles {
  readonly #before = new Map<string, string>();

  /** Call it before the file is read. */
  add(path: string): void {
    if (!this.#before.has(path)) this.#before.set(path, fingerprint(path));
  }

  hasChanged(): boolean {
    return [...this.#before].some(([path, before]) => fingerprint(path) !== before);
  }
}

/** It changes if a file is replaced, or if its content or size changes. */
function fingerprint(path: string): string {
  return tryOr(() => {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  }, "unreadable");
}
