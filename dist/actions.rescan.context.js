import { UNREAD_POLICY } from "./shared.answer.js";
import { reportingInputs } from "./actions.rescan.inputs.js";

// src/actions/rescan/context.ts
function contextOf(learnt, now, world) {
	const inputs = learnt.wanted ?? reportingInputs(world.env);
	return {
		policy: UNREAD_POLICY,
		sources: [],
		rescanned: [],
		sboms: /* @__PURE__ */ new Map(),
		notes: [],
		...learnt,
		inputs,
		now
	};
}
async function cacheFor({ cache, offline }, platform) {
	return cache && !offline ? await platform.sharedCache?.() : void 0;
}
function runOf({ repository, stamp }) {
	return stamp && {
		repository,
		run: stamp.run,
		attempt: stamp.attempt
	};
}

export { cacheFor, contextOf, runOf };