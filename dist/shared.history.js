import { compareEach, compareText, oncePer } from "./shared.start.js";
import { URGENT, countSeverities, isUrgent, perSeverityName, severityName, toSeverity } from "./shared.names.js";
import { BREAK, broken, code, fold, isEmpty, join, leftOut, link, list, listed, name, para, parsePurl, paste, prose, say, severity, severityList, some, strong, table, whenItEnds } from "./shared.scan.js";
import { addDays, counted, daysBefore, daysBetween, distinct, harmlessJson, joined, number, resultOf, shorten } from "./shared.inputs.js";
import { acrossImages, counting, isOpen, isReturn, isThere, lastTimeOf, makeWeek, matchRecords, nameSeen, presentSince, returnsFrom, runningKey, sameAdvisory, scannedBy, unpatchedSince } from "./shared.domain.js";
import { SHORT, advisory, agreementsWords, changesSection, commonStepsSection, exceptionsSection, explained, foldedTarget, modeWords, otherIds, pair, reasonText, runNotesSection, runProvenance, scannersOf, smallPrint, terseStep, title, weaknessIds, withReason } from "./shared.answer.js";
import { markdownSummary, withHead } from "./shared.render.js";

// src/domain/history/running.ts
const SCAN_METHODS = [
	"sbom",
	"image",
	"report"
];

// src/domain/history/episodes.ts
const KEPT_DAYS = 400;
const KEPT_EPISODES = 100;
function isForgotten({ "gone-since": gone }, now) {
	return gone !== void 0 && gone < daysBefore(now, KEPT_DAYS);
}
function aliasesOf(id, names) {
	const aliases = otherIds(id, names);
	return aliases === void 0 ? {} : { aliases };
}
function recordOf(found, now, before) {
	const { fixable, aliases: _, "seen-by": seenBy, ...rest } = found;
	const episodes = before?.episodes ?? [];
	return {
		...rest,
		...aliasesOf(found.id, before === void 0 ? [found] : [found, before]),
		"first-seen": before?.["first-seen"] ?? now,
		"last-seen": now,
		"fix-since": fixable ? before?.["fix-since"] ?? now : void 0,
		...seenBy && { "seen-by": seenBy },
		episodes: isThere(episodes) ? episodes : withEpisode(episodes, { opened: now })
	};
}
function withEpisode(episodes, episode) {
	if (episodes.length < KEPT_EPISODES) return [...episodes, episode];
	const [oldest, second, ...rest] = episodes.slice(-100);
	return [
		isReturn(oldest, second) ? {
			...second,
			opened: oldest.opened
		} : second,
		...rest,
		episode
	];
}
function close(finding, closed, why) {
	const last = finding.episodes.at(-1);
	return {
		...finding,
		"accepted-by": void 0,
		"accepted-until": void 0,
		episodes: [...finding.episodes.slice(0, -1), {
			opened: last.opened,
			closed,
			why
		}]
	};
}
function isKept({ episodes }, now) {
	const closed = episodes.at(-1)?.closed;
	return closed === void 0 || closed >= daysBefore(now, KEPT_DAYS);
}

// src/domain/history/moves.ts
function settle({ findings, found, opened, ending }, now) {
	const joined = /* @__PURE__ */ new Map();
	const gone = /* @__PURE__ */ new Set();
	const lost = [...ending.keys()];
	const join = (was, place) => {
		const sofar = joined.get(place) ?? place;
		const past = isThere(was.episodes) ? close(was, now, "fixed") : was;
		joined.set(place, {
			...withPast(sofar, past),
			...was.id !== place.id && aliasesOf(place.id, [sofar, was])
		});
		gone.add(was);
	};
	for (const [was, place] of renamed(lost, found)) join(was, place);
	const joinAlike = (former, isMeant) => {
		const [left, open] = [former.filter((each) => !gone.has(each)), found.filter((each) => !joined.has(each))];
		for (const [place, was] of alikeByAge(left, open)) if (isMeant(was, place)) join(was, place);
	};
	joinAlike(lost, isOlder);
	const continued = new Set(joined.keys());
	const recently = returnsFrom(now);
	const isBack = ({ episodes }) => episodes.at(-1)?.opened === now;
	joinAlike(findings.filter(({ episodes }) => (episodes.at(-1)?.closed ?? "") >= recently), (was, place) => isBack(place) && isOlder(was, place) || isReturned(was, place));
	const closings = new Map([...ending].map(([each, why]) => [each, close(each, now, why)]));
	for (const each of gone) closings.delete(each);
	return {
		findings: findings.flatMap((each) => gone.has(each) ? [] : closings.get(each) ?? joined.get(each) ?? each),
		opened: opened.filter((each) => !continued.has(each)).map((each) => joined.get(each) ?? each),
		closed: findings.flatMap((each) => closings.get(each) ?? [])
	};
}
function isOlder(was, place) {
	return sinceOf(was) < sinceOf(place);
}
function isReturned({ episodes }, place) {
	const [end, since] = [episodes.at(-1)?.closed, sinceOf(place)];
	return end !== void 0 && since >= end && end >= returnsFrom(since);
}
function renamed(lost, found) {
	if (![...lost, ...found].some(({ aliases }) => aliases !== void 0)) return [];
	const { pairs, gone } = pair(lost, found, sameAdvisory((was, place) => was.id !== place.id));
	if (pairs.size === 0) return [];
	return [...[...pairs].map(([place, was]) => [was, place]), ...renamed(gone, found)];
}
function alikeByAge(former, found) {
	const movable = former.filter(canMove);
	if (movable.length === 0) return [];
	const ids = new Set(movable.flatMap(weaknessIds));
	const places = found.filter((each) => canMove(each) && weaknessIds(each).some((id) => ids.has(id)));
	return pair(movable.toSorted(byAge), places.toSorted(byAge).reverse(), [{ keys: keysOf }]).pairs;
}
function canMove({ package: about, path }) {
	return about !== void 0 && path !== void 0;
}
function keysOf(finding) {
	const { kind, package: about, versions = [] } = finding;
	return weaknessIds(finding).flatMap((id) => versions.map((version) => JSON.stringify([
		kind,
		id,
		about,
		version
	])));
}
function sinceOf({ episodes, "first-seen": first }) {
	return presentSince(episodes) ?? first;
}
function byAge(a, b) {
	return compareText(sinceOf(a), sinceOf(b));
}
function withPast(now, was) {
	const [fixSince, before] = [now["fix-since"], was["fix-since"]];
	return {
		...now,
		"first-seen": earlier(now["first-seen"], was["first-seen"]),
		"fix-since": fixSince === void 0 || before === void 0 ? fixSince : earlier(fixSince, before),
		episodes: united([...now.episodes, ...was.episodes])
	};
}
function united(episodes) {
	const all = [];
	for (const each of episodes.toSorted((a, b) => compareText(a.opened, b.opened))) {
		const last = all.at(-1);
		if (last === void 0 || last.closed !== void 0 && last.closed < each.opened) all.push(each);
		else if (last.closed !== void 0 && (each.closed === void 0 || each.closed > last.closed)) all[all.length - 1] = {
			...each,
			opened: last.opened
		};
	}
	return all;
}
function earlier(one, other) {
	return one < other ? one : other;
}

// src/domain/history/merge.ts
function mergeRun(records, seen) {
	const byName = Map.groupBy(seen.images, ({ name }) => name);
	const unread = new Set(seen.unreadSources);
	return [.../* @__PURE__ */ new Set([...records.keys(), ...byName.keys()])].sort().map((name) => {
		const before = records.get(name);
		const images = byName.get(name) ?? [];
		return mergeName(name, before, nameSeen(before, {
			...seen,
			images
		}, unread));
	});
}
function mergeName(name, before, seen) {
	if (before !== void 0 && seen.now < lastTimeOf(before)) return unchanged(before);
	if (seen.images.length === 0 && before !== void 0) return notNamed(before, seen);
	const changed = mergeFindings(before?.findings ?? [], seen);
	const isWhole = seen.closing !== void 0;
	return {
		image: name,
		before,
		after: {
			version: 1,
			image: name,
			"first-seen": before?.["first-seen"] ?? seen.now,
			"last-seen": seen.now,
			"last-scan": isWhole ? seen.now : before?.["last-scan"],
			...isWhole ? scannedBy(seen.sight) : before?.["scanned-by"] && { "scanned-by": before["scanned-by"] },
			running: runningAfter(before, seen),
			gaps: isWhole ? seen.gaps || void 0 : before?.gaps,
			findings: changed.findings
		},
		opened: changed.opened,
		closed: changed.closed
	};
}
function unchanged(before) {
	return {
		image: before.image,
		before,
		after: before,
		opened: [],
		closed: []
	};
}
function notNamed(before, { now, unread }) {
	if (before["gone-since"] === void 0 && unread.length === 0) return gone(before, now);
	if (unread.length === 0 || placesOf(unread) === placesOf(before.running)) return unchanged(before);
	return {
		...unchanged(before),
		after: {
			...before,
			running: sortRunning(unread)
		}
	};
}
function placesOf(running) {
	return running.reduce((sum, { where }) => sum + where.length, 0);
}
function gone(before, now) {
	const findings = before.findings.filter((each) => isKept(each, now)).map((each) => isThere(each.episodes) ? close(each, now, "gone") : each);
	const closed = findings.filter(({ episodes }) => episodes.at(-1)?.closed === now);
	return {
		...unchanged(before),
		after: {
			...before,
			"gone-since": now,
			findings
		},
		closed
	};
}
function mergeFindings(before, { now, findings: observed, closing, sight }) {
	const { seen, strangers } = matchRecords(before, observed, sight);
	const fresh = strangers.map((each) => recordOf(each, now));
	const [findings, found, opened] = [
		[...fresh],
		[...fresh],
		[...fresh]
	];
	const ending = /* @__PURE__ */ new Map();
	for (const each of before) {
		const sighting = seen.get(each);
		if (sighting !== void 0) {
			const after = recordOf(sighting, now, each);
			if (after.episodes !== each.episodes) opened.push(after);
			found.push(after);
			findings.push(after);
			continue;
		}
		const why = isThere(each.episodes) ? closing?.(each) : void 0;
		const kept = closing === void 0 ? each : sight.kept(each);
		if (why !== void 0) ending.set(kept, why);
		if (why !== void 0 || isKept(each, now)) findings.push(kept);
	}
	return settle({
		findings: findings.sort(compareFindings),
		found,
		opened,
		ending
	}, now);
}
function runningAfter(before, seen) {
	const { now, images, unread, unreadSources } = seen;
	const known = new Map(before?.running.map((each) => [runningKey(each), each]));
	const isGone = before?.["gone-since"] !== void 0;
	return sortRunning([...images.map(({ reference, digest, imageId, platform, where, verdict }) => {
		const one = {
			reference,
			digest,
			"image-id": imageId,
			platform
		};
		const last = known.get(runningKey(one));
		const unsure = isGone ? [] : (last?.where ?? []).filter(({ source }) => unreadSources.has(source));
		return {
			...one,
			where: [...where, ...unsure],
			scanned: verdict.answer === "error" ? last?.scanned : now
		};
	}), ...unread]);
}
function compareFindings(a, b) {
	return compareAll([
		a.package,
		a.path,
		a.id,
		a.kind
	], [
		b.package,
		b.path,
		b.id,
		b.kind
	]);
}
function sortRunning(running) {
	const keysOf = ({ reference, digest, "image-id": id, platform }) => [
		reference,
		digest,
		id,
		platform
	];
	return running.map((each) => {
		const where = distinct(each.where).sort((a, b) => compareAll([a.source, a.name], [b.source, b.name]));
		return {
			...each,
			where
		};
	}).sort((a, b) => compareAll(keysOf(a), keysOf(b)));
}
function compareAll(one, other) {
	return compareEach(one, other, (a = "", b = "") => compareText(a, b));
}

// src/domain/history/deadlines.ts
function deadlineOf(finding, within) {
	const days = within[finding.severity];
	const since = unpatchedSince(finding);
	return days === void 0 || since === void 0 || !isOpen(finding) ? void 0 : addDays(since.slice(0, 10), days);
}
function overdueOf(findings, within, today) {
	return findings.flatMap((finding) => {
		const due = deadlineOf(finding, within);
		return due !== void 0 && due < today ? [{
			finding,
			due
		}] : [];
	}).sort((a, b) => compareText(a.due, b.due));
}

// src/domain/metrics/numbers.ts
const WINDOWS = {
	"30d": 30,
	"90d": 90
};
const UP_TO_DAYS = [
	7,
	30,
	90,
	void 0
];
function isAnyKnown({ images }) {
	return images.some(({ known }) => known !== void 0);
}
function numbersOf(records, around) {
	const { now, databaseUpdatedAt } = around;
	const [longAgo, recently] = [daysBefore(now, WINDOWS["90d"]), daysBefore(now, WINDOWS["30d"])];
	const images = [];
	const fixed = [];
	const open = perSeverityName(() => 0);
	const ages = UP_TO_DAYS.map((upTo) => ({
		upTo,
		open: perSeverityName(() => 0)
	}));
	const from = UP_TO_DAYS.map((upTo) => upTo === void 0 ? "" : daysBefore(now, upTo));
	let oldest;
	for (const record of records) {
		if (record["gone-since"] !== void 0) continue;
		const present = record.findings.filter(isOpen);
		for (const { severity, episodes } of present) {
			open[severity] += 1;
			const since = presentSince(episodes) ?? now;
			const group = ages[from.findIndex((start) => since >= start)];
			if (group !== void 0) group.open[severity] += 1;
		}
		const numbers = imageNumbers(record, present, around);
		images.push(numbers);
		for (const each of record.findings) fixed.push(...remediationsOf(each, longAgo));
		const age = numbers.known?.unpatched;
		if (age !== void 0 && (oldest === void 0 || age > oldest.age)) oldest = {
			image: record.image,
			age
		};
	}
	return {
		now,
		open,
		ages,
		oldestUnpatched: oldest,
		remediations: {
			"30d": means(fixed.filter(({ closed }) => closed >= recently)),
			"90d": means(fixed)
		},
		exceptions: phasesOf(around),
		databaseAge: databaseUpdatedAt === void 0 ? void 0 : lengthOf(databaseUpdatedAt, now),
		images
	};
}
function imageNumbers({ image, "last-scan": lastScan, findings, running, gaps = 0 }, present, { fixWithinDays, now }) {
	const open = perSeverityName(() => 0);
	let oldest;
	for (const finding of present) {
		const { severity } = finding;
		open[severity] += 1;
		const since = unpatchedSince(finding);
		if (since !== void 0 && isUrgent(severity) && (oldest === void 0 || since < oldest)) oldest = since;
	}
	const limited = Object.entries(fixWithinDays).filter(([, days]) => days !== void 0);
	const overdue = Object.fromEntries(limited.map(([severity]) => [severity, 0]));
	for (const { finding } of overdueOf(present, fixWithinDays, now.slice(0, 10))) overdue[finding.severity] = (overdue[finding.severity] ?? 0) + 1;
	const isKnown = lastScan !== void 0 || findings.length > 0 || running.some(({ scanned }) => scanned !== void 0);
	const known = {
		open,
		overdue,
		unpatched: oldest === void 0 ? void 0 : lengthOf(oldest, now) ?? 0,
		gaps: lastScan === void 0 ? void 0 : gaps
	};
	return {
		image,
		known: isKnown ? known : void 0,
		lastScan
	};
}
function remediationsOf({ severity, episodes }, from) {
	return episodes.flatMap((episode, at) => {
		const { closed, why } = episode;
		if (why !== "fixed" || closed === void 0 || closed < from) return [];
		const next = episodes[at + 1];
		if (next !== void 0 && isReturn(episode, next)) return [];
		const length = lengthOf(presentSince(episodes.slice(0, at + 1)) ?? episode.opened, closed);
		return length === void 0 ? [] : [{
			severity,
			closed,
			length
		}];
	});
}
function means(fixed) {
	const bySeverity = Map.groupBy(fixed, ({ severity }) => severity);
	return perSeverityName((severity) => meanOver((bySeverity.get(severityName(severity)) ?? []).map(({ length }) => ({
		count: 1,
		mean: length
	}))));
}
function meanOver(all) {
	const count = all.reduce((sum, each) => sum + each.count, 0);
	const total = all.reduce((sum, each) => sum + each.count * (each.mean ?? 0), 0);
	return {
		count,
		mean: count === 0 ? void 0 : total / count
	};
}
function phasesOf({ exceptions, warnDays }) {
	const phases = {
		live: 0,
		ending: 0,
		ended: 0
	};
	for (const { state, daysLeft } of exceptions) phases[state === "ended" || state === "fixed" ? "ended" : daysLeft <= warnDays ? "ending" : "live"] += 1;
	return phases;
}
function lengthOf(from, to) {
	const length = Date.parse(to) - Date.parse(from);
	return Number.isNaN(length) ? void 0 : Math.max(0, length);
}

// src/render/rescan/numbers.ts
const DAY = 864e5;
function numbersJson(numbers) {
	if (numbers === void 0 || !isAnyKnown(numbers)) return "";
	const { open, oldestUnpatched, remediations } = numbers;
	return JSON.stringify({
		open,
		"oldest-unpatched-days": daysOf(oldestUnpatched?.age ?? 0),
		"mttr-days": perSeverityName((severity) => {
			const name = severityName(severity);
			return {
				"30d": meanOf(remediations["30d"][name]),
				"90d": meanOf(remediations["90d"][name])
			};
		})
	});
}
function meanOf({ count, mean }) {
	return {
		days: mean === void 0 ? null : daysOf(mean),
		count
	};
}
function daysOf(length) {
	return Math.round(length / DAY * 10) / 10;
}
const URGENT_WORDS = URGENT.map((severity) => severity.toUpperCase()).join(" and ");
const NUMBERS = [
	{
		title: `Open ${URGENT_WORDS} findings`,
		words: (of) => number(openOf(of)),
		more: ({ open }) => URGENT.map((name) => `${number(open[name])} ${name.toUpperCase()}`).join(", ")
	},
	{
		title: "Oldest unpatched image",
		words: ({ oldestUnpatched: oldest }) => lengthOr("none", oldest?.age),
		more: ({ oldestUnpatched: oldest }) => oldest === void 0 ? "" : code(nameShown(oldest.image), 100)
	},
	{
		title: "Mean time to remediation, 90 days",
		words: (of) => lengthOr("nothing was fixed", meanIn(of).mean),
		more: (of) => meanIn(of).count === 0 ? "" : `${number(meanIn(of).count)} fixed`
	}
];
function lengthOr(none, length) {
	return length === void 0 ? none : lengthWords(length);
}
function meanIn({ remediations: { "90d": quarter } }) {
	return meanOver(URGENT.map((severity) => quarter[severity]));
}
function threeNumbers(numbers, before) {
	const isKnown = isAnyKnown(numbers);
	return NUMBERS.map(({ title, words, more }) => ({
		title,
		now: isKnown ? words(numbers) : "unknown",
		more: isKnown ? more(numbers) : "",
		before: before !== void 0 && isAnyKnown(before) ? words(before) : ""
	}));
}
function numbersSection({ numbers, trend }) {
	if (numbers === void 0 || !isAnyKnown(numbers)) return [];
	const last = trend?.before;
	const head = [
		"number",
		"now",
		...last === void 0 ? [] : [afterWords(last)]
	];
	const rows = threeNumbers(numbers, last).map(({ title, now, more, before }) => {
		const cells = [title, join(" · ", [now, more])];
		return last === void 0 ? cells : [...cells, before];
	});
	return [
		table(head, rows),
		para(notNow(numbers)),
		...chart(trend?.weeks.slice(-13) ?? [])
	];
}
function afterWords({ now }) {
	return `after the run of ${now.slice(0, 10)}`;
}
function nameShown(image) {
	return image.trim() === "" ? JSON.stringify(image) : image;
}
function notNow({ images, now }) {
	const never = images.filter(({ known }) => known === void 0).length;
	const partly = images.filter(({ known, lastScan }) => known !== void 0 && lastScan === void 0).length;
	const old = images.flatMap(({ lastScan }) => lastScan !== void 0 && lastScan < now ? lastScan : []).sort();
	const day = (old[0] ?? "").slice(0, 10);
	return [
		never > 0 && `${counted(never, "image")} could never be scanned, and ${never === 1 ? "is" : "are"} in none of these numbers.`,
		partly > 0 && `Of ${counted(partly, "image")} only a part of what runs could ever be scanned: the rest is in no number.`,
		old.length > 0 && `${counted(old.length, "image")} could not be scanned now, and ${old.length === 1 ? "counts as at its last scan, on" : "count as at their last scans, the oldest on"} ${day}.`
	].filter((each) => each !== false).join(" ");
}
function openOf({ open }) {
	return URGENT.reduce((sum, severity) => sum + open[severity], 0);
}
function lengthWords(length) {
	const days = daysOf(length);
	return counted(days < 10 ? days : Math.round(days), "day");
}
const LOOK = `%%{init: ${JSON.stringify({
	xyChart: { height: 260 },
	themeVariables: { xyChart: { plotColorPalette: "#d1242f" } }
})}}%%`;
function chart(weeks) {
	if (weeks.length < 3) return [];
	const counts = weeks.map(openOf);
	const most = Math.max(10, ...counts);
	const days = weeks.map(({ at }) => `"${at.slice(5, 10)}"`).join(", ");
	const lines = [
		LOOK,
		"xychart-beta",
		`  title "Open ${URGENT_WORDS} findings"`,
		`  x-axis [${days}]`,
		`  y-axis 0 --> ${most}`,
		`  line [${counts.join(", ")}]`
	];
	return [fold("Week by week, by the severities and exceptions of today", [paste(lines.join("\n"), "mermaid")])];
}

// src/render/rescan/results.ts
const LIMIT = 9e5;
const rescanResults = oncePer(({ images }) => {
	const all = images.flatMap(({ running }) => running.map((each) => ({
		passes: each.verdict.answer === "pass",
		text: resultText(each)
	})));
	const kept = /* @__PURE__ */ new Set();
	let size = 0;
	for (const each of [...all.filter(({ passes }) => !passes), ...all.filter(({ passes }) => passes)]) {
		size += each.text.length + 1;
		if (size <= LIMIT) kept.add(each);
	}
	const left = all.filter((each) => !kept.has(each));
	const passing = left.filter(({ passes }) => passes).length;
	return {
		json: `[${all.filter((each) => kept.has(each)).map(({ text }) => text).join(",")}]`,
		passing,
		others: left.length - passing
	};
});
function leftFromResults(view) {
	const { passing, others } = rescanResults(view);
	if (passing + others === 0) return "";
	const rest = others === 0 ? "" : `, and ${counted(others, "other image")}`;
	return `The output of results has no room for ${counted(passing, "image")} that ${passing === 1 ? "passes" : "pass"}${rest}: the JSON report has all.`;
}
function resultText({ verdict, where, way }) {
	const places = where.map(({ source, name }) => ({
		source,
		name
	}));
	return harmlessJson({
		...resultOf(verdict, {}),
		where: places,
		way: way ?? ""
	});
}

// src/render/rescan/view.ts
const weekOf = oncePer(({ images, state, gate }) => {
	const isUnread = "notWritten" in state && (state.isError || state.isUnread === true);
	return makeWeek({
		images,
		exceptions: gate.verdict.exceptions,
		today: gate.today,
		isUnread
	});
});

// src/render/rescan/tables.ts
const OPEN = 8;
const NAME = 56;
const NO_BREAK = "\xA0";
const SIGN = {
	error: "⛔",
	fail: "❌",
	overdue: "⏰",
	ending: "⏳",
	pass: "✅"
};
const HEAD = [
	"image, and where it runs",
	"open",
	"new, fixed, overdue",
	"first"
];
const TEXT_HEAD = [
	"",
	{
		words: "image",
		letters: 8
	},
	...HEAD.slice(1)
];
function imageTables(week, isText) {
	const { rows } = week;
	if (isText || rows.length <= OPEN) return [imageTable(rows, week, isText, { rank: 1 })];
	const passing = rows.filter(({ state }) => state === "pass");
	return [imageTable(rows.filter(({ state }) => state !== "pass"), week, isText, {
		rank: 1,
		open: OPEN,
		folded: (rest) => `${counted(rest.length, "more image")} to look at`
	}), imageTable(passing, week, isText, {
		rank: 40,
		open: 0,
		folded: () => counted(passing.length, "image passes", "images pass")
	})];
}
function imageTable(rows, week, isText, folding) {
	const heads = isText ? TEXT_HEAD : HEAD;
	const cells = isText ? textCells : pageCells;
	const used = heads.map((_, column) => rows.some((row) => !isEmpty(cells(row, week)[column] ?? "")));
	const inUse = (_, column) => used[column];
	return listed(rows, {
		...folding,
		head: heads.filter(inUse),
		row: (row) => cells(row, week).filter(inUse),
		share: isText ? .7 : .4,
		what: "more image",
		where: () => `left out here: ${isText ? "the report" : "the JSON report"} has all`
	});
}
function pageCells(row, week) {
	const changes = [changeWords(row, week), oneLine(overdueWords(row, week.today))];
	return [
		imageCell(row),
		openCell(row, week.severities),
		join(BREAK, changes),
		firstWords(row, true)
	];
}
function textCells(row, week) {
	return [
		row.state,
		code(row.name, NAME),
		...pageCells(row, week).slice(1, -1),
		firstWords(row, false)
	];
}
function imageCell({ image, name, state, places, judged, unjudged }) {
	const several = judged.length + unjudged > 1 ? ` ${number(judged.length + unjudged)} versions` : "";
	const about = say`${SIGN[state]}\u{A0}${link(code(name, NAME), image.issueUrl)}${several}`;
	return join(BREAK, [about, placeWords(places)]);
}
function openCell({ open, broken: broken$1, exploited, unjudged }, severities) {
	if (open === void 0) return "?";
	const [first = "none", ...others] = severities.flatMap((severity) => {
		const words = `${number(open[severity])}${NO_BREAK}${severity}`;
		return open[severity] === 0 ? [] : broken$1.has(severity) ? broken(words) : words;
	});
	return join(BREAK, [
		[first, exploited === 0 ? "" : `${NO_BREAK}🔥`],
		...others,
		unjudged === 0 ? "" : oneLine(`${number(unjudged)} not judged`)
	]);
}
function oneLine(own) {
	return own.replaceAll(" ", NO_BREAK);
}
function inSight(findings, { severities }) {
	return findings.filter(({ severity }) => severities.includes(toSeverity(severity)));
}
function changeWords(row, week) {
	if (row.judged.length === 0) return "not known";
	if (row.history !== "known") return row.history === "first" ? "first scan" : "not known";
	const fresh = counting(row.fresh, week).length;
	const fixed = inSight(row.fixed, week).length;
	return joined(", ", [fresh === 0 ? "" : `${number(fresh)} new`, fixed === 0 ? "" : `${number(fixed)} fixed`]);
}
function overdueWords({ image, due }, today) {
	return due === void 0 ? "" : `${number(image.overdue.length)} overdue by ${counted(daysBetween(due, today), "day")}`;
}
function endingWords({ ending }) {
	const [next] = ending;
	if (next === void 0) return "";
	if (ending.length === 1) return `1 exception ${whenItEnds(next.daysLeft)}`;
	return `${number(ending.length)} exceptions end soon, the first ${whenItEnds(next.daysLeft)}`;
}
function firstWords(row, hasClears) {
	const [error] = row.image.running.flatMap(({ verdict }) => verdict.answer === "error" ? [verdict.error] : []);
	if (error !== void 0) return code(error.code, 60);
	if (row.step === void 0) return row.state === "fail" ? "no fix: remove, replace or accept" : endingWords(row);
	const clears = hasClears ? `, clears${NO_BREAK}${number(row.step.clears)}` : "";
	return [terseStep(row.step, briefName), clears];
}
const PACKAGE = 24;
function briefName(untrusted) {
	if (untrusted.length <= PACKAGE) return name(untrusted);
	const cut = Math.max(untrusted.lastIndexOf(":"), untrusted.lastIndexOf("/")) + 1;
	const end = cut === 0 || cut === untrusted.length ? untrusted : `…${untrusted.slice(cut)}`;
	return name(shorten(end, PACKAGE, "middle"));
}
const PLACE = 31;
function placeWords(places, most = PLACE) {
	const [first] = places;
	if (first === void 0) return "";
	const more = places.length - 1;
	const place = code(first.name === "" ? first.source : first.name, most);
	return say`${place}${more === 0 ? "" : `${NO_BREAK}+${number(more)}`}`;
}

// src/render/rescan/sections.ts
const NAMED = 3;
const NOTES = 5;
function someNames(names, most) {
	return some(names, NAMED, { show: (name) => code(name, most) });
}
const where = () => "in the JSON report only";
const alone = (findings) => findings.map((finding) => ({ finding }));
const CHANGES = [
	{
		word: "overdue",
		rank: 3,
		of: ({ image }) => image.overdue
	},
	{
		word: "new",
		rank: 10,
		of: ({ fresh }) => alone(fresh)
	},
	{
		word: "fixed",
		rank: 20,
		of: ({ fixed }) => alone(fixed)
	},
	{
		word: "withdrawn",
		rank: 25,
		of: ({ withdrawn }) => alone(withdrawn)
	}
];
function changesFold({ rows, gone }) {
	const changes = CHANGES.map(({ word, rank, of }) => {
		const images = rows.map((row) => ({
			name: row.name,
			findings: of(row)
		}));
		const count = images.reduce((sum, { findings }) => sum + findings.length, 0);
		return {
			words: count === 0 ? "" : `${number(count)} ${word}`,
			found: acrossImages(images),
			word,
			rank
		};
	});
	const words = joined(", ", [...changes.map((change) => change.words), gone.length === 0 ? "" : counted(gone.length, "image gone", "images gone")]);
	if (words === "") return [];
	const found = changes.flatMap(({ found: all, word, rank }) => all.map((one) => ({
		...one,
		word,
		rank
	})));
	const table = listed(found, {
		head: [
			"change",
			...FINDING,
			"fix",
			"images"
		],
		row: (one) => [
			one.due === void 0 ? one.word : `due ${one.due}`,
			...findingCells(one),
			one.finding["fix-since"] === void 0 ? "none known" : "known",
			someNames(one.images, 60)
		],
		rank: ({ rank }) => rank,
		share: .4,
		what: "more change",
		where
	});
	return [fold(`The changes, one by one, of all severities: ${words}`, [table, goneSection(gone)])];
}
const FINDING = [
	"severity",
	"advisory",
	"package"
];
function findingCells({ finding, severity: worst }) {
	return [
		severity(worst),
		advisory(finding.id),
		packageCell(finding)
	];
}
function packageCell({ package: about, versions = [], path: file }) {
	if (about === void 0) return file === void 0 ? "–" : code(file, 60);
	const shown = join(", ", [...versions.slice(0, 2).map((one) => code(one, 30)), versions.length > 2 ? "…" : ""]);
	return join(" ", [name(packageWords(about)), shown]);
}
function packageWords(about) {
	const purl = parsePurl(about);
	if (purl === void 0) return about.replace(/^[^/]*\//, "");
	const { type, namespace, name } = purl;
	if (namespace === void 0 || [
		"deb",
		"rpm",
		"apk",
		"alpm"
	].includes(type)) return name;
	return `${namespace}${type === "maven" ? ":" : "/"}${name}`;
}
function goneSection(gone) {
	return listed(gone, {
		title: counted(gone.length, "image does not run any more", "images do not run any more"),
		row: ({ change: { after } }) => {
			const places = after.running.flatMap((each) => each.where);
			return [join(", which ran at ", [code(after.image, 100), placeWords(places, 60)])];
		},
		rank: 15,
		share: .1,
		what: "more image",
		where
	});
}
function sourcesSection({ sources }) {
	const unread = sources.filter(({ error }) => error !== void 0).length;
	const notes = sources.reduce((sum, { notes }) => sum + notes.length, 0);
	const words = [
		counted(sources.length, "source"),
		unread === 0 ? "" : `${number(unread)} not read`,
		notes === 0 ? "" : counted(notes, "note")
	];
	return listed(sources, {
		head: [
			"source",
			"images",
			"notes"
		],
		row: ({ source, images, notes, error }) => [
			code(source, 100),
			error === void 0 ? number(images) : `not read${images === 0 ? "" : `: at least ${number(images)}`}`,
			join(BREAK, notes.slice(0, NOTES).map((each) => prose(each, 300)))
		],
		rank: 30,
		share: .1,
		what: "more source",
		where,
		open: 0,
		folded: () => joined(", ", words)
	});
}
function stateWords(state) {
	if ("written" in state) return say`history in ${code(state.written, 120)}`;
	return state.isError ? "history not written" : say`history not written: ${prose(state.notWritten, 200)}`;
}
const MOST_UNSEEN = 20;
function notLookedAt({ gate, sources, state }, { unseen }) {
	const failed = [...sources.flatMap(({ source: label, error }) => error === void 0 ? [] : [{
		label,
		error
	}]), ...gate.verdict.targets.flatMap((each) => each.answer === "error" ? [{
		label: each.target.label,
		error: each.error
	}] : [])];
	const errors = Map.groupBy(failed, ({ error: { code: id, what, remedy } }) => JSON.stringify([
		id,
		what,
		remedy
	])).values().map((all) => {
		const [{ error }] = all;
		const names = someNames([...new Set(all.map(({ label }) => label))], 120);
		return say`${names}: ${code(`[${error.code}]`, 80)} ${prose(error.what, 1e3)}. ${strong("What to do:")} ${prose(error.remedy, 1e3)} ${explained(error.code, gate.pages)}`;
	});
	const names = unseen.map(({ change }) => change.image);
	const it = names.length === 1 ? "it" : "them";
	const gone = say`${someNames(names, 100)}: no source that could be read names ${it} any more. The history of ${it} stays as it was.`;
	const items = [...errors, ...names.length === 0 ? [] : [gone]];
	if (items.length === 0) return [];
	const left = leftOut(items.length - MOST_UNSEEN, "more item", "in the report only");
	const isLost = "notWritten" in state && state.isError;
	return [para(strong(`Not looked at${isLost ? ", or not kept" : ""}:`)), list([...items.slice(0, MOST_UNSEEN), left])];
}

// src/render/rescan/summary.ts
function renderSummary(view, limitBytes) {
	const { gate } = view;
	const [heading, numbers] = headBlocks(view);
	const first = [
		heading,
		...gate.verdict.answer === "error" || weekOf(view).rows.length > 1 ? [] : [para(strong(prose(reasonText(gate), 1e3)))],
		numbers,
		para(modeWords(gate))
	];
	return markdownSummary([...first, ...blocksOf(view, false)], limitBytes, first.length + 1);
}
function renderRescanLog(view, look, limitBytes) {
	return withReason(rescanBlocks(view), view.gate, look, limitBytes);
}
function rescanBlocks(view) {
	return [...headBlocks(view), ...blocksOf(view, true)];
}
function renderRescanAnswer(view, look, command) {
	const name = view.gate.verdict.targets.flatMap(({ answer, target }) => answer === "fail" ? [target.input] : []).find((input) => /^\w[\w./:@-]{0,200}$/.test(input));
	return withHead(view.gate, look, rescanBlocks(view), name === void 0 ? `${command} --json` : `image ${name}`);
}
function blocksOf(view, isText) {
	const { gate, issues, state } = view;
	const week = weekOf(view);
	const judged = week.rows.flatMap((row) => row.judged);
	const attention = exceptionsSection(gate, 5, true);
	const words = counted(attention.count, "exception needs", "exceptions need");
	return [
		...notLookedAt(view, week),
		changesSection(gate, 5),
		runNotesSection(gate),
		...isText ? [] : numbersSection(view),
		para(isText ? "" : agreementsWords(judged)),
		...imageTables(week, isText),
		para(leftFromResults(view)),
		...isText ? [goneSection(week.gone)] : [...eachFailing(week, view), ...changesFold(week)],
		isText || attention.count === 0 ? attention : fold(`${words} attention`, [attention]),
		sourcesSection(view),
		smallPrint([
			stateWords(state),
			issues === void 0 ? "" : issueWords(issues),
			wayWords(week.rows),
			...scannersOf(judged, gate),
			...runProvenance(gate)
		])
	];
}
const SECTIONS = 50;
function eachFailing({ rows }, { gate }) {
	const failing = rows.flatMap(({ judged }) => judged.filter(({ answer }) => answer === "fail"));
	if (failing.length === 0) return [];
	const shown = failing.slice(0, SECTIONS).map((target) => foldedTarget(target, gate, { form: SHORT }, false));
	const left = leftOut(failing.length - shown.length, "more image", "in the JSON report only");
	const blocks = [
		commonStepsSection(failing, 5),
		...shown,
		para(left)
	];
	return [fold(`Failing, with fix plans: ${counted(failing.length, "image")}`, blocks)];
}
function headBlocks(view) {
	return [title(view.gate, `: ${headlineWords(view)}`), para(join(" · ", numberParts(weekOf(view))))];
}
function headlineWords(view) {
	const { gate, state, sources } = view;
	const { rows } = weekOf(view);
	if (gate.verdict.answer === "pass") return rows.length === 1 ? "the image that runs passes" : `all ${number(rows.length)} images that run pass`;
	const unread = sources.filter(({ error }) => error !== void 0).length;
	const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
	const ofAll = (count) => rows.length === 1 ? "the image" : `${number(count)} of ${number(rows.length)} images`;
	return joined(", ", [
		unread === 0 ? "" : `${counted(unread, "source")} could not be read`,
		errors === 0 ? "" : `${ofAll(errors)} could not be judged`,
		"notWritten" in state && state.isError ? "the history was not kept" : "",
		fails === 0 ? "" : `${errors === 0 ? ofAll(fails) : number(fails)} ${fails === 1 ? "fails" : "fail"}`
	]) || "could not be judged";
}
function countState(rows, state) {
	return rows.filter((row) => row.state === state).length;
}
function numberParts(week) {
	const { rows, gone, places } = week;
	const goneWords = gone.length === 0 ? "" : `${number(gone.length)} gone`;
	if (rows.length === 0) return [strong("No image was looked at"), goneWords];
	const overdue = rows.reduce((sum, { image }) => sum + image.overdue.length, 0);
	const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
	const pressing = (count, words) => count === 0 ? "" : strong(`${number(count)} ${words}`);
	return [
		`${counted(rows.length, "image")}${places > rows.length ? ` in ${number(places)} places` : ""}`,
		pressing(errors, "not judged"),
		errors === rows.length ? "" : pressing(fails, "failing") || "0 failing",
		...changeParts(week),
		pressing(overdue, "overdue"),
		goneWords
	];
}
function changeParts(week) {
	const { rows } = week;
	const known = rows.filter(({ history, judged }) => history === "known" && judged.length > 0);
	const first = rows.filter(({ history, judged }) => history === "first" && judged.length > 0).length;
	const fresh = known.flatMap((row) => counting(row.fresh, week));
	const list = severityList(countSeverities(fresh, ({ severity }) => toSeverity(severity)));
	const fixed = rows.flatMap((row) => inSight(row.fixed, week)).length;
	const firstWords = first === rows.length ? "first scan: nothing to compare with" : `${number(first)} scanned for the first time`;
	return [
		...known.length === 0 ? [] : [fresh.length === 0 ? "0 new" : strong(`${number(fresh.length)} new (${list})`), `${number(fixed)} fixed`],
		first === 0 ? "" : firstWords,
		rows.some(({ history }) => history === "none") ? "the earlier findings are not known" : ""
	];
}
function issueWords({ opened, reopened, updated, closed, left }) {
	const parts = [
		`${number(opened)} opened`,
		reopened === 0 ? "" : `${number(reopened)} reopened`,
		`${number(updated)} updated`,
		`${number(closed)} closed`,
		left.length === 0 ? "" : say`${left.length} not opened, because of max-issues (${someNames(left, 60)})`
	];
	return say`issues: ${join(", ", parts)}`;
}
const WAYS = [
	{
		of: "sbom",
		one: "scanned from its stored SBOM",
		several: "scanned from their stored SBOMs"
	},
	{
		of: "image",
		one: "image read as a whole",
		several: "images read as a whole"
	},
	{
		of: "report",
		one: "judged by Harbor's report",
		several: "judged by Harbor's reports"
	}
];
function wayWords(rows) {
	const running = rows.flatMap(({ image }) => image.running);
	const parts = WAYS.map(({ of, one, several }) => {
		const count = running.filter(({ way }) => way === of).length;
		return count === 0 ? "" : counted(count, one, several);
	});
	return joined(", ", parts);
}

// src/domain/history/state-paths.ts
const OURS = /^(?:index\.json|images\/[\w.:-]{1,200}\.json|sboms\/[\w.:-]{1,200}\.cdx\.json\.gz)$/;
function isOurs(path) {
	return OURS.test(path);
}
const STATE_NAMES = /* @__PURE__ */ new Set([
	"index.json",
	"images",
	"sboms"
]);
function requireOurs(paths) {
	const strange = paths.find((path) => !isOurs(path));
	if (strange !== void 0) throw new Error(`${JSON.stringify(strange)} is not a file of the state.`);
}

export { FINDING, SCAN_METHODS, STATE_NAMES, URGENT_WORDS, WINDOWS, afterWords, deadlineOf, findingCells, isAnyKnown, isForgotten, isOurs, lengthOf, lengthWords, mergeRun, nameShown, notNow, numbersJson, numbersOf, overdueOf, renderRescanAnswer, renderRescanLog, renderSummary, requireOurs, rescanResults, threeNumbers, weekOf };