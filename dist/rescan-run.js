import { jn as undecided } from "./shared.js";
import { n as asGateError } from "./start.js";
import { n as readInputs } from "./inputs.js";
import { t as beginning } from "./known.js";
import { t as OUTPUT_NAMES } from "./outputs.js";

// src/actions/rescan/run.ts
async function rescan(world, platform) {
	const known = beginning(world);
	const judged = await looked(known, platform, world).catch((thrown) => brokenOff(thrown, known));
	if ("exitCode" in judged) return judged.exitCode;
	const { tell } = await import("./rescan-tell.js");
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
	if (part === "plan") return (await import("./rescan-plan.js")).plan;
	if (part === "scan") return (await import("./rescan-shard.js")).scanShard;
	if (part === "merge") return (await import("./rescan-merge.js")).merge;
	return (await import("./rescan-look.js")).look;
}
function brokenOff(thrown, known) {
	known.failure = asGateError(thrown);
	known.rescanned = [];
	return undecided(known.failure, [], known.inputs.name);
}

export { OUTPUT_NAMES, rescan };