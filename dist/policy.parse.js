import { EMPTY_POLICY, addDays, daysBetween, isDay } from "./shared.inputs.js";
import { DEFAULT_THRESHOLDS, SEVERITIES, closest, perSeverityName, severityName } from "./shared.names.js";
import { ZodArray, ZodDefault, ZodObject, ZodOptional, ZodPipe, _enum, array, boolean, int, literal, number, record, strictObject, string, union } from "./package.zod.js";
import { PolicyError, isShowable, partAt, readTree, readYaml, shownKey } from "./policy.tree.js";
import { GAP_CODES } from "./shared.answer.js";
import { parsePurl } from "./shared.scan.js";
import { scopeKey } from "./shared.domain.js";

// src/policy/schema-messages.ts
const MAX_DAYS = 36500;
function wants(kind) {
	return { error: ({ input }) => input === void 0 ? "is missing" : input === null ? "is empty" : `must be ${kind}` };
}
function wantsText(kind) {
	const isPlain = (input) => typeof input === "number" || typeof input === "boolean";
	return { error: (issue) => isPlain(issue.input) ? `must be ${kind}; put it in quotes` : wants(kind).error(issue) };
}
function wantsMapping(kind) {
	const hint = (input) => typeof input === "string" ? "; a colon needs a space behind it" : "";
	return { error: (issue) => `${wants(kind).error(issue)}${hint(issue.input)}` };
}
const LIMIT_WORDS = "must be a whole number from 0 up, or unlimited";
const limit = union([withoutSign(int(LIMIT_WORDS).min(0, LIMIT_WORDS).max(Number.MAX_SAFE_INTEGER, LIMIT_WORDS)), literal("unlimited")], wants("a whole number from 0 up, or unlimited"));
const days = withoutSign(int(wants("a whole number of days")).min(0, "must not be negative").max(MAX_DAYS, `must be at most ${MAX_DAYS}`));
function withoutSign(schema) {
	return schema.overwrite((value) => value + 0);
}
function listOf(item, kind, most, unit = "items") {
	return array(item, wants(kind)).max(most, `has more than ${most} ${unit}`);
}
function camelKeys(file) {
	const camel = (key) => key.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
	const entries = Object.entries(file).map(([key, value]) => [camel(key), value]);
	return Object.fromEntries(entries);
}
function bySeverity(values) {
	const given = SEVERITIES.map((severity) => [severity, values[severityName(severity)]]);
	return Object.fromEntries(given.filter(([, value]) => value !== void 0));
}

// src/policy/weights-schema.ts
const MAX_URL_LENGTH = 2e3;
const SCORE = "must be a number from 0 to 1, such as 0.5";
const exploitedLimit = limit.optional().meta({
	description: "The highest number of open findings known to be exploited (CISA's KEV), of any severity, that still passes.",
	examples: [0]
});
function source(what) {
	return string(wants("a URL as text")).max(MAX_URL_LENGTH, `has more than ${MAX_URL_LENGTH} characters`).refine(isSource, "must be a URL with https:// or http://, without a login in it").optional().meta({ description: `URL of a copy of ${what}.` });
}
function isSource(text) {
	if (!URL.canParse(text) || /\s/.test(text)) return false;
	const { protocol, username, password } = new URL(text);
	return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}
function grace(severity) {
	return days.optional().meta({
		description: `Whole days in UTC for which a ${severity} finding does not count after its advisory became public.`,
		default: 0
	});
}
const SCANNER = "must be a scanner's name, as scan-with has them";
const MAX_SCANNERS = 20;
const scannerName = string(wants("a scanner's name, as scan-with has them")).regex(/^[A-Za-z][A-Za-z0-9 ._-]{0,49}$/, SCANNER);
function optionalScanners(needs) {
	const names = Object.keys(needs).filter((name) => needs[name] === "optional");
	return names.length === 0 ? void 0 : names.map((name) => name.toLowerCase().replace(/-match$/, ""));
}
const weightKeys = {
	epss: strictObject({
		above: withoutSign(number(wants("a number from 0 to 1, such as 0.5")).min(0, SCORE).max(1, SCORE)).meta({
			description: "The score (FIRST's EPSS, 0 to 1) above which a finding is counted here.",
			examples: [.5]
		}),
		max: limit.meta({
			description: "The highest number of open findings with such a score that still passes.",
			examples: [0]
		})
	}, wantsMapping("a mapping with above and max")).optional().meta({ description: "A limit on findings that attackers are likely to exploit." }),
	"exploit-data": strictObject({
		kev: source("CISA's catalog of known exploited vulnerabilities, as JSON"),
		epss: source("FIRST's EPSS scores, as CSV, with gzip or without")
	}, wantsMapping("a mapping with kev and epss")).optional().meta({ description: "The sources of KEV and EPSS. Without a limit, the data are fetched and shown." }),
	count: _enum(["all", "introduced"], wants("all or introduced")).optional().meta({
		description: "The findings that count: all, or only those that the change introduces, if there is a baseline.",
		default: "all"
	}),
	agreement: _enum(["any", "all"], wants("any or all")).optional().meta({
		description: "any: a finding counts if one scanner reports it; all: only if all scanners with advisories for its kind of package do.",
		default: "any"
	}),
	"severity-from": listOf(scannerName, "a list of scanners, as scan-with has them", MAX_SCANNERS).min(1, "is an empty list; leave the key out to let the highest severity count").refine((names) => new Set(names.map((name) => name.toLowerCase())).size === names.length, "has a scanner twice").optional().meta({ description: "The scanners whose severity counts if several report a finding, first choice first. Absent: the highest." }),
	"scan-with": record(scannerName, _enum(["required", "optional"], wants("required or optional")), wantsMapping("a mapping of scanners")).transform(optionalScanners).optional().meta({
		description: "optional: if the scanner fails, a run continues without its opinion. A scanner is required by default.",
		examples: [{ grype: "optional" }]
	}),
	"grace-days": strictObject(perSeverityName(grace), wantsMapping("a mapping of severities to days")).transform(bySeverity).optional().meta({ description: "How long a finding of each severity does not count after its advisory became public." })
};

// src/policy/schema.ts
const MAX_EXCEPTIONS = 5e3;
const MAX_TARGETS = 500;
const MAX_GLOBS = 100;
const MAX_GLOB_LENGTH = 500;
const MAX_NAME_LENGTH = 200;
const MAX_PACKAGE_LENGTH = 500;
const MAX_REASON_LENGTH = 2e3;
const ONE_LINE = {
	control: /[\p{Cc}\p{Cs}]/u,
	message: "holds a control character or a line break",
	empty: "is empty"
};
const MANY_LINES = {
	...ONE_LINE,
	control: /[^\P{Cc}\n\t]|\p{Cs}/u,
	message: "holds a control character"
};
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{1D159}])[\p{L}\p{N}\p{P}\p{S}]/u;
function text(kind, longest, { control, message, empty } = ONE_LINE) {
	return string(wantsText(kind)).trim().min(1, empty).max(longest, `has more than ${longest} characters`).refine((value) => VISIBLE.test(value), empty).refine((value) => !control.test(value), message).meta({ pattern: "\\S" });
}
function exactName(kind, longest) {
	return text(kind, longest).refine((value) => !value.includes("*"), "must be an exact name; * is not a wildcard here");
}
const day = string(wants("a day, written YYYY-MM-DD")).refine(isDay, "must be a real day, written YYYY-MM-DD").meta({
	format: "date",
	pattern: "^\\d{4}-\\d{2}-\\d{2}$"
});
const globs = array(string(wantsText("a glob")).min(1, "is empty").max(MAX_GLOB_LENGTH, `has more than ${MAX_GLOB_LENGTH} characters`).refine((glob) => VISIBLE.test(glob), "is empty").refine((glob) => !ONE_LINE.control.test(glob), ONE_LINE.message), { error: ({ input }) => typeof input === "string" ? "must be a list, even with one item: write it as [ … ]" : wants("a list of globs").error({ input }) }).min(1, "is an empty list, which matches nothing; leave the key out to match everything").max(MAX_GLOBS, `has more than ${MAX_GLOBS} globs`);
function severityLimit(severity, isDefault) {
	const meta = {
		description: `The highest number of open ${severity} findings that still passes; unlimited allows any.`,
		examples: [
			0,
			20,
			"unlimited"
		]
	};
	return limit.optional().meta(isDefault ? {
		...meta,
		default: DEFAULT_THRESHOLDS[severity]
	} : meta);
}
function thresholds(isDefault) {
	return strictObject({
		...perSeverityName((severity) => severityLimit(severity, isDefault)),
		exploited: exploitedLimit
	}, wantsMapping("a mapping of severities to limits")).transform(({ exploited, ...limits }) => {
		return {
			thresholds: bySeverity(limits),
			...exploited !== void 0 && { exploited }
		};
	});
}
const thresholdsSchema = thresholds(true).meta({ description: `The highest number of open findings of each severity that still passes. An input (max-${severityName(SEVERITIES[0])}, …) overrides it.` });
const targetSchema = strictObject({
	images: globs.meta({
		description: "Globs on the image reference as typed, with and without its tag or digest.",
		examples: [["ghcr.io/acme/legacy-*"]]
	}),
	thresholds: thresholds(false).meta({ description: "Limits for these images; a severity that is left out keeps the limit of the whole policy." })
}, wants("a mapping with images and thresholds")).transform(({ images, thresholds: limits }) => ({
	images,
	...limits
}));
const MAX_ISSUE_RULES = 500;
const MAX_ASSIGNEES = 10;
const MAX_LABELS = 20;
const MAX_LABEL_LENGTH = 50;
const fixWithinDaysSchema = strictObject(perSeverityName((severity) => days.optional().meta({
	description: `Days within which a ${severity} finding of a running image must be fixed; day N itself is in time.`,
	examples: [30]
})), wantsMapping("a mapping of severities to days"));
const login = string(wantsText("a user's login as text")).regex(/^@?[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?$/, "must be a user's login; a team cannot be assigned");
const issueRuleSchema = strictObject({
	images: globs.meta({
		description: "Globs on the image reference, with and without its tag or digest.",
		examples: [["ghcr.io/acme/pdf-*"]]
	}),
	assignees: listOf(login, "a list of logins", MAX_ASSIGNEES).default([]).meta({
		description: "Users that a new issue is assigned to.",
		examples: [["octocat"]]
	}),
	labels: listOf(text("a label as text", MAX_LABEL_LENGTH), "a list of labels", MAX_LABELS).default([]).meta({
		description: "Labels of a new issue, in addition to image-gate.",
		examples: [["security"]]
	})
}, wants("a mapping with images"));
const { maxDays, warnDays, requireOwner } = EMPTY_POLICY.exceptionRules;
const exceptionRulesSchema = strictObject({
	"max-days": days.default(maxDays).meta({ description: "Longest duration of an exception in days, from created (or today, if that is absent) to expires." }),
	"warn-days": days.default(warnDays).meta({ description: "An exception that ends within this many days is reported as ending soon." }),
	"require-owner": boolean(wants("true or false")).default(requireOwner).meta({ description: "True if each exception must name its owner." })
}, wants("a mapping")).transform(camelKeys);
const exceptionKeys = strictObject({
	id: exactName("an advisory's id as text", MAX_NAME_LENGTH).meta({
		description: "The advisory by any of its ids, the check, secret rule or licence, as the report names it, in any case.",
		examples: ["CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q"]
	}),
	package: exactName("a package's name or package URL as text", MAX_PACKAGE_LENGTH).refine((name) => !name.startsWith("pkg:") || parsePurl(name) !== void 0, { error: "is not a valid package URL (pkg:TYPE/NAMESPACE/NAME@VERSION)" }).optional().meta({
		description: "The package's name, or its package URL; version and qualifiers of a package URL must agree only where given. Absent: any package.",
		examples: ["org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core"]
	}),
	paths: globs.optional().meta({
		description: "Globs on the finding's path within the image (*, ** and ?). Absent: any path, or none.",
		examples: [["usr/lib/python3/**/sparkly/**"]]
	}),
	images: globs.optional().meta({
		description: "Globs on the image reference as typed, with and without its tag or digest. Absent: any image.",
		examples: [["ghcr.io/acme/pdf-*"]]
	}),
	reason: text("text", MAX_REASON_LENGTH, MANY_LINES).meta({ description: "Why the finding may run, in words that the next reader understands." }),
	owner: text("a person or a team as text", MAX_NAME_LENGTH, {
		...ONE_LINE,
		empty: "is empty: name a person or a team, or delete the line"
	}).optional().meta({
		description: "The person or team that decided it and will review it.",
		examples: ["@acme/platform"]
	}),
	created: day.optional().meta({ description: "The day of the decision; not in the future." }),
	expires: day.meta({ description: "The last day on which the exception is valid, in UTC; all of that day counts." }),
	"only-while-unfixed": boolean(wants("true or false")).default(false).meta({ description: "Ends the exception early, on the day a fix exists." })
}, wants("a mapping with id, reason and expires"));
const exceptionSchema = exceptionKeys.transform(camelKeys);
const { images, owner, created, expires } = exceptionKeys.shape;
const acceptanceSchema = strictObject({
	gap: _enum(GAP_CODES, { error: ({ input }) => gapMistake(input) }).meta({ description: "The gap's code (docs/coverage.md), as the error names it." }),
	paths: globs.optional().meta({
		description: "Globs on the path of the file that was not read (*, ** and ?). Absent: any path, or none.",
		examples: [["test/fixtures/**"]]
	}),
	images,
	reason: text("text", MAX_REASON_LENGTH, MANY_LINES).meta({ description: "Why it may run despite the gap, in words that the next reader understands." }),
	owner,
	created,
	expires: expires.meta({ description: "The last day on which it is valid, in UTC; all of that day counts." })
}, wants("a mapping with gap, reason and expires")).transform(({ gap: id, ...entry }) => ({
	...entry,
	id,
	gap: true,
	onlyWhileUnfixed: false
}));
function gapMistake(input) {
	if (typeof input !== "string") return wants("a gap's code as text").error({ input });
	const meant = closest(input, GAP_CODES);
	return `is not a known gap${meant === void 0 ? ` (${GAP_CODES.join(", ")})` : ` (did you mean "${meant}"?)`}`;
}
const policyFileSchema = strictObject({
	version: literal(1, { error: ({ input }) => {
		if (input === void 0) return "is missing (version: 1)";
		return `must be the number 1${typeof input === "number" ? `; this Image Gate reads no policy of version ${input}` : ""}`;
	} }).meta({ description: "Version of this format." }),
	thresholds: thresholdsSchema.optional(),
	...weightKeys,
	"ignore-unfixed": boolean(wants("true or false")).optional().meta({
		description: "True if vulnerabilities without a fix are shown but not counted. The input ignore-unfixed overrides it.",
		default: false
	}),
	targets: listOf(targetSchema, "a list of targets", MAX_TARGETS).optional().meta({
		description: "Other limits for some images; the first item whose images match counts.",
		default: []
	}),
	"fix-within-days": fixWithinDaysSchema.optional().meta({ description: "Deadlines for findings of running images, from the first day on which one was present and had a fix. Verdicts ignore them." }),
	issues: listOf(issueRuleSchema, "a list of mappings with images, assignees and labels", MAX_ISSUE_RULES).optional().meta({
		description: "The people to notify about a running image that does not pass; the first item whose images match counts.",
		default: []
	}),
	"exception-rules": exceptionRulesSchema.optional().meta({ description: "The rules for every exception." }),
	exceptions: listOf(exceptionSchema, "a list of exceptions", MAX_EXCEPTIONS).optional().meta({
		description: "Written, dated decisions to let a finding through.",
		default: []
	}),
	coverage: listOf(acceptanceSchema, "a list of accepted gaps", MAX_EXCEPTIONS).optional().meta({
		description: "Written, dated decisions to judge a target although a part of it was not scanned.",
		default: []
	})
}, wantsMapping("a mapping that begins with version: 1")).meta({
	title: "Image Gate policy",
	description: "Thresholds and time-limited exceptions for Image Gate (.github/image-gate.yml)."
});

// src/policy/keys.ts
function keysOf(schema) {
	if (schema instanceof ZodOptional || schema instanceof ZodDefault) return keysOf(schema.unwrap());
	if (schema instanceof ZodArray) return keysOf(schema.element);
	if (schema instanceof ZodPipe) return keysOf(schema.in);
	return schema instanceof ZodObject ? Object.keys(schema.shape) : [];
}
const SECTIONS = new Map(Object.entries({
	file: policyFileSchema,
	...policyFileSchema.shape
}).map(([key, schema]) => [key, keysOf(schema)]));
const OTHER_WORDS = {
	kev: "exploited",
	severity: "thresholds",
	cve: "id"
};
const IGNORE_FILE_SECTIONS = /* @__PURE__ */ new Set([
	"vulnerabilities",
	"misconfigurations",
	"secrets",
	"licenses"
]);
function unknownKey(key, path) {
	const section = path.findLast((step) => typeof step === "string") ?? "file";
	const hint = isShowable(key) ? hintFor(key.toLowerCase().replaceAll("_", "-"), section) : void 0;
	return `unknown key${shownKey(key)}${hint === void 0 ? "" : ` (${hint})`}`;
}
function hintFor(key, section) {
	const known = SECTIONS.get(section) ?? [];
	const meant = known.find((each) => each === key || each === OTHER_WORDS[key]);
	if (meant !== void 0) return `did you mean "${meant}"?`;
	if (section === "file" && IGNORE_FILE_SECTIONS.has(key)) return "image-gate policy import turns a .trivyignore.yaml into a policy";
	const severity = SEVERITIES.find((each) => key === `max-${severityName(each)}`);
	if (severity !== void 0) return `did you mean "${severityName(severity)}" under "thresholds"?`;
	const [place] = [...SECTIONS].find(([name, keys]) => name !== section && keys.includes(key)) ?? [];
	if (place !== void 0) return place === "file" ? "it belongs at the top of the file" : `it belongs under "${place}"`;
	const near = closest(key, known);
	return near === void 0 ? void 0 : `did you mean "${near}"?`;
}

// src/policy/rules.ts
function brokenRules(exceptions, rules, today) {
	return [...exceptions.flatMap((each) => problemsOf(each, rules, today)), ...duplicates(exceptions)];
}
function problemsOf({ item, entry }, rules, today) {
	const { created, expires, owner } = entry;
	const problems = [];
	const at = (key) => item.parts.get(key)?.at ?? item.at;
	if (created !== void 0 && daysBetween(today, created) > 1) problems.push({
		at: at("created"),
		message: `"created" is in the future (today is ${today} in UTC)`
	});
	const life = daysBetween(created ?? today, expires);
	if (created !== void 0 && life < 0) problems.push({
		at: at("expires"),
		message: "\"expires\" is before \"created\""
	});
	if (rules !== void 0 && life > rules.maxDays) {
		const last = addDays(created ?? today, rules.maxDays);
		const message = `"expires" is ${life} days after ${created === void 0 ? "today" : "\"created\""}; at most ${rules.maxDays} are allowed ("max-days"), so ${last}`;
		problems.push({
			at: at("expires"),
			message
		});
	}
	if (rules?.requireOwner && owner === void 0) problems.push({
		at: item.at,
		message: "\"owner\" is missing, which \"exception-rules\" require"
	});
	return problems;
}
function duplicates(exceptions) {
	const lineOf = /* @__PURE__ */ new Map();
	return exceptions.flatMap(({ item, line, entry }) => {
		const { reason, owner, created, expires, onlyWhileUnfixed } = entry;
		const identity = JSON.stringify([
			scopeKey(entry),
			reason,
			owner,
			created,
			expires,
			onlyWhileUnfixed
		]);
		const first = lineOf.get(identity);
		if (first === void 0) lineOf.set(identity, line);
		const kind = entry.gap ? "accepted gap" : "exception";
		return first === void 0 ? [] : [{
			at: item.at,
			message: `this ${kind} is the same as the one in line ${first}`
		}];
	});
}

// src/policy/parse.ts
const MAX_HINTS = 1e3;
function parsePolicyFile(bytes, options) {
	return parsePolicy(decodePolicy(bytes, options.file), options);
}
function parsePolicy(text, { file, today }) {
	const yaml = readYaml(text.startsWith("﻿") ? text.slice(1) : text);
	if ("mistakes" in yaml) throw new PolicyError(file, yaml.mistakes);
	const { root, place } = yaml;
	const read = root && readTree(root);
	if (!read || read.tree.value === null && read.mistakes.length === 0) throw new PolicyError(file, [{
		line: 1,
		column: 1,
		message: "the file is empty; it begins with \"version: 1\""
	}]);
	const lineOf = (part) => place(part?.at ?? 0).line;
	const result = policyFileSchema.safeParse(read.tree.value);
	const mistakes = [
		...read.mistakes,
		...result.success ? [] : schemaMistakes(result.error.issues, read.tree),
		...ruleMistakes(result.data, read.tree, lineOf, today)
	].map(({ at, message }) => ({
		...place(at),
		message
	}));
	if (mistakes.length > 0) throw new PolicyError(file, mistakes);
	if (!result.success) throw new PolicyError(file, [{
		line: 1,
		column: 1,
		message: "the file is not a policy"
	}]);
	return toPolicy(result.data, read.tree, lineOf);
}
function schemaMistakes(issues, tree) {
	const places = /* @__PURE__ */ new Set();
	return issues.flatMap((issue) => {
		if (issue.code === "unrecognized_keys") {
			const mapping = partAt(tree, issue.path);
			return issue.keys.map((key, index) => ({
				at: mapping?.parts.get(key)?.keyAt ?? 0,
				message: index < MAX_HINTS ? unknownKey(key, issue.path) : "unknown key"
			}));
		}
		const path = JSON.stringify(issue.path);
		if (places.has(path)) return [];
		places.add(path);
		const part = partAt(tree, issue.path);
		if (part && part.value === void 0) return [];
		return [{
			at: part ? part.at : partAt(tree, issue.path.slice(0, -1))?.at ?? 0,
			message: `${subject(issue.path)} ${issue.message}`
		}];
	});
}
function subject(path) {
	const last = path.at(-1);
	if (last === void 0) return "the file";
	if (typeof last === "string") return shownKey(last).trimStart();
	const list = path.findLast((step) => typeof step === "string");
	return `an item of ${JSON.stringify(list)}`;
}
const LISTS = {
	exceptions: exceptionSchema,
	coverage: acceptanceSchema
};
function ruleMistakes(file, tree, lineOf, today) {
	const rules = exceptionRulesSchema.safeParse(tree.parts.get("exception-rules")?.value ?? {}).data;
	return ["exceptions", "coverage"].flatMap((list) => {
		const valid = [...tree.parts.get(list)?.parts.values() ?? []].flatMap((item, index) => {
			const entry = file ? file[list]?.[index] : LISTS[list].safeParse(item.value).data;
			return entry ? [{
				item,
				line: lineOf(item),
				entry
			}] : [];
		});
		return brokenRules(valid, rules, today);
	});
}
function toPolicy(file, tree, lineOf) {
	const { version: _, scanWith, thresholds, targets = [], exceptions = [], coverage, ...rest } = camelKeys(file);
	const numbered = (list, items) => items.map((each, index) => ({
		...each,
		line: lineOf(partAt(tree, [list, index]))
	}));
	return {
		...rest,
		...thresholds ?? { thresholds: {} },
		optionalScanners: scanWith,
		targets: numbered("targets", targets),
		exceptionRules: rest.exceptionRules ?? EMPTY_POLICY.exceptionRules,
		exceptions: numbered("exceptions", exceptions),
		coverage: coverage && numbered("coverage", coverage)
	};
}
function decodePolicy(bytes, file) {
	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (cause) {
		const [good = ""] = Buffer.from(bytes).toString("utf8").split("�", 1);
		throw new PolicyError(file, [{
			line: good.split("\n").length,
			column: 1,
			message: "this is not UTF-8 text (save the file as UTF-8)"
		}], { cause });
	}
}

export { decodePolicy, parsePolicy, parsePolicyFile };