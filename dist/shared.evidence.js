import { compareText } from "./shared.start.js";
import { SEVERITIES, isDigest, lowerLimit, perSeverityName, severityName, withoutTag } from "./shared.names.js";
import { placeOf } from "./shared.scan.js";
import { isObject } from "./domain.json.is-object.js";
import { _enum, array, date, datetime, int, literal, object, record, string, union, unknown } from "./package.zod.js";
import { countedUnder, dayOf, distinct, listSome, spanWords } from "./shared.inputs.js";
import { reportSchema } from "./shared.answer.js";

// src/domain/evidence/predicate.ts
const VERDICT_TYPE = "https://image-gate.dev/verdict/v1";
const digest = string().regex(/^sha256:[0-9a-f]{64}$/);
const day = date().describe("A day in UTC");
const instant = datetime().describe("ISO 8601, in UTC");
const count = int().nonnegative();
const program = object({
	name: string(),
	version: string(),
	digest: digest.optional().describe("SHA-256 of the program")
});
const database = object({
	updatedAt: instant,
	digest: digest.optional().describe("SHA-256 of the database's file")
});
const reliedOn$1 = object({
	id: string(),
	package: string().optional(),
	reason: string(),
	owner: string().optional(),
	expires: day.describe("Its last day; it covers all of it")
});
const verdictPredicate = object({
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	reason: string(),
	image: object({
		digest: digest.describe("The judged manifest's digest; for an index, the index's own"),
		repository: string().describe("The repository where it was signed, without tag and digest"),
		platform: string().optional().describe("Absent for an index"),
		platforms: array(object({
			digest,
			platform: string().optional()
		})).optional().describe("Only for an index: all of its images, each of which was judged")
	}),
	scannedAt: instant.describe("When it was scanned; for an index, the oldest of its scans"),
	counts: object(perSeverityName(() => count)).describe("Findings that count; for an index, the highest of its images"),
	limits: object(perSeverityName(() => union([count, literal("unlimited")]))).describe("The limits that applied; for an index, the lowest"),
	accepted: count.describe("Findings that an exception or a VEX statement covers; for an index, the highest of its images"),
	notCounted: count.optional().describe("Findings that the policy lets through without an exception, such as those without a fix; for an index, the highest"),
	coverage: object({
		scanners: array(string()).optional().describe("The requested kinds: `vuln`, `secret`, …"),
		skipped: array(string()).optional().describe("Files and folders that were left out on purpose"),
		gaps: array(object({
			code: string(),
			path: string().optional()
		})).describe("Coverage gaps that the policy accepts")
	}),
	policy: object({
		digest: digest.optional().describe("SHA-256 of the policy file; absent: there was none"),
		from: string()
	}),
	exceptions: array(reliedOn$1).describe("The exceptions that the verdict depends on"),
	scanner: program.describe("The first one, if there are several"),
	database: database.optional().describe("The oldest one, if there are several"),
	scanners: array(program.extend({ database: database.optional() })).optional().describe("Only if there are several: all scanners whose findings the verdict counts, each with its database"),
	run: object({
		url: string().optional(),
		commit: string().optional(),
		repository: string().optional()
	})
}).meta({ title: "Image Gate verdict" });

// src/domain/evidence/accept.ts
const MAX_SKEW_MS = 3e5;
const GATE_AGAIN = "Run the gate on this digest again, and sign it after a pass.";
const REMOVE = "Find out who signed it. Remove the attestation from the registry, or replace the key if another person has it.";
const statementSchema = object({
	_type: string().regex(/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/),
	subject: array(object({ digest: record(string(), string()) })).min(1),
	predicateType: string(),
	predicate: unknown()
});
function acceptEvidence(evidence, terms) {
	const refusals = evidence.signed ? [] : [unsigned(evidence)];
	const read = evidence.statements.map((statement) => readStatement(statement, evidence.digest));
	refusals.push(...sorted(read.flatMap((each) => each.refusal ?? [])));
	const verdicts = read.flatMap((each) => each.verdict ?? []);
	const newest = verdicts.reduce((latest, verdict) => Math.max(latest, timeOf(verdict)), Number.NEGATIVE_INFINITY);
	const counting = verdicts.filter((verdict) => timeOf(verdict) === newest).sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
	const [verdict] = counting;
	if (refusals.length === 0 && verdict === void 0) refusals.push(missing(evidence));
	refusals.push(...sorted(counting.flatMap((verdict) => refusalsOf(verdict, evidence, terms))));
	const [first, ...rest] = refusals;
	if (first !== void 0) return {
		refusals: [first, ...rest],
		verdict: counting.find(({ verdict }) => verdict !== "pass") ?? counting[0]
	};
	return { verdict };
}
function timeOf({ scannedAt }) {
	return Date.parse(scannedAt);
}
function sorted(refusals) {
	return distinct(refusals).sort((a, b) => compareText(`${a.code} ${a.what}`, `${b.code} ${b.what}`));
}
function readStatement(value, digest) {
	const statement = statementSchema.safeParse(value);
	if (!statement.success) return { refusal: unreadable("its statement is not a valid in-toto statement") };
	const { subject, predicateType, predicate } = statement.data;
	if (predicateType !== "https://image-gate.dev/verdict/v1") return {};
	const parsed = verdictPredicate.safeParse(predicate);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		return { refusal: unreadable(`\`${issue?.path.join(".") || "predicate"}\` is not what docs/verdict.md describes`) };
	}
	const named = parsed.data.image.digest;
	if (named !== digest || !subject.some((each) => Object.hasOwn(each.digest, "sha256") && `sha256:${each.digest.sha256}` === digest)) return { refusal: ofAnotherImage(named === digest ? subject.map((each) => each.digest.sha256).join(", ") : named) };
	return { verdict: parsed.data };
}
function refusalsOf(verdict, evidence, terms) {
	return [
		notPassing(verdict),
		wrongTime(verdict, terms),
		endedExceptions(verdict, terms),
		...brokenLimits(verdict, terms),
		unjudgedImages(verdict, evidence)
	].filter((each) => each !== void 0);
}
function unsigned({ statements }) {
	if (statements.length > 0) return {
		code: "attestation-without-signature",
		what: "The image has attestations of the accepted key or identity, but no signature",
		remedy: "Sign the image with Image Gate's sign/, or with `cosign sign`. An attestation alone is not a signature."
	};
	return {
		code: "image-unsigned",
		what: "The image has neither a signature nor a verdict of the accepted key or identity",
		remedy: `Check that the accepted key or identity is the signer's. ${GATE_AGAIN}`
	};
}
function missing({ statements }) {
	return {
		code: "verdict-missing",
		what: `No verdict of the gate is attested for this digest by the accepted key or identity${statements.length === 0 ? "" : "; there are attestations of other types"}`,
		remedy: `${GATE_AGAIN} Evidence of another digest does not count.`
	};
}
function unreadable(why) {
	return {
		code: "verdict-unreadable",
		what: `A verdict that the accepted key or identity attested cannot be read: ${why}`,
		remedy: `It could be the newest one, so no other verdict counts. ${REMOVE}`
	};
}
function ofAnotherImage(digest) {
	return {
		code: "verdict-of-another-image",
		what: `A verdict that is attested for this image is about ${digest}`,
		remedy: REMOVE
	};
}
function notPassing({ verdict, reason, scannedAt }) {
	if (verdict === "pass") return void 0;
	return {
		code: "verdict-not-a-pass",
		what: `The newest verdict, of ${scannedAt}, is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
		remedy: `An older pass does not count. Clear the failing findings, and build the image again; or r${GATE_AGAIN.slice(1)}`
	};
}
function wrongTime(verdict, { now, maxAgeMs }) {
	const age = now.getTime() - timeOf(verdict);
	if (age < -3e5) return {
		code: "verdict-from-the-future",
		what: `The newest verdict is of ${verdict.scannedAt}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`,
		remedy: "Correct the clock of the machine that is wrong: this one, or the scanning machine."
	};
	if (age <= maxAgeMs) return void 0;
	return {
		code: "verdict-too-old",
		what: `The newest verdict is of ${verdict.scannedAt}, and none older than ${spanWords(maxAgeMs)} may be deployed`,
		remedy: `${GATE_AGAIN} A schedule keeps the evidence of running images fresh.`
	};
}
function endedExceptions({ exceptions }, { now }) {
	const ended = exceptions.filter(({ expires }) => expires < dayOf(now));
	if (ended.length === 0) return void 0;
	const names = listSome(ended, 5, { show: ({ id, expires }) => `${id} (last day ${expires})` });
	return {
		code: "exception-ended",
		what: `The verdict relied on ${ended.length === 1 ? "an exception that has" : "exceptions that have"} ended since: ${names}`,
		remedy: `Fix the finding, or decide again on the exception. ${GATE_AGAIN}`
	};
}
function brokenLimits({ verdict, counts, limits }, terms) {
	const isOver = (count, limit) => limit !== "unlimited" && !(count <= limit);
	const broken = (limitOf) => SEVERITIES.filter((each) => isOver(counts[severityName(each)], limitOf(each))).map((each) => `${counts[severityName(each)]} ${each} (limit ${limitOf(each)})`).join(", ");
	const own = verdict === "pass" ? broken((each) => limits[severityName(each)]) : "";
	const ours = broken((each) => terms.limits[each] ?? "unlimited");
	const inconsistent = {
		code: "verdict-inconsistent",
		what: `The verdict says \`pass\`, but has ${own} by its own limits`,
		remedy: REMOVE
	};
	const exceeded = {
		code: "limit-exceeded",
		what: `The verdict has ${ours}, more than may be deployed here`,
		remedy: "Fix the findings and build the image again, or raise the limit where it is deployed."
	};
	return [...own === "" ? [] : [inconsistent], ...ours === "" ? [] : [exceeded]];
}
function unjudgedImages({ image: { platforms = [] } }, { images }) {
	const judged = new Set(platforms.map((each) => each.digest));
	const left = (images ?? []).filter((digest) => !judged.has(digest));
	if (left.length === 0) return void 0;
	return {
		code: "platform-not-judged",
		what: `The index has ${left.length} image${left.length === 1 ? "" : "s"} that the verdict does not name: ${left.slice(0, 3).join(", ")}`,
		remedy: "Let the gate judge each platform (`platform: all`), and sign the index after that."
	};
}
const MOST_COPIED = 20;
function weighEarlier(statements, digest, own) {
	const refusing = [];
	for (const statement of statements) {
		const { verdict, refusal } = readStatement(statement, digest);
		if (refusal !== void 0) return {
			against: refusal.what,
			refusing: []
		};
		if (verdict === void 0 || verdict.verdict === "pass") continue;
		const { scannedAt, reason } = verdict;
		if (!(timeOf(verdict) < timeOf(own))) return {
			against: `a verdict of ${scannedAt} is \`${verdict.verdict}\` (${reason.replace(/\.$/, "")}), and the scan that would be signed is of ${own.scannedAt}`,
			refusing: []
		};
		refusing.push(verdict);
	}
	return { refusing: distinct(refusing).sort((a, b) => timeOf(b) - timeOf(a)).slice(0, MOST_COPIED) };
}

// src/domain/report/read.ts
function isReport(document) {
	return "version" in document && "targets" in document;
}
function readReport(document) {
	if (!isObject(document) || !isReport(document)) return { wrong: "is not a report of Image Gate" };
	if (document.version !== 2) return {
		wrong: `is an Image Gate report of another version than ${2}`,
		isOther: true
	};
	const { data, error } = reportSchema.safeParse(document);
	if (data === void 0) return { wrong: `has a wrong value at \`${placeOf(error.issues[0]?.path ?? [])}\`` };
	return isWhole(data) ? data : { wrong: "names a target, a layer or an exception that is not in it" };
}
function isWhole({ targets, findings, exceptions }) {
	const lines = new Set(exceptions.map(({ line }) => line));
	const layers = targets.map((target) => new Set(target.layers?.map(({ diffId }) => diffId)));
	const isException = (line) => line === void 0 || lines.has(line);
	return targets.length > 0 && targets.every(({ coverage }) => coverage?.gaps.every((gap) => isException(gap.accepted)) !== false) && findings.every(({ target, layer, exceptions: held = [], ended }) => target < targets.length && held.every(isException) && isException(ended) && (layer === void 0 || layers[target]?.has(layer)));
}
function toScan({ targets, findings }, index) {
	const reported = /* @__PURE__ */ new Map();
	const { label, kind, input, as, platform, ...target } = targets[index];
	const layers = new Map(target.layers?.map((layer) => [layer.diffId, layer]));
	for (const each of findings) if (each.target === index) reported.set(findingOf(each, layers), each);
	const { artifact, packages = [], coverage, provenance } = target;
	const scan = {
		artifact: {
			names: as === void 0 ? [input] : [as, input],
			...artifact,
			packages: artifact?.packages
		},
		packages,
		layers: [],
		findings: [...reported.keys()],
		suppressed: target.suppressed ?? 0,
		...coverage && { coverage: {
			rows: coverage.rows,
			gaps: coverage.gaps.map(({ accepted: _, ended: __, ...gap }) => gap)
		} },
		opinions: target.opinions,
		provenance: provenance ?? { scanner: "" }
	};
	return {
		target: {
			kind,
			input,
			as,
			label,
			platform
		},
		scan,
		reported
	};
}
function findingOf(one, layers) {
	const { kind, id, aliases, severity, title, url, package: about, fixedVersions, status, path, line } = one;
	const { owner, opinions, missedBy } = one;
	return {
		kind,
		id,
		aliases,
		severity,
		title,
		url,
		package: about,
		fixedVersions,
		status,
		path,
		line,
		owner,
		opinions,
		missedBy,
		layer: one.layer === void 0 ? void 0 : layers.get(one.layer)
	};
}

// src/domain/evidence/make-predicate.ts
function makePredicate(report, image, judged) {
	const targets = judged.map((each) => each.target);
	const { provenance } = report;
	const { run, commit } = provenance;
	const skipped = distinct(targets.flatMap((each) => each.provenance?.skipped ?? []));
	return {
		verdict: "pass",
		reason: report.reason,
		image,
		scannedAt: oldestScan(targets),
		counts: perSeverityName((severity) => highest(targets, (each) => rowOf(each, severity).open)),
		limits: perSeverityName((severity) => targets.map((each) => rowOf(each, severity).limit).reduce(lowerLimit)),
		accepted: highest(targets, (each) => sum(each, "accepted")),
		notCounted: highest(targets, (each) => sum(each, "notCounted")),
		coverage: {
			scanners: scannersOf(judged[0].target).filter((name) => targets.every((each) => scannersOf(each).includes(name))),
			...skipped.length > 0 && { skipped },
			gaps: distinct(targets.flatMap((each) => each.coverage?.gaps ?? []).map(({ code, path }) => ({
				code,
				path
			})))
		},
		policy: {
			digest: digestOf(provenance.policySha256),
			from: provenance.policyFrom
		},
		exceptions: reliedOn(report, judged),
		scanner: scannerOf(targets),
		database: databaseOf(targets),
		scanners: severalOf(targets),
		run: {
			url: run,
			commit,
			repository: repositoryOf(run)
		}
	};
}
function rowOf({ rows = [] }, severity) {
	return rows.find((each) => each.severity === severity);
}
function sum({ rows = [] }, what) {
	return rows.reduce((total, row) => total + row[what], 0);
}
function highest(targets, value) {
	return Math.max(...targets.map(value));
}
function oldestScan(targets) {
	return new Date(Math.min(...targets.map(({ provenance }) => Date.parse(provenance?.scannedAt ?? "")))).toISOString();
}
function scannersOf({ provenance }) {
	return provenance?.scanners ?? [];
}
function severalOf(targets) {
	const all = targets.map(judgingOf).filter(({ length }) => length > 1);
	return all.length === 0 ? void 0 : distinct(all.flat().map(programOf));
}
function judgingOf({ opinions = [] }) {
	return opinions.filter(({ failed }) => failed === void 0);
}
function programOf({ scanner, version = "", ...rest }) {
	const { scannerSha256, databaseUpdatedAt: time, databaseSha256 } = rest;
	const database = time ? {
		updatedAt: new Date(time).toISOString(),
		digest: digestOf(databaseSha256)
	} : void 0;
	return {
		name: scanner,
		version,
		digest: digestOf(scannerSha256),
		database
	};
}
function digestOf(sha256) {
	return sha256 && `sha256:${sha256}`;
}
function ownProgram({ provenance }) {
	const { scanner = "", scannerVersion: version, ...rest } = provenance ?? {};
	return programOf({
		...rest,
		scanner,
		version,
		findings: 0,
		sees: []
	});
}
function scannerOf([first]) {
	const [one, second] = judgingOf(first);
	const { database: _, ...program } = one && second ? programOf(one) : ownProgram(first);
	return program;
}
function databaseOf(targets) {
	return targets.flatMap((each) => ownProgram(each).database ?? []).toSorted((a, b) => compareText(a.updatedAt, b.updatedAt))[0];
}
function reliedOn({ findings, exceptions }, judged) {
	const positions = new Set(judged.map(({ position }) => position));
	const held = findings.filter(({ target, outcome }) => positions.has(target) && outcome === "accepted");
	const gaps = judged.flatMap(({ target }) => target.coverage?.gaps ?? []);
	const used = /* @__PURE__ */ new Set([...held.map((finding) => finding.exceptions?.[0]), ...gaps.map(({ accepted }) => accepted)]);
	return exceptions.filter(({ line, state }) => used.has(line) && (state === "live" || state === "ending")).map(({ id, package: about, reason, owner, expires }) => ({
		id,
		package: about,
		reason,
		owner,
		expires
	}));
}
function repositoryOf(run = "") {
	return /^https:\/\/[^/]+\/([\w.-]+\/[\w.-]+)\/actions\/runs\/\d+/.exec(run)?.[1];
}

// src/domain/evidence/signing-plan.ts
function planSigning(report, pushed) {
	const { verdict, reason } = report;
	if (verdict !== "pass") return {
		code: "not-a-pass",
		what: `The report's verdict is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
		remedy: "Only passing images are signed, whatever the gate's `mode`. Fix the findings, and run the gate again."
	};
	const found = Map.groupBy(report.findings, ({ target }) => target);
	const wrong = report.targets.find((target, at) => isContradictory(target, found.get(at) ?? []));
	if (wrong !== void 0) return edited(`contradicts itself about ${wrong.label}`);
	const plan = pushed === void 0 ? planOfReport(report) : planOfPushed(report, pushed);
	if ("code" in plan) return plan;
	const issues = [...plan.images, ...plan.indexes].flatMap(({ predicate }) => verdictPredicate.safeParse(predicate).error?.issues ?? []);
	return issues[0] === void 0 ? plan : edited(`has no valid \`${issues[0].path.join(".")}\` for a verdict`);
}
function edited(how) {
	return {
		code: "report-edited",
		what: `The report ${how}`,
		remedy: "Use the report that the gate wrote, without changes."
	};
}
const SIGN_AGAIN = "Run the gate again, and sign its new report.";
function outdated({ images }, { now, maxAgeMs, maxDbAgeMs }) {
	for (const { repository, digest, predicate } of images) {
		const { scannedAt, database, exceptions } = predicate;
		const about = `${repository}@${digest}`;
		const ended = exceptions.find(({ expires }) => expires < dayOf(now));
		if (ended !== void 0) return {
			code: "report-outdated",
			what: `The report's pass depends on the exception for ${ended.id}, which has ended on ${ended.expires}`,
			remedy: SIGN_AGAIN
		};
		const scanned = Date.parse(scannedAt);
		if (!(now.getTime() - scanned <= maxAgeMs)) return {
			code: "scan-too-old",
			what: `${about} was scanned at ${scannedAt}, and only a scan of the last ${spanWords(maxAgeMs)} is signed (\`max-age\`)`,
			remedy: SIGN_AGAIN
		};
		if (database !== void 0 && scanned - Date.parse(database.updatedAt) <= maxDbAgeMs) continue;
		return {
			code: "scan-database-too-old",
			what: `${about} was scanned with a database of ${database?.updatedAt ?? "unknown age"}, and it may be ${spanWords(maxDbAgeMs)} old at the scan (\`max-db-age\`)`,
			remedy: "Let the gate use a newer database, and run it again. If an older one is intended, set `max-db-age` to the gate's value."
		};
	}
}
function planOfReport(report) {
	const left = [];
	const meant = united(report.targets.flatMap((target, position) => {
		const { digest, platform } = target.artifact ?? {};
		const why = notSignable(target) ?? (digest === void 0 ? NOT_IN_REGISTRY : void 0);
		if (why === void 0 && digest !== void 0) return [{
			repository: withoutTag(target.input),
			digest,
			platform,
			judged: [{
				target,
				position
			}]
		}];
		left.push(`${target.label} ${why}`);
		return [];
	}));
	if (meant.size > 0) return {
		images: imagesOf(report, meant),
		indexes: indexesOf(report, meant, left),
		left
	};
	return {
		code: "nothing-to-sign",
		what: `The report has no image that can be signed: ${listSome(left, 5, { clauses: true })}`,
		remedy: "Only an image in a registry can be signed. Push it, and name it with `image`, or let the gate judge it there."
	};
}
function planOfPushed(report, pushed) {
	const { repository, images, index } = pushed;
	const left = [];
	const reasons = [];
	const targets = report.targets.map((target, position) => ({
		target,
		position
	}));
	const meant = united(images.flatMap(({ digest, config, platform }) => {
		const same = targets.filter(({ target: { artifact } }) => artifact?.digest === digest || isDigest(config) && artifact?.imageId === config);
		const judged = same.filter(({ target }) => notThisOne(target, digest) === void 0);
		reasons.push(...same.flatMap(({ target }) => notThisOne(target, digest) ?? []));
		if (judged.length === 0) left.push(`${digest}${platform === void 0 ? "" : ` (${platform})`} was not judged`);
		const isKnown = judged.some(({ target }) => target.artifact?.digest === digest);
		return judged.map((each) => ({
			repository,
			digest,
			platform: each.target.artifact?.platform ?? platform,
			judged: [each],
			...!isKnown && { byConfiguration: true }
		}));
	}));
	if (meant.size === 0) return {
		code: "image-not-judged",
		what: `Nothing of ${repository}@${index ?? images[0]?.digest} was judged: the report has none of its manifests or configurations${reasons.length > 0 ? ` that can be signed (it ${reasons[0]})` : ""}`,
		remedy: "Push the scanned image itself, without building it again, or let the gate judge the pushed one."
	};
	const indexes = index === void 0 ? [] : indexOf(report, {
		repository,
		digest: index ?? "",
		images
	}, {
		meant,
		left
	});
	return {
		images: imagesOf(report, meant),
		indexes,
		left
	};
}
const LOCAL = /^the local /;
const NOT_IN_REGISTRY = "was scanned before it was in a registry, or its manifest is unknown: name it with `image` once it is pushed";
function notSignable(target) {
	const { kind, coverage, provenance } = target;
	if (kind !== "image") return `is not an image that was scanned (${kind})`;
	const { readAs, scanners, scannedAt, scannerVersion, databaseUpdatedAt } = provenance ?? {};
	if (readAs === "archive" || readAs === "layout") return "was scanned as a file, and a file cannot be signed: push it, and let the gate judge what the registry has";
	const judging = judgingOf(target);
	if (judging.some(({ given }) => given)) return "was also judged with a given report, whose scanner did not run here: judge it in its own run";
	const isNamed = judging.length > 1 ? judging.every(isProgram) : scannerVersion !== void 0;
	const isTimed = isTime(scannedAt) && (databaseUpdatedAt === void 0 || isTime(databaseUpdatedAt));
	if (readAs !== "reference" || coverage === void 0 || !isTimed || !isNamed) return "comes from a report that does not say how it was scanned: use the same version of Image Gate for both";
	return scanners?.includes("vuln") ? void 0 : "was not searched for vulnerabilities (`scanners` has no `vuln`)";
}
function isProgram({ version, scannerSha256, databaseUpdatedAt }) {
	return version !== void 0 && scannerSha256 !== void 0 && isTime(databaseUpdatedAt);
}
function isTime(text = "") {
	return !Number.isNaN(Date.parse(text));
}
function notThisOne(target, digest) {
	const isSame = target.artifact?.digest === digest || LOCAL.test(target.provenance?.source ?? "");
	return notSignable(target) ?? (isSame ? void 0 : "was scanned in a registry, where another manifest of the same configuration may have other layers: let the gate judge the one that was pushed");
}
function keyOf({ repository, digest }) {
	return `${repository}@${digest}`;
}
function united(all) {
	const groups = [...Map.groupBy(all, keyOf)];
	return new Map(groups.map(([key, [first, ...others]]) => [key, {
		...first,
		judged: [...first.judged, ...others.flatMap(({ judged }) => judged)]
	}]));
}
function imagesOf(report, meant) {
	return [...meant.values()].map(({ repository, digest, platform, judged, byConfiguration }) => {
		const image = {
			digest,
			repository,
			...platform !== void 0 && { platform }
		};
		const files = judged.map(({ target }) => target.files).find((each) => each?.scannerReport !== void 0) ?? {};
		const predicate = makePredicate(report, image, judged);
		return {
			...image,
			predicate,
			files,
			...byConfiguration && { byConfiguration }
		};
	});
}
function indexesOf(report, meant, left) {
	const named = [...meant.values()].flatMap(({ repository, judged }) => judged.flatMap(({ target: { artifact } }) => {
		const { digest, images = [] } = artifact?.index ?? {};
		return digest === void 0 ? [] : [{
			repository,
			digest,
			images
		}];
	}));
	return [...Map.groupBy(named, keyOf).values()].flatMap(([first, ...others]) => {
		const isOne = others.every(({ images }) => JSON.stringify(images) === JSON.stringify(first?.images));
		return first !== void 0 && isOne ? indexOf(report, first, {
			meant,
			left
		}) : [];
	});
}
function indexOf(report, { repository, digest, images }, { meant, left }) {
	const own = images.map((image) => meant.get(keyOf({
		repository,
		digest: image.digest
	})));
	const missing = images.filter((_, at) => own[at] === void 0);
	const [first, ...rest] = own.flatMap((each) => each?.judged ?? []);
	if (first === void 0 || missing.length > 0) {
		const names = listSome(missing, 5, { show: (image) => image.platform ?? image.digest });
		left.push(`The index ${repository}@${digest} is not signed, as not each of its images was judged: ${names}`);
		return [];
	}
	const platforms = images.map((image) => ({
		digest: image.digest,
		platform: image.platform
	}));
	return [{
		repository,
		digest,
		images: platforms,
		predicate: makePredicate(report, {
			digest,
			repository,
			platforms
		}, [first, ...rest])
	}];
}
function isContradictory({ verdict, rows = [], exploitRows = [], coverage, artifact }, findings) {
	const counted = SEVERITIES.map((severity, at) => {
		const own = findings.filter((each) => each.severity === severity);
		return {
			severity,
			...countedUnder(rows[at]?.limit ?? 0, own)
		};
	});
	const { digest, index } = artifact ?? {};
	return verdict !== "pass" || JSON.stringify(counted) !== JSON.stringify(rows) || [...counted, ...exploitRows].some(({ broken, open, limit }) => broken || limit !== "unlimited" && open > limit) || coverage?.gaps.some(({ accepted }) => accepted === void 0) === true || digest !== void 0 && index?.images.every((image) => image.digest !== digest) === true;
}

export { MAX_SKEW_MS, VERDICT_TYPE, acceptEvidence, isReport, outdated, planSigning, readReport, toScan, verdictPredicate, weighEarlier };