// src/render/sarif.ts
function renderSarif(_view, _facts) {
	throw new Error("not written yet");
}

export { renderSarif };