import { tooLarge } from "../fault.ts";
import { folderOf, join } from "../file/names.ts";

/** Links that Linux follows for one path. */
const MOST_LINKS = 40;
/** Names that are walked over for all paths. Honest images need a thousandth. */
const MOST_STEPS = 20_000_000;

/** Follows symbolic links, as Linux does within a root folder (path_resolution(7)). */
export class PathWalker {
  readonly #linkAt: (path: string) => string | undefined;
  #steps = 0;

  constructor(linkAt: (path: string) => string | undefined) {
    this.#linkAt = linkAt;
  }

  /**
   * The path without links; nothing if they lead in circles.
   * @throws ImageFault `image-too-large`
   */
  walk(path: string): string | undefined {
    let links = MOST_LINKS;
    let real = "";
    const names = path.split("/").reverse();
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (++this.#steps > MOST_STEPS) throw tooLarge(`its links lead over more than ${MOST_STEPS} folders`);
      if (name === "" || name === ".") continue;
      if (name === "..") {
        real = folderOf(real);
        continue;
      }
      const next = join(real, name);
      const target = this.#linkAt(next);
      if (target === undefined) {
        real = next;
        continue;
      }
      if (--links < 0) return undefined;
      if (target.startsWith("/")) real = "";
      names.push(...target.split("/").reverse());
    }
    return real;
  }
}
