// src/trivy/instruction.ts
const MAX_LENGTH = 500;
const SHELL = /(?<=^|\s)(?:(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-[a-z]+(?:\s+pipefail)?)*?\s+-[a-z]*c\s+|cmd(?:\.exe)?\s+\/S\s+\/C\s+|(?:powershell|pwsh)(?:\.exe)?\s+(?:-\w+\s+)*?-Command\s+)/gi;
function shownInstruction(createdBy) {
	const text = createdBy.replace(/\s+# buildkit\s*$/, "").trim();
	const nop = /^(?:\S+\s+(?:\/S\s+\/C|-c|-Command)|powershell[\s\S]*?)\s+#\(nop\)\s*/i.exec(text);
	return bounded(masked(instruction(nop === null ? text : text.slice(nop[0].length))));
}
function instruction(text) {
	const withArguments = /^(?:RUN\s+)?\|\d+(?:\s|$)/.exec(text);
	if (withArguments !== null) return runWithArguments(text.slice(withArguments[0].length));
	const assignment = /^((?:ONBUILD\s+)*(?:ENV|ARG))\s+([\s\S]*)$/i.exec(text);
	if (assignment !== null) return `${assignment[1]?.toUpperCase()} ${firstName(assignment[2] ?? "")}`;
	const run = /^(RUN\s+)?([\s\S]*)$/i.exec(text);
	const rest = run?.[2] ?? "";
	const shell = shellAtStart(rest);
	if (run?.[1] !== void 0 || shell > 0) return `RUN ${rest.slice(shell)}`;
	return text;
}
function firstName(text) {
	const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0];
	return name === void 0 ? "…" : name === text ? name : `${name}=…`;
}
function runWithArguments(text) {
	const last = [...text.matchAll(SHELL)].at(-1);
	return last === void 0 ? "RUN …" : `RUN ${text.slice(last.index + last[0].length)}`;
}
function shellAtStart(text) {
	const first = text.matchAll(SHELL).next().value;
	return first !== void 0 && first.index === 0 ? first[0].length : 0;
}
function masked(text) {
	return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, "$1***@").replace(/\b([\w.-]*(?:token|secret|passw|password|passwd|credential|api_?key|private_?key|access_?key)[\w.-]*=)(?!…)(?:"[^"]*"?|'[^']*'?|[^\s;&|]+)/gi, "$1***").replace(/\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi, "$1 ***");
}
function bounded(text) {
	const document = /<<-?\s*["']?\w+/.exec(text);
	const lineEnd = document === null ? -1 : text.indexOf("\n", document.index);
	const line = (lineEnd === -1 ? text : `${text.slice(0, lineEnd)} …`).replace(/\s+/g, " ").trim();
	return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
function layerInstructions(history, layers) {
	const entries = (history ?? []).filter((entry) => entry.empty_layer !== true);
	if (entries.length !== layers) return new Array(layers).fill(void 0);
	return entries.map(({ created_by }) => {
		const shown = shownInstruction(created_by ?? "");
		return shown === "" ? void 0 : shown;
	});
}

export { shownInstruction as n, layerInstructions as t };