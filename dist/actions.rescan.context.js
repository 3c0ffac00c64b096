import { UNREAD_POLICY, withBeginning } from "./actions.beginning.js";
import { reportingInputs } from "./actions.rescan.inputs.js";

// src/actions/rescan/context.ts
function beginning(world) {
	return withBeginning(world, reportingInputs, {
		policy: UNREAD_POLICY,
		sources: [],
		rescanned: [],
		sboms: /* @__PURE__ */ new Map(),
		notes: []
	});
}
function runOf({ repository, stamp }) {
	return stamp && {
		repository,
		run: stamp.run,
		attempt: stamp.attempt
	};
}

export { beginning, runOf };