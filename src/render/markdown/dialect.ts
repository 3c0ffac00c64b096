import type { Fitted, Measure } from "./fit.ts";
import { toGlfm } from "./glfm.ts";

/**
 * A finished document in the Markdown of the platform that shows it. It may be longer than before: a code span has two
 * characters more.
 * @param dialect undefined: GFM, in which all documents are made
 */
export function inDialect(markdown: string, dialect: "glfm" | undefined): string {
  return dialect === undefined ? markdown : toGlfm(markdown);
}

/**
 * A document that is at most `limit` long in the platform's Markdown. Its rows do not all grow alike, so it is cut
 * again, and by at least a twentieth, until it fits.
 * @param make makes it at most so long in GFM; of 0 it makes what always stays
 */
export function fittedInDialect(
  make: (limit: number) => Fitted,
  {
    limit,
    measure,
    dialect,
  }: { readonly limit: number; readonly measure: Measure; readonly dialect?: "glfm" | undefined },
): Fitted {
  for (let room = limit; ; ) {
    const fitted = make(room);
    const text = inDialect(fitted.text, dialect);
    const length = measure(text);
    if (length <= limit || room === 0) return { ...fitted, text };
    room = Math.floor((0.95 * room * limit) / length);
  }
}
