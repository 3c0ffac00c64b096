import { asGateError } from "./shared.thread.js";
import { readInputs } from "./actions.sign.outputs.js";

// src/actions/sign/run.ts
async function sign(world, platform) {
	const ended = await signed(world);
	const { show } = await import("./actions.sign.show.js");
	await show(ended, platform, world);
	return {
		code: ended.failure === void 0 ? 0 : 1,
		failure: ended.failure
	};
}
async function signed(world) {
	let inputs;
	try {
		if (world.unusable) throw world.unusable;
		inputs = readInputs(world.env);
		const { signReport } = await import("./actions.sign.sign-report.js");
		return {
			inputs,
			result: await signReport(inputs, world)
		};
	} catch (thrown) {
		return {
			inputs,
			failure: asGateError(thrown)
		};
	}
}

export { sign };