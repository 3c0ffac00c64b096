import { compareDotted, compareText, memoize, oneLine } from "./shared.start.js";
import { SEVERITIES, compareCounts, countSeverities, hasUnconfirmedTag, parseReference, perSeverity, severityName, severityRank, toSeverity } from "./shared.names.js";
import { DISTRIBUTIONS, ECOSYSTEMS, PURL_ECOSYSTEMS, PURL_TYPES, SILENT_RULES, SYSTEM_ECOSYSTEMS, UNSPECIFIED_TYPE, compileImageGlobs, distributionNamed, ecosystemOf, folderOf, isFixable, isListed as isListed$1, isOnPackage, kindsOf, parsePurl, purlOfVersion, pythonName, seenIndex, silentRule, systemKey, withoutSecrets } from "./shared.scan.js";
import { _enum, array, int, literal, strictObject, string } from "./package.zod.js";
import { addTo, counted, daysBefore, distinct, isDay, joined as joined$2, judgedAmong, listSome, scannersOf, unique, wholeNumber, worstAnswer } from "./shared.inputs.js";
import { FITS, SYSTEM_GAPS, UNREAD_GAPS, clearingVersion, compareVersions, idsOf, isSameAdvisory, isScannerNamed, namesOf as namesOf$1, needsOf, otherIds, pair, pathWithoutVersion, placeOf as placeOf$2, seenFinding, shortened, someGaps, someOf, split, subjectOf, subjectOfFinding, systemName, textOf, unaccounted, unite, versionOf, weaknessIds } from "./shared.answer.js";

// src/domain/judge/claimed-names.ts
function claimNotes(outcomes, { targets, exceptions }) {
	const matching = compileImageGlobs([...targets, ...exceptions]);
	return scannedAmong(outcomes).flatMap(({ target, scan: { artifact } }) => {
		const typed = matching(artifact.names).all;
		const file = target.file ?? target.input;
		const claim = artifact.claims?.find((each) => parseReference(each) !== void 0 && hasMore(matching([each]).all, typed));
		if (claim === void 0) return [];
		return [`${file} calls itself ${claim}, for which the policy has \`images\`; rules ignore an image's own names. If it is that image, write \`${target.kind}: ${file} as ${claim}\`.`];
	});
}
function scannedAmong(outcomes) {
	return outcomes.flatMap((outcome) => "error" in outcome ? [] : [outcome]);
}
function unconfirmedTagNotes(outcomes, policy) {
	const matching = compileImageGlobs([
		...policy.targets,
		...policy.exceptions,
		...policy.coverage ?? []
	]);
	const found = scannedAmong(outcomes).flatMap(({ scan: { artifact } }) => {
		const { all, confirmed } = matching(artifact.names);
		return hasMore(all, confirmed) ? artifact.names.filter(hasUnconfirmedTag).slice(0, 1) : [];
	});
	if (found.length === 0) return [];
	return [`The tag alongside the digest of ${listSome(unique(found), MOST)} chooses no exception and no lenient limit: the digest identifies the image, and the tag is not confirmed. Name the image or its digest in the policy's \`images\`.`];
}
const MOST = 3;
function hasMore(some, others) {
	return [...some].some((each) => !others.has(each));
}

// src/domain/opinions/choice.ts
function choiceNotes(outcomes, { severityFrom = [] }) {
	const opinions = outcomes.flatMap((outcome) => "scan" in outcome ? outcome.scan.opinions ?? [] : []);
	const isThere = (name) => opinions.some(({ scanner }) => isScannerNamed(scanner, name));
	if (opinions.length === 0 || severityFrom.length === 0 || severityFrom.some(isThere)) return [];
	return [`\`severity-from\` names no scanner of this run (${severityFrom.join(", ")}): the highest severity counts.`];
}

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
const findingSchema = strictObject({
	kind: seenFinding.shape.kind,
	id: string().describe("The advisory, check, secret rule or licence"),
	aliases: array(string()).optional().describe("Its other and former ids; any of them identifies it"),
	package: string().optional().describe("Package URL without version and qualifiers"),
	path: string().optional().describe("Without the package's own version"),
	versions: array(string()).optional().describe("Installed versions, at the last scan that saw it"),
	severity: _enum(SEVERITIES.map(severityName)),
	"first-seen": instantSchema,
	"last-seen": instantSchema,
	"fix-since": instantSchema.optional().describe("The first scan that knew a fix. Absent: there is none"),
	"accepted-by": _enum(["exception", "vex"]).optional().describe("The source of its acceptance. Absent: it is not accepted"),
	"accepted-until": day.optional().describe("Last day of the exception that accepts it"),
	"seen-by": array(string()).optional().describe("If there are several scanners, the ones that last saw it. Absent: those in `scanned-by`"),
	episodes: array(episode).min(1).refine(follow).describe("Oldest first; only the last may be open")
});
const running = strictObject({
	reference: string().describe("As the sources write it"),
	digest: string().optional().describe("The digest of the index or manifest that runs"),
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
	"scanned-by": array(string()).optional().describe("The scanners of that run. Absent: the usual scanner"),
	"gone-since": instantSchema.optional().describe("When it stopped running"),
	running: array(running).describe("The images that run, or that ran last if the name is gone"),
	gaps: int().nonnegative().optional().describe("Accepted coverage gaps at the last scan"),
	findings: array(findingSchema)
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
function unpatchedSince({ episodes, "fix-since": fixSince }) {
	const since = presentSince(episodes);
	if (fixSince === void 0 || since === void 0) return void 0;
	return since > fixSince ? since : fixSince;
}
function lastTimeOf({ findings, running, ...image }) {
	return [
		...[
			image["first-seen"],
			image["last-seen"],
			image["last-scan"],
			image["gone-since"]
		],
		...running.map(({ scanned }) => scanned),
		...findings.flatMap((each) => [
			each["first-seen"],
			each["last-seen"],
			each["fix-since"]
		]),
		...findings.flatMap(({ episodes }) => episodes.map(({ opened, closed }) => closed ?? opened))
	].reduce((last, time = "") => time > last ? time : last, "");
}
function waitingFor(after, usual) {
	const { "last-scan": lastScan, "last-seen": lastSeen, "scanned-by": looked = [usual], findings } = after;
	if (lastScan === void 0 || lastScan !== lastSeen) return [];
	return findings.filter(({ episodes, "seen-by": seenBy, "last-seen": last }) => last < lastScan && isThere(episodes) && seenBy !== void 0 && !seenBy.some((name) => looked.includes(name)));
}

// src/domain/history/known-again.ts
function matchRecords(records, observed, sight) {
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
			const { subject, path } = placeOf$1(each);
			return idsOf(each).map((id) => textOf({
				kind: each.kind,
				id,
				package: subject,
				path: degree === 0 ? path : ""
			}));
		},
		fits: (was, now) => fits(placeOf$1(was).path, placeOf$1(now).path) && isSameAdvisory(was, now) && isMeant(was, now, degree === 0)
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
function placeOf$1({ package: about, path = "" }) {
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
function releaseOf$1(about, version, path = "") {
	const { key, needs, isSystem } = subjectIn(about);
	return `${key}\n${versionOf(version, needs)}\n${isSystem ? "" : path}`;
}
function isOfSystem(about) {
	return about !== void 0 && subjectIn(about).isSystem;
}

// src/domain/history/observe.ts
function observe(targets) {
	const [only = [], ...others] = targets.map(observedIn);
	return others.length === 0 ? only : unite([only, ...others], IMAGES);
}
const IMAGES = {
	key: textOf,
	passes: [{
		keys: (each) => each.kind === "vulnerability" ? idsOf(each).map((id) => textOf({
			...each,
			id
		})) : [],
		fits: isSameAdvisory
	}],
	join: both
};
function observedIn({ findings, scan }) {
	const seenBy = scan.opinions && scannersOf(scan);
	const found = /* @__PURE__ */ new Map();
	for (const judged of findings) {
		const observed = observedOf(judged, seenBy);
		const key = textOf(observed);
		const known = found.get(key);
		found.set(key, known === void 0 ? observed : both(known, observed));
	}
	return [...found.values()];
}
function observedOf({ finding, outcome, exceptions }, seenBy) {
	const exception = outcome === "accepted" ? exceptions[0] : void 0;
	return {
		kind: finding.kind,
		id: finding.id,
		...finding.aliases && { aliases: finding.aliases },
		...placeOf$2(finding.package, finding.path),
		versions: finding.package === void 0 || finding.package.version === "" ? void 0 : [finding.package.version],
		severity: severityName(finding.severity),
		"accepted-by": outcome !== "accepted" ? void 0 : exception === void 0 ? "vex" : "exception",
		"accepted-until": exception?.expires,
		"seen-by": finding.opinions?.map(({ scanner }) => scanner) ?? seenBy,
		fixable: isFixable(finding)
	};
}
function both(one, other) {
	const [a, b] = other.id < one.id ? [other, one] : [one, other];
	const accepted = a["accepted-by"] !== void 0 && b["accepted-by"] !== void 0;
	const until = [a["accepted-until"], b["accepted-until"]].filter((day) => day !== void 0).sort()[0];
	const aliases = otherIds(a.id, [a, b]);
	return {
		...a,
		...aliases && { aliases },
		versions: joined$1(a.versions, b.versions),
		severity: RANKS.indexOf(a.severity) <= RANKS.indexOf(b.severity) ? a.severity : b.severity,
		"accepted-by": accepted ? until === void 0 ? "vex" : "exception" : void 0,
		"accepted-until": accepted ? until : void 0,
		"seen-by": joined$1(a["seen-by"], b["seen-by"]),
		fixable: a.fixable || b.fixable
	};
}
const RANKS = SEVERITIES.map(severityName);
function joined$1(a = [], b = []) {
	const all = b.every((each) => a.includes(each)) ? a : [.../* @__PURE__ */ new Set([...a, ...b])].sort();
	return all.length === 0 ? void 0 : all;
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
	return (finding) => {
		if (kinds.some((each) => !each.has(finding.kind)) || isUnseen(finding)) return void 0;
		if (isOtherwiseNamed(finding)) return "withdrawn";
		const look = lookAt(finding, seenBy(finding), targets);
		if (look === "none") return void 0;
		if (look === "off") return finding["last-seen"] >= returnsFrom(now) ? void 0 : "withdrawn";
		isInstalled ??= installedIn(targets);
		if (finding.package === void 0 || !isInstalled(finding)) return "fixed";
		return look === "some" ? void 0 : "withdrawn";
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
		const { package: about = "", path } = placeOf$2(each, each.path);
		places.add(releaseOf$1(about, each.version, path));
		anywhere.add(releaseOf$1(about, each.version));
	}
	const found = /* @__PURE__ */ new Set();
	for (const { finding } of targets.flatMap(({ findings }) => findings)) {
		if (finding.package === void 0) continue;
		const { package: about = "" } = placeOf$2(finding.package, finding.path);
		for (const id of weaknessIds(finding)) found.add(`${id}\n${releaseOf$1(about, finding.package.version)}`);
	}
	return (finding) => (finding.versions ?? []).some((version) => {
		const { package: about = "", path } = finding;
		if (places.has(releaseOf$1(about, version, path))) return true;
		const release = releaseOf$1(about, version);
		return anywhere.has(release) && !weaknessIds(finding).some((id) => found.has(`${id}\n${release}`));
	});
}

// src/domain/history/name-seen.ts
function nameSeen(before, { now, images, usualScanner }, unread) {
	const waiting = before === void 0 || unread.size === 0 ? [] : mayStillRun(before, images, unread);
	const judged = judgedAmong(images.map(({ verdict }) => verdict));
	const isWhole = waiting.length === 0 && images.length > 0 && judged.length === images.length;
	const sight = sightOf$1(before, judged, usualScanner);
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
function sightOf$1(before, judged, usual) {
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
	const seen = new Set(images.map((each) => runningKey({
		...each,
		"image-id": each.imageId
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

// src/domain/opinions/merged-finding.ts
function mergedFinding(group, scanners, rules) {
	const { names, best, claims } = scanners;
	const rows = group.length === 1 ? group : group.toSorted((a, b) => a.by - b.by);
	const opinionsOf = (some) => some.flatMap((row) => row.finding.opinions ?? [opinionOf(row, names[row.by])]);
	const opinions = opinionsOf(rows);
	const missing = missedBy(rows, scanners).filter((name) => !opinions.some(({ scanner }) => scanner === name));
	const base = rows[0].finding;
	const others = {
		opinions,
		missedBy: missing.length === 0 ? void 0 : missing
	};
	if (rows.length === 1) return {
		...base,
		...others
	};
	const first = rows.find(({ by }) => by === best)?.finding;
	const finding = {
		...joined(rows, first),
		severity: severityOf(opinions, rules),
		...others
	};
	const scanned = rows.filter(({ by }) => !claims.has(by));
	if (scanned.length === 0 || scanned.length === rows.length) return finding;
	const severity = severityOf(opinionsOf(scanned), rules);
	return withoutClaims(finding, {
		...joined(scanned, first),
		severity
	});
}
function withoutClaims(finding, scanned) {
	const { id, aliases, path, layer, owner, publishedAt, severity: least } = scanned;
	const isRaised = severityRank(finding.severity) < severityRank(least === "UNKNOWN" ? "MEDIUM" : least);
	const own = {
		id,
		aliases,
		path,
		layer,
		owner,
		severity: isRaised ? finding.severity : least,
		...isRaised && { raisedFrom: least }
	};
	return {
		...finding,
		...own,
		publishedAt: publishedAt && finding.publishedAt
	};
}
function missedBy(rows, { able, sources }) {
	const before = rows.filter(({ by }) => sources.has(by));
	if (before.length === 0) return [...able];
	const decided = new Set(before.flatMap(({ by }) => sources.get(by) ?? []));
	return [...before.flatMap(({ finding }) => finding.missedBy ?? []), ...able.filter((name) => !decided.has(name))];
}
function opinionOf({ finding }, scanner) {
	const { id, severity, fixedVersions, byName, bySystem } = finding;
	return {
		scanner,
		id,
		severity,
		fixedVersions,
		...byName && { byName },
		...bySystem && { bySystem }
	};
}
function severityOf(opinions, { severityFrom = [] }) {
	for (const name of severityFrom) {
		const own = opinions.find((each) => isScannerNamed(each.scanner, name) && each.severity !== "UNKNOWN");
		if (own !== void 0) return own.severity;
	}
	return opinions.reduce((most, { severity }) => severityRank(severity) < severityRank(most) ? severity : most, "UNKNOWN");
}
function joined(rows, best) {
	const findings = rows.map(({ finding }) => finding);
	const rank = (finding) => finding === best ? MOST_RICH : richness(finding);
	const sorted = findings.toSorted((a, b) => rank(b) - rank(a));
	const base = sorted[0];
	const about = sorted.find((each) => each.package && each.package.type !== "unknown")?.package ?? base.package;
	const ids = [...new Set(sorted.flatMap(({ id, aliases = [] }) => [id, ...aliases]))];
	const id = mainId(sorted);
	const aliases = ids.filter((each) => each !== id).sort(compareText);
	const fixedVersions = agreedFixes(about, findings);
	const first = (key) => sorted.find((each) => each[key])?.[key];
	return {
		...base,
		package: about,
		id,
		aliases: aliases.length === 0 ? void 0 : aliases,
		title: first("title") ?? "",
		description: first("description"),
		url: first("url"),
		fixedVersions,
		status: base.fixedVersions.length === 0 && fixedVersions.length > 0 ? "fixed" : base.status,
		publishedAt: sorted.flatMap(({ publishedAt }) => publishedAt ?? []).sort()[0],
		path: first("path"),
		layer: first("layer"),
		owner: first("owner"),
		byName: findings.every(({ byName }) => byName) || void 0,
		bySystem: first("bySystem")
	};
}
const MOST_RICH = 8;
function richness({ layer, package: about, path }) {
	return (layer ? 4 : 0) + (about?.purl ? 2 : 0) + (path ? 1 : 0);
}
function mainId(findings) {
	const ids = findings.map(({ id }) => id).sort(compareText);
	return ids.find((id) => id.startsWith("CVE-")) ?? ids[0];
}
function agreedFixes(about, findings) {
	const lists = findings.map(({ fixedVersions }) => fixedVersions).filter(({ length }) => length > 0);
	const [first = [], ...others] = lists;
	const text = first.join();
	if (others.every((list) => list.join() === text)) return first;
	const clearing = about && clearingVersion(ecosystemOf(about), about.version, lists);
	return clearing === void 0 ? [...new Set(lists.flat())].sort(compareText) : [clearing];
}
function matchRows(rows) {
	const byScanner = [...Map.groupBy(rows, ({ by }) => by)].sort(([a], [b]) => a - b).map(([, own]) => own);
	if (byScanner.length === 1) return rows.map((row) => [row]);
	const lists = byScanner.map((own) => own.toSorted(byContent).map(clusterOf));
	return unite(lists, CLUSTERS).map((cluster) => cluster.rows);
}
const CLUSTERS = {
	key: ({ id, place }) => `${id}\n${place}`,
	passes: [...FITS.slice(1).map((fits) => ({
		keys: ({ id }) => [id],
		fits: (a, b) => fits(a.place, b.place)
	})), ...FITS.map((_, degree) => ({
		keys: ({ id, aliases = [] }) => [id, ...aliases].sort(),
		fits: (a, b) => FITS.slice(0, degree + 1).some((fits) => fits(a.place, b.place)) && isSameAdvisory(a, b)
	}))],
	join: (one, other) => {
		const aliases = new Set([one, other].flatMap(({ id, aliases: others = [] }) => [id, ...others]));
		aliases.delete(one.id);
		return {
			id: one.id,
			aliases: [...aliases],
			rows: [...one.rows, ...other.rows],
			place: one.place.length < other.place.length ? other.place : one.place
		};
	}
};
function clusterOf(row) {
	return {
		id: row.finding.id,
		aliases: row.finding.aliases,
		rows: [row],
		place: row.place
	};
}
function byContent(a, b) {
	return compareText(a.finding.id, b.finding.id) || compareText(a.place, b.place) || compareText(JSON.stringify(a.finding), JSON.stringify(b.finding));
}

// src/domain/tracking/need.ts
const UNCLEAR = {
	issue: "as-is",
	why: "unclear"
};
function needOf(image, run) {
	const { change, running, overdue } = image;
	const answers = new Set(running.map(({ verdict }) => verdict.answer));
	if (answers.has("fail")) return {
		issue: "open",
		why: "fails"
	};
	if (answers.has("error") || !run.isHistoryKnown || mayRunElsewhere(image, run)) return UNCLEAR;
	if (running.length === 0) return {
		issue: "closed",
		why: "gone"
	};
	if (overdue.length > 0) return {
		issue: "open",
		why: "overdue"
	};
	if (endingFor(judgedOf(image), run.exceptions).length > 0) return {
		issue: "open",
		why: "ending"
	};
	const isNew = change.before === void 0 && run.unreadSources.length > 0;
	const isPartlyScanned = judgedOf(image).flatMap(({ scan }) => scan.opinions ?? []).some(({ failed }) => failed !== void 0);
	return isNew || isPartlyScanned ? UNCLEAR : {
		issue: "closed",
		why: "passes"
	};
}
function judgedOf({ running }) {
	return judgedAmong(running.map(({ verdict }) => verdict));
}
function mayRunElsewhere({ change, running }, { unreadSources }) {
	if (unreadSources.length === 0) return false;
	if (change.after["gone-since"] !== void 0) return false;
	const seen = new Set(running.map((each) => runningKey({
		...each,
		"image-id": each.imageId
	})));
	return change.after.running.some((each) => !seen.has(runningKey(each)));
}
function endingFor(targets, exceptions) {
	const ending = exceptions.filter(({ state }) => state === "ending");
	if (ending.length === 0) return [];
	const needed = new Set(targets.flatMap(neededBy));
	return ending.filter(({ exception }) => needed.has(exception));
}
function neededBy({ findings, coverage }) {
	return [...findings.flatMap(({ outcome, exceptions: [first] }) => outcome === "accepted" && first ? [first] : []), ...(coverage?.gaps ?? []).flatMap(({ accepted }) => accepted ?? [])];
}

// src/domain/rows/week.ts
const STATES = [
	"error",
	"fail",
	"overdue",
	"ending",
	"pass"
];
function makeWeek(facts) {
	const { images, today } = facts;
	const rows = images.filter(({ running }) => running.length > 0).map((image) => rowOf(image, facts)).sort(byUrgency);
	const absent = images.filter(({ running }) => running.length === 0);
	return {
		rows,
		gone: absent.filter(({ change }) => change.after["gone-since"] !== void 0),
		unseen: absent.filter(({ change }) => change.after["gone-since"] === void 0),
		severities: limited(rows),
		today,
		places: rows.reduce((sum, { places }) => sum + places.length, 0)
	};
}
function rowOf(image, { exceptions, isUnread }) {
	const { change, running, overdue } = image;
	const judged = judgedOf(image);
	const ending = endingFor(judged, exceptions).toSorted((a, b) => a.daysLeft - b.daysLeft);
	const open = judged.map((each) => ({
		...each,
		findings: each.findings.filter(({ outcome }) => outcome === "open")
	}));
	const once = observe(open);
	const isExploited = ({ exploitation }) => exploitation?.kev !== void 0;
	const exploited = new Set(open.flatMap(({ findings }) => findings.filter(isExploited).map(({ finding }) => finding.id)));
	const history = !(change.before?.["last-scan"] === void 0) ? "known" : isUnread ? "none" : "first";
	const opened = history === "known" ? change.opened : [];
	const failing = judged.find(({ answer }) => answer === "fail");
	const due = overdue.map((each) => each.due).sort()[0];
	const closed = (why) => change.closed.filter(({ episodes }) => episodes.at(-1)?.why === why);
	return {
		image,
		name: change.image,
		state: stateOf(running, due !== void 0, ending.length > 0),
		judged,
		unjudged: running.length - judged.length,
		open: judged.length === 0 ? void 0 : openIn(judged, once),
		broken: new Set(judged.flatMap(({ rows }) => rows.flatMap((row) => row.broken ? [row.severity] : []))),
		exploited: once.filter((each) => idsOf(each).some((id) => exploited.has(id))).length,
		history,
		fresh: opened,
		fixed: closed("fixed"),
		withdrawn: closed("withdrawn"),
		due,
		ending,
		step: failing && split(failing).plan.steps[0],
		places: running.flatMap(({ where }) => where)
	};
}
function stateOf(running, isOverdue, isEnding) {
	const answer = worstAnswer(running.map(({ verdict }) => verdict.answer));
	if (answer !== "pass") return answer;
	if (isOverdue) return "overdue";
	return isEnding ? "ending" : "pass";
}
function openIn(judged, once) {
	const [only] = judged;
	if (judged.length === 1 && only !== void 0) return perSeverity((severity) => only.rows.find((row) => row.severity === severity)?.open ?? 0);
	return countSeverities(once, ({ severity }) => toSeverity(severity));
}
function byUrgency(a, b) {
	const state = STATES.indexOf(a.state) - STATES.indexOf(b.state);
	if (state !== 0) return state;
	return b.exploited - a.exploited || compareCounts(brokenCounts(b), brokenCounts(a)) || compareText(a.due ?? NO_DEADLINE, b.due ?? NO_DEADLINE) || (a.ending[0]?.daysLeft ?? 0) - (b.ending[0]?.daysLeft ?? 0) || compareText(a.name, b.name);
}
const NO_DEADLINE = "9999";
function brokenCounts({ open, broken }) {
	return perSeverity((severity) => broken.has(severity) ? open?.[severity] ?? 0 : 0);
}
function limited(rows) {
	const all = rows.flatMap(({ judged }) => judged.flatMap((target) => target.rows));
	const found = SEVERITIES.filter((each) => all.some((row) => row.severity === each && row.limit !== "unlimited"));
	return found.length === 0 ? SEVERITIES.slice(0, 2) : found;
}
function acrossImages(images) {
	const listed = images.flatMap(({ name, findings }) => findings.map(({ finding, due }) => ({
		name,
		finding,
		due,
		severity: toSeverity(finding.severity)
	})));
	return [...Map.groupBy(listed, ({ finding: { kind, id, package: about, path }, severity }) => JSON.stringify([
		kind,
		id,
		about ?? path,
		severity
	])).values()].flatMap((all) => all.slice(0, 1).map(({ finding, severity }) => {
		const due = all.flatMap((each) => each.due ?? []).sort()[0];
		return {
			finding,
			severity,
			images: [...new Set(all.map(({ name }) => name))],
			due
		};
	})).sort((a, b) => compareText(a.due ?? NO_DEADLINE, b.due ?? NO_DEADLINE) || SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.images.length - a.images.length || compareText(a.finding.id, b.finding.id));
}
function counting(findings, { severities }) {
	return findings.filter((each) => each["accepted-by"] === void 0 && severities.includes(toSeverity(each.severity)));
}

// src/domain/tracking/marker.ts
const LINE = /^<!-- image-gate issue v1 run=([\w.%/:]*) image=([\w.%/:]+) is=(open|closed)(?: by=([\w.%/:]+)#(\d+))? -->$/;
const BY = /^(<!-- image-gate issue v1 [^\n]*) by=[\w.%/:]+#\d+ -->/;
function issueMarker({ scope, image, isOpen, by }) {
	const written = by === void 0 ? "" : ` by=${encoded(by.server)}#${by.number}`;
	const is = isOpen ? "open" : "closed";
	return `<!-- image-gate issue v1 run=${encoded(scope)} image=${encoded(image)} is=${is}${written} -->`;
}
function withoutWriter(body) {
	return body.replace(BY, "$1 -->");
}
function readIssueMarker(body) {
	const [line = ""] = body.split("\n", 1);
	const [, scope = "", image = "", is, server = "", count] = LINE.exec(line.trimEnd()) ?? [];
	if (is === void 0) return void 0;
	try {
		const mark = {
			scope: decodeURIComponent(scope),
			image: decodeURIComponent(image),
			isOpen: is === "open"
		};
		const number = wholeNumber(count);
		return number === void 0 ? mark : {
			...mark,
			by: {
				server: decodeURIComponent(server),
				number
			}
		};
	} catch {
		return;
	}
}
function markedClosed(body, by) {
	const mark = readIssueMarker(body);
	if (mark === void 0) return body;
	const end = body.indexOf("\n");
	return `${issueMarker({
		...mark,
		isOpen: false,
		by
	})}${end === -1 ? "" : body.slice(end)}`;
}
function encoded(name) {
	return encodeURIComponent(name.toWellFormed()).replace(/[-!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll("%2F", "/").replaceAll("%3A", ":");
}

// src/domain/image/layer-instruction.ts
const MAX_LENGTH = 500;
const SHELL = /(?<=^|\s)(?:(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-[a-z]+(?:\s+pipefail)?)*?\s+-[a-z]*c\s+|cmd(?:\.exe)?\s+\/S\s+\/C\s+|(?:powershell|pwsh)(?:\.exe)?\s+(?:-\w+\s+)*?-Command\s+)/gi;
function shownInstruction(createdBy) {
	const whole = createdBy.trim();
	const text = /\s# buildkit$/.test(whole) ? whole.slice(0, -10).trimEnd() : whole;
	const nop = /^(?:\S+\s+(?:\/S\s+\/C|-c|-Command)\s*|powershell[\s\S]*?)\s#\(nop\)\s*/i.exec(text);
	return bounded(withoutSecrets(instruction(nop === null ? text : text.slice(nop[0].length))));
}
function instruction(text) {
	const withArguments = /^(?:RUN\s+)?\|\d+(?:\s|$)/.exec(text);
	if (withArguments !== null) return runWithArguments(text.slice(withArguments[0].length));
	const assignment = /^((?:ONBUILD\s+)*(?:ENV|ARG))\s+([\s\S]*)$/i.exec(text);
	if (assignment !== null) return `${assignment[1]?.toUpperCase()} ${firstName(assignment[2] ?? "")}`;
	const run = /^RUN\s+/i.exec(text)?.[0] ?? "";
	const rest = text.slice(run.length);
	const first = rest.matchAll(SHELL).next().value;
	const shell = first?.index === 0 ? first[0].length : 0;
	return run !== "" || shell > 0 ? `RUN ${rest.slice(shell)}` : text;
}
function firstName(text) {
	const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0];
	return name === void 0 ? "…" : name === text ? name : `${name}=…`;
}
function runWithArguments(text) {
	const last = [...text.matchAll(SHELL)].at(-1);
	return last === void 0 ? "RUN …" : `RUN ${text.slice(last.index + last[0].length)}`;
}
function bounded(text) {
	const document = /<<-?\s*["']?\w+/.exec(text);
	const lineEnd = document === null ? -1 : text.indexOf("\n", document.index);
	const line = (lineEnd === -1 ? text : `${text.slice(0, lineEnd)} …`).replace(/\s+/g, " ").trim();
	return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
function layerInstructions(history, layers) {
	const entries = (history ?? []).filter((entry) => entry.empty_layer !== true);
	if (entries.length !== layers) return new Array(layers).fill(void 0);
	return entries.map(({ created_by }) => {
		const shown = shownInstruction(created_by ?? "");
		return shown === "" ? void 0 : shown;
	});
}

// src/domain/change/package-changes.ts
const KINDS = [
	"gained",
	"downgraded",
	"changed",
	"upgraded",
	"lost"
];
function packageChanges(current, baseline, isUnseen = () => false) {
	const now = placed(current.packages);
	const known = new Map(current.packages.map(({ type, ecosystem }) => [type, ecosystem]));
	const stored = baseline.packages.map((each) => ({
		...each,
		ecosystem: each.ecosystem ?? known.get(each.type)
	}));
	const changed = pair(placed(stored), now, [{ keys: releaseAt }]);
	const { pairs, gone, fresh } = pair(changed.gone.toSorted(byVersion), changed.fresh.toSorted(byVersion), [{ keys: ({ place }) => [place] }]);
	const here = new Set(now.map(({ place }) => place));
	const lost = gone.filter(({ each, place }) => here.has(place) || !isUnseen(each));
	const unseen = gone.length - lost.length;
	const moved = pair(lost, fresh, [{ keys: ({ each }) => [`${each.type}\0${each.name}\0${each.version}`] }]).pairs;
	const left = new Set(moved.values());
	const [found, former] = [advisoriesIn(current.findings), advisoriesIn(baseline.findings)];
	const changeOf = (to, from) => {
		const { each: about } = to ?? from;
		const [after, before] = [advisoriesOf$1(found, to), advisoriesOf$1(former, from ?? (to && moved.get(to)))];
		const isMoved = to === void 0 && from !== void 0 && left.has(from);
		return {
			kind: kindOf(ecosystemOf(about), from?.each.version, to?.each.version),
			name: about.name,
			type: about.type,
			path: about.path,
			from: from?.each.version,
			to: to?.each.version,
			brought: difference(after, before),
			cleared: difference(isMoved ? [] : before, after)
		};
	};
	const changes = [
		...[...pairs].map(([to, from]) => changeOf(to, from)),
		...fresh.map((to) => changeOf(to, void 0)),
		...lost.map((from) => changeOf(void 0, from))
	];
	const counts = {
		gained: 0,
		upgraded: 0,
		downgraded: 0,
		changed: 0,
		lost: 0
	};
	for (const { kind } of changes) counts[kind] += 1;
	return {
		changes: changes.sort(byWeight),
		counts,
		...unseen > 0 && { unseen }
	};
}
function placed(packages) {
	const all = packages.map((each) => ({
		each,
		place: placeOf(each, each.path)
	}));
	return [...new Map(all.map((one) => [releaseAt(one)[0], one])).values()];
}
function placeOf(about, path = "") {
	return `${about.type}\0${about.name}\0${pathWithoutVersion(path, about)}`;
}
function releaseAt({ each, place }) {
	return [`${place}\0${each.version}`];
}
function byVersion({ each: a }, { each: b }) {
	return compareVersions(ecosystemOf(a), a.version, b.version) || compareText(a.version, b.version);
}
function advisoriesIn(findings) {
	return Map.groupBy(findings, ({ package: about, path }) => about === void 0 ? "" : `${placeOf(about, path)}\0${about.version}`);
}
function advisoriesOf$1(known, at) {
	return (at && known.get(releaseAt(at)[0])) ?? [];
}
function kindOf(ecosystem, from, to) {
	if (from === void 0) return "gained";
	if (to === void 0) return "lost";
	const order = compareVersions(ecosystem, from, to);
	if (order === void 0 || order === 0) return "changed";
	return order < 0 ? "upgraded" : "downgraded";
}
function difference(these, those) {
	const known = new Set(those.map(({ id }) => id));
	const severities = new Map(these.flatMap(({ id, severity }) => known.has(id) ? [] : [[id, severity]]));
	return {
		ids: [...severities.keys()],
		bySeverity: countSeverities([...severities.values()], (each) => each)
	};
}
function byWeight(a, b) {
	return compareCounts(b.brought.bySeverity, a.brought.bySeverity) || compareCounts(b.cleared.bySeverity, a.cleared.bySeverity) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || compareText(a.name, b.name) || compareText(a.path ?? "", b.path ?? "");
}

// src/domain/foreign/advisory-ids.ts
const ID = /(?<![\w-])(?:CVE-\d{4}-\d{4,19}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+|GO-\d{4}-\d+|RUSTSEC-\d{4}-\d+|RH[SBE]A-\d{4}:\d+|ELSA-\d{4}-\d+|ALAS\w{0,40}-\d{4}-\d+|D[SL]A-\d+-\d+|USN-\d+-\d+|SUSE-\w{2}-\d{4}:\d+(?:-\d+)?|pyup\.io-\d+)(?![\w-])/gi;
const WHOLE_ID = new RegExp(`^${ID.source}$`, "i");
const OF_ONE = /^(?:GHSA|PYSEC|GO|RUSTSEC|pyup\.io)-/i;
const LONGEST = 200;
const NAMED = /[^\s\p{Cc}]/u;
function idsIn(text) {
	return unique((text.match(ID) ?? []).map(normal));
}
function idsInLinks(links) {
	const parts = links.split(/\s+/).flatMap((link) => link.split(/[?#]/, 1)[0]?.split("/") ?? []);
	return unique(parts.map((part) => part.replaceAll("%3A", ":")).filter((part) => WHOLE_ID.test(part)).map(normal));
}
function advisoriesOf(own, related) {
	const named = idsIn(own);
	const isCve = (id) => id.startsWith("CVE-");
	const namedCves = named.filter(isCve);
	const cves = namedCves.length > 0 ? namedCves : unique(related.filter(isCve));
	const others = unique([...named, ...related].filter((id) => !isCve(id)));
	if (cves.length === 0) {
		const [id = oneLine(own).trim().slice(0, LONGEST), ...aliases] = others;
		return [{
			id,
			aliases
		}];
	}
	return cves.map((id) => ({
		id,
		aliases: others
	}));
}
function sameWeaknessIds(own, given) {
	return unique(given.flatMap(idsIn)).filter((id) => id !== own && OF_ONE.test(id));
}
function normal(id) {
	if (/^GHSA-/i.test(id)) return `GHSA${id.slice(4).toLowerCase()}`;
	return /^pyup/i.test(id) ? id.toLowerCase() : id.toUpperCase();
}

// src/domain/foreign/fixes.ts
const NONE = {
	versions: [],
	isUnreadable: false
};
const QUERY = /^(?:[a-zA-Z]{1,40}=[^&=]{0,500})(?:&[a-zA-Z]{1,40}=[^&=]{0,500}){0,50}$/;
const VERSION = /^v?\d[\w.+~^:!-]{0,300}$/i;
function isVersion(text) {
	return VERSION.test(text);
}
function fixesIn(text) {
	const field = text.trim();
	if (field === "" || /^(?:0:)?0$/.test(field)) return NONE;
	const versions = QUERY.test(field) ? new URLSearchParams(field).getAll("fixed") : [field];
	const read = versions.filter((version) => isVersion(version) && !/^0$/.test(version));
	return {
		versions: [...new Set(read)],
		isUnreadable: read.length < versions.length
	};
}

// src/domain/foreign/systems.ts
function systemNamed(name) {
	const known = distributionNamed(name);
	return known?.releases && known;
}
function shownSystem({ name, version }) {
	return {
		family: systemNamed(name)?.name ?? name,
		name: version,
		endOfLife: false
	};
}
function systemPackage(named, system) {
	const known = systemNamed(system?.name ?? "");
	return {
		name: named.name,
		version: named.version,
		type: known?.name ?? system?.name ?? "unknown",
		ecosystem: known?.ecosystem,
		purl: known && systemPurl(named, known, system?.version ?? "")
	};
}
function systemPurl({ name, version, arch }, system, release) {
	const distro = release === "" ? "" : `${system.name}-${release}`;
	const qualifiers = Object.fromEntries(Object.entries({
		arch: arch ?? "",
		distro
	}).filter(([, value]) => value !== ""));
	const purl = {
		type: PURL_TYPES[system.ecosystem],
		namespace: system.name,
		name,
		qualifiers
	};
	return purlOfVersion(purl, version);
}
function applicationPackage({ name, version }, type) {
	return {
		name,
		version,
		type: type || "unknown",
		purl: applicationPurl({
			name,
			version
		}, type)
	};
}
function applicationPurl({ name, version }, ecosystem) {
	const [type] = [...PURL_ECOSYSTEMS].find(([, each]) => each === ecosystem) ?? [];
	if (type === void 0 || SYSTEM_ECOSYSTEMS.has(ecosystem) || name === "") return void 0;
	const own = ecosystem === "pypi" ? pythonName(name) : name;
	const cut = ecosystem === "maven" ? own.indexOf(":") : own.lastIndexOf("/");
	const namespace = cut > 0 ? { namespace: own.slice(0, cut) } : {};
	return purlOfVersion({
		type,
		...namespace,
		name: own.slice(cut + 1),
		qualifiers: {}
	}, version);
}

// src/domain/coverage/listed-gaps.ts
function listedGaps(listed) {
	if ("unknown" in listed) return { gaps: [{
		...UNKNOWN,
		what: `${UNKNOWN.what}: ${listed.unknown}`
	}] };
	const { unread, unmatched, nameless, read, sourceless } = listed;
	const gaps = [
		...unread.map(unreadGap$1),
		...unmatched.map(unmatchedGap),
		...sourceless ? [sourcelessGap(sourceless)] : []
	];
	if (nameless.count === 0) return { gaps: read > 0 || gaps.length > 0 ? gaps : [EMPTY] };
	const known = `${counted(nameless.count, "package")} without a package URL${suchAs(nameless.examples)}`;
	return read > 0 ? {
		gaps,
		known
	} : { gaps: [...gaps, {
		...NAMELESS,
		what: `${known}: ${NAMELESS.what}`
	}] };
}
const UNKNOWN = {
	code: "sbom-packages-unread",
	what: "it is unknown whether all packages of the SBOM were read",
	remedy: "Make it as CycloneDX JSON, or as SPDX 2.3 JSON, in parts of at most 128 MiB."
};
const NAMELESS = {
	code: "sbom-packages-unmatched",
	what: "no scanner can look them up",
	remedy: "Make it with a tool that writes package URLs (`purl`)."
};
const EMPTY = {
	code: "sbom-packages-missing",
	what: "the SBOM lists no packages, which proves nothing about what it describes",
	remedy: "Give the SBOM itself, not a VEX document, and make it from the build's result: for content that they do not know, tools write an empty SBOM."
};
function unreadGap$1({ why, count, examples }) {
	return {
		code: "sbom-packages-unread",
		what: `${counted(count, "package")} of the SBOM not read${suchAs(examples)}: ${why}`,
		remedy: "Make the SBOM with a tool that writes a package URL with a version for each package, and under its own name."
	};
}
function unmatchedGap({ why, count, examples }) {
	return {
		code: "sbom-packages-unmatched",
		what: `the scanner has no advisories for ${why}, of which the SBOM lists ${counted(count, "package")}${suchAs(examples)}`,
		remedy: "Check these packages in another way."
	};
}
function sourcelessGap({ count, examples }) {
	return {
		code: "sbom-packages-unmatched",
		what: `the SBOM does not name the source packages of the distribution's packages, which its advisories refer to: at least ${counted(count, "package")} of the SBOM could not be matched${suchAs(examples)}`,
		remedy: "Make the SBOM with a tool that names them, as `upstream=` in the package URLs."
	};
}
function suchAs(examples) {
	return examples.length === 0 ? "" : ` (${examples.map(shortened).join(", ")})`;
}

// src/domain/coverage/gaps.ts
function coverageOf(looked) {
	const parts = [
		...asks(looked, "vuln") ? [
			...systemParts(looked),
			...judgedParts("Advisories", looked.suppliers),
			...applicationParts(looked),
			...versionParts(looked)
		] : licensedParts(looked),
		...asks(looked, "vuln") || asks(looked, "license") ? [
			...listedParts(looked),
			...unreadParts(looked),
			...judgedParts("Packages in the layers", looked.accounting),
			...judgedParts("Lock files", looked.source)
		] : [],
		...misconfigParts(looked),
		...scannerParts(looked),
		...judgedParts("Folders", looked.leftOutFolders && {
			gaps: looked.leftOutFolders,
			notes: []
		}),
		...leftOutParts(looked),
		...(looked.otherWarnings ?? []).map((warning) => part("The scanner says", "not-known", warning))
	];
	return {
		rows: parts.map(({ row }) => row),
		gaps: parts.flatMap(({ gaps }) => gaps)
	};
}
function unspecifiedCoverage() {
	const others = OTHER_SCANNERS.filter(([scanner]) => scanner !== "vuln");
	return {
		rows: [
			row(SYSTEM, "not-known", "the report does not name it"),
			row("Packages", "not-known", UNLISTED),
			row(UNREAD, "not-known", UNSPECIFIED),
			...others.map(([, subject]) => row(subject, "not-asked", ""))
		],
		gaps: []
	};
}
function row(subject, status, detail) {
	return {
		subject,
		status,
		detail
	};
}
function part(subject, status, detail) {
	return {
		row: row(subject, status, detail),
		gaps: []
	};
}
function gapPart(subject, ...gaps) {
	return {
		row: row(subject, "gap", someGaps(gaps)),
		gaps
	};
}
function asks({ scanners }, scanner) {
	return scanners === void 0 || scanners.includes(scanner);
}
const SYSTEM = "Operating system";
const PACKAGES = "System packages";
function systemParts(looked) {
	const { system } = looked;
	if (system === void 0 || system === "none") {
		const isUnlisted = system === void 0 && looked.systemPackages === void 0;
		return [withoutSystem(looked), ...isUnlisted ? [part("Packages", "not-known", UNLISTED)] : []];
	}
	if (looked.kind === "files" && looked.systemPackages === 0) return [part(SYSTEM, "nothing-there", `files of ${systemName(system)}, but no packages of it`)];
	return [systemPart(looked, system), ...packageParts(looked, system)];
}
const UNLISTED = "the report does not list them";
function licensedParts(looked) {
	const { system, systemPackages } = looked;
	if (!asks(looked, "license")) return [];
	if (system === void 0) return [withoutSystem(looked)];
	return typeof system === "object" && systemPackages === 0 && looked.kind !== "files" ? packageParts(looked, system) : [];
}
function withoutSystem({ system, kind, isImageSbom, applications, hostedTypes, otherKernel }) {
	if (otherKernel !== void 0) {
		const what = `the image is for ${otherKernel}, and the scanner reads no packages of such a system`;
		return gapPart(SYSTEM, {
			code: "os-unknown",
			what,
			remedy: OTHER_KERNEL
		});
	}
	const hosted = [...applications.keys()].filter((type) => hostedTypes.has(type));
	const isNeeded = (kind === "image" || isImageSbom) && hosted.length > 0;
	if (system !== "none" && !isNeeded) return part(SYSTEM, "nothing-there", "none found");
	const which = system === "none" ? "packages of one" : `packages that need one (${hosted.join(", ")})`;
	if (kind === "sbom" || isImageSbom) return gapPart(SYSTEM, {
		code: "sbom-os-missing",
		what: `the SBOM names no operating system, though it has ${which}`,
		remedy: "Make it with a tool that writes a component of the type `operating-system` with name and version (Syft does in CycloneDX), from the image itself."
	});
	return gapPart(SYSTEM, {
		code: "os-unknown",
		what: `no operating system was recognised, though there are ${which}: none of its packages was matched`,
		remedy: "Keep `/etc/os-release`, and the list of packages (`/var/lib/dpkg`, `/lib/apk/db`, `/var/lib/rpm`), as the base image has them. A base image of a distribution that the scanner does not know (Arch, Gentoo, NixOS, …) is not scanned: build on one that it knows."
	});
}
const OTHER_KERNEL = "Check for the system's own updates in another way (Windows: rebuild on the base image of the month), and accept this in the policy.";
function systemPart(looked, system) {
	const { matching, release, disagreement, repositories = [] } = looked;
	const name = systemName(system);
	if (matching === "no") return gapPart(SYSTEM, {
		code: "os-unknown",
		what: `the scanner has no advisories for ${name}, so none of its packages was matched`,
		remedy: "Build on a distribution that the scanner knows; Fedora, CentOS Stream and Arch are not among them."
	});
	if (disagreement !== void 0) return gapPart(SYSTEM, {
		code: "os-mismatch",
		what: `the packages do not belong to the named operating system: ${disagreement}`,
		remedy: "Leave `/etc/os-release` and the files alongside it, `/etc/apk/repositories`, and Red Hat's `/root/buildinfo` and `/usr/share/buildinfo`, as the base image has them."
	});
	if (release === "unknown") return gapPart(SYSTEM, {
		code: "os-release-unknown",
		what: `the vulnerability database has no advisories for ${name}${repositories.length === 0 ? "" : ` by its repository ${repositories.join(", ")}`}, so none of its packages was matched`,
		remedy: "Build on a published release, under the name that its distribution uses. If it is only days old, a newer database may cover it."
	});
	const detail = release === "known" ? name : `${name}; it is unknown whether the database covers this release`;
	return part(SYSTEM, matching === "unknown" || release === "not-told" ? "not-known" : "looked", system.endOfLife ? `${detail}, past its end of life` : detail);
}
function packageParts(looked, system) {
	const { systemPackages, skippedPackages = 0, thirdParty = 0, matching } = looked;
	const skipped = {
		code: "packages-skipped",
		what: `${counted(skippedPackages, "package")} of another operating system than ${systemName(system)} left out`,
		remedy: "Make the SBOM from one image, and leave its package URLs as they are."
	};
	const others = `${counted(thirdParty, "package")} from other repositories: no advisories for them`;
	return [
		...systemPackages === void 0 ? [part(PACKAGES, "not-known", UNLISTED)] : [],
		...systemPackages === 0 && matching !== "no" ? [withoutPackages(looked, system)] : [],
		...systemPackages && matching !== "no" ? [part(PACKAGES, "looked", counted(systemPackages, "package"))] : [],
		...skippedPackages > 0 ? [gapPart(PACKAGES, skipped)] : [],
		...thirdParty > 0 ? [part(PACKAGES, "not-known", others)] : []
	];
}
function withoutPackages({ systemLeftOutBy: option }, system) {
	if (option !== void 0) return gapPart(PACKAGES, {
		code: "os-packages-missing",
		what: `the report leaves out the packages of ${systemName(system)}, as one made with \`${option}\` does: only libraries were looked at`,
		remedy: `Make the report again without \`${option}\`, so that it covers the system's packages, too.`
	});
	return gapPart(PACKAGES, {
		code: "os-packages-missing",
		what: `${systemName(system)} has no readable list of packages, so none of its packages was scanned`,
		remedy: "Do not delete or cut `/var/lib/dpkg`, `/lib/apk/db` or `/var/lib/rpm`: without them, nothing shows which packages are installed."
	});
}
function applicationParts({ applications, unmatchedTypes, systemPackages }) {
	return [...applications].map(([type, { packages, files }]) => {
		if (systemPackages === void 0) return part(type, "not-known", UNLISTED);
		const count = `${counted(packages, "package")}${files === 0 ? "" : ` in ${counted(files, "file")}`}`;
		return unmatchedTypes?.has(type) ? part(type, "not-known", `${count}; the scanner lists them, but has no advisories for them`) : part(type, "looked", count);
	});
}
function versionParts({ unreadVersions = [] }) {
	if (unreadVersions.length === 0) return [];
	return [gapPart("Versions", {
		code: "versions-unreadable",
		what: `there are advisories for packages whose version cannot be compared with them: ${someOf(unreadVersions)}`,
		remedy: "Give the packages the versions that are installed: not a range, a tag or a branch."
	})];
}
function judgedParts(subject, { gaps, notes } = {
	gaps: [],
	notes: []
}) {
	return [...gaps.length === 0 ? [] : [gapPart(subject, ...gaps)], ...notes.map((row) => ({
		row,
		gaps: []
	}))];
}
const LISTED = "Packages that the SBOM lists";
function listedParts({ listed }) {
	if (listed === void 0) return [];
	const { gaps, known } = listedGaps(listed);
	if (gaps.length > 0) return [gapPart(LISTED, ...gaps)];
	return known === void 0 ? [] : [part(LISTED, "not-known", known)];
}
const UNREAD = "Files that could not be read";
const UNSPECIFIED = "the report does not say";
function unreadParts({ unread = [], unreadMore = 0, listsUnread }) {
	if (!listsUnread) return [part(UNREAD, "not-known", UNSPECIFIED)];
	const broken = unread.flatMap(({ kind, path = "?" }) => kind === "no-package" ? [path] : []);
	const gaps = unread.filter(({ kind }) => kind === "packages").map(unreadGap);
	if (unreadMore > 0) gaps.push(moreUnread(unreadMore));
	const what = `${counted(broken.length, "package.json", "package.json")} without an npm package: ${someOf(broken)}`;
	return [...gaps.length === 0 ? [] : [gapPart(UNREAD, ...gaps)], ...broken.length === 0 ? [] : [part(UNREAD, "nothing-there", what)]];
}
const READABLE = "Repair or remove the file.";
const LEFT_OUT = { "skip-files": "Or leave it out with `skip-files` or `skip-dirs`." };
function moreUnread(count) {
	return {
		...unreadGap({
			kind: "packages",
			why: ""
		}),
		what: `${count} more files could not be read`
	};
}
function unreadGap({ path, kind, why }) {
	const gap = {
		code: "packages-unreadable",
		what: `${path ?? "a file"} could not be read: ${why}`,
		remedy: READABLE,
		byInput: LEFT_OUT,
		path
	};
	return kind === "config" ? {
		...gap,
		code: "config-unreadable"
	} : gap;
}
const MISCONFIG = "Misconfigurations";
function misconfigParts(looked) {
	const { scanners, kind, configFiles = 0, terraform, unread = [], unreadMore = 0 } = looked;
	if (!scanners?.includes("misconfig")) return [];
	const gaps = unread.filter((each) => each.kind === "config").map(unreadGap);
	if (unreadMore > 0 && !asks(looked, "vuln") && !asks(looked, "license")) gaps.push({
		...moreUnread(unreadMore),
		code: "config-unreadable"
	});
	gaps.push(...(terraform ?? []).map(terraformGap));
	if (gaps.length === 0 && configFiles === 0 && kind === "files" && terraform === void 0) gaps.push({
		code: "misconfig-nothing-read",
		what: "no file was checked for misconfigurations, and it is unknown whether there are any",
		remedy: "Check the repository out and give its folder as `path`, or leave `misconfig` out of `scanners`."
	});
	return [
		...gaps.length > 0 ? [gapPart(MISCONFIG, ...gaps)] : [],
		...configFiles > 0 ? [part(MISCONFIG, "looked", counted(configFiles, "file"))] : [],
		...gaps.length === 0 && configFiles === 0 ? [part(MISCONFIG, "nothing-there", "no file to check")] : []
	];
}
function terraformGap(path) {
	return {
		code: "terraform-not-read",
		what: `${path} was not checked, as Terraform files are skipped`,
		remedy: "Reading Terraform would fetch modules from any host that it names: check its plan instead (`terraform show -json`).",
		byInput: { "skip-dirs": "Or leave the files out with `skip-dirs`." },
		path
	};
}
const OTHER_SCANNERS = [
	["vuln", "Vulnerabilities"],
	["misconfig", MISCONFIG],
	["secret", "Secrets"],
	["license", "Licences"]
];
function scannerParts({ scanners, layersWithoutSecrets: layers = 0, secretsNotIn: places = [] }) {
	if (scanners === void 0) return [part("Requested scanners", "not-known", UNSPECIFIED)];
	const inBase = layers === 0 ? "" : `not in ${counted(layers, "layer")} of the base image, according to its history`;
	const withoutSecrets = joined$2("; ", [inBase, places.length === 0 ? "" : `not in ${places.join(", ")}`]);
	return OTHER_SCANNERS.flatMap(([scanner, subject]) => {
		if (!scanners.includes(scanner)) return [part(subject, "not-asked", "")];
		if (scanner === "secret") return [part(subject, "looked", withoutSecrets)];
		return scanner === "license" ? [part(subject, "looked", "")] : [];
	});
}
function leftOutParts({ leftOut = /* @__PURE__ */ new Map() }) {
	return [...leftOut].flatMap(([input, entries]) => entries.length === 0 ? [] : [part(`Left out by ${input}`, "not-asked", entries.join(", "))]);
}

// src/domain/coverage/system-evidence.ts
const MANAGERS = {
	debian: "dpkg",
	alpine: "apk",
	rpm: "rpm"
};
const UBUNTU_BASE_FILES = {
	"14.04": "7.2",
	"16.04": "9.4",
	"18.04": "10.1",
	"20.04": "11",
	"22.04": "12",
	"24.04": "13"
};
const MARK = new RegExp(`\\.(${[...new Set(DISTRIBUTIONS.flatMap(({ mark }) => mark ?? []))].join("|")})(\\d+)`);
function disagreement(system, packages, { repositories = [], otherProduct } = {}) {
	const found = foreignManager(system, packages) ?? foreignRelease(system, packages) ?? olderRepository(system, repositories) ?? (otherProduct && productClause(otherProduct));
	return found && `it says that it is ${system.family} ${system.name}, but ${found}`;
}
function foreignManager({ family }, packages) {
	const kind = distributionNamed(family)?.ecosystem;
	if (kind === void 0) return void 0;
	const own = MANAGERS[kind];
	const foreign = packages.filter(({ manager }) => isOther(manager, own));
	const [first] = foreign;
	return first && `${foreign.length} of its packages are ${first.manager}'s, such as ${first.name}`;
}
function isOther(manager, own) {
	const kind = /^(?:dpkg|apk|rpm)/.exec(manager ?? "")?.[0];
	return kind !== void 0 && kind !== own;
}
function foreignRelease(system, packages) {
	const { family } = system;
	if (family === "debian" || family === "ubuntu") return foreignBaseFiles(system, packages);
	return foreignVersion(system, packages) ?? foreignReleasePackage(family, packages) ?? foreignMark(system, packages);
}
function olderRepository({ family, name }, repositories) {
	if (family !== "alpine" || !/^\d+\.\d+/.test(name)) return void 0;
	const older = repositories.find((each) => /^\d+\.\d+/.test(each) && compareDotted(minorOf(each), minorOf(name)) < 0);
	return older && `its packages are matched with the advisories of the repository ${older}, which is older`;
}
function productClause({ packages, example, sources }) {
	const named = listSome(sources, 3) || "no known product";
	return `${packages} of its packages, such as ${example}, ${packages === 1 ? "is" : "are"} matched with advisories for ${named}, and not for this release`;
}
function foreignBaseFiles({ family, name }, packages) {
	const version = packages.find((each) => each.name === "base-files")?.version;
	if (version === void 0) return void 0;
	const clause = `its package base-files is ${version}`;
	if (version.includes("ubuntu") !== (family === "ubuntu")) return clause;
	if (family === "ubuntu") return isOtherUbuntu(name, version) ? clause : void 0;
	const [own, theirs] = [/^\d+/.exec(name)?.[0], /^\d+/.exec(version)?.[0]];
	return own !== void 0 && theirs !== void 0 && own !== theirs ? clause : void 0;
}
function isOtherUbuntu(name, version) {
	const start = version.split("ubuntu", 1)[0];
	const owner = Object.keys(UBUNTU_BASE_FILES).find((release) => UBUNTU_BASE_FILES[release] === start);
	const own = /^\d+\.\d+/.exec(name)?.[0] ?? name;
	return owner === void 0 ? Object.hasOwn(UBUNTU_BASE_FILES, own) : owner !== own;
}
function foreignVersion({ family, name }, packages) {
	const named = distributionNamed(family)?.numbered ?? [];
	const ofRelease = packages.filter((each) => named.includes(each.name));
	const own = minorOf(name);
	if (ofRelease.some(({ version }) => minorOf(version) === own)) return void 0;
	const [first] = ofRelease;
	return first && `its package ${first.name} is for release ${minorOf(first.version)}`;
}
function foreignReleasePackage(family, packages) {
	const own = distributionNamed(family);
	if (own?.owns === void 0) return void 0;
	const others = packages.flatMap(({ name }) => OWNERS.get(name)?.ecosystem === own.ecosystem ? [name] : []);
	const [first] = others;
	if (first === void 0 || others.some((name) => own.owns?.includes(name))) return void 0;
	return `its package ${first} is ${OWNERS.get(first)?.name}'s`;
}
const OWNERS = new Map(DISTRIBUTIONS.toReversed().flatMap((each) => (each.owns ?? []).map((name) => [name, each])));
function foreignMark({ family, name }, packages) {
	const system = distributionNamed(family);
	if (system?.ecosystem !== "rpm") return void 0;
	const own = family === "amazon" && !/^2/.test(name) ? "1" : /^\d+/.exec(name)?.[0];
	const marked = packages.flatMap((each) => {
		const [, mark, release] = MARK.exec(each.version) ?? [];
		return mark === void 0 ? [] : [{
			each,
			isOwn: mark === system.mark,
			release
		}];
	});
	const ofOwn = marked.filter(({ isOwn }) => isOwn);
	const others = marked.filter(({ isOwn }) => !isOwn);
	const isOther = own !== void 0 && ofOwn.every(({ release }) => release !== own);
	const isMost = others.length > 1 && others.length * 2 > packages.length;
	const found = (isOther ? ofOwn[0] : void 0) ?? (isMost ? others[0] : void 0);
	return found && `its package ${found.each.name} is ${found.each.version}`;
}
function minorOf(version) {
	return /^\d+\.\d+/.exec(version)?.[0] ?? version;
}

// src/domain/foreign/reported-coverage.ts
const HOSTED = /* @__PURE__ */ new Set([
	"python",
	"pypi",
	"npm",
	"gem",
	"java-archive",
	"maven",
	"php-composer"
]);
function reportedCoverage(reported) {
	const { system, kind, packages } = reported;
	const hasSystemPackages = packages.some((each) => each.system === true);
	const types = packages.flatMap((each) => each.system === true ? [] : [each.type]);
	const applications = new Map([...Map.groupBy(types, (type) => type)].map(([type, { length }]) => [type, {
		packages: length,
		files: 0
	}]));
	const known = system && systemNamed(system.name);
	const isRelease = reported.matchedSystem || known?.releases?.test(system?.version ?? "") === true;
	const shown = system && shownSystem(system);
	const { rows, gaps } = coverageOf({
		kind,
		isImageSbom: false,
		scanners: ["vuln"],
		system: shown ?? (hasSystemPackages ? "none" : void 0),
		matching: reported.matchedSystem ? "yes" : known === void 0 ? "no" : reported.hasAdvisories,
		release: isRelease ? "known" : "unknown",
		disagreement: reported.disagreement ?? (shown && disagreement(shown, reported.listed ?? [])),
		systemPackages: reported.listed?.length,
		applications,
		hostedTypes: HOSTED,
		listsUnread: false,
		leftOut: reported.leftOut
	});
	return system === void 0 && !hasSystemPackages && applications.size === 0 ? withReportGap({
		rows,
		gaps
	}, reported.silence ?? NOTHING) : {
		rows,
		gaps
	};
}
function withReportGap({ rows, gaps }, gap) {
	return {
		rows: [{
			subject: "Report",
			status: "gap",
			detail: gap.what
		}, ...rows],
		gaps: [gap, ...gaps]
	};
}
const NOTHING = {
	code: "os-unknown",
	what: "the report names neither a distribution nor a package, so that nothing shows that the scanner recognised anything in the image",
	remedy: "See whether the scanner was given the image itself, and whether it knows its distribution. An image of nothing but its own program can be accepted."
};

// src/domain/coverage/inventory.ts
const INVENTORY_KINDS = {
	dpkg: "lists packages",
	apk: "lists packages",
	rpm: "lists packages",
	python: "describes a Python package",
	node: "describes a Node.js package",
	ruby: "describes a gem",
	php: "lists PHP packages",
	dotnet: "lists .NET packages",
	go: "is a Go program",
	rust: "is a Rust program",
	"packed-program": "is a program",
	jar: "is a Java archive",
	maven: "describes a Java package",
	conda: "describes a conda package",
	julia: "lists Julia packages",
	"lock-file": "lists packages",
	sbom: "is an SBOM",
	"other-manager": "is a package"
};

// src/domain/coverage/accounting.ts
const MOST_GAPS$1 = 200;
function accountFor(inventory, seen) {
	const index = seenIndex(seen.packages, seen.unread, inventory.entries);
	const judged = inventory.entries.toSorted((a, b) => Number(isSystemList(b)) - Number(isSystemList(a))).map((entry) => ({
		entry,
		found: judgedEntry(entry, seen, index)
	}));
	const left = (kind) => judged.flatMap(({ entry, found }) => found === kind ? [entry] : []);
	const silent = judged.flatMap(({ found }) => SILENT_RULES.find((rule) => rule === found) ?? []);
	const java = [...Map.groupBy(left("maven"), ({ path }) => path.split("/").slice(0, -3).join("/")).values()];
	const alone = java.filter(({ length }) => length === 1).flat();
	const together = java.filter(({ length }) => length > 1).flat();
	const gaps = [...judged.flatMap(({ found }) => typeof found === "object" ? [found] : []), ...together.map((entry) => entryGap(entry, index))];
	const managers = managerGaps(left("other-manager"));
	return {
		gaps: [
			...gaps.slice(0, MOST_GAPS$1),
			...bound(gaps.length - MOST_GAPS$1, "more files have packages that the scanner does not list", REPAIR),
			...managers,
			...bound(inventory.more, UNCOMPARED, FEWER)
		],
		notes: [
			...countRow(inventory, gaps.length + managers.length, silent),
			...unknown("Lock files", left("lock-file"), (all) => {
				return `whether their packages are in the image, since none is installed next to them: ${someOf(all.map(({ path }) => path))}`;
			}),
			...unknown("Packages of conda", left("conda"), ({ length }) => {
				return `${counted(length, "package")}: there are no advisories for them`;
			}),
			...unknown("Java classes", alone, (all) => {
				const names = all.map(({ packages: [one] = [], path }) => one ? `${one.name} ${one.version}` : path);
				return `whether there are advisories for packages that were unpacked from archives: ${someOf(names)}`;
			})
		]
	};
}
function judgedEntry(entry, seen, index) {
	if (seen.isLeftOut?.(entry.archive ?? entry.path)) return "left-out";
	if (entry.isDisputed === true) return entryGap(entry, index);
	if (entry.kind === "other-manager") return seen.system === "unmatched" ? "said-by-another-gap" : "other-manager";
	if (isSystemList(entry)) return systemGap(entry, seen, index);
	if (isListed$1(entry, index)) return void 0;
	const { kind, packages = [] } = entry;
	if (kind === "maven" && packages.length > 0 && packages.every((each) => index.hasPackage(each.name, each.version))) return void 0;
	const rule = silentRule(entry, index);
	if (rule !== void 0) return rule;
	if (entry.kind === "lock-file" || entry.kind === "maven") return entry.kind;
	return entry.kind === "conda" && entry.unread === void 0 ? "conda" : entryGap(entry, index);
}
function systemGap(entry, seen, index) {
	if (seen.system === "unmatched") return "said-by-another-gap";
	const missing = unlistedPackages(entry, index);
	if (missing === void 0) return void 0;
	if (index.unread.has(entry.path)) return "said-by-another-gap";
	const { packages = [], path, layer } = entry;
	const what = packages.length === 0 ? `${shortened(path)} (layer ${layer}) lists packages, ${entry.kind === "rpm" ? "of which the scanner has none" : "and it is unknown whether the scanner has all of them"}${entry.unread ? `: ${entry.unread}` : ""}` : `the scanner's list lacks ${missing.length} of the ${packages.length} packages in ${shortened(path)} (layer ${layer}): ${named(missing)}`;
	return unaccounted(what, KEEP_LIST, path);
}
const KEEP_LIST = { remedy: "Leave the system's list of packages as its package manager writes it. A damaged line, a wrong status or an odd version makes a scanner skip installed packages." };
function entryGap(entry, index) {
	const { path, layer, packages = [] } = entry;
	const has = packages.length === 0 ? INVENTORY_KINDS[entry.kind] : `has ${named(packages)}`;
	const { why, ...advice } = reasonFor(entry, index);
	const what = `${shortened(path)} (layer ${layer}) ${has}, which the scanner does not list: ${why}`;
	return unaccounted(what, advice, path);
}
function reasonFor(entry, index) {
	const { path, linkTo, unread, isRenamed, archive } = entry;
	if (entry.isDisputed === true) return DISPUTED;
	if (unread !== void 0 && archive !== void 0) return {
		why: shortened(unread),
		...entry.kind === "jar" ? RENAME : UNPACK
	};
	if (unread !== void 0) return {
		why: `its content is not known (${shortened(unread)})`,
		...REPAIR
	};
	const refused = index.unread.get(path);
	if (refused !== void 0) return {
		why: `it could not read the file (${shortened(refused.why)})`,
		...REPAIR
	};
	const other = index.at(path)[0];
	if (other !== void 0) return {
		why: `it identifies the file as ${shortened(`${other.name} ${other.version}`)}`,
		...REPAIR
	};
	const owner = index.ownerOf(entry);
	if (owner !== void 0) return {
		why: `the system's package ${shortened(owner)} claims the file, which is outside the system's folders`,
		remedy: "Install the application's packages outside the system's own folders, and leave the system's lists of files as its package manager writes them."
	};
	if (linkTo !== void 0) return {
		why: `it is a link to ${shortened(linkTo)}, and scanners follow no links`,
		remedy: "Copy packages instead of linking them: `UV_LINK_MODE=copy` for uv, `package-import-method=copy` for pnpm, or keep the cache that the links lead to in the image."
	};
	if (isRenamed === true) return {
		why: "its name does not show its type",
		...RENAME
	};
	return {
		why: "the reason is unknown",
		...REPAIR
	};
}
const DISPUTED = {
	why: "layers replace it or a link to it, so not every program sees it",
	remedy: "Write files by their own paths instead of through links. Remove folders in one layer, and put others in their place in the next one."
};
const NO_CONCERN = { "skip-files": "If the file does not matter, exclude it with `skip-files` or `skip-dirs`." };
const RENAME = {
	remedy: "Name Java archives `.jar`, `.war` or `.ear`.",
	byInput: NO_CONCERN
};
const UNPACK = {
	remedy: "Build the image with the libraries as their own files, alongside the program.",
	byInput: NO_CONCERN
};
const REPAIR = {
	remedy: "Reinstall the package with its package manager, or remove the file.",
	byInput: NO_CONCERN
};
const FEWER = {
	remedy: "Build an image with fewer packages.",
	byInput: { "skip-dirs": "Or leave folders out with `skip-dirs`." }
};
const UNCOMPARED = "more files with packages are in the image than are compared with the scanner's list";
function bound(count, what, advice) {
	return count <= 0 ? [] : [unaccounted(`${count} ${what}`, advice)];
}
function countRow({ entries, more }, gaps, silent) {
	if (entries.length === 0 || gaps > 0 || more > 0) return [];
	const rules = [...Map.groupBy(silent.toSorted(), (rule) => rule)].map(([rule, { length }]) => `${rule} ${length}`);
	return [{
		subject: "Packages in the layers",
		status: "looked",
		detail: `${entries.length} found in the layers${rules.length === 0 ? "" : `; not in the scanner's list, by rule: ${rules.join(", ")}`}`
	}];
}
function unknown(subject, entries, detailOf) {
	return entries.length === 0 ? [] : [{
		subject,
		status: "not-known",
		detail: detailOf(entries)
	}];
}
function isSystemList({ kind }) {
	return kind === "dpkg" || kind === "apk" || kind === "rpm";
}
const NO_PACKAGES = /* @__PURE__ */ new Set(["gpg-pubkey"]);
function unlistedPackages(entry, index) {
	const { packages, kind } = entry;
	if (packages === void 0) return kind === "rpm" && hasSomeOf(kind, index) ? void 0 : [];
	const missing = packages.filter((each) => !NO_PACKAGES.has(each.name) && !isSeen(each, kind, index));
	return missing.length === 0 ? void 0 : missing;
}
function hasSomeOf(kind, { system }) {
	return system.values().some((packages) => packages.some(({ manager = kind }) => manager.startsWith(kind)));
}
function isSeen(each, kind, { system }) {
	const found = system.get(systemKey(each.name, each.version));
	if (found === void 0) return false;
	if (kind === "rpm") return true;
	const source = each.source?.trim().split(/\s/, 1)[0] || each.name;
	return found.some((seen) => (seen.source?.name || seen.name) === source);
}
function named(packages) {
	return someOf(packages.map(({ name, version }) => `${name} ${version}`));
}
const OTHER_MANAGER = {
	remedy: "Check them in another way, and accept this in the policy. If you can, install the application's dependencies with the system's package manager.",
	byInput: { "skip-dirs": "Or leave their folder out with `skip-dirs`." }
};
function managerGaps(entries) {
	return [...Map.groupBy(entries, ({ manager }) => manager ?? "another package manager")].map(([manager, own]) => {
		const names = own.map(({ packages: [one] = [], path }) => one?.name ?? path);
		const path = own[0]?.path ?? "";
		const what = `packages of ${manager} are in the image (${shortened(path)}), which the scanner does not check: ${someOf(names)}`;
		return unaccounted(what, OTHER_MANAGER, path);
	});
}

// src/domain/coverage/advisory-suppliers.ts
function judgeSuppliers(supply, marks = []) {
	const gaps = [
		...wholeSystem(supply, marks),
		...extended(supply, marks),
		...relabelled(supply)
	];
	return {
		gaps,
		notes: gaps.length > 0 ? [] : added(supply)
	};
}
const SUBJECT = "Advisories";
function replaced(what, remedy, path) {
	return {
		code: "advisories-replaced",
		what,
		remedy,
		path
	};
}
function wholeSystem({ supplier, system }, marks) {
	if (supplier === void 0 || supplier === "") return [];
	const mark = marks.find(({ vendor }) => vendor.toLowerCase() === supplier.toLowerCase());
	return [replaced(`the scanner matched the packages of ${systemName(system)} only with the advisories of ${shortened(supplier)}${by(mark)}, and it is unknown whether the release is past its end of life`, "If the image is not that vendor's, remove the mark (RapidFort's is `/usr/share/rapidfort/curated.json`). If it is, let the vendor confirm that it is safe, and accept this.", mark?.path)];
}
function extended({ isExtended, system, matchedAt }, marks) {
	if (!isExtended || isPastSupport(system, matchedAt) === false) return [];
	const mark = marks.find(({ vendor }) => vendor === "ubuntu-pro");
	return [replaced(`the scanner matched the packages of ${systemName(system)}, which is past its end of life, only with the advisories of its extended support${by(mark)}`, "Build on a release that is supported. If the packages do come from Ubuntu Pro, accept this; otherwise remove `/var/lib/ubuntu-advantage/status.json`.", mark?.path)];
}
function by(mark) {
	return mark === void 0 ? "" : `, since ${shortened(mark.path)} (layer ${mark.layer}) says so`;
}
function relabelled({ packages, system, advised }) {
	const doubtful = packages.filter((each) => each.thirdParty === true && !isOfVendor(each));
	if (doubtful.length === 0) return [];
	const known = advised?.([...new Set(doubtful.flatMap(namesOf))]);
	const found = doubtful.filter((each) => known === void 0 || namesOf(each).some((name) => known.has(name)));
	const [first] = found;
	if (first === void 0) return [];
	const names = someOf(found.map(({ name, version }) => `${name} ${version}`));
	return [replaced(`${counted(found.length, "package")} of ${systemName(system)} matched with no advisories, as the list of packages says that ${shortened(first.maintainer || "another vendor")} made them: ${names}`, "Leave the list of packages as its package manager writes it. If another vendor did build these packages, the system's advisories do not cover them: check them in another way.")];
}
function namesOf({ name, source, modularity }) {
	const stream = modularity?.split(":", 2).join(":");
	return [
		name,
		...source?.name ? [source.name] : [],
		...stream ? [`${stream}::${name}`] : []
	];
}
const SYSTEM_MARK = /(?:[+~]deb\d+u\d+|\dubuntu\d)/;
const VENDOR_MARK = /(?:[~+.](?:debian|ubuntu)\.?\d|~(?:buster|bullseye|bookworm|trixie|forky|bionic|focal|jammy|noble|resolute)|maria|nodesource|pgdg|\.remi|\.ngx)/i;
const VENDORS = [
	[/support@docker\.com|^Docker/, /^(?:docker|containerd\.io)/],
	[/@nvidia\.com|^NVIDIA/, /^(?:nvidia|cuda|lib(?:cu|nv|npp|nccl|xnv|tensorrt)|xserver-xorg-video-nvidia|nsight|gds|tensorrt)/],
	[/Google Cloud CLI Authors/, /^(?:google-cloud|kubectl)/],
	[/sapmachine@sap\.com/, /^sapmachine/],
	[/@hashicorp\.com|^HashiCorp$/, /^(?:terraform|vault|consul|nomad|packer|vagrant|boundary|waypoint|sentinel)/],
	[/@microsoft\.com|^Microsoft/, /^(?:azure|code|dotnet|aspnetcore|netstandard|powershell|mssql|msodbcsql|mdatp|moby|libmsquic|packages-microsoft|msopenjdk|microsoft)/],
	[/@mongodb\.com|^MongoDB/, /^mongo/],
	[/developers@lists\.mariadb\.org|^MariaDB/, /^(?:mariadb|libmariadb|galera|mysql-common|libmysqlclient)/i],
	[/dev@couchdb\.apache\.org/, /^couch/],
	[/info@elastic\.co|^Elastic/, /^(?:elastic|kibana|logstash|filebeat|metricbeat|heartbeat|apm|auditbeat|packetbeat)/],
	[/nginx-packaging@f5\.com|^NGINX/i, /^nginx/],
	[/@konghq\.com/, /^kong/],
	[/@cloudflare\.com/, /^cloudflare/],
	[/support@influxdb\.com/, /^(?:influx|telegraf|chronograf|kapacitor)/],
	[/support@gitlab\.com|^GitLab/, /^gitlab/],
	[/contact@grafana\.com|^Grafana/, /^(?:grafana|loki|alloy|tempo|mimir|promtail)/],
	[/@datadoghq\.com|^Datadog/, /^datadog/],
	[/@nodesource\.com/, /^(?:nodejs|nsolid)/],
	[/info@tailscale\.com/, /^tailscale/],
	[/@openrobotics\.org|@osrfoundation\.org/, /^(?:ros|python3-(?:ros|catkin|col|vcs|bloom)|lib(?:gz|ignition|ros|sdformat)|gz|ignition|gazebo|sdformat|colcon)/],
	[/^GitHub$/, /^gh$/]
];
const MARKS_LIKE_UBUNTU = /^(?:nvidia|cuda|libnvidia|xserver-xorg-video-nvidia)/;
function isOfVendor({ name, version, maintainer = "" }) {
	if (SYSTEM_MARK.test(version) && !MARKS_LIKE_UBUNTU.test(name)) return false;
	if (VENDOR_MARK.test(version)) return true;
	return VENDORS.some(([vendor, names]) => vendor.test(maintainer) && names.test(name));
}
const ADDED = [
	[
		"Root.io",
		/* @__PURE__ */ new Set(["debian", "ubuntu"]),
		({ version }) => version.includes(".root.io")
	],
	[
		"Root.io",
		/* @__PURE__ */ new Set(["alpine"]),
		({ version }) => /-r\d007\d/.test(version)
	],
	[
		"Seal",
		/* @__PURE__ */ new Set([
			"alpine",
			"cbl-mariner",
			"centos",
			"redhat",
			"debian",
			"oracle",
			"ubuntu"
		]),
		({ name, source }) => /^seal-/i.test(name) || /^seal-/i.test(source?.name ?? "")
	]
];
function added({ packages, system }) {
	return ADDED.flatMap(([supplier, families, isOne]) => {
		const [first] = families.has(system.family) ? packages.filter(isOne) : [];
		if (first === void 0) return [];
		const detail = `advisories of ${supplier} were used in addition to the system's, for packages such as ${shortened(`${first.name} ${first.version}`)}; it is unknown whether the release is past its end of life`;
		return [{
			subject: SUBJECT,
			status: "not-known",
			detail
		}];
	});
}
const UBUNTU = /* @__PURE__ */ new Map([
	["12.04", "2019-04-26"],
	["14.04", "2022-04-25"],
	["16.04", "2021-04-21"],
	["18.04", "2023-05-31"],
	["20.04", "2025-05-31"],
	["22.04", "2027-04-23"],
	["24.04", "2034-03-31"],
	["26.04", "2031-05-31"]
]);
function isPastSupport({ family, name }, at) {
	const end = family === "ubuntu" ? UBUNTU.get(/^\d+\.\d+/.exec(name)?.[0] ?? "") : void 0;
	const day = /^\d{4}-\d{2}-\d{2}/.exec(at ?? "")?.[0];
	return end === void 0 || day === void 0 ? void 0 : day > end;
}

// src/domain/coverage/source-accounting.ts
const MOST_GAPS = 100;
function accountForSource(source, { packages, unversionedTypes, withoutDevelopment }) {
	const gaps = [
		...source.links.map(linkGap),
		...requirementGaps(source.requirements, packages),
		...unversionedGaps(packages, unversionedTypes),
		...source.more > 0 ? [moreGap(source.more)] : []
	];
	const notes = [...withoutDevelopment || source.hasDevelopment ? [DEVELOPMENT] : [], ...source.unread.length > 0 ? [unreadRow(source.unread)] : []];
	return {
		gaps: gaps.length <= MOST_GAPS ? gaps : [...gaps.slice(0, MOST_GAPS), moreGap(gaps.length - MOST_GAPS)],
		notes
	};
}
const DEVELOPMENT = {
	subject: "Dependencies for development",
	status: "not-asked",
	detail: "of npm and others: not scanned"
};
function unreadRow(paths) {
	return {
		subject: "Requirements",
		status: "not-known",
		detail: `the scanner does not read lists of Python packages under these names: ${someOf(paths)}`
	};
}
function folderGaps({ folders }) {
	return folders.map(({ path, count, example }) => ({
		code: "folder-not-read",
		what: `the scanner skips the folder ${path}, which has ${counted(count, "file")} that it would otherwise scan, such as ${shortened(example)}`,
		remedy: `Give the folder as a separate target, or rename it: \`${path}\`. Or leave it out with \`skip-dirs\`.`,
		path
	}));
}
function moreGap(count) {
	const what = `${count} more lock files were not compared with the scanner's list`;
	return unaccounted(what, { remedy: "Scan the folders one by one. Or leave some out with `skip-dirs`." });
}
function linkGap({ path, to }) {
	const what = `${shortened(path)} is a link to ${shortened(to)}, and scanners follow no links`;
	return unaccounted(what, { remedy: "Scan the folder that has the file itself, or put a copy in the link's place." }, path);
}
function requirementGaps(files, packages) {
	if (files.length === 0) return [];
	const listed = Map.groupBy(packages, (each) => each.path === void 0 ? void 0 : folderOf(each.path));
	return files.flatMap(({ path, requirements, unread }) => {
		const known = new Set(listed.get(folderOf(path))?.flatMap(({ name, version }) => [pythonName(name), `${pythonName(name)}\0${version}`]));
		const missing = requirements.filter((each) => !isListed(each, known));
		if (unread === void 0 && missing.length === 0) return [];
		const which = unread ?? someOf(missing.map(({ text }) => text));
		const what = `${shortened(path)} asks for ${unread === void 0 ? counted(missing.length, "package") : "packages"} that ${missing.length === 1 ? "was" : "were"} not looked at: ${which}`;
		return [unaccounted(what, { remedy: EXACT }, path)];
	});
}
const EXACT = "Name each package in one line with an exact version (`name==1.2`), as `pip-compile` and `uv pip compile` write it, or put a lock file alongside it.";
function isListed({ name, version }, known) {
	if (name === void 0) return false;
	return known.has(version === void 0 ? pythonName(name) : `${pythonName(name)}\0${version}`);
}
function unversionedGaps(packages, types) {
	const byFile = /* @__PURE__ */ new Map();
	for (const { name, version, type, path, relationship } of packages) {
		if (version !== "" || path === void 0 || !types.has(type ?? "")) continue;
		if (relationship === "root" || relationship === "workspace") continue;
		addTo(byFile, path, name);
	}
	return [...byFile].map(([path, names]) => {
		const what = `${shortened(path)} has ${counted(names.length, "package")} without its own version, which no advisory was compared with: ${someOf(names)}`;
		return unaccounted(what, { remedy: RESOLVED }, path);
	});
}
const RESOLVED = "Their versions are in a parent or a range, which only the build resolves: scan the built jar or image, or an SBOM from the build.";

// src/domain/exception.ts
function scopeKey({ id, package: about, paths, images }) {
	const sorted = (globs) => globs && [...new Set(globs)].sort();
	return JSON.stringify([
		id.toLowerCase(),
		about,
		sorted(paths),
		sorted(images)
	]);
}

// src/domain/opinions/merge.ts
function mergeOpinions(given, rules = {}) {
	const opinions = given.toSorted((a, b) => compareText(a.scanner, b.scanner));
	if (opinions.length < 2) return opinions[0]?.findings ?? [];
	const names = opinions.map(({ scanner }) => scanner);
	const best = opinions.findIndex(({ knowsBest }) => knowsBest);
	const claims = new Set(opinions.flatMap(({ isClaim }, by) => isClaim ? [by] : []));
	const sources = new Map(opinions.flatMap((each, by) => each.sources ? [[by, each.sources.map(({ scanner }) => scanner)]] : []));
	const findings = [];
	for (const [key, rows] of bySubject(opinions)) {
		const needs = needsIn(rows);
		const able = opinions.flatMap((each) => ableIn(each, needs, key));
		const merged = matchRows(rows).map((group) => mergedFinding(group, {
			names,
			best,
			able,
			claims,
			sources
		}, rules));
		for (const each of withoutMissedApart(merged)) findings.push(each);
	}
	return findings;
}
function ableIn({ scanner, sees, sources, silence = sees, unadvised }, needs, key) {
	const isUnadvised = unadvised?.has(key) === true;
	if (sources === void 0) return silence.has(needs) && !isUnadvised ? [scanner] : [];
	return sources.filter((each) => each.sees.includes(needs) && !(isUnadvised && each.listsPackages)).map((each) => each.scanner);
}
function needsIn([first]) {
	return subjectOfFinding(first.finding).needs;
}
function bySubject(opinions) {
	const found = /* @__PURE__ */ new Map();
	for (const [by, { findings }] of opinions.entries()) for (const finding of findings) {
		const { key, isSystem } = subjectOfFinding(finding);
		addTo(found, key, {
			by,
			finding,
			place: isSystem ? "" : finding.path ?? ""
		});
	}
	for (const [key, meant] of meantSubjects(found)) {
		for (const row of found.get(key) ?? []) addTo(found, meant, row);
		found.delete(key);
	}
	return found;
}
function withoutMissedApart(findings) {
	const missed = findings.filter(({ missedBy }) => missedBy !== void 0);
	if (missed.length < 2) return findings;
	const agreed = /* @__PURE__ */ new Set();
	const seenBy = ({ opinions = [] }) => opinions.map(({ scanner }) => scanner);
	for (const same of Map.groupBy(missed, ({ id }) => id).values()) {
		const counts = Map.groupBy(same.flatMap(seenBy), (scanner) => scanner);
		let taken = 0;
		for (const each of same.toSorted(bySeverity)) {
			if (![...each.missedBy ?? [], ...seenBy(each)].every((scanner) => (counts.get(scanner)?.length ?? 0) > taken)) continue;
			agreed.add(each);
			taken += 1;
		}
	}
	return findings.map((finding) => agreed.has(finding) ? {
		...finding,
		missedBy: void 0
	} : finding);
}
function bySeverity(a, b) {
	return severityRank(a.severity) - severityRank(b.severity) || compareText(JSON.stringify(a), JSON.stringify(b));
}
function meantSubjects(found) {
	const ecosystems = new Set([...found.values()].map(needsIn));
	if (!ecosystems.delete("unknown")) return /* @__PURE__ */ new Map();
	return new Map([...found].flatMap(([key, rows]) => {
		const about = needsIn(rows) === "unknown" ? rows[0]?.finding.package : void 0;
		const [meant, other] = (about === void 0 ? [] : [...ecosystems].map((each) => keyIn(each, about))).filter((each) => found.has(each));
		return meant === void 0 || other !== void 0 ? [] : [[key, meant]];
	}));
}
function keyIn(ecosystem, { name, version }) {
	return subjectOf({
		name,
		version,
		type: ecosystem,
		ecosystem
	}).key;
}

// src/domain/opinions/sight.ts
const APPLICATIONS = new Set(ECOSYSTEMS.filter((each) => !SYSTEM_ECOSYSTEMS.has(each) && each !== "julia"));
function sightOf(scan) {
	const { artifact, coverage, advisoriesFor = [], blindTo = [], provenance } = scan;
	const sees = /* @__PURE__ */ new Set([
		...advisoriesFor,
		...scan.findings.filter(isOnPackage).map((each) => needsOf(each.package)),
		...scan.packages.map(ecosystemOf).filter((each) => APPLICATIONS.has(each))
	]);
	const named = systemNamed(artifact.os?.family ?? "");
	const known = named?.releases?.test(artifact.os?.name ?? "") ? named : void 0;
	if (coverage?.gaps.some(({ code }) => SYSTEM_GAPS.has(code)) ?? false) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
	else if (known !== void 0) sees.add(known.ecosystem);
	for (const each of blindTo) sees.delete(each);
	for (const kind of kindsOf(provenance.scanners ?? [])) if (kind !== "vulnerability") sees.add(kind);
	return sees;
}
function sightsOf(scans) {
	const sights = scans.map(sightOf);
	const isBlind = (sees) => ![...SYSTEM_ECOSYSTEMS].some((each) => sees?.has(each));
	const systems = scans.flatMap(({ artifact: { os } }, index) => os === void 0 || isBlind(sights[index]) ? [] : [releaseOf(os)]);
	if (!systems.every((a) => systems.every((b) => a.startsWith(b) || b.startsWith(a)))) for (const sees of sights) for (const each of SYSTEM_ECOSYSTEMS) sees.delete(each);
	return sights;
}
function releaseOf({ family, name }) {
	const release = /^\d+(?:\.\d+)*/.exec(name)?.[0] ?? name.toLowerCase();
	return `${systemNamed(family)?.name ?? family.toLowerCase()}.${release}.`;
}

// src/domain/opinions/merge-scans.ts
function mergeScans(scans, missing = [], rules = {}) {
	const [first] = scans;
	if (scans.length === 1 && missing.length === 0) return first.scan;
	const sights = sightsOf(scans.map(({ scan }) => scan));
	const isScanned = scans.some(({ given }) => given === void 0);
	const seen = scans.map((each, index) => {
		return {
			...each,
			sees: sights[index],
			isClaim: isScanned && each.given === true
		};
	});
	const opinions = seen.map(({ scanner, scan, sees, isClaim }, index) => ({
		scanner,
		findings: scan.findings,
		sees,
		silence: isClaim ? /* @__PURE__ */ new Set() : silenceOf(scan, sees),
		unadvised: new Set(scan.packages.flatMap((each) => each.thirdParty ? [subjectOf(each).key] : [])),
		isClaim,
		sources: scan.opinions,
		knowsBest: index === 0
	}));
	const findings = mergeOpinions(opinions, rules);
	const all = scans.map(({ scan }) => scan);
	const lister = all.find(({ packages }) => packages.length > 0);
	const sources = [...seen.flatMap((each) => each.scan.opinions ?? [sourceOf(each, lister)]), ...missing.map(({ scanner, failed }) => ({
		scanner,
		findings: 0,
		sees: [],
		failed
	}))];
	return {
		...first.scan,
		artifact: mergedArtifact(seen),
		packages: lister?.packages ?? [],
		layers: all.find(({ layers }) => layers.length > 0)?.layers ?? [],
		findings,
		suppressed: all.reduce((sum, { suppressed }) => sum + suppressed, 0),
		coverage: mergedCoverage(seen),
		blindTo: void 0,
		opinions: sources,
		provenance: mergedProvenance(seen, rules)
	};
}
function sourceOf({ scanner, scan, sees, given }, lister) {
	const { scannerVersion: version, scannerSha256, databaseUpdatedAt, databaseSha256 } = scan.provenance;
	return {
		scanner,
		version,
		scannerSha256,
		databaseUpdatedAt,
		databaseSha256,
		findings: scan.findings.length,
		sees: [...sees].sort(compareText),
		...scan === lister && { listsPackages: true },
		...given && { given }
	};
}
function mergedArtifact(scans) {
	const artifacts = scans.map(({ scan }) => scan.artifact);
	const scanned = scans.filter(({ given }) => given === void 0).map(({ scan }) => scan.artifact);
	const names = [...new Set(artifacts.flatMap((each) => each.names))];
	const claims = [...new Set(artifacts.flatMap((each) => each.claims ?? []))];
	const given = (scanned.length > 0 ? scanned : artifacts).map((each) => Object.entries(each).filter(([, value]) => value !== void 0));
	const merged = Object.fromEntries(given.toReversed().flat());
	return {
		...merged,
		names,
		...claims.length > 0 && { claims },
		packages: merged.packages
	};
}
const UNKNOWN_SYSTEM = /* @__PURE__ */ new Set(["os-unknown", "os-release-unknown"]);
function mergedCoverage(scans) {
	const known = scans.flatMap(({ scan }) => scan.coverage ?? []);
	if (known.length === 0) return void 0;
	const isSystemSeen = scans.some(({ sees, scan: { coverage }, isClaim }) => {
		const isLookedAt = coverage !== void 0 && !coverage.gaps.some(({ code }) => SYSTEM_GAPS.has(code));
		return !isClaim && isLookedAt && [...SYSTEM_ECOSYSTEMS].some((each) => sees.has(each));
	});
	const isClosed = ({ code }) => isSystemSeen && UNKNOWN_SYSTEM.has(code);
	const gaps = distinct(known.flatMap((each) => each.gaps));
	const closed = new Set(gaps.filter(isClosed).map(({ what }) => what));
	const isOpen = ({ status, detail }) => status !== "gap" || !closed.has(detail);
	return {
		rows: distinct(known.flatMap((each) => each.rows.filter(isOpen))),
		gaps: gaps.filter((gap) => !isClosed(gap))
	};
}
function mergedProvenance(scans, rules) {
	const all = scans.map(({ scan }) => scan.provenance);
	const [first] = all;
	const takesAway = rules.agreement === "all" || rules.severityFrom !== void 0;
	const notes = scans.flatMap(({ scanner, scan, isClaim }) => [...isClaim && takesAway ? [ONLY_ADDS] : [], ...scan.provenance.notes ?? []].map((note) => `${scanner}: ${note}`));
	return {
		...first,
		scanner: namesOf$1(scans.map(({ scanner }) => scanner)),
		...scans.length > 1 && {
			scannerVersion: void 0,
			scannerSha256: void 0,
			databaseSha256: void 0
		},
		databaseUpdatedAt: oldest(all.flatMap(({ databaseUpdatedAt }) => databaseUpdatedAt ?? [])),
		scannedAt: all.every(({ scannedAt }) => scannedAt !== void 0) ? oldest(all.flatMap(({ scannedAt }) => scannedAt ?? [])) : void 0,
		scanners: [...new Set(all.flatMap(({ scanners }) => scanners ?? ["vuln"]))],
		notes
	};
}
function oldest(dates) {
	return dates.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
}
const OTHER_KINDS = /* @__PURE__ */ new Set([
	"misconfiguration",
	"secret",
	"license"
]);
function silenceOf({ coverage }, sees) {
	return coverage?.gaps.some(({ code }) => UNREAD_GAPS.has(code)) ?? false ? new Set([...sees].filter((each) => SYSTEM_ECOSYSTEMS.has(each) || OTHER_KINDS.has(each))) : sees;
}
const ONLY_ADDS = "the report only adds findings, since this run has scanned the image itself.";

export { NAMED, NOTHING, accountFor, accountForSource, acrossImages, advisoriesOf, applicationPackage, choiceNotes, claimNotes, counting, coverageOf, disagreement, endingFor, findingSchema, fixesIn, folderGaps, idsIn, idsInLinks, imageSchema, instantSchema, isOpen, isPastSupport, isReturn, isThere, isVersion, issueMarker, judgeSuppliers, judgedOf, lastTimeOf, layerInstructions, makeWeek, markedClosed, matchRecords, mergeScans, nameSeen, needOf, packageChanges, presentSince, readIssueMarker, reportedCoverage, returnsFrom, runningKey, sameAdvisory, sameWeaknessIds, scannedBy, scopeKey, severityOf, shownInstruction, shownSystem, systemNamed, systemPackage, unconfirmedTagNotes, unpatchedSince, unspecifiedCoverage, waitingFor, withReportGap, withoutWriter };