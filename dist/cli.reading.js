import { GateError } from "./shared.thread.js";
import { harmless, readGivenFile } from "./shared.start.js";
import { harmlessDocument } from "./cli.answers.js";
import { resolve } from "node:path";

// src/cli/reading.ts
function say({ out, err, code }, { answer, terminal }, { isData = false } = {}) {
	if (err !== "") terminal.err.write(harmless(err));
	if (out !== "") answer(isData && !terminal.isTerminal ? out : harmless(out));
	return code;
}
function linesOf(lines) {
	return lines.map((line) => `${line}\n`).join("");
}
function jsonOf(value) {
	return `${harmlessDocument(JSON.stringify(value, null, 2))}\n`;
}
function readTyped({ what, path, maxBytes }, { workspace }) {
	try {
		return readGivenFile({
			what,
			path: resolve(workspace, path),
			maxBytes
		}, {
			workspace: "/",
			temp: "/"
		});
	} catch (thrown) {
		if (!(thrown instanceof GateError)) throw thrown;
		const remedy = thrown.code === "file-missing" ? "Check the path, which is relative to the working directory." : thrown.remedy;
		const named = thrown.what.replace(JSON.stringify(resolve(workspace, path)), () => JSON.stringify(path));
		throw new GateError(thrown.code, named, remedy, { cause: thrown });
	}
}
function readTypedText(given, world) {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(readTyped(given, world));
	} catch (cause) {
		if (cause instanceof GateError) throw cause;
		const what = `The ${given.what} ${JSON.stringify(given.path)} is not UTF-8 text`;
		throw new GateError("file-not-text", what, "Save the file as UTF-8.", { cause });
	}
}

export { jsonOf, linesOf, readTyped, readTypedText, say };