import { undecided } from "./shared.domain.js";
import { asGateError } from "./shared.start.js";
import { readInputs } from "./actions.rescan.inputs.js";
import { beginning } from "./actions.rescan.known.js";
import { OUTPUT_NAMES } from "./actions.rescan.outputs.js";

// src/actions/rescan/run.ts
async function rescan(world, platform) {
	const known = beginning(world);
	const judged = await looked(known, platform, world).catch((thrown) => brokenOff(thrown, known));
	if ("exitCode" in judged) return judged.exitCode;
	const { tell } = await import("./actions.rescan.tell.js");
	const verdict = await tell(judged, known, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && known.inputs.mode === "warn" ? 0 : 1;
}
async function looked(known, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	known.inputs = inputs;
	known.wanted = inputs;
	return (await story(inputs.part))(inputs, known, platform, world);
}
async function story(part) {
	if (part === "plan") return (await import("./actions.rescan.plan.js")).plan;
	if (part === "scan") return (await import("./actions.rescan.shard.js")).scanShard;
	if (part === "merge") return (await import("./actions.rescan.merge.js")).merge;
	return (await import("./actions.rescan.look.entry.js")).look;
}
function brokenOff(thrown, known) {
	known.failure = asGateError(thrown);
	known.rescanned = [];
	return undecided(known.failure, [], known.inputs.name);
}

export { OUTPUT_NAMES, rescan };