// src/render/whole-markdown.ts
function renderWholeMarkdown(_view, _facts) {
	throw new Error("not written yet");
}

export { renderWholeMarkdown };