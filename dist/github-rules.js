import { V as asGateError } from "./shared.js";
import { t as connect } from "./api.js";
import { r as readerAtBase } from "./base-policy.js";

// src/platforms/github/rules.ts
function ruleReader({ token, offline }, event, signal) {
	let api;
	const readers = /* @__PURE__ */ new Map();
	return async (use, file) => {
		if (offline) return { unreadable: "`offline` forbids asking GitHub's API" };
		try {
			api ??= connect({
				token,
				event,
				signal
			});
			const reader = readers.get(use) ?? readerAtBase(await api, use);
			readers.set(use, reader);
			return await reader(file);
		} catch (thrown) {
			const { what, remedy } = asGateError(thrown);
			return { unreadable: `${what}. ${remedy}` };
		}
	};
}

export { ruleReader };