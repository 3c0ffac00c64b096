import { EMPTY_POLICY } from "./shared.domain.js";

// src/actions/run-steps.ts
async function runSteps(steps) {
	let learnt = {};
	try {
		for (;;) {
			const step = await steps.next();
			if (step.done) return {
				learnt,
				result: step.value
			};
			learnt = {
				...learnt,
				...step.value
			};
		}
	} catch (thrown) {
		return {
			learnt,
			thrown
		};
	}
}
function accessOf({ token = "", offline }) {
	return {
		token,
		offline
	};
}
const UNREAD_POLICY = {
	policy: EMPTY_POLICY,
	source: {
		from: "workspace",
		isUnread: true
	},
	change: void 0
};

export { UNREAD_POLICY, accessOf, runSteps };