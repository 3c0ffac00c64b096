import { asGateError } from "./shared.start.js";
import { OUTPUT_NAMES, readInputs } from "./actions.sign.outputs.js";

// src/actions/sign/run.ts
async function sign(world, platform) {
	const context = {};
	try {
		if (world.unusable) throw world.unusable;
		context.inputs = readInputs(world.env);
		const { signReport } = await import("./actions.sign.sign-report.js");
		context.result = await signReport(context.inputs, world);
	} catch (thrown) {
		context.failure = asGateError(thrown);
	}
	const { show } = await import("./actions.sign.show.js");
	await show(context, platform, world);
	return context.failure === void 0 ? 0 : 1;
}

export { OUTPUT_NAMES, sign };