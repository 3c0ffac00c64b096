import { fitComment, fitSummary, marker, renderComment, renderDocument, renderSummary, renderWholeMarkdown } from "./shared.render.js";

export { fitComment, fitSummary, marker, renderComment, renderDocument, renderSummary, renderWholeMarkdown };