import { isObject } from "./shared.start.js";
import { GIVEN_REPORT, SEVERITIES, TARGET_KINDS, compareText, dayOf, distinct$1, isDigest, listSome, lowerLimit, perSeverityName, severityName, withoutTag } from "./shared.answer.js";
import { _enum, array, boolean, date, datetime, int, literal, number, object, record, string, union, unknown } from "./package.zod.js";
import { GAP_CODES, placeOf } from "./shared.domain.js";

// src/domain/report/coverage-schema.ts
const coverageRow = object({
	subject: string(),
	status: _enum([
		"looked",
		"gap",
		"nothing-there",
		"not-asked",
		"not-known"
	]),
	detail: string().describe("What was seen")
});
const gap = object({
	code: _enum(GAP_CODES),
	what: string(),
	remedy: string(),
	path: string().optional().describe("The file that it is about")
});
const seenCoverage = object({
	rows: array(coverageRow),
	gaps: array(gap)
});
const judgedGap = gap.extend({
	accepted: int().optional().describe("Index into `exceptions` of the acceptance that covers it"),
	ended: int().optional().describe("Index of an acceptance that has ended and would cover it")
});
const coverage = object({
	rows: array(coverageRow),
	gaps: array(judgedGap)
}).describe("What was looked at, and what was not; a gap that is not accepted makes the target an error");

// src/domain/report/finding-schema.ts
const severity = _enum(SEVERITIES);
const day$1 = string().regex(/^\d{4}-\d{2}-\d{2}$/).describe("A day in UTC");
const owner = object({
	ecosystem: string(),
	name: string(),
	version: string().optional()
}).describe("The package that ships the file");
const layer = object({
	diffId: string(),
	number: int().optional().describe("1 for the first layer"),
	instruction: string().optional().describe("The Dockerfile instruction that made it"),
	source: object({
		file: string(),
		line: int().positive()
	}).optional().describe("That instruction in the given Dockerfile; of a base image's layer, the FROM")
});
const opinion = object({
	scanner: string(),
	id: string().describe("The id by which it goes there"),
	severity,
	fixedVersions: array(string()),
	byName: literal(true).optional().describe("A product's name (CPE) alone connects advisory and package"),
	bySystem: literal(true).optional().describe("A package of the distribution has installed the package")
});
const seenFinding = object({
	kind: _enum([
		"vulnerability",
		"misconfiguration",
		"secret",
		"license"
	]),
	id: string().describe("The advisory, rule or licence"),
	aliases: array(string()).optional().describe("Other ids of the same advisory; rules that name one of them hold"),
	severity,
	title: string(),
	url: string().optional(),
	package: object({
		name: string(),
		version: string(),
		purl: string().optional(),
		type: string()
	}).optional(),
	fixedVersions: array(string()).describe("One for each branch that got a fix; empty: there is none"),
	status: string().describe("The vendor's word"),
	path: string().optional(),
	line: int().optional(),
	layer: layer.optional(),
	owner: owner.optional(),
	opinions: array(opinion).optional().describe("What each scanner says that sees it; absent: the target has one scanner's opinion"),
	missedBy: array(string()).optional().describe("Scanners that have advisories for its kind of package and do not see it; absent: none")
});
const finding = object({
	target: int().nonnegative().describe("Index into `targets`"),
	...seenFinding.shape,
	layer: int().nonnegative().optional().describe("Index into the target's `layers`"),
	outcome: _enum([
		"open",
		"accepted",
		"not-counted"
	]).describe("What became of it"),
	origin: _enum(["base", "own"]).optional().describe("Whether the base image brought it in or what was built on it; absent where the base is not known"),
	change: _enum([
		"new",
		"unchanged",
		"newly-disclosed"
	]).optional().describe("How it stands to the baseline; absent where there is none, or it cannot know"),
	spared: _enum([
		"unfixed",
		"grace",
		"not-introduced",
		"not-agreed"
	]).optional().describe("Why it does not count"),
	countsFrom: day$1.optional().describe("First day on which one in its grace period counts, in UTC"),
	vex: object({
		status: _enum(["not_affected", "fixed"]),
		justification: string().optional(),
		author: string().optional(),
		document: string()
	}).optional().describe("The VEX statement that accepts it, where no exception does"),
	exploitation: object({
		kev: object({
			dueDate: day$1.optional(),
			ransomware: boolean()
		}).optional().describe("Its entry in CISA's KEV"),
		epss: number().optional().describe("Probability of exploitation within 30 days")
	}).optional().describe("Absent where nothing is known, or nobody asked"),
	exceptions: array(int()).optional().describe("Indexes into `exceptions`, the one that holds first"),
	ended: int().optional().describe("Index of an exception that has ended and would cover it")
});

// src/domain/report/plan-schema.ts
const chain = object({
	path: string().describe("The lock file"),
	packages: array(object({
		name: string(),
		version: string()
	})).describe("The shortest chain, up to the package itself; of a very long one the first and the end"),
	direct: boolean().describe("Whether the first is known to be a direct dependency")
});
const upgrade = object({
	target: int().nonnegative().describe("Index into `targets`"),
	package: string(),
	type: string().describe("The scanner's package type"),
	from: string(),
	to: string().optional().describe("The version to raise it to; absent: the order of `alternatives` is not known"),
	alternatives: array(string()).optional().describe("The versions named as fixes, where their order is not known"),
	clears: int().positive().describe("Findings that it clears"),
	text: string().describe("`package from → to clears n`"),
	ids: array(string()).describe("Their advisories"),
	owner: owner.optional().describe("The package that bundles it: to be upgraded or replaced"),
	layer: int().nonnegative().optional().describe("Index into the target's `layers`, where all are in one"),
	paths: array(string()).optional().describe("Where it lies"),
	chains: array(chain).optional().describe("What brings it in, one for each lock file")
}).describe("What clears findings that broke a limit");
const checked = array(object({
	package: string(),
	id: string(),
	severity,
	url: string().optional()
}));
const planStep = object({
	target: int().nonnegative().describe("Index into `targets`"),
	kind: _enum([
		"upgrade",
		"base",
		"secret"
	]),
	text: string().describe("The step in words, on one line"),
	clears: int().nonnegative().describe("Failing findings that it clears"),
	ids: array(string()).describe("Their advisories or rules"),
	exploited: int().positive().optional().describe("How many of these are in CISA's catalog; absent: none"),
	epss: number().optional().describe("The highest EPSS score among them"),
	upgrades: array(int().nonnegative()).optional().describe("Indexes into `upgrades`: what is raised together"),
	family: object({
		kind: _enum(["source", "group"]).describe("Built from one source, or released together"),
		name: string(),
		bom: string().optional().describe("The BOM or parent that sets the version"),
		springBoot: object({
			version: string(),
			property: string()
		}).optional()
	}).optional(),
	to: string().optional().describe("The version for all of `upgrades`"),
	enough: object({
		version: string(),
		clears: int().positive(),
		of: int().positive()
	}).optional().describe("A lower version that is enough for the gate; of the packages' open findings, what does not fail included, `to` clears so many"),
	mayStay: array(string()).optional().describe("Failing findings without a fix: nobody looked whether the version has them"),
	check: object({
		stays: checked.describe("Failing findings that the version still has"),
		brings: checked.describe("Findings that only the version has, and that would fail")
	}).optional().describe("What a scan of the version said; absent: it was not scanned"),
	command: string().optional().describe("Safe to paste into a shell"),
	line: object({
		text: string(),
		file: string().optional()
	}).optional().describe("A line for a file"),
	rebuildOn: string().optional().describe("The newer base image"),
	places: array(object({
		path: string(),
		line: int().optional(),
		layer: int().nonnegative().optional().describe("Index into the target's `layers`")
	})).optional().describe("Where a secret was found")
}).describe("One decision");

// src/domain/report/policy-schema.ts
const line = int().nonnegative().describe("Line in the policy file, 1-based; 0 where there is none");
const writtenException = object({
	id: string(),
	package: string().optional(),
	paths: array(string()).optional(),
	images: array(string()).optional(),
	reason: string(),
	owner: string().optional(),
	created: day$1.optional(),
	expires: day$1,
	onlyWhileUnfixed: boolean(),
	gap: boolean().optional().describe("It accepts that something was not looked at: `id` is the gap's code"),
	line
});
const exception = writtenException.extend({
	state: _enum([
		"live",
		"ending",
		"ended",
		"fixed",
		"unused",
		"elsewhere"
	]),
	matches: int(),
	daysLeft: int(),
	overlappedBy: int().optional().describe("Index of an exception on the same finding that ends later")
});
const policyChange = object({
	what: _enum([
		"added",
		"changed",
		"removed"
	]),
	subject: string(),
	about: string(),
	from: string().optional(),
	to: string().optional(),
	loosens: boolean(),
	line,
	file: string().optional().describe("The VEX document or baseline; absent: the policy file")
});

// src/domain/report/target-schema.ts
const sha256 = string().regex(/^[0-9a-f]{64}$/);
const imageIndex = object({
	digest: string().optional(),
	images: array(object({
		digest: string(),
		platform: string().optional()
	}))
});
const artifact = object({
	names: array(string()).describe("By which the policy can mean it: as typed"),
	claims: array(string()).optional().describe("What it calls itself; no rule goes by it"),
	digest: string().optional().describe("Of the manifest that was judged; absent: it is not known"),
	index: imageIndex.optional().describe("The index that the manifest was found in, and all images of it"),
	referenceDigest: string().optional().describe("What the reference means in its repository by the scanner's word: of an index or of a manifest"),
	reportedDigests: array(string()).optional().describe("By which a given report names its image: of manifests or indexes"),
	imageId: string().optional(),
	platform: string().optional(),
	os: object({
		family: string(),
		name: string(),
		endOfLife: boolean()
	}).optional(),
	layers: int().optional(),
	size: int().optional().describe("Bytes of all layers, unpacked"),
	createdAt: string().optional().describe("When the image was made, by its own word"),
	packages: int().optional().describe("How many the scanner saw; absent where a given report lists none")
});
const opinionSource = object({
	scanner: string().describe("Its name in the opinions of findings"),
	version: string().optional(),
	scannerSha256: sha256.optional().describe("Of its program, where the run has started it"),
	databaseUpdatedAt: string().optional(),
	databaseSha256: sha256.optional().describe("Of its vulnerability database's file, as noted when it was downloaded"),
	findings: int().nonnegative().describe("The number of its own"),
	sees: array(string()).describe("Ecosystems for which it has advisories and could look, and other kinds of findings"),
	listsPackages: literal(true).optional().describe("The target's packages are from it"),
	given: literal(true).optional().describe("It is a report that was given, which only adds to what the run has found; absent: the run made it"),
	failed: object({
		code: string(),
		what: string()
	}).optional().describe("Why it has no opinion, where the policy lets the run go on without it")
});
const provenance = object({
	scanner: string(),
	scannerVersion: string().optional(),
	scannerSha256: sha256.optional().describe("Of the scanner's program; absent: it was not computed"),
	databaseUpdatedAt: string().optional(),
	databaseSha256: sha256.optional().describe("Of the vulnerability database's file, as noted when it was downloaded; absent: it was not"),
	scannedAt: string().optional(),
	source: string().optional(),
	readAs: _enum([
		"reference",
		"archive",
		"layout",
		"folder",
		"repository",
		"sbom"
	]).optional().describe("What the scanner was given; absent: it scanned nothing in this run"),
	digestUnknown: string().optional().describe("Why it is not known which manifest was judged"),
	scanners: array(string()).optional(),
	skipped: array(string()).optional(),
	notes: array(string()).optional()
});
const version = object({
	name: string(),
	version: string()
});
const installed = object({
	...version.shape,
	type: string(),
	purl: string().optional(),
	path: string().optional(),
	system: boolean().optional().describe("It belongs to the operating system"),
	source: version.optional().describe("What it was built from"),
	modularity: string().optional().describe("Module stream of an RPM"),
	thirdParty: boolean().optional().describe("From another repository than the system's own")
}).describe("A package that the scanner saw: all that is needed to match it with a later database");

// src/domain/report/schema.ts
const limit = union([int().nonnegative(), literal("unlimited")]);
const severityRow = object({
	severity,
	open: int().nonnegative().describe("Findings that count"),
	limit: limit.describe("The highest number that passes"),
	accepted: int().nonnegative().describe("Findings that a live exception covers"),
	notCounted: int().nonnegative().describe("Findings without a fix, in their grace period, or that the change did not bring in"),
	broken: boolean().describe("More open findings than the limit allows")
}).describe("One severity of a target");
const counts = record(severity, int().nonnegative());
const surface = object({
	shells: array(string()),
	compilers: array(string()),
	packageManagers: array(string())
}).describe("What an attacker finds in it, by its packages; absent where they do not tell");
const baseFigures = object({
	reference: string(),
	findings: counts,
	size: int().optional().describe("Bytes of all layers, unpacked"),
	surface: surface.optional()
});
const base = object({
	found: _enum([
		"input",
		"annotation",
		"history"
	]).optional().describe("How; absent where no base was found"),
	reference: string().optional(),
	digest: string().optional(),
	layers: int().nonnegative().describe("How many of the image's layers are the base's, from the first on"),
	counts: object({
		base: counts,
		own: counts
	}).optional().describe("All findings by whose they are"),
	inUse: baseFigures.optional().describe("The base as the image was built on it"),
	newer: object({
		reference: string(),
		digest: string().optional(),
		ageDays: int().nonnegative().optional(),
		clears: int().nonnegative().describe("Findings of the base that the newer one lacks"),
		of: int().nonnegative().describe("All findings of the base"),
		brings: int().nonnegative().describe("Findings that only the newer one has")
	}).optional().describe("What the base's tag means today, where that is another image"),
	candidates: array(union([baseFigures, object({
		reference: string(),
		problem: string()
	})])),
	problem: string().optional().describe("What went wrong in finding it"),
	note: string().optional().describe("What was left out on purpose")
}).describe("The image that it was built on");
const baseline = object({
	kind: _enum([
		"run",
		"report",
		GIVEN_REPORT,
		"sbom",
		"image",
		"none"
	]),
	why: string().optional().describe("Of `none`: why there is nothing to compare with"),
	trouble: boolean().optional().describe("Of `none`: there may be something, and it could not be had or used"),
	image: string().optional(),
	platform: string().optional().describe("The platform that it is for; absent: it does not say"),
	given: string().optional().describe("The reference or file, as it was named"),
	branch: string().optional(),
	commit: string().optional(),
	run: string().optional().describe("Link to the workflow run that made it"),
	madeAt: string().optional(),
	notes: array(string()).optional(),
	counts: object({
		new: int(),
		fixed: int(),
		unchanged: int(),
		newlyDisclosed: int(),
		unseen: int().optional().describe("Nobody could look whether they are still there; absent: none")
	}).optional().describe("Findings of all severities"),
	systemChange: object({
		from: string(),
		to: string()
	}).optional().describe("The operating system, where it is another one than the baseline's")
}).describe("What the target was compared with");
const exploitRow = object({
	kind: _enum(["exploited", "epss"]),
	above: number().optional().describe("The score above which `epss` counts"),
	open: int().nonnegative(),
	limit,
	accepted: int().nonnegative(),
	notCounted: int().nonnegative(),
	broken: boolean()
}).describe("A limit on what attackers use; its findings stand in the severities' rows too");
const evidenceFile = object({
	path: string().describe("Relative to the folder of this report, if it lies in it"),
	sha256: sha256.describe("Of its bytes")
});
const target = object({
	label: string().describe("The target as people see it: as typed, with the platform where one was asked for"),
	kind: _enum(TARGET_KINDS),
	input: string(),
	as: string().optional().describe("The reference that was typed behind a file: `app.tar as ghcr.io/acme/app:1.2`"),
	platform: string().optional().describe("The platform that was asked for"),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	error: object({
		code: string(),
		what: string(),
		remedy: string()
	}).optional(),
	rows: array(severityRow).optional().describe("Absent where the scan did not happen"),
	exploitRows: array(exploitRow).optional().describe("Absent where the policy has no such limit"),
	uncompared: boolean().optional().describe("Only what the change brings in was to count, and there was nothing to compare with"),
	coverage: coverage.optional().describe("Absent where the scan did not happen"),
	artifact: artifact.optional(),
	layers: array(layer).optional().describe("Those that findings sit in"),
	base: base.optional(),
	packages: array(installed).optional().describe("All packages, by which a later run compares"),
	baseline: baseline.optional(),
	suppressed: int().optional().describe("Rows that the scanner itself suppressed"),
	opinions: array(opinionSource).optional().describe("The scanners whose opinions were merged; absent: it is one scanner's result"),
	provenance: provenance.optional(),
	files: object({
		scannerReport: evidenceFile.optional().describe("The scanner's report"),
		cyclonedx: evidenceFile.optional().describe("Its SBOM, if `reports` asks for one")
	}).optional().describe("What was written about it beside this report; absent unless the run's verdict is `pass`")
});
const fixed = finding.pick({
	target: true,
	kind: true,
	id: true,
	severity: true,
	title: true,
	url: true,
	package: true,
	path: true
}).describe("A finding of the baseline by the database of this run; its package or version went");
const reportSchema = object({
	version: literal(1),
	verdict: _enum([
		"pass",
		"fail",
		"error"
	]),
	reason: string().describe("The verdict's one line"),
	reasons: array(union([
		object({
			target: int().nonnegative(),
			severity,
			open: int(),
			limit
		}),
		object({
			target: int().nonnegative(),
			kind: _enum(["exploited", "epss"]),
			above: number().optional(),
			open: int(),
			limit
		}),
		object({
			target: int().nonnegative(),
			code: string(),
			what: string(),
			remedy: string()
		})
	])).describe("Each broken limit and each target that could not be scanned"),
	name: string(),
	mode: _enum(["enforce", "warn"]),
	count: _enum(["all", "introduced"]).optional().describe("Which findings count, by the policy; absent: all"),
	generatedAt: string().describe("ISO 8601, UTC"),
	targets: array(target),
	findings: array(finding).describe("All of them"),
	fixed: array(fixed).optional().describe("What the baseline had; absent where there is no baseline"),
	unseen: array(fixed).optional().describe("What the baseline had, and nobody could look whether it is still there; absent: none"),
	plan: array(planStep).optional().describe("The fix plan: what matters most first, target by target"),
	upgrades: array(upgrade).optional().describe("All upgrades of the plan, each package and version, target by target"),
	exceptions: array(exception),
	policyChanges: union([array(policyChange), object({ unreadable: string() })]).optional().describe("What the pull request changes in the policy; absent where there is no pull request"),
	notes: array(string()).optional().describe("What a reader must know of the whole run"),
	provenance: object({
		policy: string().optional().describe("Path of the policy file; absent where there is none"),
		policySha256: sha256.optional().describe("Of the policy file's bytes; absent where there is none"),
		policyFrom: _enum([
			"workspace",
			"base",
			"default-branch"
		]),
		commit: string().optional(),
		run: string().optional().describe("Link to the workflow run")
	})
}).meta({ title: "Image Gate report" });

// src/domain/report/read.ts
function isReport(document) {
	return "version" in document && "targets" in document;
}
function readReport(document) {
	if (!isObject(document) || !isReport(document)) return { wrong: "is not a report of Image Gate" };
	if (document.version !== 1) return {
		wrong: "is an Image Gate report of another version than 1",
		isOther: true
	};
	const { data, error } = reportSchema.safeParse(document);
	if (data === void 0) return { wrong: `has a wrong value at \`${placeOf(error.issues[0]?.path ?? [])}\`` };
	return isWhole(data) ? data : { wrong: "names a target, a layer or an exception that is not in it" };
}
function isWhole({ targets, findings, exceptions }) {
	const isException = (index) => index === void 0 || exceptions[index] !== void 0;
	return targets.length > 0 && targets.every(({ coverage }) => coverage?.gaps.every((gap) => isException(gap.accepted)) !== false) && findings.every(({ target, layer, exceptions: held = [], ended }) => {
		const layers = targets[target]?.layers;
		return target < targets.length && held.every(isException) && isException(ended) && (layer === void 0 || layers?.[layer] !== void 0);
	});
}
function toScan({ targets, findings }, index) {
	const reported = /* @__PURE__ */ new Map();
	const { label, kind, input, as, platform, ...target } = targets[index];
	for (const each of findings) if (each.target === index) reported.set(findingOf(each, target.layers), each);
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
		layer: one.layer === void 0 ? void 0 : layers?.[one.layer]
	};
}

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
		digest: digest.describe("Of the manifest that was judged; of an index, its own"),
		repository: string().describe("Where it was signed, without tag and digest"),
		platform: string().optional().describe("Absent for an index"),
		platforms: array(object({
			digest,
			platform: string().optional()
		})).optional().describe("Only of an index: all its images, each of which was judged")
	}),
	scannedAt: instant.describe("When it was scanned; of an index, the oldest of its scans"),
	counts: object(perSeverityName(() => count)).describe("Findings that count; of an index, the highest of its images"),
	limits: object(perSeverityName(() => union([count, literal("unlimited")]))).describe("The limits that it was held to; of an index, the lowest"),
	accepted: count.describe("Findings that an exception or a VEX statement covers; of an index, the highest of its images"),
	notCounted: count.optional().describe("Findings that the policy lets through without an exception, such as those without a fix; of an index, the highest"),
	coverage: object({
		scanners: array(string()).optional().describe("What was looked for: `vuln`, `secret`, …"),
		skipped: array(string()).optional().describe("Files and folders that were left out on purpose"),
		gaps: array(object({
			code: string(),
			path: string().optional()
		})).describe("What nobody looked at, and the policy accepts")
	}),
	policy: object({
		digest: digest.optional().describe("SHA-256 of the policy file; absent: there was none"),
		from: string()
	}),
	exceptions: array(reliedOn$1).describe("Those that the verdict rests on"),
	scanner: program.describe("Of several, the first one"),
	database: database.optional().describe("Of several, the oldest one"),
	scanners: array(program.extend({ database: database.optional() })).optional().describe("Only of several: all whose findings the verdict counts, each with its database"),
	run: object({
		url: string().optional(),
		commit: string().optional(),
		repository: string().optional()
	})
}).meta({ title: "Image Gate verdict" });

// src/domain/evidence/accept.ts
const MAX_SKEW_MS = 3e5;
const GATE_AGAIN = "Run the gate on this digest again, and sign it after a pass.";
const REMOVE = "Find out who signed it. Remove the attestation from the registry, or replace the key if somebody else has it.";
const statementSchema = object({
	_type: string().regex(/^https:\/\/in-toto\.io\/Statement\/v(?:0\.1|1)$/),
	subject: array(object({ digest: record(string(), string()) })).min(1),
	predicateType: string(),
	predicate: unknown()
});
function acceptEvidence(evidence, terms) {
	const refusals = evidence.signed ? [] : [unsigned(evidence)];
	const read = evidence.statements.map((statement) => readStatement(statement, evidence.digest));
	refusals.push(...distinct(read.flatMap((each) => each.refusal ?? [])));
	const verdicts = read.flatMap((each) => each.verdict ?? []);
	const newest = verdicts.reduce((latest, verdict) => Math.max(latest, timeOf(verdict)), Number.NEGATIVE_INFINITY);
	const counting = verdicts.filter((verdict) => timeOf(verdict) === newest).sort(inOneOrder);
	if (refusals.length === 0 && counting.length === 0) refusals.push(missing(evidence));
	refusals.push(...distinct(counting.flatMap((verdict) => refusalsOf(verdict, evidence, terms))));
	const [first, ...rest] = refusals;
	if (first !== void 0) return {
		refusals: [first, ...rest],
		verdict: counting.find(({ verdict }) => verdict !== "pass") ?? counting[0]
	};
	const [verdict] = counting;
	return verdict === void 0 ? { refusals: [missing(evidence)] } : { verdict };
}
function timeOf({ scannedAt }) {
	return Date.parse(scannedAt);
}
function inOneOrder(a, b) {
	return compareText(JSON.stringify(a), JSON.stringify(b));
}
function distinct(refusals) {
	return [...new Map(refusals.map((refusal) => [`${refusal.code} ${refusal.what}`, refusal]))].sort(([a], [b]) => compareText(a, b)).map(([, refusal]) => refusal);
}
function readStatement(value, digest) {
	const statement = statementSchema.safeParse(value);
	if (!statement.success) return { refusal: unreadable("its statement has not the form of in-toto's") };
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
		...notPassing(verdict),
		...wrongTime(verdict, terms),
		...endedExceptions(verdict, terms),
		...brokenLimits(verdict, terms),
		...unjudgedImages(verdict, evidence)
	];
}
function unsigned({ statements }) {
	if (statements.length > 0) return {
		code: "attestation-without-signature",
		what: "The image has attestations of the accepted key or identity, but no signature of it",
		remedy: "Sign the image with sign/ of Image Gate, or by `cosign sign`. An attestation alone is not a signature."
	};
	return {
		code: "image-unsigned",
		what: "The image has neither a signature nor a verdict of the accepted key or identity",
		remedy: `Check that the key or the identity that is accepted here is the one that signs. ${GATE_AGAIN}`
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
		remedy: `It could be the newest, so that no other counts. ${REMOVE}`
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
	if (verdict === "pass") return [];
	return [{
		code: "verdict-not-a-pass",
		what: `The newest verdict, of ${scannedAt}, is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
		remedy: `An older pass does not count. Clear what fails, and build the image anew; or ${lower(GATE_AGAIN)}`
	}];
}
function wrongTime(verdict, { now, maxAgeMs }) {
	const age = now.getTime() - timeOf(verdict);
	if (age < -3e5) return [{
		code: "verdict-from-the-future",
		what: `The newest verdict is of ${verdict.scannedAt}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`,
		remedy: "Set the clock of the machine that is wrong: this one, or the one that scanned."
	}];
	if (age <= maxAgeMs) return [];
	return [{
		code: "verdict-too-old",
		what: `The newest verdict is of ${verdict.scannedAt}, and no older than ${spanWords(maxAgeMs)} may be deployed`,
		remedy: `${GATE_AGAIN} A schedule keeps the evidence of running images fresh.`
	}];
}
function spanWords(ms) {
	for (const [unit, length] of [
		["day", 864e5],
		["h", 36e5],
		["min", 6e4]
	]) if (ms >= length && ms % length === 0) {
		const value = ms / length;
		return `${value} ${unit}${unit === "day" && value !== 1 ? "s" : ""}`;
	}
	return `${ms / 1e3} s`;
}
function endedExceptions({ exceptions }, { now }) {
	const ended = exceptions.filter(({ expires }) => expires < dayOf(now));
	if (ended.length === 0) return [];
	const names = listSome(ended, 5, { show: ({ id, expires }) => `${id} (last day ${expires})` });
	return [{
		code: "exception-ended",
		what: `The verdict relied on ${ended.length === 1 ? "an exception that has" : "exceptions that have"} ended since: ${names}`,
		remedy: `Fix the finding, or decide anew on the exception. ${GATE_AGAIN}`
	}];
}
function brokenLimits({ verdict, counts, limits }, terms) {
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
		remedy: "Fix the findings and build the image anew, or raise the limit where it is deployed."
	};
	return [...own === "" ? [] : [inconsistent], ...ours === "" ? [] : [exceeded]];
}
function isOver(count, limit) {
	return limit !== "unlimited" && !(count <= limit);
}
function unjudgedImages({ image: { platforms = [] } }, { images }) {
	const judged = new Set(platforms.map((each) => each.digest));
	const left = (images ?? []).filter((digest) => !judged.has(digest));
	if (left.length === 0) return [];
	return [{
		code: "platform-not-judged",
		what: `The index has ${left.length} image${left.length === 1 ? "" : "s"} that the verdict does not name: ${left.slice(0, 3).join(", ")}`,
		remedy: "Let the gate judge each platform (`platform: all`), and sign the index after that."
	}];
}
function lower(sentence) {
	return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

// src/domain/evidence/make-predicate.ts
function makePredicate(report, image, judged) {
	const targets = judged.map((each) => each.target);
	const { provenance } = report;
	const database = databaseOf(targets);
	const { run, commit } = provenance;
	const skipped = distinct$1(targets.flatMap((each) => each.provenance?.skipped ?? []));
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
			gaps: distinct$1(targets.flatMap((each) => each.coverage?.gaps ?? []).map(({ code, path }) => ({
				code,
				path
			})))
		},
		policy: {
			...provenance.policySha256 && { digest: `sha256:${provenance.policySha256}` },
			from: provenance.policyFrom
		},
		exceptions: reliedOn(report, judged),
		scanner: scannerOf(targets),
		...database && { database },
		...severalOf(targets),
		run: {
			...run !== void 0 && { url: run },
			...commit !== void 0 && { commit },
			...repositoryOf(run)
		}
	};
}
function rowOf({ rows = [], label }, severity) {
	const row = rows.find((each) => each.severity === severity);
	if (row === void 0) throw new TypeError(`${label} has no row for ${severity}`);
	return row;
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
	const all = targets.flatMap((target) => {
		const judging = judgingOf(target);
		return judging.length > 1 ? judging.map(programOf) : [];
	});
	return all.length === 0 ? {} : { scanners: distinct$1(all) };
}
function judgingOf({ opinions = [] }) {
	return opinions.filter(({ failed }) => failed === void 0);
}
function programOf({ scanner, version = "", ...rest }) {
	const { scannerSha256, databaseUpdatedAt: time, databaseSha256 } = rest;
	const digest = databaseSha256 && { digest: `sha256:${databaseSha256}` };
	return {
		name: scanner,
		version,
		...scannerSha256 && { digest: `sha256:${scannerSha256}` },
		...time && { database: {
			updatedAt: new Date(time).toISOString(),
			...digest
		} }
	};
}
function scannerOf(targets) {
	const [first] = targets;
	const [one, second] = first === void 0 ? [] : judgingOf(first);
	if (one !== void 0 && second !== void 0) {
		const { database: _, ...program } = programOf(one);
		return program;
	}
	const { scanner = "", scannerVersion = "", scannerSha256 } = first?.provenance ?? {};
	return {
		name: scanner,
		version: scannerVersion,
		...scannerSha256 && { digest: `sha256:${scannerSha256}` }
	};
}
function databaseOf(targets) {
	return targets.flatMap(({ provenance: { databaseUpdatedAt: time, databaseSha256: sha256 } = { scanner: "" } }) => time === void 0 ? [] : [{
		updatedAt: new Date(time).toISOString(),
		...sha256 && { digest: `sha256:${sha256}` }
	}]).reduce((a, b) => a === void 0 || b.updatedAt < a.updatedAt ? b : a, void 0);
}
function reliedOn({ findings, exceptions }, judged) {
	const positions = new Set(judged.map(({ position }) => position));
	const used = /* @__PURE__ */ new Set();
	for (const finding of findings) if (positions.has(finding.target) && finding.outcome === "accepted" && finding.exceptions?.[0] !== void 0) used.add(finding.exceptions[0]);
	for (const { target } of judged) for (const { accepted } of target.coverage?.gaps ?? []) if (accepted !== void 0) used.add(accepted);
	return exceptions.filter((_, index) => used.has(index)).map(({ id, package: about, reason, owner, expires }) => ({
		id,
		...about !== void 0 && { package: about },
		reason,
		...owner !== void 0 && { owner },
		expires
	}));
}
function repositoryOf(run) {
	const [, repository] = /^https:\/\/[^/]+\/([\w.-]+\/[\w.-]+)\/actions\/runs\/\d+/.exec(run ?? "") ?? [];
	return repository === void 0 ? {} : { repository };
}

// src/domain/evidence/signing-plan.ts
function planSigning(report, pushed) {
	const { verdict, reason } = report;
	if (verdict !== "pass") return {
		code: "not-a-pass",
		what: `The report's verdict is \`${verdict}\`: ${reason.replace(/\.$/, "")}`,
		remedy: "Only what passes is signed, whatever the gate's `mode`. Clear what fails, and run the gate again."
	};
	const wrong = inconsistency(report);
	if (wrong !== void 0) return edited(`contradicts itself: ${wrong}`);
	const plan = pushed === void 0 ? planOfReport(report) : planOfPushed(report, pushed);
	if ("code" in plan) return plan;
	const issues = [...plan.images, ...plan.indexes].flatMap(({ predicate }) => verdictPredicate.safeParse(predicate).error?.issues ?? []);
	return issues[0] === void 0 ? plan : edited(`has no valid \`${issues[0].path.join(".")}\` for a verdict`);
}
function edited(how) {
	return {
		code: "report-edited",
		what: `The report ${how}`,
		remedy: "Use the report as the gate wrote it. Nothing may change it."
	};
}
function outdated({ images }, today) {
	const ended = images.flatMap(({ predicate }) => predicate.exceptions).find(({ expires }) => expires < today);
	if (ended === void 0) return void 0;
	return {
		code: "report-outdated",
		what: `The report's pass rests on the exception for ${ended.id}, which has ended on ${ended.expires}`,
		remedy: "Run the gate again, and sign what it says then."
	};
}
function tooOld({ images }, { now, maxAgeMs, maxDbAgeMs }) {
	for (const { repository, digest, predicate } of images) {
		const { scannedAt, database } = predicate;
		const scanned = Date.parse(scannedAt);
		if (!(now.getTime() - scanned <= maxAgeMs)) return {
			code: "scan-too-old",
			what: `${repository}@${digest} was scanned at ${scannedAt}, and only a scan of the last ${spanWords(maxAgeMs)} is signed (\`max-age\`)`,
			remedy: "Run the gate again, and sign what it says then: much may be known by now that was not known at that time."
		};
		if (database !== void 0 && scanned - Date.parse(database.updatedAt) <= maxDbAgeMs) continue;
		return {
			code: "scan-database-too-old",
			what: `${repository}@${digest} was scanned by a database ${database === void 0 ? "whose age the report does not say" : `of ${database.updatedAt}`}, and it may be ${spanWords(maxDbAgeMs)} old at the scan (\`max-db-age\`)`,
			remedy: "Let the gate use a newer database, and run it again. If an older one is meant, give this step the `max-db-age` of the gate's."
		};
	}
}
function planOfReport(report) {
	const left = [];
	const meant = /* @__PURE__ */ new Map();
	for (const [position, target] of report.targets.entries()) {
		const digest = target.artifact?.digest;
		const why = notSignable(target) ?? (digest === void 0 ? NOT_IN_REGISTRY : void 0);
		if (why !== void 0 || digest === void 0) {
			left.push(`${target.label} ${why}`);
			continue;
		}
		add(meant, {
			repository: withoutTag(target.input),
			digest,
			platform: target.artifact?.platform,
			judged: [{
				target,
				position
			}]
		});
	}
	const [first, ...rest] = [...meant.values()];
	if (first === void 0) return nothing(left);
	return {
		images: [imageOf(report, first), ...rest.map((each) => imageOf(report, each))],
		indexes: indexesOf(report, meant, left),
		left
	};
}
function planOfPushed(report, pushed) {
	const { repository, images, index } = pushed;
	const left = [];
	const meant = /* @__PURE__ */ new Map();
	const targets = report.targets.map((target, position) => ({
		target,
		position
	}));
	const reasons = [];
	for (const { digest, config, platform } of images) {
		const same = targets.filter(({ target: { artifact } }) => artifact?.digest === digest || isDigest(config) && artifact?.imageId === config);
		const judged = same.filter(({ target }) => notThisOne(target, digest) === void 0);
		reasons.push(...same.flatMap(({ target }) => notThisOne(target, digest) ?? []));
		if (judged.length === 0) left.push(`${digest}${platform === void 0 ? "" : ` (${platform})`} was not judged`);
		const isKnown = judged.some(({ target }) => target.artifact?.digest === digest);
		for (const each of judged) add(meant, {
			repository,
			digest,
			platform: each.target.artifact?.platform ?? platform,
			judged: [each],
			...!isKnown && { byConfiguration: true }
		});
	}
	const [first, ...rest] = [...meant.values()];
	if (first === void 0) return {
		code: "image-not-judged",
		what: `Nothing of ${repository}@${index ?? images[0]?.digest} was judged: neither a manifest nor a configuration is one of the report's${reasons.length > 0 ? ` that can be signed (it ${reasons[0]})` : ""}`,
		remedy: "Push the very image that was scanned, without building it again, or let the gate judge what was pushed."
	};
	const planned = [imageOf(report, first), ...rest.map((each) => imageOf(report, each))];
	if (index === void 0) return {
		images: planned,
		indexes: [],
		left
	};
	return {
		images: planned,
		indexes: indexOf(report, {
			repository,
			digest: index,
			images
		}, {
			meant,
			left
		}),
		left
	};
}
const LOCAL = /^the local /;
const NOT_IN_REGISTRY = "was scanned before it was in a registry, or its manifest is not known: name it by `image` once it is pushed";
function notSignable(target) {
	const { kind, coverage, provenance } = target;
	if (kind !== "image") return `is no image that was scanned (${kind})`;
	const { readAs, scanners, scannedAt, scannerVersion, databaseUpdatedAt } = provenance ?? {};
	if (readAs === "archive" || readAs === "layout") return "was scanned as a file, and a file cannot be signed: push it, and let the gate judge what the registry has";
	const judging = judgingOf(target);
	if (judging.some(({ given }) => given)) return "was judged by a report that was given, too, and nobody here has started that scanner: judge it in a run of its own";
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
function nothing(left) {
	return {
		code: "nothing-to-sign",
		what: `The report has no image that can be signed: ${listSome(left, 5, { clauses: true })}`,
		remedy: "Only an image in a registry can be signed. Push it, and name it by `image` or let the gate judge it there."
	};
}
function keyOf({ repository, digest }) {
	return `${repository}@${digest}`;
}
function add(meant, one) {
	const known = meant.get(keyOf(one));
	if (known === void 0) meant.set(keyOf(one), one);
	else known.judged.push(...one.judged);
}
function imageOf(report, { repository, digest, platform, judged, byConfiguration }) {
	const image = {
		digest,
		repository,
		...platform !== void 0 && { platform }
	};
	const [first, ...rest] = judged;
	if (first === void 0) throw new TypeError("an image without a target");
	const files = judged.map(({ target }) => target.files).find((each) => each?.scannerReport !== void 0) ?? {};
	const predicate = makePredicate(report, image, [first, ...rest]);
	return {
		...image,
		predicate,
		files,
		...byConfiguration && { byConfiguration }
	};
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
		...image.platform !== void 0 && { platform: image.platform }
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
function inconsistency({ targets, findings }) {
	const counted = /* @__PURE__ */ new Map();
	for (const { target, severity, outcome } of findings) {
		const key = `${target} ${severity} ${outcome}`;
		counted.set(key, (counted.get(key) ?? 0) + 1);
	}
	for (const [position, target] of targets.entries()) {
		const wrong = targetInconsistency(target, (kind) => counted.get(`${position} ${kind}`) ?? 0);
		if (wrong !== void 0) return `${wrong} (${target.label})`;
	}
}
function targetInconsistency({ verdict, rows = [], exploitRows = [], coverage, artifact }, found) {
	if (verdict !== "pass") return `a target's verdict is \`${verdict}\`, and the run's is \`pass\``;
	if (rows.map(({ severity }) => severity).join() !== SEVERITIES.join()) return "a target has not one row for each severity";
	const miscounted = rows.find(({ severity, open, accepted, notCounted }) => found(`${severity} open`) !== open || found(`${severity} accepted`) !== accepted || found(`${severity} not-counted`) !== notCounted);
	if (miscounted !== void 0) return `its ${miscounted.severity} findings are not as many as it says`;
	if ([...rows, ...exploitRows].some(({ broken, open, limit }) => broken || limit !== "unlimited" && open > limit)) return "it passed, and breaks a limit";
	if (coverage?.gaps.some(({ accepted }) => accepted === void 0)) return "it passed, and has a gap that nobody accepted";
	const { digest, index } = artifact ?? {};
	if (digest !== void 0 && index !== void 0 && !index.images.some((image) => image.digest === digest)) return "its index does not list its manifest";
}

export { MAX_SKEW_MS, VERDICT_TYPE, acceptEvidence, artifact, installed, isReport, opinionSource, outdated, planSigning, provenance, readReport, readStatement, seenCoverage, seenFinding, spanWords, toScan, tooOld, verdictPredicate };