// src/steps/rule-source.ts
function ruleSource(policyFrom, access, platform) {
	const { change } = platform;
	return {
		from: rulesFrom(policyFrom, change),
		change,
		offline: access.offline,
		read: platform.ruleReader(access)
	};
}
function hasOwnChange({ privileged, hasBase }) {
	return !privileged && hasBase;
}
function rulesFrom(policyFrom, { privileged, hasBase, problem }) {
	if (privileged || policyFrom === "base" && !(hasBase || problem !== void 0)) return "default-branch";
	return policyFrom;
}

export { ruleSource as n, hasOwnChange as t };