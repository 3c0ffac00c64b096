import { asGateError } from "./shared.start.js";
import { OUTPUT_NAMES, readInputs } from "./actions.sign.outputs.js";

// src/actions/sign/run.ts
async function sign(world, platform) {
	const known = {};
	try {
		if (world.unusable) throw world.unusable;
		known.inputs = readInputs(world.env);
		const { signReport } = await import("./actions.sign.sign-report.js");
		known.result = await signReport(known.inputs, world);
	} catch (thrown) {
		known.failure = asGateError(thrown);
	}
	const { show } = await import("./actions.sign.show.js");
	await show(known, platform, world);
	return known.failure === void 0 ? 0 : 1;
}

export { OUTPUT_NAMES, sign };