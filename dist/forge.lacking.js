// src/forge/lacking.ts
function offlineBecause({ offline }, server) {
	return offline ? {
		why: `\`offline\` forbids asking ${server}`,
		level: "info"
	} : void 0;
}
function decideText(mode, answer, { lacking, problem, none }) {
	const no = (level, why) => ({
		write: false,
		level,
		why
	});
	if (mode === "never") return no("info", "the input `comment` is `never`");
	if (lacking?.level === "info") return no("info", lacking.why);
	if (problem !== void 0) return no("warning", problem);
	if (none !== void 0) return no("info", none);
	if (lacking !== void 0) return no(lacking.level, lacking.why);
	return {
		write: true,
		create: mode === "always" || answer !== "pass"
	};
}

export { decideText, offlineBecause };