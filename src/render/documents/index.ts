/** Texts that people read and that may not fit: the comment and the summary. */
export { fitComment, marker } from "./comment.ts";
export { fitSummary } from "./summary.ts";
