/** The pull request's comment. */
export { reportComment } from "./report-comment.ts";
