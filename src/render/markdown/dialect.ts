import { toGlfm } from "./glfm.ts";

/**
 * A finished document in the Markdown of the platform that shows it. It may be longer than before: a code span has two
 * characters more.
 * @param dialect undefined: GFM, in which all documents are made
 */
export function inDialect(markdown: string, dialect: "glfm" | undefined): string {
  return dialect === undefined ? markdown : toGlfm(markdown);
}
