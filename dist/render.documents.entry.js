import { fitComment, fitSummary, marker, renderDocument, renderWholeMarkdown } from "./shared.render.js";

export { fitComment, fitSummary, marker, renderDocument, renderWholeMarkdown };