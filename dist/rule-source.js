import { t as connect } from "./api.js";
import { p as readerAtBase } from "./report.js";
import { P as asGateError } from "./shared.js";

// src/steps/rule-source.ts
function ruleSource({ policyFrom, token = "", offline }, event, world) {
	let api;
	const readers = /* @__PURE__ */ new Map();
	return {
		from: rulesFrom(policyFrom, event),
		event,
		offline,
		async read(use, file) {
			if (offline) return { unreadable: "`offline` forbids asking GitHub's API" };
			try {
				api ??= connect({
					token,
					event,
					signal: world.signal
				});
				const reader = readers.get(use) ?? readerAtBase(await api, use);
				readers.set(use, reader);
				return await reader(file);
			} catch (thrown) {
				const { what, remedy } = asGateError(thrown);
				return { unreadable: `${what}. ${remedy}` };
			}
		}
	};
}
function hasOwnChange({ privileged, pullRequest, mergeInto }) {
	return !privileged && (pullRequest !== void 0 || mergeInto !== void 0);
}
function rulesFrom(policyFrom, { privileged, pullRequest, mergeInto, problem }) {
	if (privileged || policyFrom === "base" && !(pullRequest !== void 0 || mergeInto !== void 0 || problem !== void 0)) return "default-branch";
	return policyFrom;
}

export { ruleSource as n, hasOwnChange as t };