// What a run needs that has a pull request to comment on: one chunk of the bundle.
export { reportComment } from "../platforms/github/comment/report-comment.ts";
export { fitComment } from "../render/documents/comment.ts";
export { marker } from "../render/documents/comment-identity.ts";
