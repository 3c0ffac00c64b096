import { n as withBeginning, t as UNREAD_POLICY } from "./beginning.js";
import { r as reportingInputs } from "./inputs.js";

// src/actions/rescan/known.ts
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

export { runOf as n, beginning as t };