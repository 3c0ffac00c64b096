// src/render/plain.ts
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function codePoint(character) {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function visible(text) {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}
function shorten(text, most, where = "end") {
	if (text.length <= most) return text;
	const tail = where === "middle" ? Math.floor((most - 1) * .65) : 0;
	return `${text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "")}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
function pathEnd(path, most) {
	if (path.length <= most) return path;
	const segment = path.indexOf("/", path.length - most + 1);
	return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}
function plain(untrusted) {
	return noCommand(visible(untrusted.replace(/\s*[\r\n]+\s*/g, " ").trim()));
}
function noCommand(text) {
	return text.replaceAll("##[", "##\\u{5B}").replace(/^([^\S\n]*)::/gm, "$1\\u{3A}:");
}

export { shorten as a, plain as i, noCommand as n, visible as o, pathEnd as r, codePoint as t };