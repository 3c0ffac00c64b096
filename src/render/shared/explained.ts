import { errorPage } from "../../domain/one-line.ts";
import { code, type Inline, link, say } from "../tree.ts";

/**
 * Names the page that explains an error. The message itself never does, so that a reader sees it once.
 * @param pages the web address of this version's files; without it, the file in the repository is named
 */
export function explained(id: string, pages?: string): Inline {
  const page = errorPage(id);
  if (pages === undefined) return say`See ${code(page)} of Image Gate.`;
  return say`${link("More about this error", `${pages}/${page}`)}.`;
}
