import { SEVERITIES, URGENT, addDays, isUrgent, perSeverityName, scannersOf, severityName, severityRank } from "./shared.answer.js";
import { SYSTEM_GAPS, UNSPECIFIED_TYPE, isFixable, memoize, pathWithoutVersion, purlWithoutVersion } from "./shared.domain.js";

// src/domain/history/record.ts
function isOpen({ episodes, "accepted-by": acceptedBy }) {
	return acceptedBy === void 0 && isThere(episodes);
}
function isThere(episodes) {
	const last = episodes.at(-1);
	return last !== void 0 && last.closed === void 0;
}
function returnsFrom(now) {
	return `${addDays(now.slice(0, 10), -30)}${now.slice(10)}`;
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
const KEPT_EPISODES = 100;
function isForgotten({ "gone-since": gone }, now) {
	return gone !== void 0 && gone < keptFrom(now);
}
function firstSeen(found, now, episode = { opened: now }) {
	return {
		kind: found.kind,
		id: found.id,
		package: found.package,
		path: found.path,
		versions: found.versions,
		severity: found.severity,
		"first-seen": now,
		"last-seen": now,
		"fix-since": found.fixable ? now : void 0,
		...episode.closed === void 0 ? acceptedAs(found) : NOT_ACCEPTED,
		...seenBy(found),
		episodes: [episode]
	};
}
function seenBy(found) {
	return found["seen-by"] === void 0 ? {} : { "seen-by": found["seen-by"] };
}
const NOT_ACCEPTED = {
	"accepted-by": void 0,
	"accepted-until": void 0
};
function acceptedAs(found) {
	return {
		"accepted-by": found["accepted-by"],
		"accepted-until": found["accepted-until"]
	};
}
function seenAgain(before, found, now) {
	return {
		kind: before.kind,
		id: before.id,
		package: before.package,
		path: before.path,
		versions: found.versions,
		severity: found.severity,
		"first-seen": before["first-seen"],
		"last-seen": now,
		"fix-since": found.fixable ? before["fix-since"] ?? now : void 0,
		"accepted-by": found["accepted-by"],
		"accepted-until": found["accepted-until"],
		...seenBy(found),
		episodes: isThere(before.episodes) ? before.episodes : withEpisode(before.episodes, { opened: now })
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
		...NOT_ACCEPTED,
		episodes: [...finding.episodes.slice(0, -1), {
			opened: last.opened,
			closed,
			why
		}]
	};
}
function isKept({ episodes }, now) {
	const closed = episodes.at(-1)?.closed;
	return closed === void 0 || closed >= keptFrom(now);
}
function keptFrom(now) {
	return `${addDays(now.slice(0, 10), -400)}${now.slice(10)}`;
}

// src/domain/history/moves.ts
function settle({ findings, found, opened, ending }, now) {
	const recently = returnsFrom(now);
	const closed = findings.filter(({ episodes }) => (episodes.at(-1)?.closed ?? "") >= recently);
	const { joined, gone, continued } = movesOf({
		found,
		lost: [...ending.keys()],
		closed
	}, now);
	const closings = [];
	const after = [];
	for (const each of findings) {
		const why = ending.get(each);
		if (gone.has(each)) continue;
		const settled = why === void 0 ? joined.get(each) ?? each : close(each, now, why);
		if (why !== void 0) closings.push(settled);
		after.push(settled);
	}
	return {
		findings: after,
		opened: opened.filter((each) => !continued.has(each)).map((each) => joined.get(each) ?? each),
		closed: closings
	};
}
function movedFrom(elsewhere) {
	const keys = new Set(elsewhere.filter(canMove).flatMap(keysOf));
	return (found) => canMove(found) && keysOf(found).some((key) => keys.has(key));
}
function movesOf({ found, lost, closed }, now) {
	const moves = {
		joined: /* @__PURE__ */ new Map(),
		gone: /* @__PURE__ */ new Set()
	};
	const continued = /* @__PURE__ */ new Set();
	const isYounger = (was, since) => since > sinceOf(was);
	const isReturned = ({ episodes }, since) => {
		const end = episodes.at(-1)?.closed;
		return end !== void 0 && since >= end && end >= returnsFrom(since);
	};
	const ended = (was, place) => {
		continued.add(place);
		return close(was, now, "fixed");
	};
	join(lost, found, {
		fits: isYounger,
		ended
	}, moves);
	join(closed, found.filter(({ episodes }) => episodes.at(-1)?.opened === now), { fits: isYounger }, moves);
	join(closed.filter((each) => !moves.gone.has(each)), found, { fits: isReturned }, moves);
	return {
		...moves,
		continued
	};
}
function join(former, found, { fits, ended = (was) => was }, { joined, gone }) {
	const movable = oldestFirst(former);
	const places = placesOf$1(found, movable);
	if (places.size === 0) return;
	for (const was of movable) {
		const place = oldestFirst(keysOf(was).flatMap((key) => {
			const stack = places.get(key) ?? [];
			while (stack.length > 0 && joined.has(stack.at(-1))) stack.pop();
			return stack.slice(-1);
		})).at(-1);
		if (place === void 0 || !fits(was, sinceOf(place))) continue;
		joined.set(place, withPast(place, ended(was, place)));
		gone.add(was);
	}
}
function canMove({ package: about, path }) {
	return about !== void 0 && path !== void 0;
}
function keysOf({ kind, id, package: about, versions = [] }) {
	return versions.map((version) => JSON.stringify([
		kind,
		id,
		about,
		version
	]));
}
function placesOf$1(found, former) {
	const places = /* @__PURE__ */ new Map();
	if (former.length === 0) return places;
	const ids = new Set(former.map(({ id }) => id));
	const keys = new Set(former.flatMap(keysOf));
	for (const each of oldestFirst(found.filter(({ id }) => ids.has(id)))) for (const key of keysOf(each)) {
		if (!keys.has(key)) continue;
		const same = places.get(key);
		if (same === void 0) places.set(key, [each]);
		else same.push(each);
	}
	return places;
}
function sinceOf({ episodes, "first-seen": first }) {
	return presentSince(episodes) ?? first;
}
function oldestFirst(records) {
	const dated = records.filter(canMove).map((record) => ({
		record,
		since: sinceOf(record)
	}));
	dated.sort((a, b) => a.since < b.since ? -1 : a.since > b.since ? 1 : 0);
	return dated.map(({ record }) => record);
}
function withPast(now, was) {
	const [fixSince, before] = [now["fix-since"], was["fix-since"]];
	return {
		...now,
		"first-seen": earlier$1(now["first-seen"], was["first-seen"]),
		"fix-since": fixSince === void 0 || before === void 0 ? fixSince : earlier$1(fixSince, before),
		episodes: united([...now.episodes, ...was.episodes])
	};
}
function earlier$1(one, other) {
	return one < other ? one : other;
}
function united(episodes) {
	const all = [];
	for (const each of episodes.toSorted((a, b) => a.opened < b.opened ? -1 : a.opened > b.opened ? 1 : 0)) {
		const last = all.at(-1);
		if (last === void 0 || last.closed !== void 0 && last.closed < each.opened) all.push(each);
		else if (last.closed !== void 0 && (each.closed === void 0 || each.closed > last.closed)) all[all.length - 1] = {
			...each,
			opened: last.opened
		};
	}
	return all;
}

// src/domain/history/observe.ts
const NAMES = new Map(SEVERITIES.map((severity) => [severity, severityName(severity)]));
const RANKS = new Map(SEVERITIES.map((severity) => [severityName(severity), severityRank(severity)]));
function advisoryKey(kind, id) {
	return kind === "vulnerability" ? oneLined(id) : `${kind}\n${oneLined(id)}`;
}
function placeKey(about, path) {
	return `${about === void 0 ? "" : oneLined(about)}\n${path === void 0 ? "" : oneLined(path)}`;
}
function oneLined(text) {
	return text.includes("\n") || text.includes("\\") ? JSON.stringify(text) : text;
}
const MOST_PLACES = 2e5;
function createPlaces() {
	const nameOf = memoize(purlWithoutVersion);
	const known = /* @__PURE__ */ new Map();
	let count = 0;
	let last;
	function made(about, path) {
		const name = about && (about.purl === void 0 ? `${about.type}/${about.name}` : nameOf(about.purl));
		const lasting = path === void 0 ? void 0 : pathWithoutVersion(path, about);
		return {
			package: name,
			path: lasting,
			key: placeKey(name, lasting)
		};
	}
	function memoized(about, path) {
		const { purl, type, name, version } = about;
		const release = `${name.length} ${version.length} ${purl === void 0 ? type : `purl ${purl}`} ${name} ${version}`;
		const places = known.get(release) ?? /* @__PURE__ */ new Map();
		const there = places.get(path);
		if (there !== void 0) return there;
		const place = made(about, path);
		if (count >= MOST_PLACES) return place;
		count += 1;
		places.set(path, place);
		known.set(release, places);
		return place;
	}
	return (about, path) => {
		if (last !== void 0 && last.path === path && last.about === about) return last.place;
		const place = about === void 0 || path === void 0 ? made(about, path) : memoized(about, path);
		last = {
			about,
			path,
			place
		};
		return place;
	};
}
var Observations = class {
	#places = /* @__PURE__ */ new Map();
	#last = {
		package: void 0,
		path: void 0,
		place: placeKey(void 0, void 0)
	};
	#size = 0;
	get size() {
		return this.#size;
	}
	get({ kind, id, package: about, path }) {
		if (this.#last.package !== about || this.#last.path !== path) this.#last = {
			package: about,
			path,
			place: placeKey(about, path)
		};
		return this.#places.get(this.#last.place)?.get(advisoryKey(kind, id));
	}
	add(judged, place) {
		const { kind, id } = judged.finding;
		let there = this.#places.get(place.key);
		if (there === void 0) {
			there = /* @__PURE__ */ new Map();
			this.#places.set(place.key, there);
		}
		const key = advisoryKey(kind, id);
		const known = there.get(key);
		const observed = observedOf(judged, place);
		there.set(key, known === void 0 ? observed : both(known, observed));
		if (known === void 0) this.#size += 1;
	}
	*[Symbol.iterator]() {
		for (const place of this.#places.values()) yield* place.values();
	}
};
function observe(targets, placeOf) {
	const seen = new Observations();
	for (const { findings } of targets) for (const judged of findings) seen.add(judged, placeOf(judged.finding.package, judged.finding.path));
	return seen;
}
function observedOf({ finding, outcome, exceptions }, place) {
	const exception = outcome === "accepted" ? exceptions[0] : void 0;
	return {
		kind: finding.kind,
		id: finding.id,
		package: place.package,
		path: place.path,
		versions: finding.package === void 0 || finding.package.version === "" ? void 0 : [finding.package.version],
		severity: NAMES.get(finding.severity) ?? "unknown",
		"accepted-by": outcome !== "accepted" ? void 0 : exception === void 0 ? "vex" : "exception",
		"accepted-until": exception?.expires,
		"seen-by": finding.opinions?.map(({ scanner }) => scanner),
		fixable: isFixable(finding)
	};
}
function both(a, b) {
	const accepted = a["accepted-by"] !== void 0 && b["accepted-by"] !== void 0;
	const until = [a["accepted-until"], b["accepted-until"]].filter((day) => day !== void 0).sort()[0];
	return {
		...a,
		versions: joined(a.versions, b.versions),
		severity: rank(a.severity) <= rank(b.severity) ? a.severity : b.severity,
		"accepted-by": accepted ? until === void 0 ? "vex" : "exception" : void 0,
		"accepted-until": accepted ? until : void 0,
		"seen-by": joined(a["seen-by"], b["seen-by"]),
		fixable: a.fixable || b.fixable
	};
}
function joined(a = [], b = []) {
	const all = b.every((version) => a.includes(version)) ? a : [.../* @__PURE__ */ new Set([...a, ...b])].sort();
	return all.length === 0 ? void 0 : all;
}
function rank(severity) {
	return RANKS.get(severity) ?? SEVERITIES.length;
}

// src/domain/history/why-gone.ts
const SCANNERS = {
	vulnerability: "vuln",
	misconfiguration: "misconfig",
	secret: "secret",
	license: "license"
};
const CONFIG_GAPS = /* @__PURE__ */ new Set([
	"config-unreadable",
	"terraform-not-read",
	"misconfig-nothing-read"
]);
function closingOf(targets, placeOf, isSame) {
	const kinds = remaining(targets);
	const isUnspecified = targets.every(({ scan }) => scan.artifact.packages === void 0);
	const gaps = targets.flatMap(({ coverage }) => coverage?.gaps.map(({ gap }) => gap) ?? []);
	const isUnseen = ({ kind, path }) => gaps.some(({ code, path: at }) => {
		if (at !== void 0) return path !== void 0 && (path === at || path.startsWith(`${at}/`));
		if (CONFIG_GAPS.has(code)) return kind === "misconfiguration";
		return kind === "vulnerability" && (path === void 0 || !SYSTEM_GAPS.has(code));
	});
	let installed;
	return (finding) => {
		if (!kinds.has(finding.kind) || isUnseen(finding) || !isAsked(finding, targets)) return void 0;
		if (finding.package === void 0) return "fixed";
		if (isUnspecified && isSame(finding)) return "withdrawn";
		if (!namesAlike(finding.package, targets)) return "withdrawn";
		installed ??= installedIn(targets, placeOf);
		return isInstalled(finding, installed) ? "withdrawn" : "fixed";
	};
}
function namesAlike(about, targets) {
	const isUnspecified = about.startsWith(`${UNSPECIFIED_TYPE}/`);
	return targets.some(({ scan }) => isUnspecified === (scan.artifact.packages === void 0));
}
function isAsked({ "seen-by": seenBy }, targets) {
	return seenBy === void 0 || targets.every(({ scan }) => scannersOf(scan).some((name) => seenBy.includes(name)));
}
function remaining(targets) {
	const kinds = new Set(Object.keys(SCANNERS));
	for (const { scan } of targets) {
		const scanners = scan.provenance.scanners ?? ["vuln"];
		for (const kind of kinds) if (!scanners.includes(SCANNERS[kind])) kinds.delete(kind);
	}
	return kinds;
}
function isInstalled(finding, { places, anywhere, isFound }) {
	const { package: about, versions = [] } = finding;
	return versions.some((version) => {
		if (places.has(releaseKey(finding, version))) return true;
		const release = releaseKey({ package: about }, version);
		return anywhere.has(release) && !isFound(finding.id, release);
	});
}
function installedIn(targets, placeOf) {
	const places = /* @__PURE__ */ new Set();
	const anywhere = /* @__PURE__ */ new Set();
	for (const { scan } of targets) for (const each of scan.packages) {
		const { package: about, path } = placeOf(each, each.path);
		places.add(releaseKey({
			package: about,
			path
		}, each.version));
		anywhere.add(releaseKey({ package: about }, each.version));
	}
	let found;
	return {
		places,
		anywhere,
		isFound: (id, release) => {
			found ??= releasesWith(targets, placeOf);
			return found.get(id)?.has(release) === true;
		}
	};
}
function releasesWith(targets, placeOf) {
	const releases = /* @__PURE__ */ new Map();
	for (const { findings } of targets) for (const { finding } of findings) {
		if (finding.package === void 0) continue;
		const { package: about } = placeOf(finding.package, finding.path);
		const known = releases.get(finding.id) ?? /* @__PURE__ */ new Set();
		releases.set(finding.id, known.add(releaseKey({ package: about }, finding.package.version)));
	}
	return releases;
}
function releaseKey({ package: about, path }, version) {
	return `${version}\n${placeKey(about, path)}`;
}

// src/domain/history/name-seen.ts
function nameSeen(before, { now, images }, { unread, placeOf }) {
	const waiting = before === void 0 || unread.size === 0 ? [] : mayStillRun(before, images, unread);
	const judged = images.map(({ verdict }) => verdict).filter((verdict) => verdict.answer !== "error");
	const isWhole = waiting.length === 0 && images.length > 0 && judged.length === images.length;
	return {
		now,
		images,
		unreadSources: unread,
		unread: waiting,
		findings: observe(judged, placeOf),
		closing: isWhole ? closingOf(judged, placeOf, seenInTheSame(before, images)) : void 0,
		gaps: judged.reduce((sum, { coverage }) => sum + (coverage?.gaps.length ?? 0), 0)
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

// src/domain/history/order.ts
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
	const sorted = [...where].sort((a, b) => compare(a.source, b.source) || compare(a.name, b.name));
	return sorted.filter((each, index) => each.source !== sorted[index - 1]?.source || each.name !== sorted[index - 1]?.name);
}
function compare(a = "", b = "") {
	return a < b ? -1 : a > b ? 1 : 0;
}

// src/domain/history/late.ts
function mergeLate(before, seen) {
	if (seen.images.length === 0) return {
		image: before.image,
		before,
		after: before,
		opened: [],
		closed: []
	};
	const { findings, opened, closed } = mergeFindings$1(before, seen);
	const after = {
		...withScan(before, seen),
		findings
	};
	return {
		image: before.image,
		before,
		after,
		opened,
		closed
	};
}
function mergeFindings$1(before, seen) {
	const { now, closing } = seen;
	const found = [];
	const opened = [];
	const ending = /* @__PURE__ */ new Map();
	const elsewhere = [];
	const known = /* @__PURE__ */ new Set();
	const findings = before.findings.map((each) => {
		const sighting = seen.findings.get(each);
		if (sighting !== void 0) {
			known.add(sighting);
			const after = addSighting(each, sighting, now, endAfter(before, now));
			if (isThere(after.episodes) && !isThere(each.episodes)) opened.push(after);
			found.push(after);
			return after;
		}
		const why = each["last-seen"] < now && openedBefore(each, now) ? closing?.(each) : void 0;
		if (why !== void 0) ending.set(each, why);
		else if (wasThere(each, now)) elsewhere.push(each);
		return each;
	});
	const isMoved = movedFrom(elsewhere);
	for (const each of seen.findings) {
		if (known.has(each) || isMoved(each)) continue;
		const after = firstSeen(each, now, {
			opened: now,
			...endAfter(before, now)?.(each)
		});
		if (isThere(after.episodes)) opened.push(after);
		found.push(after);
		findings.push(after);
	}
	return settledLate({
		findings: findings.sort(compareFindings),
		found,
		opened,
		ending
	}, now);
}
function settledLate(unsettled, now) {
	const { findings, opened, closed } = settle(unsettled, now);
	const there = findings.filter(({ episodes }) => isThere(episodes));
	return {
		opened,
		closed,
		findings: settle({
			findings,
			found: there,
			opened: [],
			ending: /* @__PURE__ */ new Map()
		}, now).findings
	};
}
function endAfter({ "gone-since": gone = "", "last-scan": lastScan = "" }, now) {
	return ({ kind }) => {
		if (lastScan > now && kind === "vulnerability") return {
			closed: lastScan,
			why: "fixed"
		};
		return gone > now ? {
			closed: gone,
			why: "gone"
		} : void 0;
	};
}
function wasThere({ episodes }, now) {
	return episodes.some(({ opened, closed }) => opened <= now && (closed === void 0 || now < closed));
}
function openedBefore({ episodes }, now) {
	return isThere(episodes) && (episodes.at(-1)?.opened ?? now) < now;
}
function addSighting(before, found, now, end) {
	const newest = before["last-seen"] >= now ? before : found;
	const episodes = withSighting(before.episodes, now, end(found));
	const isNews = newest === found || episodes !== before.episodes;
	const fixSince = before["fix-since"] ?? (newest === found && found.fixable ? now : void 0);
	return {
		...before,
		versions: newest.versions,
		severity: newest.severity,
		...isThere(episodes) ? acceptedAs(newest) : NOT_ACCEPTED,
		"first-seen": earlier(before["first-seen"], now),
		"last-seen": before["last-seen"] >= now ? before["last-seen"] : now,
		"fix-since": fixSince !== void 0 && isNews && found.fixable ? earlier(fixSince, now) : fixSince,
		episodes
	};
}
function withSighting(episodes, now, end) {
	if (wasThere({ episodes }, now)) return episodes;
	const next = episodes.findIndex(({ opened }) => opened > now);
	if (next === -1) return withEpisode(episodes, {
		opened: now,
		...end
	});
	return episodes.map((each, index) => index === next ? {
		...each,
		opened: now
	} : each);
}
function withScan(before, { now, images, closing, gaps }) {
	const first = {
		...before,
		"first-seen": earlier(before["first-seen"], now)
	};
	if (closing === void 0 || (before["last-scan"] ?? "") >= now) return first;
	const scanned = new Set(images.map(({ imageId, ...rest }) => runningKey({
		...rest,
		"image-id": imageId
	})));
	const running = before.running.map((each) => scanned.has(runningKey(each)) && (each.scanned ?? "") < now ? {
		...each,
		scanned: now
	} : each);
	return {
		...first,
		"last-scan": now,
		gaps: gaps || void 0,
		running
	};
}
function earlier(one, other) {
	return one < other ? one : other;
}

// src/domain/history/merge.ts
function mergeRun(records, seen) {
	const byName = /* @__PURE__ */ new Map();
	for (const image of seen.images) {
		const same = byName.get(image.name);
		if (same === void 0) byName.set(image.name, [image]);
		else same.push(image);
	}
	const placeOf = createPlaces();
	const unread = new Set(seen.unreadSources);
	return [.../* @__PURE__ */ new Set([...records.keys(), ...byName.keys()])].sort().map((name) => {
		const before = records.get(name);
		const images = byName.get(name) ?? [];
		return mergeName(name, before, nameSeen(before, {
			now: seen.now,
			images
		}, {
			unread,
			placeOf
		}));
	});
}
function mergeName(name, before, seen) {
	if (before !== void 0 && seen.now < lastWord(before)) return mergeLate(before, seen);
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
			running: runningAfter(before, seen),
			gaps: isWhole ? seen.gaps || void 0 : before?.gaps,
			findings: changed.findings
		},
		opened: changed.opened,
		closed: changed.closed
	};
}
function lastWord({ "last-seen": lastSeen, "gone-since": gone = "" }) {
	return gone > lastSeen ? gone : lastSeen;
}
function notNamed(before, { now, unread }) {
	if (before["gone-since"] === void 0 && unread.length === 0) return gone(before, now);
	const after = unread.length === 0 || placesOf(unread) === placesOf(before.running) ? before : {
		...before,
		running: sortRunning(unread)
	};
	return {
		image: before.image,
		before,
		after,
		opened: [],
		closed: []
	};
}
function placesOf(running) {
	return running.reduce((sum, { where }) => sum + where.length, 0);
}
function gone(before, now) {
	const closed = [];
	const findings = before.findings.filter((each) => isKept(each, now)).map((each) => {
		if (!isThere(each.episodes)) return each;
		const after = close(each, now, "gone");
		closed.push(after);
		return after;
	});
	const after = {
		...before,
		"gone-since": now,
		findings
	};
	return {
		image: before.image,
		before,
		after,
		opened: [],
		closed
	};
}
function mergeFindings(before, { now, findings: observed, closing }) {
	const findings = [];
	const found = [];
	const opened = [];
	const ending = /* @__PURE__ */ new Map();
	const known = /* @__PURE__ */ new Set();
	for (const each of before) {
		const seen = observed.get(each);
		if (seen !== void 0) {
			known.add(seen);
			const after = seenAgain(each, seen, now);
			if (after.episodes !== each.episodes) opened.push(after);
			found.push(after);
			findings.push(after);
			continue;
		}
		const why = isThere(each.episodes) ? closing?.(each) : void 0;
		if (why !== void 0) ending.set(each, why);
		if (why !== void 0 || isKept(each, now)) findings.push(each);
	}
	if (known.size === observed.size) return settle({
		findings,
		found,
		opened,
		ending
	}, now);
	const fresh = [...observed].filter((each) => !known.has(each)).map((each) => firstSeen(each, now));
	const all = [...findings, ...fresh].sort(compareFindings);
	return settle({
		findings: all,
		found: [...found, ...fresh],
		opened: [...opened, ...fresh],
		ending
	}, now);
}
function runningAfter(before, seen) {
	const { now, images, unread, unreadSources } = seen;
	const known = new Map(before?.running.map((each) => [runningKey(each), each]));
	const isGone = before?.["gone-since"] !== void 0;
	const running = images.map(({ reference, digest, imageId, platform, where, verdict }) => {
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
	});
	return sortRunning([...running, ...unread]);
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
	const tally = new Tally(now, fixWithinDays);
	const images = [];
	for (const record of records) if (record["gone-since"] === void 0) images.push(tally.add(record));
	return {
		now,
		open: tally.open,
		oldestUnpatched: tally.oldestUnpatched(),
		remediations: {
			"30d": tally.remediations("30d"),
			"90d": tally.remediations("90d")
		},
		exceptions: phasesOf(around),
		databaseAge: databaseUpdatedAt === void 0 ? void 0 : lengthOf(databaseUpdatedAt, now),
		images
	};
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
var Tally = class {
	open = perSeverityName(() => 0);
	#now;
	#notBefore;
	#sums = {
		"30d": perSeverityName(() => ({
			count: 0,
			total: 0
		})),
		"90d": perSeverityName(() => ({
			count: 0,
			total: 0
		}))
	};
	#from;
	#oldest;
	constructor(now, fixWithinDays) {
		this.#now = now;
		const today = now.slice(0, 10);
		const limits = Object.entries(fixWithinDays).filter(([, days]) => days !== void 0);
		this.#notBefore = Object.fromEntries(limits.map(([severity, days]) => [severity, addDays(today, -days)]));
		const ago = (days) => `${addDays(today, -days)}${now.slice(10)}`;
		this.#from = {
			"30d": ago(WINDOWS["30d"]),
			"90d": ago(WINDOWS["90d"])
		};
	}
	add(record) {
		const { image, "last-scan": lastScan, findings, running, gaps = 0 } = record;
		const open = perSeverityName(() => 0);
		const overdue = Object.fromEntries(Object.keys(this.#notBefore).map((each) => [each, 0]));
		for (const finding of findings) {
			if (isOpen(finding)) {
				open[finding.severity] += 1;
				if (this.#isOverdue(finding)) overdue[finding.severity] = (overdue[finding.severity] ?? 0) + 1;
				this.#age(image, finding);
			}
			this.#remediations(finding);
		}
		for (const severity of Object.keys(open)) this.open[severity] += open[severity];
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
	oldestUnpatched() {
		if (this.#oldest === void 0) return void 0;
		const { image, since } = this.#oldest;
		return {
			image,
			age: lengthOf(since, this.#now) ?? 0
		};
	}
	remediations(window) {
		const sums = this.#sums[window];
		const entries = Object.entries(sums).map(([severity, { count, total }]) => [severity, {
			count,
			mean: count === 0 ? void 0 : total / count
		}]);
		return Object.fromEntries(entries);
	}
	#isOverdue(finding) {
		const limit = this.#notBefore[finding.severity];
		const since = unpatchedSince(finding);
		return limit !== void 0 && since !== void 0 && since.slice(0, 10) < limit;
	}
	#age(image, finding) {
		if (!isUrgent(finding.severity)) return;
		const since = unpatchedSince(finding);
		if (since !== void 0 && (this.#oldest === void 0 || since < this.#oldest.since)) this.#oldest = {
			image,
			since
		};
	}
	#remediations({ severity, episodes }) {
		for (const [at, episode] of episodes.entries()) {
			const { closed, why } = episode;
			if (why !== "fixed" || closed === void 0 || closed < this.#from["90d"]) continue;
			const next = episodes[at + 1];
			if (next !== void 0 && isReturn(episode, next)) continue;
			const since = presentSince(episodes.slice(0, at + 1)) ?? episode.opened;
			this.#remediated(severity, lengthOf(since, closed), closed);
		}
	}
	#remediated(severity, length, closed) {
		if (length === void 0) return;
		for (const window of ["30d", "90d"]) {
			if (closed < this.#from[window]) continue;
			const sum = this.#sums[window][severity];
			sum.count += 1;
			sum.total += length;
		}
	}
};
function unpatchedSince({ episodes, "fix-since": fixSince }) {
	const since = fixSince === void 0 ? void 0 : presentSince(episodes);
	if (fixSince === void 0 || since === void 0) return void 0;
	return since > fixSince ? since : fixSince;
}

// src/domain/metrics/ages.ts
const DAY = 864e5;
const UP_TO_DAYS = [
	7,
	30,
	90,
	void 0
];
function agesOf(records, now) {
	const groups = UP_TO_DAYS.map((upTo) => ({
		upTo,
		from: ago(now, upTo),
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
function ago(now, days) {
	return days === void 0 ? "" : (/* @__PURE__ */ new Date(Date.parse(now) - days * DAY)).toISOString();
}
function oldestUnpatched(open) {
	let oldest;
	for (const finding of open) {
		const since = isUrgent(finding.severity) ? unpatchedSince(finding) : void 0;
		if (since !== void 0 && (oldest === void 0 || since < oldest)) oldest = since;
	}
	return oldest;
}

// src/domain/metrics/trend.ts
const WEEK_IN_MS = 6048e5;
function weeksOf(records, now, most) {
	return openIn(records, pointsIn(records, now, most), isUrgent).map(({ at, open }) => ({
		at,
		open: URGENT.reduce((sum, severity) => sum + open[severity], 0)
	}));
}
function severityWeeksOf(records, now, most) {
	return openIn(records, pointsIn(records, now, most), () => true);
}
function openIn(records, times, counts) {
	const changes = perSeverityName(() => new Array(times.length + 1).fill(0));
	for (const { findings } of records) for (const { severity, episodes, "accepted-by": acceptedBy } of findings) {
		if (!counts(severity)) continue;
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
	const end = Date.parse(now);
	const times = [now];
	for (let week = 1; week < most; week++) {
		const at = (/* @__PURE__ */ new Date(end - week * WEEK_IN_MS)).toISOString();
		if (at < first) break;
		times.unshift(at);
	}
	return times;
}
function firstFrom(times, time) {
	let [low, high] = [0, times.length];
	while (low < high) {
		const middle = low + high >> 1;
		if (times[middle] < time) low = middle + 1;
		else high = middle;
	}
	return low;
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

export { STATE_NAMES, WINDOWS, agesOf, isAnyKnown, isForgotten, isOpen, isOurs, isThere, lastTimeOf, lengthOf, meanOver, mergeRun, numbersOf, presentSince, severityWeeksOf, weeksOf };