import { ImageProblem } from "../file/bytes.ts";

/** @param what a clause: how a table of contents and the tar beside it differ, or why the table cannot be compared */
export function otherFiles(what: string): ImageProblem {
  return new ImageProblem("lazy-table-differs", what);
}
