/** The texts for people that may not fit: the comment and the summary. */

export { fittedInDialect } from "../markdown/dialect.ts";
export { utf8Bytes, utf16Units } from "../markdown/fit.ts";
export { fitComment, marker } from "./comment.ts";
export { fitSummary } from "./summary.ts";
