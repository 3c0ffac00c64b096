// src/steps/rule-source.ts
function ruleSource(policyFrom, access, platform) {
	const { change, words } = platform;
	const none = async () => ({ unreadable: words.lacking });
	const read = platform.ruleReader?.(access) ?? none;
	const mayRead = access.offline ? "Leave `offline` out on this trigger" : words.mayRead;
	return {
		from: rulesFrom(policyFrom, change),
		change,
		mayRead,
		changeRequest: words.changeRequest,
		read
	};
}
function hasOwnChange({ privileged, hasBase }) {
	return !privileged && hasBase;
}
function rulesFrom(policyFrom, { privileged, hasBase, problem }) {
	if (privileged || policyFrom === "base" && !(hasBase || problem !== void 0)) return "default-branch";
	return policyFrom;
}

export { hasOwnChange, ruleSource };