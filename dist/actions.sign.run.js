import { asGateError } from "./shared.start.js";
import { runSteps } from "./shared.answer.js";
import { readInputs } from "./actions.sign.outputs.js";

// src/actions/sign/run.ts
async function sign(world, platform) {
	const { learnt, result, thrown } = await runSteps(steps(world));
	const failure = result === void 0 ? asGateError(thrown) : void 0;
	const { show } = await import("./actions.sign.show.js");
	await show({
		...learnt,
		result,
		failure
	}, platform, world);
	return {
		code: failure === void 0 ? 0 : 1,
		failure
	};
}
async function* steps(world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	yield { inputs };
	const { signReport } = await import("./actions.sign.sign-report.js");
	return signReport(inputs, world);
}

export { sign };