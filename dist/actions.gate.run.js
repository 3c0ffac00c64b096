import { SEVERITIES, dayOf, defaultName, listSome, perSeverityName, plain, savedTags, severityName, undecided, withSavedTags } from "./shared.domain.js";
import { attempt, clearRunFolder, deliver } from "./steps.deliver.js";
import { asGateError } from "./shared.start.js";
import { UNREAD_POLICY, accessOf, runSteps } from "./actions.run-steps.js";
import { areTargetsKnown, countTargets, foreignInputs, namedReports, namedTargets, namedThings, readInputs, readersOfNamed, reportingInputs, targetsOf } from "./actions.gate.report-readers.js";
import { acceptedCount, harmlessJson, openCount, resultOf } from "./shared.render.js";
import { join } from "node:path";

// src/scan/scans.ts
const NO_SCANS = {
	outcomes: [],
	reportFiles: [],
	reportFileOf: /* @__PURE__ */ new Map()
};

// src/actions/gate/context.ts
function contextOf(learnt, now, world) {
	const inputs = learnt.inputs ?? reportingInputs(world.env);
	return {
		targets: [],
		policy: UNREAD_POLICY,
		scans: NO_SCANS,
		...learnt,
		inputs,
		now
	};
}

// src/actions/gate/outputs.ts
const OUTPUT_NAMES = [
	"verdict",
	"reason",
	...SEVERITIES.map(severityName),
	"accepted",
	"results",
	"report",
	"report-digest",
	"trivy-report",
	"image-digest",
	"index-digest",
	"trivy-version",
	"db-updated-at",
	"db-age-hours",
	"comment-url"
];
function outputsOf(view, facts) {
	const { verdict } = view;
	const judged = verdict.targets.filter((target) => target.answer !== "error");
	const known = verdict.answer !== "error" && judged.length === verdict.targets.length;
	const count = (value) => known ? String(value) : "";
	return {
		verdict: verdict.answer,
		reason: plain(verdict.reason),
		...perSeverityName((severity) => count(sum(judged, (target) => openCount(target, severity)))),
		accepted: count(sum(judged, acceptedCount)),
		results: harmlessJson(verdict.targets.map((each) => resultOf(each, { trivyReport: facts.reportFileOf.get(each.target) ?? "" }))),
		report: facts.reportFile ?? "",
		"report-digest": facts.reportDigest ?? "",
		"trivy-report": facts.reportFiles.join("\n"),
		"image-digest": singleImage(verdict.targets)?.digest ?? "",
		"index-digest": singleImage(verdict.targets)?.index?.digest ?? "",
		"trivy-version": facts.scannerVersion ?? "",
		"db-updated-at": facts.databaseUpdatedAt ?? "",
		"db-age-hours": wholeHours(facts.databaseUpdatedAt, view.now),
		"comment-url": facts.commentUrl ?? ""
	};
}
function wholeHours(since, now) {
	return since === void 0 ? "" : String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 36e5)));
}
function singleImage(targets) {
	const [only] = targets;
	return targets.length !== 1 || only === void 0 || only.answer === "error" ? void 0 : only.scan.artifact;
}
function sum(items, value) {
	return items.reduce((total, item) => total + value(item), 0);
}

// src/actions/gate/view.ts
async function viewOf(verdict, context, change, world) {
	const { inputs, policy, now } = context;
	const tags = needsTags(context) ? await savedTags(verdict.targets, (target) => savedTagOf(target, world)).catch(() => void 0) : void 0;
	return {
		name: inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
		verdict,
		savedTags: tags,
		mode: inputs.mode,
		today: dayOf(now),
		now,
		policy: {
			...policy.source,
			count: policy.policy.count
		},
		policyChange: policy.change,
		...context.around,
		lookedUpOn: change.lookedUpOn,
		commit: change.commit,
		runUrl: change.runUrl,
		stamp: change.stamp
	};
}
function needsTags({ inputs, reports = [], failure }) {
	if (inputs.name === void 0) return true;
	const hasCategories = inputs.uploadSarif || inputs.dependencyGraph || reports.some(({ format }) => format === "sarif");
	return failure === void 0 && hasCategories;
}
async function savedTagOf(target, world) {
	const { savedTag } = await import("./scan.saved-tag.js");
	return savedTag(target, world);
}

// src/actions/gate/wrong-inputs.ts
function listForeignInputs({ env, log }) {
	const names = foreignInputs(env);
	if (names.length === 0) return;
	log.info(`Left alone, as Image Gate has no such inputs: ${listSome(names, 10)}`);
}
async function targetsMeant(world) {
	const named = namedTargets(world.env);
	if (countTargets(named) === 0) return [];
	const meant = targetsOf(named);
	const [{ resolveTargets }, readers] = await Promise.all([import("./scan.targets.entry.js"), readersOfNamed(meant)]);
	return resolveTargets(meant, readers, world);
}
async function plannedAnyway(targets, world) {
	const lines = namedReports(world.env);
	if (lines.length === 0) return void 0;
	return attempt(world, "report-file-not-written", async () => {
		const { planAnyway } = await import("./reports.js");
		const { DEFAULT_POLICY } = await import("./policy.read.entry.js");
		const read = [
			...targets.map(({ input }) => input),
			DEFAULT_POLICY,
			...namedThings(world.env)
		];
		const isKnown = areTargetsKnown(world.env) && targets.length > 0;
		return planAnyway({
			lines,
			targets,
			isKnown,
			read
		}, world);
	});
}

// src/actions/gate/run.ts
async function gate(world, platform) {
	const now = world.now();
	listForeignInputs(world);
	const ended = await runSteps(steps(now, platform, world));
	const learnt = contextOf(ended.learnt, now, world);
	const { verdict, context } = ended.result === void 0 ? await brokenOff(asGateError(ended.thrown), learnt, world) : {
		verdict: ended.result,
		context: learnt
	};
	const view = await viewOf(verdict, context, platform.change, world);
	const { inputs, scans, reports, sboms, failure } = context;
	await deliver(view, {
		channels: {
			...inputs,
			access: accessOf(inputs)
		},
		reports,
		sboms,
		scannerReports: scans.reportFileOf,
		failure,
		outputs: (shown) => outputsOf(view, {
			...scans,
			...shown
		}),
		platform,
		world
	});
	await finish(context, platform, world);
	return verdict.answer === "pass" || verdict.answer === "fail" && inputs.mode === "warn" ? 0 : 1;
}
async function* steps(now, platform, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	yield { inputs };
	const { decide } = await import("./actions.gate.decide.js");
	return yield* decide(inputs, now, platform, world);
}
async function brokenOff(failure, { around: _, ...learnt }, world) {
	const targets = learnt.targets.length > 0 ? learnt.targets : await targetsMeant(world).catch(() => []);
	const reports = learnt.reports ?? await plannedAnyway(targets, world);
	const context = {
		...learnt,
		failure,
		scans: NO_SCANS,
		targets,
		reports
	};
	return {
		verdict: undecided(failure, targets, learnt.inputs.name),
		context
	};
}
async function finish({ keptAs, cache }, platform, world) {
	await attempt(world, "run-not-tidied", async () => {
		if (keptAs !== void 0 && platform.keptReports !== void 0) {
			const { artifactName } = await import("./baseline.artifact-name.entry.js");
			await platform.keptReports.keep({
				name: artifactName(keptAs),
				file: join(world.runFolder, "report.json")
			});
		}
		await cache?.settle();
	});
	clearRunFolder(world);
}

export { OUTPUT_NAMES, gate };