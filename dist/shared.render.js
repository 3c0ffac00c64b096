import { createHash, hash } from "./shared.start.js";
import { DEFAULT_THRESHOLDS, EXEMPTED, LONG, SEVERITIES, advisory, advisoryUrl, alert, attentionOf, baseSection, briefLayer, changeRequest, clearedBy, code as code$1, codePoint, coloured, columns, comparedIn, comparisonSection, countSeverities, counted, countsTable, coverageLines, coverageSection, details, dockerfileSection, errorSection, exceptionsSection, findingLines, fitBlocks, fixedSection, fold, foldedAlert, foldedCounts, gapLines, gapSnippet, instructionWords, joined as joined$1, joined$1 as joined, link as link$1, listRows, listSome, lookedLines, namesOf, noFixEntries, noticesOf, number, oncePer, ownerWords, packageChangesSection, packageName, packagesSection, packagesWords, pathEnd, plain, planLines, proofWords, runNotesSection, runProvenance, severityCell, severityList, severityRank, shorten, smallPrint, snippetSection, someLines, sourceWords, split, splitRows, startSection, statusWords, stepLine, stepWords, tableHead, tableRow, targetProvenance, targetsOverview, text, uncomparedLines, unseenSection, utf16Units, version, visible, wholeNames, widened, worstFirst } from "./shared.answer.js";
import { agreementLine, agreementOf, agreementsOf, commonSteps, differences, looseningFirst, whyWords } from "./shared.domain.js";

// src/render/sections/accepted.ts
const LEFT = Array.from({ length: 6 }, () => "left");
function acceptedSection(accepted, rank, unfolded = false) {
	const groups = byException(accepted);
	return listRows(groups, {
		row: acceptedRow,
		rank: (group) => rank + severityRank(first(group).finding.severity),
		most: 200,
		layout: (shown, left) => {
			return details(`${counted(accepted.length, "accepted finding")} with reason, owner and last day`, joined("\n", [
				shown.length === 0 ? "" : tableHead([
					"severity",
					widened("advisory", 14),
					"package",
					"reason",
					"owner",
					widened("last day", 11)
				], LEFT),
				...shown,
				left === 0 ? "" : `\n_${counted(left, groups.some(isByVex) ? "row" : "exception")} left out here; the least severe first._`
			]), unfolded);
		}
	});
}
function first(group) {
	return group.findings[0];
}
function byException(accepted) {
	const groups = /* @__PURE__ */ new Map();
	for (const judged of accepted) {
		const holder = judged.exceptions[0] ?? (judged.vex && vexKey(judged));
		if (holder === void 0) continue;
		const group = groups.get(holder) ?? { findings: [] };
		group.findings.push(judged);
		groups.set(holder, group);
	}
	return [...groups.values()];
}
function isByVex(group) {
	return first(group).exceptions.length === 0;
}
function acceptedRow(group) {
	const { findings } = group;
	const names = /* @__PURE__ */ new Set();
	for (const judged of findings) {
		names.add(judged.finding.package?.name ?? judged.finding.path ?? judged.finding.title);
		if (names.size > 3) break;
	}
	const shownNames = [...names].slice(0, 3).map(packageName).join(", ") + (names.size > 3 ? ", …" : "");
	return tableRow([
		severityCell(first(group).finding.severity),
		advisory(first(group).exceptions[0]?.id ?? first(group).finding.id, first(group).finding.url),
		findings.length > 1 ? `${shownNames} (${number(findings.length)})` : shownNames,
		...holderCells(first(group))
	]);
}
function holderCells({ exceptions: [exception], vex }) {
	if (exception === void 0) return vex === void 0 ? [
		"–",
		"–",
		"–"
	] : vexCells(vex);
	const { reason, owner, expires } = exception;
	return [
		text(reason, 300),
		owner === void 0 ? "–" : code$1(owner, 60),
		text(expires, 20)
	];
}
function vexKey({ finding, vex }) {
	return JSON.stringify([
		finding.id,
		vex?.document,
		vex?.author,
		vex?.status,
		vex?.justification
	]);
}
function vexCells({ status, justification, author, document }) {
	return [
		`VEX ${status === "fixed" ? "fixed" : "not affected"}${justification === void 0 ? "" : `: ${text(justification.replace(/^[a-z_]+(?=:|$)/, (label) => label.replaceAll("_", " ")), 300)}`} (${code$1(document, 100)})`,
		author === void 0 ? "–" : code$1(author, 60),
		"–"
	];
}

// src/render/sections/upgrades.ts
const OPEN$2 = 8;
const NO_FIX = 6;
const OF_BASE = 30;
const PATH = 48;
const COMMAND$1 = 700;
function markdownInk() {
	const path = (of) => code$1(pathEnd(of, PATH));
	return {
		name: packageName,
		version,
		path,
		layer: (layer) => briefLayer(layer, path),
		prose: (words) => text(words, 80),
		strong: (own) => `**${own}**`,
		fire: "🔥 "
	};
}
function upgradesSection(section) {
	const { plan, failing, level, rank, proven } = section;
	const { noFix, steps } = plan;
	const cleared = clearedBy(steps);
	const title = `${level} What to do: ${steps.length === 0 ? "nothing to upgrade to" : clearWords(steps.length, cleared, failing)}`;
	const ink = markdownInk();
	const base = steps.find((each) => each.kind === "base");
	const proof = proven ? proofWords([plan], ink.prose) : "";
	return {
		count: steps.length,
		row: (index) => `${index + 1}. ${stepRow(steps[index], ink)}`,
		rank: () => rank,
		most: 200,
		share: .2,
		layout: (shown) => {
			if (steps.length + noFix.length === 0) return "";
			const left = steps.length - shown.length;
			const rest = left === 0 ? "" : `_${counted(left, "further step")} left out here._`;
			const folded = joined("\n\n", [shown.slice(OPEN$2).join("\n"), rest]);
			return joined("\n\n", [
				title,
				shown.slice(0, OPEN$2).join("\n"),
				shown.length > OPEN$2 ? details(counted(steps.length - OPEN$2, "more step"), folded) : rest,
				base === void 0 ? "" : basePart(base),
				noFixPart(plan),
				proof === "" ? "" : `_${proof}_`
			]);
		}
	};
}
function clearWords(steps, cleared, failing) {
	const all = ["the finding", "both findings"][failing - 1] ?? `all ${counted(failing, "finding")}`;
	const some = `${number(cleared)} of ${counted(failing, "finding")}`;
	return `${counted(steps, "step")} ${steps === 1 ? "clears" : "clear"} ${cleared === failing ? all : some}`;
}
function stepRow(step, ink) {
	const words = stepWords(step, ink);
	const { paste } = words;
	const below = paste === void 0 ? "" : `<br>${code$1(paste.text, COMMAND$1)}${paste.file === void 0 ? "" : ` in ${code$1(paste.file)}`}`;
	return `${stepLine(step, ink, words)}${below}`;
}
function basePart({ members, newer, fixable }) {
	const raised = [...new Set(members.map(memberWords))];
	if (raised.length === 0) return "";
	const shown = listSome(raised, OF_BASE);
	const of = newer === void 0 ? "of the base image that can be upgraded" : "that can be upgraded without a newer base";
	return details(`${counted(fixable, "package")} ${of}`, `${shown}.`);
}
function memberWords({ package: name, source, to, alternatives }) {
	const target = to === void 0 ? alternatives.slice(0, 3).map(version).join(" or ") : version(to);
	return `${packageName(source?.name ?? name)} → ${target}`;
}
function noFixPart(plan) {
	const noFix = noFixEntries(plan.noFix);
	if (noFix.length === 0) return "";
	return `**No fix:** ${listSome(noFix, NO_FIX, {
		show: noFixWords,
		what: "package"
	})}. Remove or replace, or accept for a time.`;
}
function noFixWords({ name, packages, version: installed, bySeverity, statuses, owner }) {
	const of = packages === 1 ? "" : ` (${counted(packages, "package")})`;
	const bundled = owner === void 0 ? "" : ` bundled by ${ownerWords(owner)}`;
	const why = `${severityList(bySeverity)}: ${statuses.map((status) => text(statusWords(status), 60)).join(", ")}`;
	return `${packageName(name)}${of} ${version(installed)}${bundled} (${why})`;
}

// src/render/sections/common-steps.ts
const OPEN$1 = 5;
const MOST$1 = 40;
const NAMED = 3;
function commonStepsSection(targets, level) {
	const failing = failingOf(targets);
	if (failing.length < 2) return "";
	const common = commonSteps(failing.map((target) => split(target).plan));
	if (common.length === 0) return "";
	const ink = markdownInk();
	const labels = failing.map((target) => target.target.label);
	const rows = common.slice(0, MOST$1).map(({ step, targets: of }, index) => `${index + 1}. ${commonRow(step, of.map((each) => labels[each] ?? ""), ink)}`);
	const left = common.length - rows.length;
	const folded = [rows.slice(OPEN$1).join("\n"), left > 0 ? `_${counted(left, "more step")} in the JSON report only._` : ""];
	return joined("\n\n", [
		`${level} What several targets need`,
		rows.slice(0, OPEN$1).join("\n"),
		rows.length > OPEN$1 ? details(counted(common.length - OPEN$1, "more step"), joined("\n\n", folded)) : ""
	]);
}
function failingOf(targets) {
	return targets.flatMap((target) => target.answer === "fail" ? [target] : []);
}
function commonRow(step, labels, ink) {
	const { what } = stepWords(step, ink);
	const named = labels.slice(0, NAMED).map((label) => code$1(label, 60));
	const more = labels.length > named.length ? ", …" : "";
	return `${what} in **${counted(labels.length, "target")}** (${named.join(", ")}${more})`;
}
function proofSection(targets) {
	const proof = proofWords(failingOf(targets).map((target) => split(target).plan), markdownInk().prose);
	return targets.length < 2 || proof === "" ? "" : `_${proof}_`;
}

// src/render/sections/heading.ts
const REASON = 1500;
const NAME = 100;
const SIGN$1 = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function headingSection(view) {
	const { answer } = view.verdict;
	return `## ${answer === "fail" && view.mode === "warn" ? "⚠️" : SIGN$1[answer]} ${code$1(wholeNames(view.name, NAME), NAME)}${colonFor(view)} ${verdictWords(view)}\n\n**${text(headingReason(view), REASON) || "–"}**${modeWords(view)}`;
}
function verdictWords({ verdict, mode }) {
	const { answer, targets } = verdict;
	if (answer === "pass") return "may run";
	const [errors, fails] = [answering("error", verdict), answering("fail", verdict)];
	const isOne = targets.length <= 1;
	const failing = mode === "enforce" ? "must not run" : `${isOne || fails === 1 ? "breaks" : "break"} the policy`;
	if (isOne) return answer === "error" ? "could not be judged" : failing;
	const of = `of ${number(targets.length)}`;
	if (errors === 0) return `${number(fails)} ${of} ${failing}`;
	return `${number(errors)} ${of} could not be judged${fails === 0 ? "" : `, ${number(fails)} ${failing}`}`;
}
function colonFor({ verdict }) {
	return verdict.answer !== "pass" && verdict.targets.length > 1 ? ":" : "";
}
function answering(answer, { targets }) {
	return targets.filter((target) => target.answer === answer).length;
}
function reasonText(view) {
	const { reason, targets } = view.verdict;
	const bare = reason.replace(/^(?:pass|fail|error): /, "");
	const named = ` in ${view.name}`;
	const at = targets.length === 1 && targets[0]?.target.label === view.name ? bare.indexOf(named) : -1;
	const ends = /^(?:$|[;,] )/.test(bare.slice(at + named.length));
	return at >= 0 && ends ? bare.slice(0, at) + bare.slice(at + named.length) : bare;
}
const DIGEST = /(@sha256:[0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g;
function headingReason(view) {
	const list = commonList(view.verdict);
	return list === void 0 ? reasonText(view).replace(DIGEST, "$1…") : `[${list.code}] ${list.what.replace(/:?\n[\s\S]*$/, "")}`;
}
function commonList({ targets }) {
	const [first] = targets;
	if (first?.answer !== "error" || !first.error.what.includes("\n")) return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first.error : void 0;
}
function modeWords(view) {
	if (view.mode !== "warn" || view.verdict.answer === "pass") return "";
	return view.verdict.answer === "fail" ? "\n\n`mode: warn`: this is reported, the step does not fail." : "\n\n`mode: warn` does not cover this: the step fails, as nobody knows what is in the image.";
}

// src/render/sections/layers.ts
const OPEN = 5;
function layersSection(findings, rank) {
	const layers = numbered(findings);
	return listRows(layers, {
		row: layerRow,
		rank,
		share: .1,
		layout: (shown, left) => {
			const rest = left === 0 ? [] : [`_${counted(left, "more layer")} left out here._`];
			if (layers.length <= OPEN) return `<sub>Layers: ${[...shown, ...rest].join(" · ")}</sub>`;
			return details(`Layers: what made the ${counted(layers.length, "layer")} with findings`, [...shown, ...rest].map((line) => `- ${line}`).join("\n"));
		}
	});
}
function numbered(findings) {
	const layers = /* @__PURE__ */ new Map();
	for (const { finding, origin } of findings) {
		const { layer } = finding;
		if (layer?.number !== void 0 && !layers.has(layer.number)) layers.set(layer.number, {
			layer,
			origin
		});
	}
	return [...layers.values()].sort((a, b) => a.layer.number - b.layer.number);
}
function layerRow({ layer, origin }) {
	const made = instructionWords(layer);
	const where = sourceWords(layer.source);
	const about = joined(", ", [where, origin === "base" ? "base image" : ""]);
	return joined(" ", [
		`**${layer.number}**`,
		made,
		about === "" ? "" : `(${about})`
	]);
}

// src/render/sections/opinions.ts
const MOST = 200;
function agreementSection({ scan }) {
	const agreement = agreementOf(scan);
	return agreement === void 0 ? "" : `${text(agreementLine(agreement), 300)}.`;
}
function agreementsSection(targets) {
	return agreementsOf(targets.map(({ scan }) => scan)).map((each) => `${text(agreementLine(each), 300)}.`).join(" ");
}
function missingOpinions({ scan }, alert) {
	return (scan.opinions ?? []).filter((each) => each.failed !== void 0).map(({ scanner, failed: why }) => alert("WARNING", `**${text(scanner, 60)} failed, and the policy says that it is optional.** The answer is without it: ${text(`[${why?.code}] ${why?.what}`, 300)}`));
}
function differencesSection(target, rank) {
	if (target.scan.opinions === void 0) return void 0;
	const rows = rowsOf(target);
	return listRows(rows, {
		row: rowText,
		rank: ({ finding }) => rank + severityRank(finding.severity),
		most: MOST,
		layout: (shown, left) => {
			const head = tableHead([
				"severity",
				widened("advisory", 14),
				"package",
				"difference",
				"likely reason"
			]);
			const rest = left === 0 ? "" : `\n_${counted(left, "row")} left out here; the JSON report has all._`;
			const table = shown.length === 0 ? "" : [head, ...shown].join("\n");
			const body = joined("\n", [table, rest]);
			return details(`${counted(rows.length, "difference")} between the scanners`, body);
		}
	});
}
const rowsOf = oncePer(({ scan, findings }) => {
	const differencesOf = differences(scan);
	return findings.flatMap(({ finding }) => differencesOf(finding).map((difference) => ({
		finding,
		difference
	})));
});
function rowText({ finding, difference }) {
	return tableRow([
		severityCell(finding.severity),
		advisory(finding.id, finding.url),
		packageName(finding.package?.name ?? finding.path ?? ""),
		what(difference),
		why(difference, finding)
	]);
}
const name$1 = (scanner) => text(scanner, 60);
function what(difference) {
	if (difference.kind === "seen") {
		const [by, not] = [difference.by.map(name$1), difference.not.map(name$1)];
		return `${by.length === 1 ? "only " : ""}${namesOf(by)}, not ${namesOf(not, "or")}`;
	}
	const say = difference.kind === "severity" ? ({ severity }) => severity : fixWords;
	return listSome(difference.says, 3, { show: (each) => `${name$1(each.scanner)}: ${say(each)}` });
}
function fixWords({ fixedVersions }) {
	return fixedVersions.length === 0 ? "no fix" : listSome(fixedVersions, 2, { show: (each) => text(each, 60) });
}
function why(difference, finding) {
	if (difference.kind === "seen") return text(whyWords(difference, finding), 200);
	if (difference.kind === "severity") return `other severity source; ${finding.severity} counts`;
	const known = difference.says.filter(({ fixedVersions }) => fixedVersions.length > 0);
	return `fix known to ${listSome(known, 3, { show: ({ scanner }) => name$1(scanner) })} only`;
}

// src/render/sections/policy-changes.ts
function changesSection(view, rank) {
	const change = view.policyChange;
	if (change === void 0) return "";
	if ("unreadable" in change) return alert("WARNING", `**${notKnownWords(view)}:** ${text(change.unreadable, 500)}`);
	const changes = looseningFirst(change.changes);
	const { path } = view.policy;
	const file = path === void 0 || changes.every(({ file: other }) => other !== void 0) ? "" : ` (${code$1(path)})`;
	const force = forceWords(view);
	return listRows(changes, {
		row: changeRow,
		rank,
		most: 50,
		share: .12,
		layout: (shown, left) => {
			const title = `### ${changes.some(({ loosens }) => loosens) ? "⚠️ " : ""}${titleWords(changes, view)}${file}`;
			const rest = left === 0 ? "" : `\n- _${counted(left, "more change")} left out here._`;
			return `${title}\n\n${force === "" ? "" : `${force}\n\n`}${shown.join("\n")}${rest}`;
		}
	});
}
function changeRow(change) {
	return `- ${change.loosens ? "🔓 **loosens:** " : ""}${changeWords(change, code$1)}`;
}
function notKnownWords(view) {
	return `Whether this ${changeRequest(view)} changes the policy is not known`;
}
function titleWords(changes, view) {
	return `This ${changeRequest(view)} ${changes.some(({ loosens }) => loosens) ? "loosens" : "changes"} the policy`;
}
function forceWords({ policy }) {
	return policy.from === "workspace" ? "" : `It does not apply before the merge: \`policy-from\` is \`${policy.from}\`.`;
}
function changeWords(change, show) {
	const { what, subject, about, file } = change;
	const line = change.line > 0 ? ` (line ${change.line})` : "";
	return `${what} ${subject === about ? show(about) : `${subject} ${show(about, 120)}`}${file === void 0 || file === about ? "" : ` in ${show(file, 120)}`}${valueWords(change, show)}${line}`;
}
function valueWords({ from, to }, show) {
	if (from !== void 0 && to !== void 0) return `: ${show(from)} → ${show(to)}`;
	if (to !== void 0) return `: ${show(to)}`;
	return from === void 0 ? "" : `: was ${show(from)}`;
}

// src/render/documents/document.ts
const RANK = {
	changes: 0,
	overview: 1,
	exceptions: 2,
	upgrades: 3,
	layers: 4,
	fresh: 5,
	failing: 10,
	accepted: 20,
	fixed: 25,
	within: 30,
	packages: 35,
	notCounted: 40,
	differences: 45
};
function renderDocument(view, frame) {
	const { targets } = view.verdict;
	const foot = frame.foot ? `\n\n${frame.foot}` : "";
	const { text, isWhole } = fitBlocks(blocksOf(view, frame), frame.limit - frame.measure(foot) - 1, frame.measure);
	const hasAllTargets = targets.length <= frame.mostTargets || commonError(targets) !== void 0;
	return {
		text: `${text}${foot}\n`,
		isWhole: isWhole && hasAllTargets
	};
}
function blocksOf(view, frame) {
	const { targets } = view.verdict;
	const judged = targets.filter((target) => target.answer !== "error");
	const headed = joined("\n", [frame.first ?? "", headingSection(view)]);
	const heading = joined("\n\n", [headed, frame.note ?? ""]);
	const several = targets.length > 1;
	return [
		heading,
		changesSection(view, RANK.changes),
		runNotesSection(view),
		several ? commonStepsSection(targets, "###") : void 0,
		several ? targetsOverview(targets, RANK.overview) : void 0,
		...targetSections(view, frame),
		proofSection(targets),
		dockerfileSection(view),
		exceptionsSection(view, RANK.exceptions, frame.unfolded),
		snippetSection(judged, startSection(view, judged), view.policy),
		gapSnippet(view),
		smallPrint([...several ? [] : judged.flatMap((target) => targetProvenance(target, view)), ...runProvenance(view)])
	].filter((block) => block !== void 0 && block !== "");
}
function targetSections(view, frame) {
	const { targets } = view.verdict;
	const common = commonError(targets);
	if (common) return errorSections(common, view);
	if (targets.length === 1) return targets.flatMap((target) => sections(target, view, frame, {
		level: "###",
		alert
	}));
	const worst = worstFirst(targets);
	const shown = worst.slice(0, frame.mostTargets);
	const left = worst.length - shown.length;
	const isFew = ({ answer }) => worst.filter((each) => each.answer === answer).length <= MOST_OPEN;
	return [...shown.map((target) => foldedTarget(target, view, frame, isFew(target))), left === 0 ? void 0 : `_${counted(left, "more target")} in the table above only._`];
}
function foldedTarget(target, view, frame, open) {
	const { answer } = target;
	const blocks = [...sections(target, view, frame, {
		level: "####",
		alert: foldedAlert
	}), answer === "error" ? void 0 : smallPrint(targetProvenance(target, view))];
	return {
		...fold(SIGN[answer], target.target.label, summaryWords(target), open && answer !== "pass"),
		blocks: blocks.filter((block) => block !== void 0 && block !== "")
	};
}
function summaryWords(target) {
	if (target.answer === "error") return `not judged, ${target.error.code}`;
	const open = Object.fromEntries(target.rows.map((row) => [row.severity, row.open]));
	return severityList(open) || "nothing open";
}
function commonError(targets) {
	const [first] = targets;
	if (first?.answer !== "error") return void 0;
	const { code, what } = first.error;
	const same = (each) => each.answer === "error" && each.error.code === code && each.error.what === what;
	return targets.every(same) ? first : void 0;
}
const MOST_OPEN = 3;
const SIGN = {
	pass: "✅",
	fail: "❌",
	error: "⛔"
};
function sections(target, view, frame, look) {
	return target.answer === "error" ? errorSections(target, view) : judgedSections(target, view, frame, look);
}
function errorSections(target, view) {
	return [errorSection(target, view), coverageSection(target)];
}
function packageSection({ target }, view) {
	const { packages } = comparedIn(target, view) ?? {};
	return packages && packageChangesSection(packages, RANK.packages);
}
function judgedSections(target, view, frame, look) {
	const { failing, accepted, plan } = split(target);
	const { level, alert } = look;
	const hasGaps = (target.coverage?.gaps.length ?? 0) > 0;
	const isAlone = view.verdict.targets.length === 1;
	const gone = {
		rank: RANK.fixed,
		unfolded: frame.unfolded,
		form: frame.form
	};
	return [
		...missingOpinions(target, alert),
		...noticesOf(target, view, alert),
		frame.unfolded ? countsTable(target) : foldedCounts(target),
		hasGaps ? coverageSection(target) : void 0,
		upgradesSection({
			plan,
			failing: failing.length,
			level,
			rank: RANK.upgrades,
			proven: isAlone
		}),
		...baseSection(view.bases?.get(target.target), alert),
		comparisonSection(target, view),
		agreementSection(target),
		differencesSection(target, RANK.differences),
		...openSections(target, frame, look),
		acceptedSection(accepted, RANK.accepted, frame.unfolded),
		unseenSection(target, view, gone),
		fixedSection(target, view, gone),
		packageSection(target, view),
		...quietSections(target, frame),
		hasGaps ? void 0 : coverageSection(target)
	];
}
const FRESH = "New with this change";
function failsTitle(hasFresh) {
	return `What${hasFresh ? " else" : ""} fails`;
}
const OPEN_FRESH = 6;
function openSections(target, frame, { level }) {
	const { open, elsewhere, unfolded, form } = frame;
	const { fresh, failing, fixes } = splitRows(target);
	const common = {
		elsewhere,
		unfolded,
		form,
		fixes,
		open,
		folded: (packages, counts) => `And ${packages}: ${severityList(counts)}`,
		most: frame.mostFailing
	};
	const counted = target.findings.filter(({ outcome }) => outcome !== "accepted");
	const title = failsTitle(fresh.length > 0);
	return [
		packagesSection({
			...common,
			rows: fresh,
			heading: `${level} ${FRESH}: ${rowsWords(fresh)}`,
			open: Math.max(open, OPEN_FRESH),
			rank: RANK.fresh,
			share: .4
		}),
		packagesSection({
			...common,
			rows: failing,
			heading: `${level} ${title}: ${rowsWords(failing)}`,
			rank: RANK.failing,
			share: .9
		}),
		layersSection(counted, RANK.layers)
	];
}
function rowsWords(rows) {
	const findings = rows.reduce((sum, row) => sum + row.findings.length, 0);
	return `${counted(findings, "finding")} in ${packagesWords(rows)}`;
}
function quietSections(target, { elsewhere, unfolded, form, mostWithin: most }) {
	const { within, notCounted, fixes } = splitRows(target);
	const folded = (rows, words, rank) => packagesSection({
		elsewhere,
		unfolded,
		form,
		fixes,
		rows,
		open: 0,
		folded: (packages, counts) => `${severityList(counts)} ${words}, in ${packages}`,
		rank,
		most
	});
	return [folded(within, "open within the limits", RANK.within), ...notCounted.map(({ spared, rows }) => folded(rows, `${EXEMPTED[spared]}, not counted`, RANK.notCounted))];
}
function wholeReportWords(whole) {
	return whole !== void 0 && "url" in whole ? `${linked$1(whole.url)} has all` : void 0;
}
function wholeReportNote(whole) {
	if (whole === void 0) return {
		note: "",
		foot: ""
	};
	if ("url" in whole) return {
		note: `_Not everything has room here: ${linked$1(whole.url)} has it all, as ${whole.as ?? "Markdown and JSON"}._`,
		foot: ""
	};
	return {
		note: "",
		foot: `_Not everything has room here. ${filesWords(whole.files)}._`
	};
}
function filesWords(files) {
	if (files.length === 0) return "The log says why no file has it all";
	return `On the runner, ${files.map((file) => code$1(file, 300)).join(" and ")} ${files.length === 1 ? "has" : "have"} it all`;
}
function linked$1(url) {
	return link$1("the whole report", url);
}

// src/render/markdown/glfm.ts
function toGlfm(markdown) {
	let fence = "";
	return withoutFrontMatter(lineFeeds(markdown)).split("\n").map((line) => {
		const [, marks = ""] = FENCE.exec(line) ?? [];
		const isEnd = fence !== "" && marks.startsWith(fence) && line.trimEnd().endsWith(marks);
		if (fence !== "" && !isEnd) return withoutCommand(line);
		if (isEnd || marks !== "") {
			fence = isEnd ? "" : marks;
			return line;
		}
		return withoutCommand(spansOf(line).map(harmlessPiece).join(""));
	}).join("\n");
}
function lineFeeds(markdown) {
	return markdown.replace(/\r\n?/g, "\n");
}
function withoutFrontMatter(markdown) {
	return markdown.replace(/^(\s*)(?=---|\+\+\+|;;;)/, "$1\\");
}
const FENCE = /^[ >]{0,40}(`{3,}(?=[^`]*$)|~{3,})/;
const COMMAND = /^((?:[\s>]|[-*+](?=\s)|\d{1,9}[.)](?=\s)|\[[ xX]\](?=\s)){0,200})\/(?=[a-z_])/i;
function withoutCommand(line) {
	return line.replace(COMMAND, (_, before) => before + codePoint("/"));
}
const RAW = /<!--.{0,2000}?-->|<code>.{0,5000}?<\/code>|<\/?[a-z][^<>]*>|\]\([^()\s]*\)/gi;
function spansOf(line) {
	const pieces = [];
	const runs = [...line.matchAll(/`+/g)];
	let end = 0;
	for (let at = 0; at < runs.length; at += 1) {
		const [marks] = runs[at] ?? [""];
		let closing = at + 1;
		while (closing < runs.length && runs[closing]?.[0] !== marks) closing += 1;
		const start = runs[at]?.index ?? 0;
		const last = runs[closing];
		if (last === void 0) continue;
		pieces.push(...textPieces(line.slice(end, start)));
		end = last.index + last[0].length;
		pieces.push({
			kind: "code",
			text: line.slice(start, end)
		});
		at = closing;
	}
	pieces.push(...textPieces(line.slice(end)));
	return pieces;
}
function textPieces(text) {
	const pieces = [];
	let end = 0;
	for (const { index, 0: raw } of text.matchAll(RAW)) {
		pieces.push({
			kind: "text",
			text: text.slice(end, index)
		}, {
			kind: "raw",
			text: raw
		});
		end = index + raw.length;
	}
	return [...pieces, {
		kind: "text",
		text: text.slice(end)
	}];
}
function harmlessPiece({ kind, text }, index, all) {
	if (kind !== "text") return withoutColour(text);
	const [before, after] = [all[index - 1]?.kind, all[index + 1]?.kind];
	return harmlessText(text, before === "code", after === "code");
}
const COLOUR = /^(`+ ?|<code> *)(#[0-9a-f]{3,8}|(?:rgb|hsl)a?\(.*\))( *<\/code>| ?`+)$/i;
function withoutColour(span) {
	return span.replace(COLOUR, (_, open, [sign = "", ...rest], close) => [
		open,
		codePoint(sign),
		...rest,
		close
	].join(""));
}
const WORD = new RegExp([
	String.raw`(?<![\w.+:/-])[\w.+:/-]*(?:\\?~["\w][\w.+:-]*)+`,
	String.raw`(?<![\w@])\\?@[\w"][\w./-]*`,
	String.raw`(?<![\w./-])[\w./-]*\\?(?<!&)[#!%$^][\d"][\w.-]*`,
	String.raw`(?<!\w)\\?[%$][a-z][\w.-]*`,
	String.raw`(?<![\w./-])[\w./-]*\\?&(?:amp;)?\d[\w.-]*`,
	String.raw`(?<![\w:]):[a-z0-9_+-]+:(?![\w:])`,
	String.raw`(?<!\w)gl-\d+`,
	String.raw`\[\[|\[\^|\[_?TOC_?\]|[[{][+-](?! |\])`
].join("|"), "gi");
const SIGNS = /[~@#%$^&{[]|![\d"]|:[a-z0-9_+-]+:|gl-\d/i;
function harmlessText(text, isAfterCode, isBeforeCode) {
	if (!SIGNS.test(text)) return text;
	const harmless = text.replace(WORD, (word, at) => {
		const span = `\`${word.replace(/\\(?=[~@#!%$^&])/g, "").replaceAll("&amp;", "&")}\``;
		const end = at + word.length;
		return `${isAfterCode && at === 0 ? " " : isEscaped(text, at) ? "\\" : ""}${span}${isBeforeCode && end === text.length ? " " : ""}`;
	});
	return isBeforeCode ? harmless.replace(/\$$/, codePoint("$")) : harmless;
}
function isEscaped(text, at) {
	let start = at;
	while (text[start - 1] === "\\") start -= 1;
	return (at - start) % 2 === 1;
}

// src/render/markdown/dialect.ts
function inDialect(markdown, dialect) {
	return dialect === void 0 ? markdown : toGlfm(markdown);
}
function fittedInDialect(make, { limit, measure, dialect }) {
	for (let room = limit;;) {
		const fitted = make(room);
		const text = inDialect(fitted.text, dialect);
		const length = measure(text);
		if (length <= limit || room === 0) return {
			...fitted,
			text
		};
		room = Math.floor(.95 * room * limit / length);
	}
}

// src/render/shared/license-words.ts
const MOST_LICENSES = 10;
function licenseWords({ gained, lost, changed }, show = (name) => name) {
	const some = (names) => listSome(names, MOST_LICENSES, { show });
	return [
		gained.length > 0 && `gained ${some(gained)}`,
		lost.length > 0 && `lost ${some(lost)}`,
		changed.length > 0 && `${counted(changed.length, "package")} changed`
	].filter((part) => part !== false).join("; ");
}

// src/render/terminal/answer.ts
const MOST_ROWS = 40;
const ENOUGH_BYTES = 5e7;
function renderAnswer(view, look) {
	const { verdict } = view;
	const text = [
		shorten(plain(verdict.reason), 4e3),
		policyLine(view),
		...attentionLines(view),
		...view.mode === "warn" && verdict.answer === "fail" ? ["mode: warn: the exit code is 0."] : [],
		"",
		...verdict.targets.flatMap((target) => targetLines(target, view, look)),
		...(view.notes ?? []).map((note) => plain(shorten(note, 1e3))),
		moreLine(view, look)
	].flatMap((line) => line?.split("\n") ?? []).flatMap((line) => wrapped(line, look.columns)).join("\n");
	const painted = look.colours ? coloured(text) : text;
	return look.links ? linked(painted) : painted;
}
const ADVISORY = /(?<= )[A-Z]{2,6}-[\w:-]{4,30}(?= {2})/g;
function linked(text) {
	return text.replace(ADVISORY, (id) => {
		const url = advisoryUrl(id);
		return url === void 0 ? id : `\u001b]8;;${url}\u001b\\${id}\u001b]8;;\u001b\\`;
	});
}
const OF = {
	workspace: "the working directory",
	base: "the base",
	"default-branch": "the default branch"
};
function policyLine({ policy, verdict }) {
	const { path, from, isUnread } = policy;
	if (isUnread) return void 0;
	if (path === void 0) return `Policy: none in ${OF[from]}; ${limitsWords(verdict)}`;
	const isElsewhere = from === "workspace" && OUTSIDE.test(path);
	return `Policy: ${plain(shorten(path, 300))}${isElsewhere ? "" : ` of ${OF[from]}`}`;
}
function limitsWords({ targets }) {
	return targets.flatMap((target) => target.answer === "error" ? [] : target.rows).every(({ severity, limit }) => limit === DEFAULT_THRESHOLDS[severity]) ? "the default limits" : "the limits that were given";
}
const OUTSIDE = /^(?:\/|\.\.\/|[A-Za-z]:[\\/])/;
const MOST_ATTENTION = 20;
function attentionLines(view) {
	return someLines(attentionOf(view), MOST_ATTENTION, {
		show: ({ level, message, file, line }) => `${level}: ${message}${placeWords(file, line)}`,
		what: "warning"
	});
}
function placeWords(file, line) {
	if (file === void 0) return "";
	return ` (${plain(shorten(file, 300))}${line === void 0 ? "" : `:${line}`})`;
}
function targetLines(target, view, look) {
	const head = view.verdict.targets.length > 1 ? [`${shorten(plain(target.target.label), 200)}: ${target.answer}`] : [];
	if (target.answer === "error") {
		const { code, what } = target.error;
		return [
			...head,
			`  [${plain(code)}] ${shorten(plain(what), 2e3)}.`,
			...coverageLines(target),
			""
		];
	}
	const { failing, plan } = split(target);
	const shown = look.severities === void 0 ? failing : open(target, look.severities);
	const table = findingLines(shown, ENOUGH_BYTES, {
		width: look.columns,
		mostRows: look.isTerminal ? MOST_ROWS : Number.POSITIVE_INFINITY,
		what: look.severities === void 0 ? "failing finding" : "finding"
	});
	const rest = [
		...restLines(target, look),
		...unusedLines(target, view),
		...seenLines(target)
	];
	const parts = [
		gapLines(target),
		planLines(plan),
		table,
		rest
	];
	return [...head, ...parts.filter((part) => part.length > 0).flatMap((part) => [...part, ""])];
}
function open(target, severities) {
	const { failing, within } = split(target);
	return [...failing, ...within].filter(({ finding }) => severities.includes(finding.severity));
}
function unusedLines(target, { comparisons }) {
	const comparison = comparisons?.get(target.target);
	return [...comparison !== void 0 && "none" in comparison && comparison.isNamed === true ? [`  Not compared with the baseline: ${shorten(plain(comparison.none), 300)}.`] : [], ...uncomparedLines(target)];
}
function seenLines(target) {
	const lines = lookedLines(target);
	const isUnknown = target.coverage === void 0 || target.coverage.rows.some(({ status }) => status === "not-known");
	return lines.length > 0 || isUnknown || gapLines(target).length > 0 ? lines : ["  Looked at: nothing. The scanner recognised nothing here."];
}
function restLines(target, { severities }) {
	const { failing, within, notCounted, accepted } = split(target);
	const rest = [
		[
			failing,
			within,
			notCounted,
			accepted
		].every((part) => part.length === 0) ? "No finding" : "",
		severities === void 0 && within.length > 0 ? `${severityList(countSeverities(within, ({ finding }) => finding.severity))} within the limits` : "",
		accepted.length > 0 ? `${counted(accepted.length, "finding")} accepted` : "",
		notCounted.length > 0 ? `${counted(notCounted.length, "finding")} not counted` : ""
	].filter((part) => part !== "");
	return rest.length === 0 ? [] : [`  ${rest.join("; ")}`];
}
function moreLine(view, { command, severities }) {
	const judged = view.verdict.targets.filter((target) => target.answer !== "error");
	const [first] = judged.flatMap((target) => split(target).failing);
	if (first !== void 0 && /^[A-Za-z][\w-]+$/.test(first.finding.id)) return `More: image-gate explain ${first.finding.id}`;
	if (judged.some((target) => split(target).within.length > 0) && severities === void 0) return `More: image-gate ${command} --severity ${SEVERITIES.join(",")}`;
	if (judged.length > 0) return `More: image-gate ${command} --json`;
	return `More: image-gate ${command.split(" ")[0]} --help`;
}
const UNWRAPPED = new RegExp(`^\\s*(?:\\$ |severity {2}|(?:${SEVERITIES.join("|")}) {2})`);
function wrapped(line, most) {
	if (columns(line) <= most || UNWRAPPED.test(line)) return [line];
	const indent = " ".repeat(line.length - line.trimStart().length);
	const lines = [];
	let current = indent;
	for (const word of line.trimStart().split(/ (?!\d+$)/)) {
		const longer = current.trim() === "" ? current + word : `${current} ${word}`;
		if (columns(longer) > most && current.trim() !== "") {
			lines.push(current);
			current = `${indent}  ${word}`;
		} else current = longer;
	}
	return [...lines, current];
}

// src/render/report-format.ts
const CATEGORY_PREFIX = "image-gate/";
function inPieces(items, textOf) {
	return joined$1(textsOf(items, textOf));
}
function* textsOf(items, textOf) {
	for (const [index, item] of items.entries()) yield textOf(item, index);
}
function jsonLines() {
	let separator = "\n";
	return (items, textOf) => inPieces(items, (item, index) => {
		const line = separator + textOf(item, index);
		separator = ",\n";
		return line;
	});
}
function uniqueTexts(between) {
	const seen = /* @__PURE__ */ new Map();
	return (text) => {
		const count = (seen.get(text) ?? 0) + 1;
		seen.set(text, count);
		return count === 1 ? text : `${text}${between}${count}`;
	};
}

// src/render/formats/uuid.ts
function uuidOf(text) {
	const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash("sha256", text)) ?? [];
	return `${a}-${b}-8${c}-8${d}-${e}`;
}

// src/render/html/base.generated.json
var style = "/* What all pages have alike: colours for light and dark screens, fonts and headings. Each colour of text has a contrast of at least 4.5:1. */\n:root {\n  color-scheme: light dark;\n  --paper: #fff;\n  --panel: #f6f7f9;\n  --ink: #1c2127;\n  --soft: #555f6b;\n  --line: #d5dae0;\n  --link: #0b57b0;\n  --sans: system-ui, -apple-system, \"Segoe UI\", Roboto, \"Noto Sans\", \"Liberation Sans\", sans-serif;\n  --mono: ui-monospace, \"SF Mono\", \"Cascadia Mono\", Menlo, Consolas, \"Liberation Mono\", monospace;\n}\n\n@media screen and (prefers-color-scheme: dark) {\n  :root {\n    --paper: #14181d;\n    --panel: #1c2229;\n    --ink: #e4e8ed;\n    --soft: #a5afba;\n    --line: #343c46;\n    --link: #85b8ff;\n  }\n}\n\n* {\n  box-sizing: border-box;\n}\n\nhtml {\n  font: 15px / 1.45 var(--sans);\n  color: var(--ink);\n  background: var(--paper);\n  -webkit-text-size-adjust: 100%;\n  text-size-adjust: 100%;\n}\n\nbody {\n  margin: 0 auto;\n  padding: 1.5rem clamp(0.75rem, 2.5vw, 2.5rem) 3rem;\n  overflow-wrap: anywhere;\n}\n\na {\n  color: var(--link);\n  text-underline-offset: 0.15em;\n}\n\n:focus-visible {\n  outline: 3px solid var(--link);\n  outline-offset: 2px;\n}\n\nh1,\nh2,\nh3,\np,\nul,\ndl,\ndd,\nfigure,\ntable {\n  margin: 0;\n}\n\nh1 {\n  font-size: 1.65rem;\n  line-height: 1.2;\n  font-weight: 650;\n  letter-spacing: -0.01em;\n}\n\nh2 {\n  font-size: 1.2rem;\n  margin: 2.25rem 0 0.75rem;\n  font-weight: 650;\n}\n\nh3 {\n  font-size: 1rem;\n  font-weight: 650;\n}\n\ncode {\n  font: 0.88em / 1.4 var(--mono);\n}\n\n/* Untrusted text never changes the direction of the text beside it. */\ncode,\na,\nbdi,\nsmall,\nh1,\nh3 {\n  unicode-bidi: isolate;\n}\n";

// src/render/html/document-head.ts
function documentHead({ title, style: own, script }) {
	const style$1 = `${style}${own}`;
	return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style$1, script)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style$1}</style>
<script>${script}<\/script>
</head>
<body>
`;
}
function contentPolicy(style, script) {
	const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
	return `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`;
}

// src/render/html/text.ts
const SPECIAL = /[&<>"']/;
const ENTITIES = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	"\"": "&quot;",
	"'": "&#39;"
};
const SHORT = 12;
const SHORT_PATH = 24;
const LONGEST = 300;
function escaped(untrusted) {
	const text = visible(untrusted);
	return SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}
function name(untrusted, most = LONGEST) {
	return escaped(shorten(untrusted, most, "middle"));
}
function breakable(html) {
	return html.length <= SHORT ? html : html.replace(/[/:.@](?=[a-z0-9])/gi, "$&<wbr>");
}
function pathCode(path, most) {
	const html = escaped(pathEnd(path, most));
	return `<code>${html.length <= SHORT_PATH ? html : html.replace(/\/(?=[^/])/g, "/<wbr>")}</code>`;
}
function prose(untrusted, most = LONGEST) {
	return escaped(shorten(oneLine(untrusted, most), most));
}
function sentence(untrusted, most = LONGEST) {
	return prose(untrusted, most).replace(/`([^`]+)`/g, "<code>$1</code>");
}
function code(untrusted, most = LONGEST) {
	return `<code>${untrusted === "" ? "&quot;&quot;" : name(untrusted, most)}</code>`;
}
function link(label, url) {
	return `<a href="${escaped(url)}" rel="noreferrer noopener">${label}</a>`;
}
function isLinkable(url) {
	return /^https?:\/\/[a-z0-9.-]+(?::\d+)?\/[\w./%~-]*$/i.test(url);
}
function oneLine(text, most) {
	return text.slice(0, most * 4).replace(/\s+/g, " ").trim();
}

// src/render/documents/full-report.ts
const ALL = Number.POSITIVE_INFINITY;
function renderWholeMarkdown(view) {
	const { text } = renderDocument(view, {
		limit: ALL,
		measure: utf16Units,
		open: ALL,
		unfolded: true,
		mostWithin: ALL,
		mostFailing: ALL,
		mostTargets: ALL,
		elsewhere: "the JSON report has all",
		form: {
			...LONG,
			ids: ALL,
			links: ALL
		}
	});
	return [text];
}

export { CATEGORY_PREFIX, agreementsSection, breakable, changeWords, changesSection, code, colonFor, documentHead, escaped, fittedInDialect, foldedTarget, forceWords, headingReason, inDialect, inPieces, isLinkable, jsonLines, licenseWords, link, markdownInk, name, notKnownWords, pathCode, policyLine, prose, reasonText, renderAnswer, renderDocument, renderWholeMarkdown, sentence, titleWords, toGlfm, uniqueTexts, uuidOf, verdictWords, wholeReportNote, wholeReportWords, wrapped };