import { GateError } from "./shared.thread.js";
import { harmless, readGivenFile } from "./shared.start.js";

// src/cli/reading.ts
function say({ out, err, code }, { answer, terminal }, { isData = false } = {}) {
	if (err !== "") terminal.err.write(harmless(err));
	if (out !== "") answer(isData && !terminal.isTerminal ? out : harmless(out));
	return code;
}
function reading(answer) {
	return async (given, seat) => say(await answer(given, seat), seat);
}
function answered(format, value, lines, rest = {}) {
	return {
		out: format === "json" ? `${harmlessDocument(JSON.stringify(value, null, 2))}\n` : linesOf(lines()),
		err: "",
		code: 0,
		...rest
	};
}
function harmlessDocument(json) {
	return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));
}
function linesOf(lines) {
	return lines.map((line) => `${line}\n`).join("");
}
function readTyped({ what, path, maxBytes }, { workspace }) {
	return readGivenFile({
		what,
		path,
		maxBytes
	}, {
		workspace,
		temp: workspace,
		isAtTerminal: true
	});
}
function readTypedText(given, world, { ignoreBOM = false } = {}) {
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM
		}).decode(readTyped(given, world));
	} catch (cause) {
		if (cause instanceof GateError) throw cause;
		const what = `The ${given.what} ${JSON.stringify(given.path)} is not UTF-8 text`;
		throw new GateError("file-not-text", what, "Save the file as UTF-8.", { cause });
	}
}

export { answered, harmlessDocument, linesOf, readTyped, readTypedText, reading, say };