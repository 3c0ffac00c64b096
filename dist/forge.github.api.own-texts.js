import { object, string } from "./package.zod.js";

// src/forge/github/api/own-texts.ts
const author = object({
	login: string(),
	type: string().optional()
}).nullish();
async function loginOfToken(api) {
	if (!api.kind.hasMore) return (await api.call({
		route: "GET /user",
		failed: "The account of the token could not be read",
		needs: "pull-requests: write"
	}, object({ login: string().min(1) }))).data.login;
	const viewer = object({ viewer: object({ login: string().min(1) }) });
	return (await api.query("query { viewer { login } }", viewer))?.viewer.login;
}
function isWrittenBy(login, user) {
	const name = user?.login.toLowerCase();
	return name === login.toLowerCase() || user?.type === "Bot" && name === `${login.toLowerCase()}[bot]`;
}

export { author, isWrittenBy, loginOfToken };