// src/domain/one-line.ts
function oneLine$1(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}
function quoted(reason) {
	const line = oneLine$1(reason).replace(/(?<![\s.])[\s.]+$/, "");
	return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

// src/system/world.ts
function inputVariable(name) {
	return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

// src/system/harmless-text.ts
const HIDDEN = /(?!\n|\t|\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu;
function harmless(text) {
	return text.replaceAll("\r\n", "\n").replace(HIDDEN, (character) => {
		return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
	}).replace(/#(?=(?:\uFE0E|\uFE0F)*#(?:\uFE0E|\uFE0F)*\[)/g, "# ").replace(/^((?:[^\S\n]|\uFE0E|\uFE0F)*):(?=(?:\uFE0E|\uFE0F)*:)/gm, "$1: ");
}

// src/platforms/github/log.ts
const ANNOTATIONS_PER_LEVEL = 10;
const MAX_MESSAGE = 4e3;
function escapeData(text) {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
function escapeProperty(text) {
	return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
function oneLine(text) {
	return harmless(text).replaceAll("\n", " ");
}
function shortened(message) {
	if (message.length <= MAX_MESSAGE) return message;
	return `${message.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/, "")} … (shortened)`;
}
function annotation(level, message, place) {
	return `::${level}${place ? ` file=${escapeProperty(oneLine(place.file))},line=${place.line}` : ""}::${escapeData(shortened(harmless(message)))}`;
}
function secretForms(value) {
	const whole = value.trim();
	if (whole.length < 4) return [];
	const forms = [
		...value.split(/\r?\n/),
		Buffer.from(whole).toString("base64"),
		encodeURIComponent(whole.toWellFormed()),
		JSON.stringify(whole).slice(1, -1)
	];
	return [.../* @__PURE__ */ new Set([whole, ...forms.map((form) => form.trim())])].filter((form) => form.length >= 4);
}
function workflowLog(out, { colours = false } = {}) {
	const shown = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const line = (text) => {
		out.write(`${text}\n`);
	};
	const annotationsLeft = (level) => 10 - shown[level];
	const annotate = (level, message, place, room = annotationsLeft(level)) => {
		const suffix = place ? ` (${place.file}:${place.line})` : "";
		if (room <= 0) return line(harmless(`${level}: ${message}${suffix}`));
		shown[level] += 1;
		line(annotation(level, message, place));
	};
	const troubles = {
		notice: 0,
		warning: 0,
		error: 0
	};
	const trouble = (level) => (message, place) => {
		troubles[level] += 1;
		annotate(level, message, place, Math.min(annotationsLeft(level), 6 - troubles[level]));
	};
	return {
		info: (text, paint) => line(colours && paint ? paint(harmless(text)) : harmless(text)),
		debug: (text) => line(`::debug::${escapeData(harmless(text))}`),
		startGroup: (title) => line(`::group::${escapeData(oneLine(title))}`),
		endGroup: () => line("::endgroup::"),
		notice: trouble("notice"),
		warning: trouble("warning"),
		error: trouble("error"),
		annotate: (level, message, place) => annotate(level, message, place),
		annotationsLeft,
		mask: (value) => {
			for (const form of secretForms(value)) line(`::add-mask::${escapeData(form)}`);
		}
	};
}

// src/platforms/terminal/log.ts
function terminalLog(out, { colours = false } = {}) {
	const line = (text) => {
		out.write(`${harmless(text)}\n`);
	};
	const labelled = (level) => (message, place) => {
		const label = message.startsWith(`${level}: `) ? "" : `${level}: `;
		line(`${label}${message}${place ? ` (${place.file}:${place.line})` : ""}`);
	};
	return {
		info: (text, paint) => colours && paint ? out.write(`${paint(harmless(text))}\n`) : line(text),
		debug: () => {},
		startGroup: line,
		endGroup: () => {},
		notice: labelled("notice"),
		warning: labelled("warning"),
		error: labelled("error"),
		annotate: (level, message, place) => labelled(level)(message, place),
		annotationsLeft: () => Number.POSITIVE_INFINITY,
		mask: () => {}
	};
}

// src/system/errors.ts
var GateError = class extends Error {
	name = "GateError";
	code;
	what;
	remedy;
	constructor(code, what, remedy, options) {
		super(`[${code}] ${what}. ${remedy}`, options);
		this.code = code;
		this.what = what;
		this.remedy = remedy;
	}
};
function cancelled() {
	return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}
function asGateError(thrown) {
	if (thrown instanceof GateError) return thrown;
	if (isDescribed(thrown)) return new GateError(thrown.code, thrown.what, thrown.remedy, { cause: thrown });
	const code = thrown?.code;
	if (code === "ENOSPC" || code === "EDQUOT") return new GateError("disk-full", "The disk is full", "Free some space where RUNNER_TEMP and RUNNER_TOOL_CACHE lie: layers, databases and reports need it.", { cause: thrown });
	const text = thrown instanceof Error ? thrown.message : String(thrown);
	return new GateError("internal-error", `Image Gate itself failed: ${text}`, "This is a fault of Image Gate, not of your image. Please report it with this log.", { cause: thrown });
}
function isDescribed(thrown) {
	if (!(thrown instanceof Error)) return false;
	const { code, what, remedy } = thrown;
	return [
		code,
		what,
		remedy
	].every((each) => typeof each === "string");
}

// src/domain/json/is-object.ts
function isObject(value) {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export { GateError, asGateError, cancelled, harmless, inputVariable, isObject, oneLine$1 as oneLine, quoted, terminalLog, workflowLog };