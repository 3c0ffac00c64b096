/** The texts for people that may not fit: the comment and the summary. */

export { fitComment, marker } from "./comment.ts";
export { fitSummary } from "./summary.ts";
