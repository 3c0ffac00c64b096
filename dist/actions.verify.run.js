import { deliver, plain, shorten, writeSummary } from "./shared.inputs.js";
import { renderVerifyLog, renderVerifySummary } from "./shared.render.js";
import { asGateError } from "./shared.thread.js";
import { EXIT_CODES, broken, outputsOf, readCorrect, readInputs } from "./actions.verify.inputs.js";

// src/actions/verify/run.ts
const LONGEST = 3800;
async function run(world, platform) {
	return EXIT_CODES[(await verify(world, platform)).verdict];
}
async function verify(world, platform) {
	const now = world.now();
	const { pages } = platform.action;
	const { image, summary } = readCorrect(world.env);
	const answer = {
		...await verified(now, world).catch((thrown) => broken(asGateError(thrown), image, now)),
		pages
	};
	await deliver({
		log: () => world.log.info(renderVerifyLog(answer)),
		show: () => writeSummary(summary, () => renderVerifySummary(answer), platform, world),
		outputs: () => outputsOf(answer),
		last: () => annotationOf(answer)
	}, platform, world);
	return answer;
}
async function verified(now, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	const { verifyImage } = await import("./actions.verify.verify-image.js");
	return verifyImage(inputs, now, world);
}
function annotationOf({ verdict, reason, refusals }) {
	if (verdict === "pass") return void 0;
	const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
	return {
		level: "error",
		message: shorten(plain(`${reason}. ${remedies}`), LONGEST)
	};
}

export { run, verify };