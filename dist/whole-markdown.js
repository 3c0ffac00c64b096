import { t as renderWholeMarkdown } from "./whole-markdown2.js";

export { renderWholeMarkdown };