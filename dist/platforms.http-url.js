// src/platforms/http-url.ts
function httpUrl(text) {
	if (!text || !URL.canParse(text)) return void 0;
	const { protocol, username, password, search, hash } = new URL(text);
	return username === "" && password === "" && search === "" && hash === "" && /^https?:$/.test(protocol) ? text.replace(/(?<!\/)\/+$/, "") : void 0;
}

export { httpUrl };