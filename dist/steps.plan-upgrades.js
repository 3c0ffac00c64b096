import { GateError, asGateError } from "./shared.start.js";
import { DEFAULT_POLICY, EMPTY_POLICY, databaseStore, repositoryPath, sha256OfBytes } from "./shared.answer.js";
import { budget, diffPolicies, exploitDataWanted, hasQuestions, inquire, judgeAnswers, makePlan, questionsOf, secondRound, upgradesIn, withCommands } from "./shared.domain.js";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "./policy.read.js";
import { hasOwnChange } from "./steps.rule-source.js";

// src/steps/enrich.ts
const NOTHING = {
	about: async () => ({}),
	changes: () => [],
	notes: () => []
};
async function beginWeighing(policy, { vex, readHubs, offline, cache }, world) {
	const isDataWanted = wantsExploitData(policy);
	const isVexWanted = vex.length > 0 || readHubs !== void 0;
	if (!isDataWanted && !isVexWanted) return NOTHING;
	const { createVexMatcher, prepareExploitData, readingAt, readVexDocuments } = await import("./enrichment.js");
	const reading = readingAt(world.now());
	const documents = readVexDocuments(vex, reading);
	const request = {
		offline,
		cache,
		store: isDataWanted ? databaseStore(world) : ""
	};
	const preparing = isDataWanted ? prepareExploitData(policy, request, world) : void 0;
	preparing?.catch(() => {});
	let dataNotes = [];
	let hubs;
	let matcher;
	return {
		async about(outcomes) {
			const data = await preparing;
			dataNotes = data?.notes ?? [];
			if (isVexWanted && matcher === void 0) {
				hubs = await readHubs?.(scansOf(outcomes));
				matcher = createVexMatcher([...readVexDocuments(hubs?.files ?? [], reading), ...documents]);
			}
			return {
				exploits: data?.about(advisoriesOf(outcomes)),
				missingExploitData: data?.missing,
				vex: matcher?.statementOf
			};
		},
		changes: () => hubs?.changes ?? [],
		notes: () => [
			...dataNotes,
			...hubs?.notes ?? [],
			...matcher?.notes() ?? []
		]
	};
}
function advisoriesOf(outcomes) {
	return new Set(scansOf(outcomes).flatMap(({ findings }) => findings.map(({ id }) => id)));
}
function scansOf(outcomes) {
	return outcomes.flatMap((outcome) => "scan" in outcome ? [outcome.scan] : []);
}
function wantsExploitData(policy) {
	const { kev, epss } = exploitDataWanted(policy);
	return kev || epss;
}

// src/steps/load-policy.ts
function withChanges(policy, changes, notes) {
	const { change } = policy;
	if (changes.length === 0 || change === void 0) return {
		policy,
		notes
	};
	if ("changes" in change) return {
		policy: {
			...policy,
			change: { changes: [...change.changes, ...changes] }
		},
		notes
	};
	const unknown = `Whether the policy file is changed is not known: ${change.unreadable}`;
	return {
		policy: {
			...policy,
			change: { changes }
		},
		notes: [unknown, ...notes]
	};
}
async function loadPolicy(named, source, today, world) {
	const search = {
		path: repositoryPath(named ?? ".github/image-gate.yml", world.workspace),
		named: named !== void 0,
		source,
		today,
		world
	};
	return source.from === "workspace" ? fromWorkspace(search) : fromBase(search, source.from);
}
async function fromBase(search, from) {
	const text = await baseToObey(search, from);
	const policy = await parse(text, search);
	const { change: about } = search.source;
	const change = hasOwnChange(about) || about.isCheckedOut === true ? await changeInWorkspace(policy, text, search, from) : void 0;
	return {
		policy,
		source: sourceOf(text, search, from),
		change
	};
}
async function fromWorkspace(search) {
	const text = readWorkspacePolicy(search, search.world);
	const policy = await parse(text, search);
	const change = await changeIn(search, policy, text);
	return {
		policy,
		source: sourceOf(text, search, "workspace"),
		change
	};
}
function sourceOf(text, { path }, from) {
	return text === void 0 ? { from } : {
		path,
		sha256: sha256OfBytes(text),
		from
	};
}
async function parse(text, { path: file, today }) {
	if (text === void 0) return EMPTY_POLICY;
	const { parsePolicyFile } = await import("./policy.parse.entry.js");
	return parsePolicyFile(text, {
		file,
		today
	});
}
async function readBase({ source, path }, use) {
	const found = await source.read(use, {
		what: "policy",
		path,
		maxBytes: MAX_POLICY_BYTES
	});
	if ("unreadable" in found) return found;
	return { text: "text" in found ? found.text : void 0 };
}
async function baseToObey(search, from) {
	const base = await readBase(search, from);
	const place = from === "base" ? "base" : "default branch";
	if ("unreadable" in base) throw new GateError("base-policy-unreadable", `The ${place}'s policy, by which this run is to be judged, could not be read: ${base.unreadable.replace(/\.$/, "")}`, `${search.source.mayRead}; nothing is judged by another policy instead.`);
	if (base.text === void 0 && search.named) throw new GateError("policy-missing", `The policy file ${JSON.stringify(search.path)} does not exist in the ${place}`, `Merge it into the ${place} first, or leave \`policy\` out to judge by the defaults.`);
	return base.text;
}
async function changeIn(search, policy, text) {
	const { problem, trigger } = search.source.change;
	if (hasOwnChange(search.source.change)) return changeAgainstBase(policy, text, search);
	return problem !== void 0 && trigger.startsWith("pull_request") ? { unreadable: problem } : void 0;
}
async function changeAgainstBase(policy, text, search) {
	const base = await readBase(search, "comparison");
	if ("unreadable" in base) return base;
	if (isSame(base.text, text)) return { changes: [] };
	if (base.text === void 0 && await isElsewhere(search)) return { unreadable: ELSEWHERE };
	try {
		return { changes: diffPolicies(await parse(base.text, search), policy) };
	} catch (thrown) {
		return { unreadable: `The base's policy is not valid: ${asGateError(thrown).what}` };
	}
}
async function isElsewhere(search) {
	if (!search.named) return false;
	const own = await readBase(search, "run");
	return "text" in own && own.text === void 0;
}
const ELSEWHERE = "the policy is no file of this repository, so the job has brought it";
async function changeInWorkspace(policy, text, search, from) {
	let head;
	try {
		head = readWorkspacePolicy({
			path: search.path,
			named: false
		}, search.world);
	} catch (thrown) {
		return { unreadable: asGateError(thrown).what };
	}
	try {
		if (from === "default-branch") return await changeAgainstBase(await parse(head, search), head, search);
		return isSame(text, head) ? { changes: [] } : { changes: diffPolicies(policy, await parse(head, search)) };
	} catch (thrown) {
		return { unreadable: `The ${search.source.changeRequest}'s policy is not valid: ${asGateError(thrown).what}` };
	}
}
function isSame(one, other) {
	return one === other || one !== void 0 && other !== void 0 && one.equals(other);
}

// src/steps/plan-commands.ts
async function addCommands(verdict, folders) {
	const targets = [];
	for (const target of verdict.targets) {
		if (target.answer === "error" || target.plan === void 0) {
			targets.push(target);
			continue;
		}
		const answers = await lockAnswers(target, folders);
		targets.push({
			...target,
			plan: withCommands(target.plan, target.scan.packages, (upgrade) => answers.get(upgrade))
		});
	}
	return {
		...verdict,
		targets
	};
}
async function lockAnswers({ target, plan }, folders) {
	const asked = (plan === void 0 || target.kind !== "path" ? [] : upgradesIn(plan)).flatMap((upgrade) => {
		const { type, package: name, from, to, paths } = upgrade;
		const [path] = paths;
		return type === "npm" && to !== void 0 && path !== void 0 ? [{
			upgrade,
			name,
			from,
			to,
			path
		}] : [];
	});
	if (asked.length === 0) return /* @__PURE__ */ new Map();
	const { askLockFiles } = await import("./lock-files.js");
	const answers = askLockFiles(target, asked, folders);
	return new Map(asked.flatMap((question) => {
		const answer = answers.get(question);
		return answer === void 0 ? [] : [[question.upgrade, answer]];
	}));
}

// src/steps/plan-upgrades.ts
const NO_SCANNER = "no scanner with a vulnerability database was at hand";
const TOO_MANY = "there are more versions than one run checks";
async function planUpgrades(verdict, sources, world) {
	return withPlans(verdict, sources, world).catch((thrown) => {
		world.log.debug(`No proven fix plan: ${String(thrown)}`);
		return unprovenPlans(verdict, sources.bases, "the versions were not scanned");
	}).catch(() => verdict);
}
async function withPlans(verdict, sources, world) {
	const failed = verdict.targets.filter((target) => target.answer === "fail");
	if (failed.length === 0) return verdict;
	if (sources.check === void 0 && failed.some(hasQuestions)) {
		world.log.debug(`The fix plan is unproven: ${NO_SCANNER}.`);
		return unprovenPlans(verdict, sources.bases, NO_SCANNER);
	}
	const left = budget();
	const inquired = failed.map((target) => ({
		target,
		inquiry: inquire(target)
	}));
	const questions = questionsOf(inquired, left);
	const open = inquired.map((each, index) => ({
		...each,
		asked: questions[index] ?? []
	}));
	const found = await answers(open, left, sources).catch((thrown) => asGateError(thrown).what);
	if (typeof found === "string") world.log.debug(`The fix plan is unproven: ${found}.`);
	const plans = /* @__PURE__ */ new Map();
	for (const { target, inquiry } of open) {
		const base = sources.bases?.get(target.target);
		const facts = typeof found === "string" ? { unproven: found } : {
			checked: found.get(target) ?? /* @__PURE__ */ new Map(),
			unproven: TOO_MANY
		};
		plans.set(target, {
			...target,
			plan: makePlan(target, {
				base,
				inquiry,
				...facts
			})
		});
	}
	return {
		...verdict,
		targets: verdict.targets.map((target) => plans.get(target) ?? target)
	};
}
function unprovenPlans(verdict, bases, unproven) {
	const withPlan = (target) => target.answer === "fail" ? {
		...target,
		plan: makePlan(target, {
			base: bases?.get(target.target),
			unproven
		})
	} : target;
	return {
		...verdict,
		targets: verdict.targets.map(withPlan)
	};
}
async function answers(open, left, sources) {
	if (open.every(({ asked }) => asked.length === 0)) return /* @__PURE__ */ new Map();
	const { check } = sources;
	if (check === void 0) return NO_SCANNER;
	const answerOf = /* @__PURE__ */ new Map();
	const first = await round(open, answerOf, sources, check);
	const more = open.map((each) => {
		const further = secondRound(each.target, first.get(each.target) ?? /* @__PURE__ */ new Map(), left);
		return {
			...each,
			asked: [...each.asked, ...further]
		};
	});
	return more.some(({ asked }) => asked.some((each) => !answerOf.has(each))) ? await round(more, answerOf, sources, check).catch(() => first) : first;
}
async function round(open, answerOf, { settings, weigh }, check) {
	const asked = open.flatMap((each) => each.asked).filter((each) => !answerOf.has(each));
	const all = await check(asked.map(({ question }) => question));
	for (const [index, each] of asked.entries()) answerOf.set(each, all[index]);
	const weights = await weigh(open.map((each) => hypothetical(each, answerOf)));
	return new Map(open.map(({ target, asked }) => {
		const answered = asked.map((each) => ({
			...each,
			answer: answerOf.get(each)
		}));
		return [target, judgeAnswers(target, answered, {
			...settings,
			...weights
		})];
	}));
}
function hypothetical({ target: judged, asked }, answerOf) {
	const { target, scan } = judged;
	return {
		target,
		scan: {
			...scan,
			findings: asked.flatMap((each) => answerOf.get(each) ?? [])
		}
	};
}

export { addCommands, beginWeighing, loadPolicy, planUpgrades, withChanges };