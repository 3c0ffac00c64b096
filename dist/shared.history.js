import { compareText } from "./shared.start.js";
import { SEVERITIES, URGENT, countSeverities, isUrgent, perSeverityName, severityName, toSeverity } from "./shared.names.js";
import { cut, memoize, oncePer, printText, said, severityList, sizeOf as sizeOf$1, tableLines, whenItEnds } from "./shared.scan.js";
import { _enum, array, int, literal, strictObject, string } from "./package.zod.js";
import { addDays, andMore, counted, daysBefore, daysBetween, distinct, harmlessJson, isDay, joined, number, resultOf, scannersOf, shorten } from "./shared.inputs.js";
import { counting, makeWeek, observe } from "./shared.domain.js";
import { FITS, LIMIT_BYTES, SYSTEM_ECOSYSTEMS, SYSTEM_GAPS, UNSPECIFIED_TYPE, broken, code$1 as code, exceptionLines, fold, idsOf, isSameAdvisory, join, kindsOf, leftOut, list, modeLines, name, otherIds, pair, para, paragraphLines, parsePurl, paste, placeOf as placeOf$1, prose, reasonLine, runNotesSection, say, seenFinding, some, strong, subjectOf, table, terseStep, textLine, textOf, versionOf, weaknessIds } from "./shared.answer.js";

// src/domain/history/seen.ts
const WAYS = [
	"sbom",
	"image",
	"report"
];

// src/domain/history/record.ts
const STATE_VERSION = 1;
const instantSchema = string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/).refine(memoize((text) => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)))).describe("ISO 8601 in UTC, with milliseconds");
const day = string().regex(/^\d{4}-\d{2}-\d{2}$/).refine(isDay);
const episode = strictObject({
	opened: instantSchema.describe("The first scan that saw it"),
	closed: instantSchema.optional().describe("The first scan without it. Absent: it is still there"),
	why: _enum([
		"fixed",
		"withdrawn",
		"gone"
	]).optional().describe("fixed: no running image has it. withdrawn: the same package is there in the same version. gone: the image does not run")
}).refine(({ opened, closed, why }) => closed === void 0 === (why === void 0) && (closed ?? opened) >= opened);
function follow(episodes) {
	return episodes.every(({ opened }, at) => {
		const before = episodes[at - 1];
		return before === void 0 || before.closed !== void 0 && before.closed <= opened;
	});
}
const finding = strictObject({
	kind: seenFinding.shape.kind,
	id: string().describe("The advisory, check, secret rule or licence"),
	aliases: array(string()).optional().describe("Other ids of it, and those by which it went before; by any of them it is known again"),
	package: string().optional().describe("Package URL without version and qualifiers"),
	path: string().optional().describe("Without the package's own version"),
	versions: array(string()).optional().describe("Installed versions, at the last scan that saw it"),
	severity: _enum(SEVERITIES.map(severityName)),
	"first-seen": instantSchema,
	"last-seen": instantSchema,
	"fix-since": instantSchema.optional().describe("The first scan that knew a fix. Absent: there is none"),
	"accepted-by": _enum(["exception", "vex"]).optional().describe("Who accepts it. Absent: nobody"),
	"accepted-until": day.optional().describe("Last day of the exception that accepts it"),
	"seen-by": array(string()).optional().describe("Of several scanners, those that saw it at the last scan that did. Absent: those of `scanned-by`"),
	episodes: array(episode).min(1).refine(follow).describe("Oldest first; only the last may be open")
});
const running = strictObject({
	reference: string().describe("As the sources write it"),
	digest: string().optional().describe("What runs: of an index or a manifest"),
	"image-id": string().optional().describe("Of an image that is in no registry"),
	platform: string().optional(),
	where: array(strictObject({
		source: string(),
		name: string()
	})),
	scanned: instantSchema.optional().describe("The last scan that worked")
});
const imageSchema = strictObject({
	version: literal(1).describe("Version of this format"),
	image: string().describe("Registry and repository, without tag and digest"),
	"first-seen": instantSchema,
	"last-seen": instantSchema.describe("The last run that looked at it, whether or not the scan worked"),
	"last-scan": instantSchema.optional().describe("The last run in which every running image of the name was scanned"),
	"scanned-by": array(string()).optional().describe("The scanners of that run. Absent: the one of a run that names none"),
	"gone-since": instantSchema.optional().describe("Since when it does not run"),
	running: array(running).describe("What runs; what ran last if it is gone"),
	gaps: int().nonnegative().optional().describe("Accepted coverage gaps at the last scan"),
	findings: array(finding)
}).meta({ title: "Image Gate state: the history of one image name" });
function isOpen({ episodes, "accepted-by": acceptedBy }) {
	return acceptedBy === void 0 && isThere(episodes);
}
function isThere(episodes) {
	const last = episodes.at(-1);
	return last !== void 0 && last.closed === void 0;
}
const RETURN_DAYS = 30;
function returnsFrom(now) {
	return daysBefore(now, RETURN_DAYS);
}
function isReturn({ closed }, { opened }) {
	return closed !== void 0 && closed >= returnsFrom(opened);
}
function presentSince(episodes) {
	let at = episodes.length - 1;
	while (at > 0 && isReturn(episodes[at - 1], episodes[at])) at -= 1;
	return episodes[at]?.opened;
}
function lastTimeOf({ findings, running, ...image }) {
	let last = "";
	const tell = (time) => {
		if (time !== void 0 && time > last) last = time;
	};
	for (const time of [
		image["first-seen"],
		image["last-seen"],
		image["last-scan"],
		image["gone-since"]
	]) tell(time);
	for (const { scanned } of running) tell(scanned);
	for (const finding of findings) {
		tell(finding["first-seen"]);
		tell(finding["last-seen"]);
		tell(finding["fix-since"]);
		for (const { opened, closed } of finding.episodes) tell(closed ?? opened);
	}
	return last;
}

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

// src/domain/history/known-again.ts
function knownAgain(records, observed, sight) {
	const { pairs, fresh } = pair(latestFirst(records), observed, [{ keys: (each) => [textOf(each)] }, ...sameAdvisory((was, now, isHere) => isHere || isSeenByOthers(was, now, sight))]);
	return {
		seen: new Map([...pairs].map(([now, was]) => [was, now])),
		strangers: fresh
	};
}
function sameAdvisory(isMeant) {
	return FITS.map((fits, degree) => ({
		keys: (each) => {
			if (each.kind !== "vulnerability") return [];
			const { subject, path } = placeOf(each);
			return idsOf(each).map((id) => textOf({
				kind: each.kind,
				id,
				package: subject,
				path: degree === 0 ? path : ""
			}));
		},
		fits: (was, now) => fits(placeOf(was).path, placeOf(now).path) && isSameAdvisory(was, now) && isMeant(was, now, degree === 0)
	}));
}
function isSeenByOthers(record, found, { before, now }) {
	const was = before(record);
	const is = found["seen-by"] ?? now;
	return was !== void 0 && !(was.length === is.length && was.every((name) => is.includes(name)));
}
function latestFirst(records) {
	const rank = ({ episodes }) => isThere(episodes) ? "~" : episodes.at(-1)?.closed ?? "";
	return records.toSorted((a, b) => compareText(rank(b), rank(a)));
}
function placeOf({ package: about, path = "" }) {
	if (about === void 0) return {
		subject: "",
		path
	};
	const { key, isSystem } = subjectIn(about);
	return {
		subject: key,
		path: isSystem ? "" : path
	};
}
const subjectIn = memoize((about) => {
	const parsed = parsePurl(about);
	if (parsed !== void 0) return subjectOf({
		name: parsed.name,
		version: "",
		purl: about,
		type: parsed.type
	});
	const slash = about.indexOf("/");
	return subjectOf({
		name: about.slice(slash + 1),
		version: "",
		type: about.slice(0, Math.max(0, slash))
	});
});
function releaseOf(about, version, path = "") {
	const { key, needs, isSystem } = subjectIn(about);
	return `${key}\n${versionOf(version, needs)}\n${isSystem ? "" : path}`;
}
function isOfSystem(about) {
	return about !== void 0 && subjectIn(about).isSystem;
}

// src/domain/history/moves.ts
function settle({ findings, found, opened, ending }, now) {
	const joined = /* @__PURE__ */ new Map();
	const gone = /* @__PURE__ */ new Set();
	const lost = [...ending.keys()];
	for (const [was, place] of renamed(lost, found)) {
		const sofar = joined.get(place) ?? place;
		joined.set(place, {
			...withPast(sofar, close(was, now, "fixed")),
			...aliasesOf(place.id, [sofar, was])
		});
		gone.add(was);
	}
	const join = (former, isMeant) => {
		const [left, open] = [former.filter((each) => !gone.has(each)), found.filter((each) => !joined.has(each))];
		for (const [place, was] of alikeByAge(left, open)) {
			if (!isMeant(was, place)) continue;
			const isThere = was.episodes.at(-1)?.closed === void 0;
			joined.set(place, withPast(place, isThere ? close(was, now, "fixed") : was));
			gone.add(was);
		}
	};
	join(lost, isOlder);
	const continued = new Set(joined.keys());
	const recently = returnsFrom(now);
	const isBack = ({ episodes }) => episodes.at(-1)?.opened === now;
	join(findings.filter(({ episodes }) => (episodes.at(-1)?.closed ?? "") >= recently), (was, place) => isBack(place) && isOlder(was, place) || isReturned(was, place));
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
	const isNamed = ({ aliases }) => aliases !== void 0;
	if (!lost.some(isNamed) && !found.some(isNamed)) return [];
	const passes = sameAdvisory((was, place) => was.id !== place.id);
	const all = [];
	for (let left = lost; left.length > 0;) {
		const { pairs, gone } = pair(left, found, passes);
		if (pairs.size === 0) break;
		all.push(...[...pairs].map(([place, was]) => [was, place]));
		left = gone;
	}
	return all;
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

// src/domain/history/why-gone.ts
const CONFIG_GAPS = /* @__PURE__ */ new Set([
	"config-unreadable",
	"terraform-not-read",
	"misconfig-nothing-read"
]);
function closingOf(targets, { isSame, seenBy, now }) {
	const kinds = targets.map(({ scan }) => kindsOf(scan.provenance.scanners));
	const isUnspecified = targets.every(({ scan }) => scan.artifact.packages === void 0);
	const gaps = targets.flatMap(({ coverage }) => coverage?.gaps.map(({ gap }) => gap) ?? []);
	const isUnseen = ({ kind, path }) => gaps.some(({ code, path: at }) => {
		if (at !== void 0) return path !== void 0 && (path === at || path.startsWith(`${at}/`));
		if (CONFIG_GAPS.has(code)) return kind === "misconfiguration";
		return kind === "vulnerability" && (path === void 0 || !SYSTEM_GAPS.has(code));
	});
	const isOtherwiseNamed = (finding) => finding.package !== void 0 && (isUnspecified && isSame(finding) || !namesAlike(finding.package, targets));
	let isInstalled;
	const whyGone = (finding) => {
		isInstalled ??= installedIn(targets);
		return finding.package !== void 0 && isInstalled(finding) ? "withdrawn" : "fixed";
	};
	return (finding) => {
		if (kinds.some((each) => !each.has(finding.kind)) || isUnseen(finding)) return void 0;
		if (isOtherwiseNamed(finding)) return "withdrawn";
		const look = lookAt(finding, seenBy(finding), targets);
		if (look === "none") return void 0;
		if (look === "off") return finding["last-seen"] >= returnsFrom(now) ? void 0 : "withdrawn";
		const why = whyGone(finding);
		return why === "withdrawn" && look === "some" ? void 0 : why;
	};
}
function namesAlike(about, targets) {
	const isUnspecified = about.startsWith(`${UNSPECIFIED_TYPE}/`);
	return targets.some(({ scan }) => isUnspecified === (scan.artifact.packages === void 0));
}
function lookAt(finding, by, targets) {
	if (by === void 0) return "all";
	let look = "all";
	for (const { scan } of targets) {
		const { looked, failed } = scannersAt(scan, finding);
		const isLooked = looked.some((name) => by.includes(name));
		const isFailed = failed.some((name) => by.includes(name));
		if (!isLooked && isFailed) return "none";
		if (!isLooked) look = "off";
		else if (isFailed && look === "all") look = "some";
	}
	return look;
}
function scannersAt(scan, { package: about }) {
	const { opinions } = scan;
	if (opinions === void 0) return {
		looked: scannersOf(scan),
		failed: []
	};
	const isSystem = isOfSystem(about);
	const seesSystem = ({ sees }) => sees.some((each) => SYSTEM_ECOSYSTEMS.has(each));
	const isKnown = scan.artifact.os !== void 0 || opinions.some(seesSystem);
	const couldNot = (source) => source.failed !== void 0 || isSystem && isKnown && !seesSystem(source);
	const names = (list) => list.map(({ scanner }) => scanner);
	return {
		looked: names(opinions.filter((each) => !couldNot(each))),
		failed: names(opinions.filter(couldNot))
	};
}
function installedIn(targets) {
	const [places, anywhere] = [/* @__PURE__ */ new Set(), /* @__PURE__ */ new Set()];
	for (const { scan } of targets) for (const each of scan.packages) {
		const { package: about = "", path } = placeOf$1(each, each.path);
		places.add(releaseOf(about, each.version, path));
		anywhere.add(releaseOf(about, each.version));
	}
	const found = /* @__PURE__ */ new Set();
	for (const { finding } of targets.flatMap(({ findings }) => findings)) {
		if (finding.package === void 0) continue;
		const { package: about = "" } = placeOf$1(finding.package, finding.path);
		for (const id of weaknessIds(finding)) found.add(`${id}\n${releaseOf(about, finding.package.version)}`);
	}
	return (finding) => (finding.versions ?? []).some((version) => {
		const { package: about = "", path } = finding;
		if (places.has(releaseOf(about, version, path))) return true;
		const release = releaseOf(about, version);
		return anywhere.has(release) && !weaknessIds(finding).some((id) => found.has(`${id}\n${release}`));
	});
}

// src/domain/history/name-seen.ts
function nameSeen(before, { now, images, usualScanner }, unread) {
	const waiting = before === void 0 || unread.size === 0 ? [] : mayStillRun(before, images, unread);
	const judged = images.map(({ verdict }) => verdict).filter((verdict) => verdict.answer !== "error");
	const isWhole = waiting.length === 0 && images.length > 0 && judged.length === images.length;
	const sight = sightOf(before, judged, usualScanner);
	return {
		now,
		images,
		sight,
		unreadSources: unread,
		unread: waiting,
		findings: observe(judged),
		closing: isWhole ? closingOf(judged, {
			isSame: seenInTheSame(before, images),
			seenBy: sight.before,
			now
		}) : void 0,
		gaps: judged.reduce((sum, { coverage }) => sum + (coverage?.gaps.length ?? 0), 0)
	};
}
function sightOf(before, judged, usual) {
	const now = [...new Set(judged.flatMap(({ scan }) => scannersOf(scan)))].sort();
	const former = before?.["scanned-by"] ?? (usual === void 0 ? void 0 : [usual]);
	const isSame = former === void 0 || former.length === now.length && former.every((name) => now.includes(name));
	const seenBy = ({ "seen-by": by }) => by ?? former;
	return {
		before: seenBy,
		now,
		usual,
		kept: (record) => {
			if (isSame || record["seen-by"] !== void 0) return record;
			const { episodes, ...rest } = record;
			return {
				...rest,
				"seen-by": former,
				episodes
			};
		}
	};
}
function seenInTheSame(before, images) {
	const last = before?.["last-scan"];
	if (before === void 0 || last === void 0 || last !== before["last-seen"]) return () => false;
	const now = images.map(({ digest, imageId, platform }) => contentKey(digest ?? imageId, platform));
	const then = before.running.map((each) => contentKey(each.digest ?? each["image-id"], each.platform));
	const all = /* @__PURE__ */ new Set([...now, ...then]);
	const isSame = !all.has(void 0) && new Set(now).size === all.size && new Set(then).size === all.size;
	return (finding) => isSame && finding["last-seen"] === last;
}
function contentKey(content, platform = "") {
	return content === void 0 ? void 0 : `${content} ${platform}`;
}
function mayStillRun({ running, "gone-since": gone }, images, unread) {
	if (gone !== void 0) return [];
	const seen = new Set(images.map(({ imageId, ...rest }) => runningKey({
		...rest,
		"image-id": imageId
	})));
	return running.filter((each) => !seen.has(runningKey(each))).map((each) => ({
		...each,
		where: each.where.filter(({ source }) => unread.has(source))
	})).filter(({ where }) => where.length > 0);
}
function runningKey(running) {
	return JSON.stringify([
		running.reference,
		running.digest,
		running["image-id"],
		running.platform
	]);
}
function scannedBy({ now, usual }) {
	return usual === void 0 || now.length === 1 && now[0] === usual || now.length === 0 ? {} : { "scanned-by": now };
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
	if (before !== void 0 && seen.now < lastWord(before)) return unchanged(before);
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
function lastWord({ "last-seen": lastSeen, "gone-since": gone = "" }) {
	return gone > lastSeen ? gone : lastSeen;
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
	const { seen, strangers } = knownAgain(before, observed, sight);
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
	return compare(a.package, b.package) || compare(a.path, b.path) || compare(a.id, b.id) || compare(a.kind, b.kind);
}
function sortRunning(running) {
	return running.map((each) => ({
		...each,
		where: sortWhere(each.where)
	})).sort((a, b) => compare(a.reference, b.reference) || compare(a.digest, b.digest) || compare(a["image-id"], b["image-id"]) || compare(a.platform, b.platform));
}
function sortWhere(where) {
	if (where.length < 2) return where;
	return distinct(where).sort((a, b) => compare(a.source, b.source) || compare(a.name, b.name));
}
function compare(a = "", b = "") {
	return compareText(a, b);
}

// src/domain/metrics/numbers.ts
const WINDOWS = {
	"30d": 30,
	"90d": 90
};
function isAnyKnown({ images }) {
	return images.some(({ known }) => known !== void 0);
}
function numbersOf(records, around) {
	const { now, fixWithinDays, databaseUpdatedAt } = around;
	const limits = Object.entries(fixWithinDays).filter(([, days]) => days !== void 0);
	const notBefore = Object.fromEntries(limits.map(([severity, days]) => [severity, addDays(now.slice(0, 10), -days)]));
	const [longAgo, recently] = [daysBefore(now, WINDOWS["90d"]), daysBefore(now, WINDOWS["30d"])];
	const images = [];
	const fixed = [];
	const open = perSeverityName(() => 0);
	let oldest;
	for (const record of records) {
		if (record["gone-since"] !== void 0) continue;
		const present = record.findings.filter(isOpen);
		for (const { severity } of present) open[severity] += 1;
		images.push(imageNumbers(record, present, notBefore));
		for (const each of record.findings) fixed.push(...remediationsOf(each, longAgo));
		const since = oldestUnpatched(present);
		if (since !== void 0 && (oldest === void 0 || since < oldest.since)) oldest = {
			image: record.image,
			since
		};
	}
	return {
		now,
		open,
		oldestUnpatched: oldest && {
			image: oldest.image,
			age: lengthOf(oldest.since, now) ?? 0
		},
		remediations: {
			"30d": means(fixed.filter(({ closed }) => closed >= recently)),
			"90d": means(fixed)
		},
		exceptions: phasesOf(around),
		databaseAge: databaseUpdatedAt === void 0 ? void 0 : lengthOf(databaseUpdatedAt, now),
		images
	};
}
function imageNumbers({ image, "last-scan": lastScan, findings, running, gaps = 0 }, present, notBefore) {
	const open = perSeverityName(() => 0);
	const overdue = Object.fromEntries(Object.keys(notBefore).map((each) => [each, 0]));
	for (const finding of present) {
		const { severity } = finding;
		open[severity] += 1;
		const since = unpatchedSince(finding);
		const limit = notBefore[severity];
		if (limit !== void 0 && since !== void 0 && since.slice(0, 10) < limit) overdue[severity] = (overdue[severity] ?? 0) + 1;
	}
	return {
		image,
		known: lastScan !== void 0 || findings.length > 0 || running.some(({ scanned }) => scanned !== void 0) ? {
			open,
			overdue,
			gaps: lastScan === void 0 ? void 0 : gaps
		} : void 0,
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
function oldestUnpatched(open) {
	let oldest;
	for (const finding of open) {
		const since = isUrgent(finding.severity) ? unpatchedSince(finding) : void 0;
		if (since !== void 0 && (oldest === void 0 || since < oldest)) oldest = since;
	}
	return oldest;
}
function unpatchedSince({ episodes, "fix-since": fixSince }) {
	const since = fixSince === void 0 ? void 0 : presentSince(episodes);
	if (fixSince === void 0 || since === void 0) return void 0;
	return since > fixSince ? since : fixSince;
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
function threeNumbers(numbers, before) {
	const isKnown = isAnyKnown(numbers);
	const then = (words) => before !== void 0 && isAnyKnown(before) ? words(before) : "";
	const { oldestUnpatched: oldest } = numbers;
	const { count } = meanIn(numbers);
	return [
		{
			title: `Open ${URGENT_WORDS} findings`,
			now: isKnown ? `${number(openOf(numbers))}${compared(openOf(numbers), before && openOf(before))}` : "unknown",
			more: isKnown ? URGENT.map((severity) => `${number(numbers.open[severity])} ${severity.toUpperCase()}`).join(", ") : "",
			before: then((of) => number(openOf(of)))
		},
		{
			title: "Oldest unpatched image",
			now: isKnown ? oldestWords(numbers) : "unknown",
			more: oldest === void 0 ? "" : code(oldest.image.trim() === "" ? JSON.stringify(oldest.image) : oldest.image, 100),
			before: then(oldestWords)
		},
		{
			title: "Mean time to remediation, 90 days",
			now: meanWords(numbers),
			more: count === 0 ? "" : `${number(count)} fixed`,
			before: then(meanWords)
		}
	];
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
		...chart(trend?.weeks ?? [])
	];
}
function afterWords({ now }) {
	return `after the run of ${now.slice(0, 10)}`;
}
function notNow({ images, now }) {
	const never = images.filter(({ known }) => known === void 0).length;
	const partly = images.filter(({ known, lastScan }) => known !== void 0 && lastScan === void 0).length;
	const old = images.flatMap(({ lastScan }) => lastScan !== void 0 && lastScan < now ? lastScan : []).sort();
	const day = (old[0] ?? "").slice(0, 10);
	return [
		never > 0 && `${counted(never, "image")} could never be scanned, and ${never === 1 ? "is" : "are"} in none of these numbers.`,
		partly > 0 && `Of ${counted(partly, "image")} only a part of what runs could ever be scanned: the rest is in no number.`,
		old.length === 1 && `1 image could not be scanned now, and counts as at its last scan, on ${day}.`,
		old.length > 1 && `${counted(old.length, "image")} could not be scanned now, and count as at their last scans, the oldest on ${day}.`
	].filter((each) => each !== false).join(" ");
}
const URGENT_WORDS = URGENT.map((severity) => severity.toUpperCase()).join(" and ");
function openOf({ open }) {
	return URGENT.reduce((sum, severity) => sum + open[severity], 0);
}
function meanIn({ remediations: { "90d": quarter } }) {
	return meanOver(URGENT.map((severity) => quarter[severity]));
}
function oldestWords({ oldestUnpatched }) {
	return oldestUnpatched === void 0 ? "none" : lengthWords(oldestUnpatched.age);
}
function meanWords(numbers) {
	const { mean } = meanIn(numbers);
	return mean === void 0 ? "nothing was fixed" : lengthWords(mean);
}
function lengthWords(length) {
	const days = daysOf(length);
	return counted(days < 10 ? days : Math.round(days), "day");
}
function compared(now, before) {
	if (before === void 0 || now === before) return "";
	return now > before ? ` (▲ ${number(now - before)})` : ` (▼ ${number(before - now)})`;
}
const LOOK = `%%{init: ${JSON.stringify({
	xyChart: { height: 260 },
	themeVariables: { xyChart: { plotColorPalette: "#d1242f" } }
})}}%%`;
function chart(weeks) {
	if (weeks.length < 3) return [];
	const most = Math.max(10, ...weeks.map(({ open }) => open));
	const days = weeks.map(({ at }) => `"${at.slice(5, 10)}"`).join(", ");
	const lines = [
		LOOK,
		"xychart-beta",
		`  title "Open ${URGENT_WORDS} findings"`,
		`  x-axis [${days}]`,
		`  y-axis 0 --> ${most}`,
		`  line [${weeks.map(({ open }) => open).join(", ")}]`
	];
	return [fold("Week by week, by the severities and exceptions of today", [paste(lines.join("\n"), "mermaid")])];
}

// src/render/rescan/results.ts
const LIMIT = 9e5;
const rescanResults = oncePer(({ images }) => {
	const running = images.flatMap((image) => image.running);
	const whole = running.map((each) => resultText(each, Number.POSITIVE_INFINITY));
	if (sizeOf(whole) <= LIMIT) return {
		json: `[${whole.join(",")}]`,
		passing: 0,
		others: 0
	};
	const short = running.map((each) => resultText(each, 1));
	const passes = (index) => running[index]?.verdict.answer === "pass";
	const indexes = [...short.keys()].reverse();
	const left = /* @__PURE__ */ new Set();
	let size = sizeOf(short);
	for (const index of [...indexes.filter(passes), ...indexes.filter((at) => !passes(at))]) {
		if (size <= LIMIT) break;
		left.add(index);
		size -= sizeOf([short[index] ?? ""]);
	}
	const passing = [...left].filter(passes).length;
	return {
		json: `[${short.filter((_, index) => !left.has(index)).join(",")}]`,
		passing,
		others: left.size - passing
	};
});
function leftFromResults(view) {
	const { passing, others } = rescanResults(view);
	if (passing + others === 0) return "";
	const rest = others === 0 ? "" : `, and ${counted(others, "other image")}`;
	return `The output of results has no room for ${counted(passing, "image")} that ${passing === 1 ? "passes" : "pass"}${rest}: the JSON report has all.`;
}
function resultText({ verdict, where, way }, places) {
	const listed = where.slice(0, places).map(({ source, name }) => ({
		source,
		name
	}));
	return harmlessJson({
		...resultOf(verdict, {}),
		where: listed,
		way: way ?? ""
	});
}
function sizeOf(texts) {
	return texts.reduce((sum, text) => sum + text.length + 1, 0);
}

// src/domain/metrics/ages.ts
const UP_TO_DAYS = [
	7,
	30,
	90,
	void 0
];
function agesOf(records, now) {
	const groups = UP_TO_DAYS.map((upTo) => ({
		upTo,
		from: upTo === void 0 ? "" : daysBefore(now, upTo),
		open: perSeverityName(() => 0)
	}));
	const unpatched = [];
	for (const { image, findings, "gone-since": goneSince } of records) {
		if (goneSince !== void 0) continue;
		const open = findings.filter(isOpen);
		for (const { severity, episodes } of open) {
			const since = presentSince(episodes) ?? now;
			const group = groups.find(({ from }) => since >= from);
			if (group !== void 0) group.open[severity] += 1;
		}
		const oldest = oldestUnpatched(open);
		if (oldest !== void 0) unpatched.push({
			image,
			age: lengthOf(oldest, now) ?? 0
		});
	}
	return {
		groups: groups.map(({ upTo, open }) => ({
			upTo,
			open
		})),
		unpatched: unpatched.sort((a, b) => b.age - a.age)
	};
}

// src/render/rescan/week.ts
const weekOf = oncePer(({ images, sources, state, gate }) => {
	const isUnread = "notWritten" in state && (state.isError || state.isUnread === true);
	return makeWeek({
		images,
		sources,
		exceptions: gate.verdict.exceptions,
		today: gate.today,
		isUnread
	});
});

// src/render/rescan/not-looked-at.ts
const MOST = 20;
const NAMED$1 = 3;
function notLookedAt({ unread, notJudged, unseen }) {
	const it = unseen.length === 1 ? "it" : "them";
	const items = [
		...unread.map(({ source, images, error }) => {
			const words = images === 0 ? "" : ` It named ${counted(images, "image")} all the same.`;
			return errorItem(say`source ${code(source, 120)}`, error, words);
		}),
		...notJudged.map(({ names, error }) => errorItem(named(names), error)),
		unseen.length === 0 ? "" : say`${named(unseen.map(({ change }) => change.image))}: no source that could be read names ${it} any more. What is known of ${it} stays as it was.`
	].filter((item) => item !== "");
	const [only, ...others] = items;
	if (only === void 0) return [];
	const title = strong("Not looked at:");
	if (others.length === 0) return [para(title, " ", only)];
	return [para(title), list([...items.slice(0, MOST), leftOut(items.length - MOST, "more item", "in the report only")])];
}
function named(names) {
	return some(names, NAMED$1, { show: (name) => code(name, 100) });
}
function errorItem(subject, { code: id, what, remedy }, words = "") {
	return say`${subject}: ${code(`[${id}]`, 80)} ${prose(what, 500)}.${words} ${strong("What to do:")} ${prose(remedy, 500)}`;
}

// src/render/rescan/words.ts
const NO_BREAK = "\xA0";
function headlineWords({ gate, state }, week) {
	const { rows, unread } = week;
	const [errors, fails] = [countState(rows, "error"), countState(rows, "fail")];
	if (gate.verdict.answer === "pass") return rows.length === 1 ? "the image that runs passes" : `all ${number(rows.length)} images that run pass`;
	const [first, ...others] = [
		unread.length === 0 ? "" : `${counted(unread.length, "source")} could not be read`,
		errors === 0 ? "" : `${ofAll(errors, rows)} could not be judged`,
		"notWritten" in state && state.isError ? "the history was not kept" : "",
		fails === 0 ? "" : errors === 0 ? `${ofAll(fails, rows)} ${verb(fails, "fail")}` : `${number(fails)} ${verb(fails, "fail")}`
	].filter((part) => part !== "");
	return first === void 0 ? "could not be judged" : [first, ...others].join(", ");
}
function ofAll(count, rows) {
	return rows.length === 1 ? "the image" : `${number(count)} of ${number(rows.length)} images`;
}
function verb(count, plural) {
	return count === 1 ? `${plural}s` : plural;
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
	const fixed = rows.flatMap((row) => inSight(row.fixed, week));
	const isAllFirst = first === rows.length;
	return [
		known.length === 0 ? "" : fresh.length === 0 ? "0 new" : strong(freshWords(fresh)),
		known.length === 0 ? "" : `${number(fixed.length)} fixed`,
		first === 0 ? "" : isAllFirst ? FIRST_SCAN : `${number(first)} scanned for the first time`,
		rows.some(({ history }) => history === "none") ? "what was there before is not known" : ""
	];
}
const FIRST_SCAN = "first scan: nothing to compare with";
function freshWords(fresh) {
	const list = severityList(countSeverities(fresh, ({ severity }) => toSeverity(severity)));
	return `${number(fresh.length)} new (${list})`;
}
function inSight(findings, { severities }) {
	return findings.filter(({ severity }) => severities.includes(toSeverity(severity)));
}
function changeWords(row, week) {
	if (row.judged.length === 0) return ["not known"];
	if (row.history !== "known") return [row.history === "first" ? "first scan" : "not known"];
	const fresh = counting(row.fresh, week).length;
	const fixed = inSight(row.fixed, week).length;
	return [fresh === 0 ? "" : `${number(fresh)} new`, fixed === 0 ? "" : `${number(fixed)} fixed`].filter((words) => words !== "");
}
function openParts(row, severities) {
	const { open, broken: broken$1 } = row;
	if (open === void 0) return ["?"];
	const parts = severities.flatMap((severity) => {
		const words = `${number(open[severity])}${NO_BREAK}${severity}`;
		return open[severity] === 0 ? [] : broken$1.has(severity) ? broken(words) : words;
	});
	return parts.length === 0 ? ["none"] : parts;
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
function firstWords(row, hasClears = false) {
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
function issueWords({ opened, reopened, updated, closed, left }) {
	const parts = [
		`${number(opened)} opened`,
		reopened === 0 ? "" : `${number(reopened)} reopened`,
		`${number(updated)} updated`,
		`${number(closed)} closed`,
		left.length === 0 ? "" : `${number(left.length)} not opened, because of max-issues`
	];
	return `issues: ${joined(", ", parts)}`;
}
function wayWords({ rows }) {
	const ways = rows.flatMap(({ image }) => image.running.flatMap(({ way }) => way ?? []));
	const sboms = ways.filter((way) => way === "sbom").length;
	const reports = ways.filter((way) => way === "report").length;
	const images = ways.length - sboms - reports;
	return joined(", ", [
		sboms === 0 ? "" : `${number(sboms)} scanned from ${sboms === 1 ? "its stored SBOM" : "their stored SBOMs"}`,
		images === 0 ? "" : `${number(images)} ${images === 1 ? "image" : "images"} read as a whole`,
		reports === 0 ? "" : `${number(reports)} judged by ${reports === 1 ? "Harbor's report" : "Harbor's reports"}`
	]);
}

// src/render/rescan/log.ts
const HEAD = [
	"",
	"image",
	"open",
	"new, fixed, overdue",
	"where",
	"first"
];
const WIDEST = [
	7,
	40,
	24,
	30,
	32,
	32
];
const NARROWER = [
	[4, 0],
	[3, 12],
	[5, 14],
	[1, 24],
	[2, 13]
];
const NAMED = 5;
const NOTES = 10;
function renderRescanLog(view, look = {}, limitBytes = LIMIT_BYTES) {
	return printText([
		...bodyLines(view, look, limitBytes),
		...modeLines(view.gate),
		reasonLine(view.gate)
	], look);
}
function bodyLines(view, { columns = Number.POSITIVE_INFINITY }, limitBytes = LIMIT_BYTES) {
	const week = weekOf(view);
	const before = paragraphLines([para(prose(view.gate.name, 200), ": ", headlineWords(view, week)), list([join(", ", numberParts(week))])], notLookedAt(week), sourceNotes(view), runNotesSection(view.gate));
	const after = [
		...paragraphLines(goneNote(week)),
		...exceptionLines(view.gate),
		...paragraphLines(endBlocks(view, week))
	];
	const room = limitBytes - sizeOf$1([
		...before,
		...after,
		view.gate.verdict.reason
	]) - 200;
	return [
		...before,
		...imageLines(week, room, columns),
		...after
	];
}
function sourceNotes({ sources }) {
	const notes = sources.flatMap(({ source, notes }) => notes.map((note) => say`${code(source, 100)}: ${prose(note, 300)}`));
	if (notes.length === 0) return [];
	const left = leftOut(notes.length - NOTES, "more note", "in the report only");
	return [para("Notes of the sources:"), list([...notes.slice(0, NOTES), left])];
}
function goneNote({ gone }) {
	if (gone.length === 0) return [];
	return [para("Not running any more: ", some(gone, NAMED, { show: ({ change }) => code(change.image, 120) }))];
}
function imageLines(week, room, columns) {
	const { rows } = week;
	if (rows.length === 0) return [];
	const cells = rows.map((row) => cellsOf(row, week));
	const lines = tableLines({
		head: HEAD,
		rows: cells,
		columns,
		narrower: NARROWER,
		room
	});
	const missing = andMore(rows.length - lines.length + 1, "image");
	return [
		...lines,
		...missing === "" ? [] : [`  … ${missing}; the report has all.`],
		""
	];
}
function cellsOf(row, week) {
	return [
		row.state,
		said(row.name, 200, "middle"),
		textLine(join(", ", openParts(row, week.severities))),
		joined(", ", [...changeWords(row, week), overdueWords(row, week.today)]),
		textLine(placeWords(row.places, 60)),
		textLine(firstWords(row))
	].map((cell, column) => cut(cell, WIDEST[column] ?? 0));
}
function capital(words) {
	return words.charAt(0).toUpperCase() + words.slice(1);
}
function endBlocks(view, week) {
	const { state, issues } = view;
	const ways = wayWords(week);
	return [
		para(leftFromResults(view)),
		para(ways === "" ? "" : `Scans: ${ways}`),
		para("written" in state ? say`History: ${code(state.written, 200)}` : say`History not written: ${prose(state.notWritten, 1e3)}.`),
		para(issues === void 0 ? "" : capital(issueWords(issues))),
		list((issues?.failed ?? []).slice(0, NAMED).map((sentence) => prose(sentence, 500)))
	];
}

// src/domain/metrics/trend.ts
function weeksOf(records, now, most) {
	return severityWeeksOf(records, now, most).map(({ at, open }) => ({
		at,
		open: URGENT.reduce((sum, severity) => sum + open[severity], 0)
	}));
}
function severityWeeksOf(records, now, most) {
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
	let first = now;
	for (const { "first-seen": seen } of records) if (seen < first) first = seen;
	const times = [now];
	for (let week = 1; week < most; week++) {
		const at = daysBefore(now, 7 * week);
		if (at < first) break;
		times.unshift(at);
	}
	return times;
}
function firstFrom(times, time) {
	const found = times.findIndex((each) => each >= time);
	return found === -1 ? times.length : found;
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
function requireOurs({ put, remove }) {
	const strange = [...put.keys(), ...remove].find((path) => !isOurs(path));
	if (strange !== void 0) throw new Error(`${JSON.stringify(strange)} is not a file of a state.`);
}

export { STATE_NAMES, URGENT_WORDS, WAYS, WINDOWS, afterWords, agesOf, bodyLines, changeWords, firstWords, headlineWords, imageSchema, instantSchema, isAnyKnown, isForgotten, isOpen, isOurs, isThere, issueWords, lastTimeOf, leftFromResults, lengthOf, lengthWords, mergeRun, notLookedAt, numberParts, numbersJson, numbersOf, numbersSection, openParts, overdueWords, placeWords, presentSince, renderRescanLog, requireOurs, rescanResults, severityWeeksOf, threeNumbers, wayWords, weekOf, weeksOf };