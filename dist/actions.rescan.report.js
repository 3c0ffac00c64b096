import { andMore, attempt, capability, counted, dayOf, daysBefore, deliver, distinct$1 as distinct, failing, isOlderRun, joined, lastAnnotation, listSome, mistakesOf, reasonOf, serverRun, viewOfRun, writeSummary } from "./shared.inputs.js";
import { SHORT, annotationsOf, fieldsOf, jsonPieces, reportOf, reportSchema, utf16Units } from "./shared.answer.js";
import { acrossImages, endingFor, findingSchema, isOpen, issueMarker, judgedOf, markedClosed, needOf, presentSince, readIssueMarker, waitingFor, withoutWriter } from "./shared.domain.js";
import { FINDING, deadlineOf, findingCells, numbersOf, overdueOf, renderRescanLog, renderSummary, weekOf } from "./shared.history.js";
import { _enum, array, boolean, int, literal, strictObject, string, union } from "./package.zod.js";
import { alert, code, compileImageGlobs, join as join$1, link, listed, note, para, prose, say, small, some, strong } from "./shared.scan.js";
import { SCANNER, compareEach, compareText, memoize, writePieces } from "./shared.start.js";
import { SEVERITIES, perSeverityName, severityName, severityRank } from "./shared.names.js";
import { MOST_UNITS, concernsOneIssue } from "./forge.issues.js";
import { markdown, markdownLine, partOf, renderDocument } from "./shared.render.js";
import { asGateError, described } from "./shared.thread.js";
import { mayKeepIssues, saveHistory } from "./actions.rescan.history.js";
import { outputsOf } from "./actions.rescan.outputs.js";
import { join } from "node:path";

// src/render/rescan/schema.ts
const count = int().nonnegative();
const findings = array(findingSchema);
const day = string().regex(/^\d{4}-\d{2}-\d{2}$/).describe("A day in UTC");
const place = strictObject({
	source: string().describe("The line of `discover`"),
	name: string().describe("Its place there: `shop/deployment/web/app`")
});
const error = strictObject({
	code: string(),
	what: string(),
	remedy: string()
});
const running = strictObject({
	reference: string(),
	digest: string().optional().describe("Digest of the running image; absent if no registry has it or could be asked"),
	platform: string().optional(),
	imageId: string().optional().describe("Id of an image that no registry has"),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	way: _enum([
		"sbom",
		"image",
		"report"
	]).optional().describe("By its stored SBOM, by reading it, or by the report of Harbor's own scan; absent: it could not be scanned"),
	where: array(place),
	target: count.optional().describe("Index into `gate.targets`; absent: the run ended before it was judged")
});
const image = strictObject({
	image: string().describe("Registry and repository, without tag and digest"),
	state: _enum([
		"error",
		"fail",
		"overdue",
		"ending",
		"pass",
		"gone",
		"unseen"
	]).describe("The worst state of its running images; `unseen`: it ran before, and a source that could name it was not read"),
	history: _enum([
		"known",
		"first",
		"none"
	]).describe("`first`: its first scan; `none`: the earlier state was not read. Then nothing is new"),
	running: array(running),
	new: findings.describe("Findings that this run saw first, or again, as the history has it (docs/state.md)"),
	fixed: findings.describe("Findings that no running image has any more"),
	withdrawn: findings.describe("Not called fixed: the advisory is gone, or another scanner has looked"),
	overdue: array(strictObject({
		due: day.describe("The last day on which a fix would have been in time"),
		finding: findingSchema
	})),
	goneSince: string().optional(),
	issue: string().optional().describe("Its issue's address")
});
const source = strictObject({
	source: string().describe("The line of `discover`"),
	images: count.describe("Number of images that it named, with repetitions; after an error, the ones that could be read"),
	notes: array(string()),
	error: error.optional().describe("It could not be read as a whole")
});
const rescanReportSchema = strictObject({
	version: literal(2),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	reason: string().describe("The verdict's one line"),
	name: string(),
	generatedAt: string().describe("ISO 8601, UTC"),
	sources: array(source),
	images: array(image).describe("Worst first; gone images come last"),
	state: union([strictObject({ written: string().describe("`branch@commit` or the folder") }), strictObject({
		notWritten: string().describe("Why, a clause"),
		isError: boolean()
	})]),
	issues: strictObject({
		opened: count,
		reopened: count,
		updated: count,
		closed: count,
		left: array(string()).describe("Images without an issue, because of `max-issues`"),
		failed: array(string()).describe("Actions that failed, as sentences")
	}).optional().describe("Absent: none were asked for"),
	gate: reportSchema.describe("All findings and the plan, as the gate reports them")
}).meta({ title: "Image Gate report on running images" });

// src/render/rescan/report.ts
const sourceFields = fieldsOf(source);
const errorFields = fieldsOf(error);
const runningFields = fieldsOf(running);
const placeFields = fieldsOf(place);
function renderRescanReport(view) {
	const { gate, sources, state, issues } = view;
	const { rows, gone, unseen } = weekOf(view);
	const targets = new Map(gate.verdict.targets.map(({ target }, index) => [target, index]));
	const report = {
		version: 2,
		verdict: gate.verdict.answer,
		reason: gate.verdict.reason,
		name: gate.name,
		generatedAt: gate.now.toISOString(),
		sources: sources.map((each) => ({
			...sourceFields(each),
			error: each.error && errorFields(each.error)
		})),
		images: [
			...rows.map((row) => imageOf$1(row, targets)),
			...gone.map((image) => absentImage(image, "gone")),
			...unseen.map((image) => absentImage(image, "unseen"))
		],
		state: "written" in state ? { written: state.written } : {
			notWritten: state.notWritten,
			isError: state.isError
		},
		issues,
		gate: reportOf(gate)
	};
	return jsonPieces(report, 2);
}
function imageOf$1({ image, name, state, history, fresh, fixed, withdrawn }, targets) {
	return {
		image: name,
		state,
		history,
		running: image.running.map((each) => runningOf(each, targets)),
		new: fresh,
		fixed,
		withdrawn,
		overdue: image.overdue,
		issue: image.issueUrl
	};
}
const NOTHING = {
	running: [],
	new: [],
	fixed: [],
	withdrawn: [],
	overdue: []
};
function absentImage({ change, issueUrl: issue }, state) {
	const { image, "gone-since": goneSince } = change.after;
	return {
		image,
		state,
		history: "known",
		...NOTHING,
		goneSince,
		issue
	};
}
function runningOf(each, targets) {
	const { verdict, where } = each;
	return {
		...runningFields(each),
		verdict: verdict.answer,
		where: where.map((place) => placeFields(place)),
		target: targets.get(verdict.target)
	};
}

// src/domain/tracking/issue-plan.ts
function planIssues(images, ours, run) {
	const sorted = ours.toSorted((a, b) => a.number - b.number);
	const byImage = Map.groupBy(sorted, ({ about }) => about);
	const actions = [];
	const left = [];
	let room = run.most;
	for (const image of mostUrgentFirst(images)) {
		const action = actionFor(image, byImage.get(image.change.image)?.[0], run);
		if (action?.do === "open" && room <= 0) left.push(image);
		else if (action !== void 0) actions.push(action);
		if (action?.do === "open") room -= 1;
	}
	const known = new Set(images.map(({ change }) => change.image));
	const all = [
		...actions,
		...goneIssues(byImage, known, run),
		...folds(byImage)
	];
	const isLate = (action) => action.do !== "open" && isOlderRun(run.by, readIssueMarker(action.issue.body)?.by);
	const { true: late = [], false: own = [] } = Object.groupBy(all, (action) => `${isLate(action)}`);
	const newer = late.flatMap((action) => action.do === "open" ? [] : action.issue);
	return {
		actions: own.sort((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do)),
		left,
		newer
	};
}
const ORDER = [
	"open",
	"reopen",
	"close",
	"fold",
	"update"
];
function actionFor(image, issue, run) {
	const need = needOf(image, run);
	if (need.issue === "as-is") return void 0;
	if (need.issue === "closed") return issue?.isOpen ? {
		do: "close",
		issue,
		image,
		why: need.why
	} : void 0;
	if (issue === void 0) return {
		do: "open",
		image,
		why: need.why
	};
	if (issue.isOpen) return run.isHistoryKnown ? {
		do: "update",
		issue,
		image,
		why: need.why
	} : void 0;
	return {
		do: "reopen",
		issue,
		image,
		why: need.why,
		byHand: readIssueMarker(issue.body)?.isOpen === true
	};
}
function goneIssues(byImage, known, { unreadSources, isHistoryKnown }) {
	if (unreadSources.length > 0 || !isHistoryKnown) return [];
	return [...byImage].flatMap(([image, [issue]]) => issue?.isOpen && !known.has(image) ? [{
		do: "close",
		issue,
		why: "gone"
	}] : []);
}
function folds(byImage) {
	return [...byImage.values()].flatMap(([into, ...others]) => into === void 0 ? [] : others.flatMap((issue) => issue.isOpen ? [{
		do: "fold",
		issue,
		into
	}] : []));
}
function mostUrgentFirst(images) {
	const urgencyOf = memoize(urgency);
	const compare = (a, b) => compareEach(urgencyOf(a), urgencyOf(b), (x = 0, y = 0) => x - y);
	return images.toSorted((a, b) => compare(a, b) || compareText(a.change.image, b.change.image));
}
function urgency(image) {
	const broken = judgedOf(image).map(failing);
	const worst = broken.flatMap(([first]) => first === void 0 ? [] : [severityRank(first.finding.severity)]);
	const count = broken.reduce((sum, findings) => sum + findings.length, 0);
	return [
		image.overdue.length > 0 ? 0 : 1,
		Math.min(SEVERITIES.length, ...worst),
		-count
	];
}

// src/render/rescan/issue.ts
const LIMIT = 65e3;
const NAME_IN_TITLE = 200;
const NAME = 160;
const MOST_OVERDUE = 25;
const OPEN_OVERDUE = 5;
const MOST_RUNNING = 8;
const MOST_PLACES = 5;
function issueTitle({ change, overdue }) {
	return `Image Gate: ${distinct(change.image, NAME_IN_TITLE)}${overdue.length > 0 ? " (overdue)" : ""}`;
}
function issueBody(image, view, limit = LIMIT, dialect) {
	const { name: scope, verdict } = view.gate;
	const need = needOf(image, {
		exceptions: verdict.exceptions,
		unreadSources: [],
		isHistoryKnown: true
	});
	const isHistoryKnown = !("isUnread" in view.state && view.state.isUnread === true);
	return renderDocument(viewOf$1(image, view), {
		limit,
		measure: utf16Units,
		first: issueMarker({
			scope,
			image: image.change.image,
			isOpen: need.issue === "open",
			by: runOf(view)
		}),
		form: SHORT,
		notes: [
			...attentionNote(image, view),
			whereNote(image),
			para(isHistoryKnown ? sinceNote(image) : ""),
			...overdueNote(image)
		],
		foot: [para(keptNote(view)), para(runLine(image, view))],
		dialect
	}).text;
}
function runOf({ gate }) {
	return serverRun(gate.stamp, gate.runUrl);
}
function lastingPart(body) {
	const lines = withoutWriter(body).replaceAll("\r\n", "\n").trimEnd();
	return lines.slice(0, Math.max(0, lines.lastIndexOf("\n"))).trimEnd();
}
function reopeningComment({ change }, view, byHand) {
	const needs = strong(name(change.image), ` needs attention ${byHand ? "still" : "again"}`);
	const why = say`This issue was closed, but nothing has been fixed. It stays open as long as its reason exists. To accept a finding for a time, write an exception into ${policyFile(view)} (docs/policy.md of Image Gate).`;
	return markdown(para(say`${needs}${fromRun(view)}, as the text above says.`), para(byHand ? why : ""));
}
function closingComment(about, image, view) {
	if (image === void 0 || image.running.length === 0) return markdownLine(say`${strong(name(about), " does not run any more")}: no source named it${fromRun(view)}. If it comes back and does not pass, this issue is opened again.`);
	const passes = say`${strong(name(about), " passes the policy")}${fromRun(view)}.`;
	return markdownLine(join$1(" ", [
		passes,
		closedWords(image),
		acceptedWords(image)
	]));
}
function duplicateComment(number) {
	return `Two runs at the same moment opened an issue about this image. #${number} is the older one and stays.`;
}
function viewOf$1(image, { gate }) {
	const targets = image.running.map(({ verdict }) => withoutRun(verdict));
	const { mode, today, now, policy, bases } = gate;
	const verdict = partOf(gate.verdict, targets);
	return {
		name: image.change.image,
		verdict,
		mode,
		today,
		now,
		policy,
		bases
	};
}
function withoutRun(target) {
	if (target.answer === "error") return target;
	const { scan } = target;
	const provenance = {
		...scan.provenance,
		databaseUpdatedAt: void 0,
		scannedAt: void 0,
		source: void 0
	};
	return {
		...target,
		scan: {
			...scan,
			provenance
		}
	};
}
function attentionNote(image, view) {
	if (image.running.some(({ verdict }) => verdict.answer !== "pass")) return [];
	const ending = endingFor(judgedOf(image), view.gate.verdict.exceptions);
	const first = ending.map(({ exception }) => exception.expires).sort()[0];
	if (first === void 0) return [];
	const which = ending.length === 1 ? "an exception that ends" : "exceptions, the first of which ends";
	return [alert("WARNING", say`It is accepted with ${which} on ${strong(prose(first))}. Upgrade before that day, or review it and set a later date. From the next day on, its findings count.`)];
}
function whereNote({ running }) {
	return listed(running, {
		title: "Runs as",
		row: (each) => [whereWords(each)],
		rank: 0,
		most: MOST_RUNNING,
		what: "more image",
		where: () => "of this name"
	});
}
function whereWords({ reference, where }) {
	const places = [...new Set(where.map(({ name: place }) => place))];
	const all = some(places, MOST_PLACES, {
		show: (place) => code(place, 100),
		what: "place"
	});
	return join$1(" in ", [code(reference), all]);
}
function overdueNote({ change, overdue }) {
	const found = acrossImages([{
		name: change.image,
		findings: overdue
	}]);
	const [first, ...others] = found;
	if (first === void 0) return [];
	const many = others.length === 0 ? "" : say`, the first by ${first.due ?? ""}`;
	const words = `${counted(found.length, "finding")} should have been fixed by now`;
	return [alert("CAUTION", say`${strong("Overdue")}: ${words}${many}.`), listed(found, {
		head: ["due", ...FINDING],
		row: (one) => [one.due ?? "", ...findingCells(one)],
		rank: 0,
		most: MOST_OVERDUE,
		open: OPEN_OVERDUE,
		what: "more overdue finding"
	})];
}
function sinceNote(image) {
	const rows = judgedOf(image).flatMap((target) => target.rows);
	const broken = new Set(rows.flatMap((row) => row.broken ? [severityName(row.severity)] : []));
	const [day] = image.change.after.findings.filter((finding) => broken.has(finding.severity) && isOpen(finding)).map((finding) => (presentSince(finding.episodes) ?? finding["first-seen"]).slice(0, 10)).sort();
	return day === void 0 ? "" : say`The oldest finding that breaks the policy has been there since ${prose(day)}.`;
}
function keptNote(view) {
	return note(say`This issue closes by itself when the image passes or does not run any more. If it is closed before, the next run opens it again. To accept a finding for a time, write an exception into ${policyFile(view)}.`);
}
function runLine(image, { gate }) {
	const newest = judgedOf(image).flatMap(({ scan }) => scan.provenance.databaseUpdatedAt?.slice(0, 10) ?? []).sort().at(-1);
	const database = newest === void 0 ? "" : say`, by the vulnerability database of ${prose(newest)}`;
	return small(say`Written by ${link("the run", gate.runUrl)} of ${gate.today}${database}. Later runs that found the same left it as it is.`);
}
function fromRun({ gate }) {
	return say` in ${link("the run", gate.runUrl)} of ${gate.today}`;
}
function policyFile({ gate }) {
	return gate.policy.path === void 0 ? "the policy file" : code(gate.policy.path);
}
function name(image) {
	return code(image, NAME);
}
function closedWords({ change }) {
	const parts = ["fixed", "withdrawn"].map((why) => {
		const count = change.closed.filter(({ episodes }) => episodes.at(-1)?.why === why).length;
		return count === 0 ? "" : `${counted(count, "finding")} ${why}`;
	});
	const words = joined(", ", parts);
	return words === "" ? "" : `Since the last run: ${words}.`;
}
function acceptedWords(image) {
	const accepted = judgedOf(image).flatMap(({ findings }) => findings.filter(({ outcome }) => outcome === "accepted"));
	if (accepted.length === 0) return "";
	const [day] = accepted.flatMap(({ exceptions: [first] }) => first?.expires ?? []).sort();
	const until = day === void 0 ? "" : say`${accepted.length === 1 ? "" : ", the first of them"} until ${prose(day)}`;
	return say`${counted(accepted.length, "finding is accepted", "findings are accepted")}${until}.`;
}

// src/steps/keep-issues.ts
async function keepIssues(keeping) {
	const counts = {
		opened: 0,
		reopened: 0,
		updated: 0,
		closed: 0
	};
	const work = {
		...keeping,
		counts,
		failed: [],
		urls: /* @__PURE__ */ new Map()
	};
	const { readOnlyBecause, failed, urls } = work;
	let left = [];
	try {
		if (readOnlyBecause === void 0) left = await keep(work);
		else failed.push(`Issues were left as they are: ${readOnlyBecause}.`);
	} catch (thrown) {
		failed.push(asGateError(thrown).message);
	}
	return {
		shown: {
			...counts,
			left,
			failed
		},
		urls
	};
}
async function keep(work) {
	const { tracker, view, most, deadlineMs = 6e5, failed, urls } = work;
	const end = performance.now() + deadlineMs;
	const ours = await tracker.ours();
	for (const { about, url, isOpen } of ours) if (isOpen && !urls.has(about)) urls.set(about, url);
	const plan = planIssues(view.images, ours, {
		exceptions: view.gate.verdict.exceptions,
		unreadSources: view.sources.flatMap(({ source, error }) => error === void 0 ? [] : [source]),
		isHistoryKnown: !("isUnread" in view.state && view.state.isUnread === true),
		most,
		by: runOf(view)
	});
	const [first, ...more] = plan.newer.map(({ number }) => `#${number}`);
	if (first !== void 0) failed.push(`A newer run has written ${joined(" ", [first, andMore(more.length)])}, and has the last word.`);
	let left = plan.actions.length;
	for (const action of plan.actions) {
		if (performance.now() > end) {
			failed.push(`The ${deadlineMs / 1e3} s for issues are used up.`);
			break;
		}
		left -= 1;
		const error = await carryOut(action, work).then(() => void 0, asGateError);
		if (error !== void 0) failed.push(error.message);
		if (error !== void 0 && !concernsOneIssue(error)) break;
	}
	if (left > 0) failed.push(`${counted(left, "more issue was", "more issues were")} left as they are.`);
	return plan.left.map(({ change }) => change.image);
}
async function carryOut(action, work) {
	if (action.do === "open") return open(action.image, work);
	if (action.do === "close") return close(action, work);
	if (action.do !== "fold") return bringUpToDate(action, work);
	const { issue, into } = action;
	const body = markedClosed(issue.body, runOf(work.view));
	await work.tracker.change(issue, {
		body,
		state: "duplicate",
		comment: duplicateComment(into.number)
	});
	work.urls.set(issue.about, into.url);
}
async function open(image, work) {
	const { labels = [], assignees = [] } = ruleFor(image, work.rules) ?? {};
	const issue = await work.tracker.open({
		...textOf(image, work),
		labels,
		due: image.due,
		assignees
	});
	work.counts.opened += 1;
	work.urls.set(issue.about, issue.url);
	if (issue.leftOut.length > 0) work.failed.push(`Issue #${issue.number} was opened without ${issue.leftOut.join(", ")}: it was not accepted.`);
}
function textOf(image, { view, dialect }) {
	return {
		title: issueTitle(image),
		body: issueBody(image, view, MOST_UNITS, dialect)
	};
}
function ruleFor({ change, running }, rules) {
	const { all } = compileImageGlobs(rules)([change.image, ...running.map(({ reference }) => reference)]);
	return rules.find((rule) => all.has(rule));
}
async function bringUpToDate(action, work) {
	const { issue, image } = action;
	const text = textOf(image, work);
	const isReopened = action.do === "reopen";
	if (text.title === issue.title && lastingPart(text.body) === lastingPart(issue.body) && !isReopened) return;
	const reopening = isReopened && {
		state: "open",
		comment: reopeningComment(image, work.view, action.byHand)
	};
	await work.tracker.change(issue, {
		...text,
		due: image.due,
		...reopening
	});
	work.counts[isReopened ? "reopened" : "updated"] += 1;
	work.urls.set(issue.about, issue.url);
}
async function close({ issue, image, why }, work) {
	const { view } = work;
	const text = image === void 0 || why === "gone" ? { body: markedClosed(issue.body, runOf(view)) } : textOf(image, work);
	await work.tracker.change(issue, {
		...text,
		state: "completed",
		comment: closingComment(issue.about, image, view)
	});
	work.counts.closed += 1;
	work.urls.delete(issue.about);
}

// src/domain/metrics/trend.ts
function weeksOf(records, now, most) {
	const times = pointsIn(records, now, most);
	const changes = perSeverityName(() => new Array(times.length + 1).fill(0));
	for (const { findings } of records) for (const { severity, episodes, "accepted-by": acceptedBy } of findings) {
		const changed = changes[severity];
		const add = (at, change) => {
			changed[at] = (changed[at] ?? 0) + change;
		};
		for (const { opened, closed } of acceptedBy === void 0 ? episodes : episodes.slice(0, -1)) {
			add(firstFrom(times, opened), 1);
			if (closed !== void 0) add(firstFrom(times, closed), -1);
		}
	}
	const open = perSeverityName(() => 0);
	return times.map((at, index) => {
		for (const severity of Object.keys(open)) open[severity] += changes[severity][index] ?? 0;
		return {
			at,
			open: { ...open }
		};
	});
}
function pointsIn(records, now, most) {
	const [first = now] = [now, ...records.map((each) => each["first-seen"])].sort();
	return Array.from({ length: most }, (_, week) => daysBefore(now, 7 * week)).filter((at) => at >= first).reverse();
}
function firstFrom(times, time) {
	return times.findLastIndex((each) => each < time) + 1;
}

// src/actions/rescan/view.ts
const WEEKS = 53;
const PLATFORM_REMEDY = "A source of `discover` that says where they run has them judged: a Compose service's platform, a host, a cluster.";
function wholeVerdict(judged, { sources, failure }, { notWritten }) {
	if (failure !== void 0) return judged;
	const troubles = sources.flatMap(({ source, error }) => error === void 0 ? [] : [trouble(source, error)]);
	if (notWritten?.error !== void 0) troubles.push(trouble("the history", notWritten.error));
	if (troubles.length === 0) return judged;
	const targets = [...troubles, ...judged.targets];
	return {
		...judged,
		answer: "error",
		targets,
		reason: reasonOf(targets, judged.exceptions)
	};
}
function trouble(label, error) {
	return {
		answer: "error",
		target: {
			kind: "image",
			input: label,
			label
		},
		error: described(error)
	};
}
function viewOf(verdict, run, saved, platform) {
	const { inputs, notes, history, sources } = run;
	const { at, changes, notWritten } = saved;
	return {
		gate: {
			...viewOfRun(verdict, run, platform),
			name: inputs.name,
			notes: [
				...notes,
				...history?.notes ?? [],
				...elsewhereNotes(changes, sources),
				...waitingNotes(changes)
			],
			platformRemedy: PLATFORM_REMEDY
		},
		sources,
		...numbersIn(verdict, run, saved),
		images: changes.filter((each) => isOfThisRun(each)).map((each) => imageOf(each, run)),
		state: at === void 0 ? {
			notWritten: notWritten?.why ?? "",
			isError: notWritten?.error !== void 0,
			isUnread: history === void 0 || "none" in history.store || notWritten?.isUnread === true
		} : { written: at }
	};
}
function numbersIn(verdict, run, saved) {
	const { failure, history, now, policy } = run;
	const { changes, notWritten } = saved;
	const isUnread = history === void 0 || "none" in history.store || notWritten?.isUnread === true;
	if (failure !== void 0 || isUnread || notWritten?.error !== void 0) return {};
	const { updated, records: old, isPartial } = history;
	const here = now.toISOString();
	const around = {
		now: updated !== void 0 && updated > here ? updated : here,
		fixWithinDays: policy.policy.fixWithinDays ?? {},
		exceptions: verdict.exceptions,
		warnDays: policy.policy.exceptionRules.warnDays,
		databaseUpdatedAt: oldestDatabase(verdict)
	};
	const records = changes.map(({ after }) => after);
	const before = updated !== void 0 && !isPartial ? numbersOf(old.values(), {
		...around,
		now: updated
	}) : void 0;
	return {
		numbers: numbersOf(records, around),
		trend: {
			before,
			weeks: weeksOf(records, around.now, WEEKS)
		}
	};
}
function oldestDatabase({ targets }) {
	const times = targets.map((each) => Date.parse(each.answer !== "error" && each.scan.provenance.databaseUpdatedAt || "")).filter((time) => !Number.isNaN(time));
	return times.length === 0 ? void 0 : new Date(Math.min(...times)).toISOString();
}
function elsewhereNotes(changes, sources) {
	const asked = new Set(sources.map(({ source }) => source));
	const lost = changes.filter(({ before, after }) => {
		if (before === void 0 || before["gone-since"] !== void 0 || after["gone-since"] === void 0) return false;
		const places = before.running.flatMap(({ where }) => where);
		return places.length > 0 && places.every(({ source }) => !asked.has(source));
	});
	if (lost.length === 0) return [];
	return [`${listSome(lost, 1, { show: ({ image }) => image })} ran at sources that \`discover\` does not name any more, and so count as gone. If another re-scan looks there, give each its own history (\`state-branch\` or \`state-dir\`).`];
}
function waitingNotes(changes) {
	const waiting = changes.filter(isOfThisRun).flatMap(({ after }) => waitingFor(after, SCANNER.name));
	if (waiting.length === 0) return [];
	const names = [...new Set(waiting.flatMap(({ "seen-by": by = [] }) => by))].sort();
	return [`${counted(waiting.length, "finding")} of the history ${waiting.length === 1 ? "stays as it was" : "stay as they were"}: no scanner that saw ${waiting.length === 1 ? "it" : "them"} took part in this run (${listSome(names, 3)}). A finding whose scanners no run asks any more is withdrawn after 30 days.`];
}
function isOfThisRun({ before, after }) {
	return after["gone-since"] === void 0 || before?.["gone-since"] === void 0;
}
function imageOf(change, { rescanned, policy, now }) {
	const running = rescanned.filter(({ name }) => name === change.image);
	const { findings } = change.after;
	const within = policy.policy.fixWithinDays ?? {};
	const due = findings.map((finding) => deadlineOf(finding, within)).sort()[0];
	return {
		change,
		running,
		overdue: overdueOf(findings, within, dayOf(now)),
		due
	};
}

// src/actions/rescan/report.ts
async function report(judged, run, { platform, take }, world) {
	const { change } = platform;
	const saved = await saveHistory(run, change);
	const verdict = wholeVerdict(judged, run, saved);
	const view = await withIssues(viewOf(verdict, run, saved, platform), {
		...run,
		saved
	}, platform, world);
	await deliver({
		log: () => take ? take(view) : world.log.show((look) => renderRescanLog(view, look)),
		async show() {
			const path = join(world.runFolder, "report.json");
			const file = await attempt(world, "report-not-written", () => {
				writePieces(path, renderRescanReport(view));
				return path;
			});
			await writeSummary(run.inputs.summary, (most) => renderSummary(view, most), platform, world);
			return file;
		},
		annotations: () => [...mistakesOf(run.failure), ...annotationsOf(view.gate)],
		outputs: (file) => outputsOf(view, file),
		last: () => lastAnnotation(view.gate),
		async afterwards() {
			await attempt(world, "metrics-not-written", () => giveNumbers(view, run, platform, world));
			await run.cache?.settle();
		}
	}, platform, world);
	return verdict;
}
async function withIssues(view, run, platform, world) {
	if (!run.inputs.issues || run.failure !== void 0 || world.signal.aborted) return view;
	const forge = await run.forge();
	const issues = capability(forge, (server) => server.issues, platform.words);
	if ("why" in issues) {
		world.log.warning(`No issues are kept: ${issues.why}.`);
		return view;
	}
	const { shown, urls } = await keepIssues({
		tracker: await issues(view.gate.name),
		view,
		dialect: platform.markdown,
		rules: run.policy.policy.issues ?? [],
		most: run.inputs.maxIssues,
		readOnlyBecause: await mayKeepIssues(run, run.saved)
	});
	const images = view.images.map((image) => ({
		...image,
		issueUrl: urls.get(image.change.image)
	}));
	const notes = [...view.gate.notes ?? [], ...shown.failed];
	return {
		...view,
		gate: {
			...view.gate,
			notes
		},
		images,
		issues: shown
	};
}
async function giveNumbers(view, { inputs }, { change }, world) {
	const { metrics, pushgateway, page } = inputs;
	if (metrics === void 0 && pushgateway === void 0 && page === void 0) return;
	const { numbers, trend, state } = view;
	const { name, runUrl } = view.gate;
	if (numbers === void 0 || trend === void 0 || !("written" in state)) return world.log.notice("The numbers of an earlier run stay as they were, since this run has not written the history, or not all of it.");
	const repository = change.repository ?? name;
	const { metricsText, replaceFile, pushMetrics } = await import("./metrics.js");
	if (page !== void 0) await attempt(world, "page-not-written", async () => {
		const { renderNumbersPage } = await import("./render.rescan.page.js");
		replaceFile(page, renderNumbersPage({
			name,
			repository,
			runUrl,
			numbers,
			trend
		}), world);
	});
	if (metrics === void 0 && pushgateway === void 0) return;
	const text = await metricsText(numbers, repository);
	if (metrics !== void 0) await attempt(world, "metrics-not-written", () => replaceFile(metrics, text, world));
	if (pushgateway !== void 0) await pushMetrics(pushgateway, {
		text,
		repository
	}, world).catch((thrown) => world.log.warning(asGateError(thrown).message));
}

export { report };