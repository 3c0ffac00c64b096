/** Texts that people read and that may not fit: the comment and the summary. */
export { fitComment } from "./comment.ts";
export { marker } from "./comment-identity.ts";
export { fitSummary } from "./summary.ts";
