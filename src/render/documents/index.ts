/** The texts for people that may not fit: the comment and the summary. */

export { inDialect } from "../markdown/dialect.ts";
export { fitComment, marker } from "./comment.ts";
export { fitSummary } from "./summary.ts";
