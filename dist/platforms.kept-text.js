// src/platforms/kept-text.ts
function normalised(body) {
	return body.replaceAll("\r\n", "\n").trimEnd();
}
function firstLine(body) {
	return normalised(body).split("\n", 1)[0] ?? "";
}

export { firstLine, normalised };