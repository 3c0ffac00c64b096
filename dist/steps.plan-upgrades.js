import { GateError, asGateError, sha256OfBytes } from "./shared.thread.js";
import { databaseStore, repositoryPath } from "./shared.start.js";
import { DEFAULT_POLICY, EMPTY_POLICY, decisionsOf, makePlan } from "./shared.answer.js";
import { diffPolicies, exploitDataWanted, judgeAnswers, questionsOf, withCommands } from "./shared.domain.js";
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

export { beginWeighing, loadPolicy, planUpgrades, withChanges };