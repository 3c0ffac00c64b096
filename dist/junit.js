// src/render/junit.ts
function renderJunit(_view, _facts) {
	throw new Error("not written yet");
}

export { renderJunit };