import { offlineBecause } from "./forge.lacking.js";

// src/platforms/github/lacking.ts
function lackingOn({ name }, access) {
	if (name === "") return {
		why: "this run is outside of GitHub",
		level: "info"
	};
	return offlineBecause(access, "GitHub") ?? (access.token === "" ? {
		why: "the input `token` is empty",
		level: "warning"
	} : void 0);
}

export { lackingOn };