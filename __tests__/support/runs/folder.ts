import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private folder. It is removed, with all that is in it, at the end of the scope (`using`) or by `remove()`. */
export interface TemporaryFolder extends Disposable {
  /** Absolute and real: without symbolic links. */
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(name = "bed"): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `image-gate-${name}-`)));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  return { path, remove, [Symbol.dispose]: remove };
}
