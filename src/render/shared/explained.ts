import { errorPage } from "../../domain/one-line.ts";
import { code, type Inline, link, say } from "../tree.ts";

/**
 * Says where an error is explained. The message itself never has this, so that a reader sees it once.
 * @param pages where this version's files are on the web; without it, the file in the repository is named
 */
export function explained(id: string, pages?: string): Inline {
  const page = errorPage(id);
  if (pages === undefined) return say`See ${code(page)} of Image Gate.`;
  return say`${link("More about this error", `${pages}/${page}`)}.`;
}
