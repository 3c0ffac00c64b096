// src/render/gitlab.ts
function renderGitlab(_view, _facts) {
	throw new Error("not written yet");
}

export { renderGitlab };