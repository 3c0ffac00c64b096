import { beginRun } from "./shared.inputs.js";
import { readCorrect } from "./actions.rescan.inputs.js";

// src/actions/rescan/rescan-run.ts
function rescanRun(world, platform) {
	const nothing = {
		sources: [],
		rescanned: [],
		sboms: /* @__PURE__ */ new Map(),
		notes: []
	};
	return Object.assign(beginRun(readCorrect(world.env), platform, world), nothing);
}
function runOf({ repository, stamp }) {
	return stamp && {
		repository,
		run: stamp.run,
		attempt: stamp.attempt
	};
}

export { rescanRun, runOf };