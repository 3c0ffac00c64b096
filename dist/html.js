// src/render/html.ts
function renderHtml(_view, _facts) {
	throw new Error("not written yet");
}

export { renderHtml };