import { UNREAD_POLICY, connector } from "./shared.inputs.js";
import { readCorrect } from "./actions.rescan.inputs.js";

// src/actions/rescan/rescan-run.ts
function rescanRun(world, platform) {
	const nothing = {
		policy: UNREAD_POLICY,
		sources: [],
		rescanned: [],
		sboms: /* @__PURE__ */ new Map(),
		notes: []
	};
	const forge = connector(platform, () => run.inputs);
	const run = {
		now: world.now(),
		inputs: readCorrect(world.env),
		forge,
		...nothing
	};
	return run;
}
function runOf({ repository, stamp }) {
	return stamp && {
		repository,
		run: stamp.run,
		attempt: stamp.attempt
	};
}

export { rescanRun, runOf };