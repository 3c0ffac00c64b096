import { version } from "./shared.inputs.js";

// src/job/terminal/platform.ts
function terminalPlatform({ log }) {
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
			version
		},
		annotate(messages) {
			for (const { level, message, file, line = 1 } of messages) log.annotate(level, message, file === void 0 ? void 0 : {
				file,
				line
			});
		}
	};
}

export { terminalPlatform };