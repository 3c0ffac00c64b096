// src/domain/json/is-object.ts
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
function textIn(value) {
	return typeof value === "string" ? value : "";
}
function listIn(value) {
	return Array.isArray(value) ? value : [];
}

export { isObject, listIn, textIn };