// src/platforms/github/forgejo.ts
function isForgejo({ apiUrl }) {
	return apiUrl.endsWith("/api/v1");
}
const WORDS = {
	name: "Forgejo or Gitea",
	lacking: "Image Gate does not do this on Forgejo and Gitea",
	mayRead: "Leave `token` at its default, or give it one that may read the repository"
};
function onForgejo(platform) {
	const { alerts: _, packages: __, keepFiles: ___, ...kept } = platform;
	return {
		...kept,
		words: {
			...platform.words,
			...WORDS
		}
	};
}

export { isForgejo, onForgejo };