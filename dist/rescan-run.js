import { in as undecided } from "./shared.js";
import { n as asGateError } from "./start.js";
import { n as reportingInputs, t as readInputs } from "./inputs.js";
import { n as withBeginning, t as UNREAD_POLICY } from "./beginning.js";
import { t as OUTPUT_NAMES } from "./outputs.js";

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

// src/actions/rescan/run.ts
async function rescan(world, platform) {
	const known = beginning(world);
	const judged = await looked(known, platform, world).catch((thrown) => brokenOff(thrown, known));
	const { tell } = await import("./rescan-tell.js");
	const verdict = await tell(judged, known, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && known.inputs.mode === "warn" ? 0 : 1;
}
async function looked(known, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	known.inputs = inputs;
	known.wanted = inputs;
	const { look } = await import("./rescan-look.js");
	return look(inputs, known, platform, world);
}
function brokenOff(thrown, known) {
	known.failure = asGateError(thrown);
	known.rescanned = [];
	return undecided(known.failure, [], known.inputs.name);
}

export { OUTPUT_NAMES, rescan };