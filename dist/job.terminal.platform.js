import { VERSION } from "./shared.start.js";

// src/job/terminal/platform.ts
function terminalPlatform() {
	return {
		words: {
			name: "the terminal",
			lacking: "this run is at a terminal",
			mayRead: "Leave `policy-from` at its default, so that the policy of the workspace applies",
			changeRequest: "pull request",
			workflow: "workflow"
		},
		change: {
			trigger: "",
			commits: [],
			hasBase: false,
			privileged: false
		},
		action: {
			name: "Image Gate",
			version: VERSION
		}
	};
}

export { terminalPlatform };