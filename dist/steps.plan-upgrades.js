import { judgeAnswers, questionsOf } from "./shared.domain.js";
import { decisionsOf, makePlan, withCommands } from "./shared.answer.js";
import { asGateError } from "./shared.thread.js";

// src/steps/plan-upgrades.ts
const NO_SCANNER = "no scanner with a vulnerability database was at hand";
const TOO_MANY = "there are more versions than one run checks";
async function planUpgrades(verdict, sources, world) {
	const failed = verdict.targets.filter((target) => target.answer === "fail");
	if (failed.length === 0) return verdict;
	try {
		const open = failed.map((target) => ({
			target,
			decisions: decisionsOf(target, sources.bases?.get(target.target))
		}));
		const found = await checked(open, sources).catch((thrown) => asGateError(thrown).what);
		if (typeof found === "string") world.log.debug(`The fix plan is unproven: ${found}.`);
		const plans = /* @__PURE__ */ new Map();
		for (const { target, decisions } of open) {
			const base = sources.bases?.get(target.target);
			const facts = typeof found === "string" ? { unproven: found } : {
				checked: found.get(target),
				unproven: TOO_MANY
			};
			const plan = makePlan(target, {
				base,
				decisions,
				...facts
			});
			plans.set(target, {
				...target,
				plan: withCommands(plan, target.scan.packages)
			});
		}
		return {
			...verdict,
			targets: verdict.targets.map((target) => plans.get(target) ?? target)
		};
	} catch (thrown) {
		world.log.debug(`No fix plan: ${String(thrown)}`);
		return verdict;
	}
}
async function checked(open, { settings, weigh, check }) {
	if (open.some(({ decisions }) => decisions.some(({ versions }) => versions !== void 0)) && check === void 0) return NO_SCANNER;
	const asked = questionsOf(open);
	const all = asked.flat();
	if (all.length === 0 || check === void 0) return new Map(open.map(({ target }) => [target, /* @__PURE__ */ new Map()]));
	const answers = await check(all.map(({ question }) => question));
	const answerOf = new Map(all.map((each, index) => [each, answers[index]]));
	const answered = asked.map((each) => each.map((one) => ({
		...one,
		answer: answerOf.get(one)
	})));
	const weights = await weigh(open.map(({ target }, index) => hypothetical(target, answered[index] ?? [])));
	return new Map(open.map(({ target }, index) => [target, judgeAnswers(target, answered[index] ?? [], {
		...settings,
		...weights
	})]));
}
function hypothetical({ target, scan }, answered) {
	return {
		target,
		scan: {
			...scan,
			findings: answered.flatMap(({ answer }) => answer ?? [])
		}
	};
}

export { planUpgrades };