// src/platforms/github/api/forgejo.ts
function isForgejo({ apiUrl }) {
	return apiUrl.endsWith("/api/v1");
}
function inWordsOfForgejo({ code, what, remedy }) {
	const reworded = (text) => text.replaceAll(/; https:\/\/www\.githubstatus\.com tells of disturbances/g, "").replaceAll(/(^|\. )GitHub\b/g, "$1The server").replaceAll(/\bGitHub\b/g, "the server");
	return {
		code,
		what: reworded(what),
		remedy: reworded(remedy)
	};
}

export { inWordsOfForgejo, isForgejo };