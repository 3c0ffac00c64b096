import { GateError, asGateError, createHash, globSync, hashed, readFileSync, readdirSync, rmSync, tryOr } from "./shared.thread.js";
import { SCANNER, SCANNER_NAMES, VERSION, asClause, inputVariable, isWithin, oneLine, ownReader, removeProgramFolders, statusOf, writePieces } from "./shared.start.js";
import { SEVERITIES, closest, isNamedAsFile, perSeverityName, severityName, withoutTag } from "./shared.names.js";
import { NEVER, int, looseObject, object, registry, string } from "./package.zod.js";
import { join, relative } from "node:path";
import { urlToHttpOptions } from "node:url";

// src/domain/list-some.ts
function number$1(value) {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
function counted(value, singular, plural = `${singular}s`) {
	return `${number$1(value)} ${value === 1 ? singular : plural}`;
}
function listSome(items, most, { show = String, what, clauses = false } = {}) {
	const lines = someLines(items, most, {
		show,
		what
	});
	const shown = lines.slice(0, most).join(clauses ? "; " : ", ");
	return items.length <= most ? shown : `${shown}${clauses ? ";" : ""} ${lines[most]}`;
}
function someLines(items, most, { show, what, rest = String }) {
	const left = items.length - most;
	const shown = items.slice(0, most).map((item, index) => (show ?? String)(item, index));
	return left > 0 ? [...shown, rest(andMore(left, what))] : shown;
}
function andMore(left, what) {
	return left > 0 ? `and ${more(left, what)}` : "";
}
function more(left, what) {
	return what === void 0 ? `${number$1(left)} more` : counted(left, `more ${what}`);
}
function joined(between, texts) {
	return texts.filter((text) => text !== "").join(between);
}

// src/domain/verdict.ts
const ANSWERS = [
	"error",
	"fail",
	"pass"
];
function compareAnswers(a, b) {
	return ANSWERS.indexOf(a) - ANSWERS.indexOf(b);
}
function worstAnswer(answers) {
	return answers.toSorted(compareAnswers)[0] ?? "error";
}
function judgedAmong(targets) {
	return targets.filter((target) => target.answer !== "error");
}
function countedUnder(limit, findings) {
	const counts = {
		open: 0,
		accepted: 0,
		"not-counted": 0
	};
	for (const { outcome } of findings) counts[outcome] += 1;
	const { open, accepted, "not-counted": notCounted } = counts;
	return {
		open,
		limit,
		accepted,
		notCounted,
		broken: limit !== "unlimited" && open > limit
	};
}
function breaks(target) {
	const broken = new Set(target.rows.filter((row) => row.broken).map((row) => row.severity));
	const exploitRows = (target.exploitRows ?? []).filter((row) => row.broken);
	return (judged) => judged.outcome === "open" && (broken.has(judged.finding.severity) || exploitRows.some((row) => fallsUnder(row, judged)));
}
function failing(target) {
	return target.findings.filter(breaks(target));
}
function fallsUnder({ kind, above = 1 }, { exploitation }) {
	return kind === "exploited" ? exploitation?.kev !== void 0 : (exploitation?.epss ?? 0) > above;
}
function undecided(error, targets, name) {
	const { code, what, remedy } = error;
	const label = name ?? "this run";
	const meant = targets.length > 0 ? targets : [{
		kind: "image",
		input: label,
		label
	}];
	return {
		answer: "error",
		reason: `error: [${code}] ${firstOf(what)}`,
		targets: meant.map((target) => ({
			answer: "error",
			target,
			error: {
				code,
				what,
				remedy
			}
		})),
		exceptions: []
	};
}
function firstOf(what) {
	const [head, first, ...more] = what.split("\n");
	if (first?.endsWith(";")) return oneLine(what);
	const rest = more.length === 0 ? "" : ` (${andMore(more.length)})`;
	return oneLine(`${[head, first].join(" ").trimEnd()}${rest}`);
}

// src/domain/target.ts
const GIVEN_REPORT = "trivy-report";
const GIVEN_REPORT_NAME = "given report";
const TARGET_KINDS = [
	"image",
	"path",
	"repository",
	"sbom",
	GIVEN_REPORT
];
function opinionsIn({ opinions, provenance }) {
	const { scanner, scannerVersion: version } = provenance;
	return opinions === void 0 ? [{
		scanner,
		version
	}] : opinions.filter(({ failed }) => failed === void 0);
}
function scannersOf(scan) {
	return opinionsIn(scan).map(({ scanner }) => scanner);
}
function isSbomFormat(format) {
	return format === "cyclonedx" || format === "spdx-json";
}

// src/domain/image/target-names.ts
const SHOWN = 5;
async function savedTags(targets, savedTag) {
	const files = targets.filter(({ target, scan }) => scan === void 0 && target.as === void 0 && !isReference(target));
	const tags = await Promise.all(files.map(async ({ target }) => [target, await savedTag(target)]));
	return new Map(tags.flatMap(([target, tag]) => tag === void 0 ? [] : [[target, tag]]));
}
function withSavedTags(targets, tags = /* @__PURE__ */ new Map()) {
	return targets.map((each) => ({
		...each,
		savedAs: tags.get(each.target)
	}));
}
function defaultName(targets, commits = []) {
	return listSome([...new Set(targets.map((each) => nameOf(each, commits)))], SHOWN);
}
function nameOf(named, commits) {
	const { target } = named;
	const { kind, input, as, platform } = target;
	const file = withoutCommits(target.file ?? (kind === "image" ? input : target.label), commits);
	const name = kind === "image" && isReference(target) ? withoutTag(input) : fileName(file, as, named);
	if (target.everyPlatform) return `${name} (all platforms)`;
	return platform === void 0 ? name : `${name} (${platform})`;
}
function fileName(file, as, named) {
	if (as !== void 0) return `${withoutTag(as)} (${file})`;
	const tag = named.target.kind === "image" ? claimOf(named) : void 0;
	return tag === void 0 ? file : `${file} (${withoutTag(tag)})`;
}
function claimOf({ scan, savedAs }) {
	return scan?.artifact.claims?.[0] ?? savedAs;
}
function isReference({ kind, input, as }) {
	return kind !== "image" || as === void 0 && !isNamedAsFile(input);
}
function isFile(target) {
	return target.kind === "trivy-report" || !isReference(target);
}
function lastingName(judged, commits) {
	const { kind, file, label, platform } = judged.target;
	const image = typedImage(judged.target);
	const claim = isFile(judged.target) ? claimOf(judged) : void 0;
	const path = `${kind}/${withoutCommits(file ?? label, commits)}`;
	const name = image === void 0 ? claim === void 0 ? path : `${path} (${withoutTag(claim)})` : withoutTag(image);
	return platform === void 0 || image === void 0 && file === void 0 ? name : `${name} (${platform})`;
}
function typedImage(target) {
	if (target.as !== void 0) return target.as;
	return target.kind === "image" && isReference(target) ? target.input : void 0;
}
function imageOf(named) {
	return typedImage(named.target) ?? (isFile(named.target) ? claimOf(named) : void 0);
}
function withoutCommits(path, commits) {
	return path.replace(/[0-9a-f]{7,40}/gi, (part) => isCommit(part, commits) ? "" : part);
}
function isCommit(part, commits) {
	return part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
}
function namedFile(line) {
	const [, input, as] = /^(\S|\S.*\S)\s+as\s+(\S+)$/s.exec(line) ?? [];
	return input === void 0 ? { input: line } : {
		input,
		as
	};
}
function isAbsolutePath(name) {
	return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name);
}
function withoutRunnerPath(name) {
	return isAbsolutePath(name) ? name.split(/[\\/]/).findLast((part) => part !== "") ?? name : name;
}

// src/domain/secrets/logins.ts
const SHARED_USERS = /* @__PURE__ */ new Set([
	"git",
	"gitea",
	"gitlab",
	"gogs",
	"forgejo",
	"hg",
	"svn"
]);
const SCHEME = /(?<![a-z0-9+.-])(?:(?:https?|wss?|ftp):[\\/]*|[a-z][a-z0-9+.-]{0,30}:\/\/|(?<![^\s"'=,;(<])\/\/)/gi;
const USER_AND_PASSWORD = /(?<![^\s"'=,;(<])(?![a-z]:[\\/])[^\s/\\@:"']{0,500}:(?!\/\/)[^\s@]{1,4000}@(?=[\w[])/gi;
const USER_ALONE = /(?<![^\s"'=,;(<])[^\s/\\@:"']{1,500}@(?=[\w[])/gi;
const IN_FRAGMENT = /^[^\s/\\@]{0,500}[?#][^\s@]{0,4000}@(?=[\w[])/;
const SECRET_PARAMETER = /[?&;#](?:[\w.-]{0,60}(?:token|secret|passw|pwd|passphrase|credential|signature|bearer|auth(?!or)|(?:api|access|account|private|shared)[_-]?key|pin-value)[\w.-]{0,60}|sig|key|code|pass|pat|jwt|sas)=[^&;#\s]/i;
const DIGEST = /^(?:[a-z0-9]+(?:[+._-][a-z0-9]+){0,5}:[0-9a-f]{32,}(?![0-9a-f])|sha(?:256|384|512):)/i;
const HOST = /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
function hasLogin(line, options = {}) {
	return [
		line,
		decoded(line),
		decoded(decoded(line))
	].some((text) => hasPlainLogin(text, options));
}
const LONGEST$1 = 5e3;
function piecesOf(line) {
	if (line.length <= LONGEST$1) return [line];
	return line.split(/\s+/).flatMap((word) => word.length <= LONGEST$1 ? [word] : cutWord(word));
}
function cutWord(word) {
	return [...word.matchAll(/@/g)].some(({ index }) => !isDigestAt(word, index + 1)) ? ["u:p@host"] : [];
}
function hasPlainLogin(line, options) {
	if (SECRET_PARAMETER.test(line)) return true;
	return line.includes("@") && piecesOf(line).some((piece) => hasUser(piece, options));
}
function hasUser(line, { isAddress = false }) {
	return [...line.matchAll(SCHEME)].some((scheme) => isLogin(line.slice(scheme.index + scheme[0].length), scheme[0])) || [...line.matchAll(USER_AND_PASSWORD)].some((match) => !isDigestAt(line, match.index + match[0].length)) || isAddress && [...line.matchAll(USER_ALONE)].some((match) => isUserLogin(line, match));
}
function withoutLogin(line) {
	if (!hasLogin(line, { isAddress: true })) return line;
	const scheme = /^[a-z][a-z0-9+.-]{0,30}:[\\/]+/i.exec(line)?.[0] ?? "";
	const at = line.lastIndexOf("@");
	return scheme + (!hasPlainLogin(line, { isAddress: true }) ? "***" : at === -1 ? line.slice(scheme.length) : `***@${line.slice(at + 1)}`).replace(/[?#&;][\s\S]*$/, "?***");
}
function isLogin(rest, scheme) {
	const authority = /^[^/\\?#]*/.exec(rest)?.[0] ?? "";
	const at = authority.lastIndexOf("@");
	if (IN_FRAGMENT.test(rest)) return true;
	if (at !== -1) {
		const user = authority.slice(0, at);
		return !(SHARED_USERS.has(user.toLowerCase()) && !/^(?:https?|wss?|ftp):/i.test(scheme)) && !isDigestAt(authority, at + 1);
	}
	const behind = rest.indexOf("@");
	if (behind === -1 || authority === "" || HOST.test(authority) || isDigestAt(rest, behind + 1)) return false;
	return !/^[\w-]+(?::\d{1,5})?$/.test(authority) || HOST.test(/^[^/\\?#]*/.exec(rest.slice(behind + 1))?.[0] ?? "");
}
function isUserLogin(line, { index, 0: text }) {
	const at = text.indexOf("@");
	return !SHARED_USERS.has(text.slice(0, at).toLowerCase()) && !isDigestAt(line, index + at + 1);
}
function isDigestAt(text, at) {
	return DIGEST.test(text.slice(at, at + 300));
}
function decoded(text) {
	return text.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

// src/render/shared/safe-text.ts
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const STACK = /(?<=\p{M}{3})\p{M}/gu;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
function codePoint(character) {
	return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
function visible(text) {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(UNSEEN, codePoint).replace(STACK, codePoint);
}
function codedLetters(name) {
	if (PRINTABLE_ASCII.test(name)) return name;
	return name.replace(/[^\x20-\x7e…]/gu, (letter) => `${letter}[${unicodeName(letter)}]`);
}
function unicodeName(letter) {
	return `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
function shorten(text, most, where = "end") {
	if (text.length <= most) return text;
	const tail = where === "middle" ? Math.floor((most - 1) * .65) : 0;
	return `${text.slice(0, most - 1 - tail).replace(/[\uD800-\uDBFF]$/, "")}…${text.slice(text.length - tail).replace(/^[\uDC00-\uDFFF]/, "")}`;
}
function wholeNames(names, most) {
	const end = names.length <= most ? -1 : names.lastIndexOf(", ", most - 3);
	return end <= 0 ? names : `${names.slice(0, end)}, …`;
}
function distinct$1(untrusted, most) {
	const shown = visible(shorten(untrusted.trim(), most, "middle"));
	return shown === untrusted ? untrusted : `${shown} #${shortHash(untrusted)}`;
}
function shortHash(text) {
	const { hash } = process.getBuiltinModule("node:crypto");
	return hash("sha256", text).slice(0, 12);
}
function pathEnd(path, most) {
	if (path.length <= most) return path;
	const segment = path.indexOf("/", path.length - most + 1);
	return segment === -1 ? shorten(path, most, "middle") : `…${path.slice(segment)}`;
}
function plain(untrusted) {
	return noCommand(visible(untrusted.replace(/(?<!\s)\s*[\r\n]+\s*/g, " ").trim()));
}
const BLANKS_AND_COLONS = /(?<![^\S\n])([^\S\n]*)::/g;
function noCommand(text) {
	if (!/::|##\[/.test(text)) return text;
	return text.replaceAll("##[", "##\\u{5B}").replace(BLANKS_AND_COLONS, (whole, blanks, at, all) => {
		return at === 0 || all[at - 1] === "\n" || /[\r\u2028\u2029]/.test(blanks) ? `${blanks}\\u{3A}:` : whole;
	});
}

// src/scan/scans.ts
const ADVICE_MS = 2e4;
const NO_SCANS = {
	outcomes: [],
	reportFiles: [],
	reportFileOf: /* @__PURE__ */ new Map()
};

// src/domain/dates.ts
const DAY_IN_MS = 864e5;
function dayOf(now) {
	return now.toISOString().slice(0, 10);
}
function isDay(text) {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}
function daysBetween(from, to) {
	return (startOf(to) - startOf(from)) / DAY_IN_MS;
}
function addDays(day, days) {
	return dayOf(new Date(startOf(day) + days * DAY_IN_MS));
}
function startOf(day) {
	return Date.parse(`${day}T00:00:00Z`);
}
function isoSeconds(date) {
	return date.toISOString().replace(/\.\d+Z$/, "Z");
}
function spanWords(ms) {
	const [unit, length] = Object.entries({
		day: DAY_IN_MS,
		h: 36e5,
		min: 6e4
	}).find(([, each]) => ms >= each && ms % each === 0) ?? ["s", 1e3];
	return `${ms / length} ${unit}${unit === "day" && ms > length ? "s" : ""}`;
}
function daysBefore(instant, days) {
	return `${addDays(instant.slice(0, 10), -days)}${instant.slice(10)}`;
}

// src/domain/policy/policy.ts
const DEFAULT_POLICY = ".github/image-gate.yml";
const EMPTY_POLICY = {
	thresholds: {},
	targets: [],
	exceptionRules: {
		maxDays: 365,
		warnDays: 14,
		requireOwner: false
	},
	exceptions: []
};

// src/forge/once.ts
function once(work) {
	let begun;
	return () => {
		begun ??= work().catch((thrown) => {
			begun = void 0;
			throw thrown;
		});
		return begun;
	};
}

// src/forge/state-branch.ts
function labelOf(name) {
	return `the branch ${JSON.stringify(name)}`;
}
function unreadable(name, why, cause) {
	return new GateError("state-unreadable", `The state on ${labelOf(name)} cannot be read: ${why}`, "Look at the branch; a commit before the damage can be made its newest one. Nothing is written until then.", { cause });
}
function foreign(name, what) {
	return new GateError("state-foreign", `The branch ${JSON.stringify(name)} is not one of Image Gate's: ${what}`, "Let `state-branch` name a branch that does not exist yet, or one that only Image Gate writes.");
}
const LONGEST = 200;
const PART = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_+@#-]|\.(?!\.|lock$|$))*$/u;
const OTHER = /^(?:refs\/.*|HEAD|[0-9a-f]{40}(?:[0-9a-f]{24})?)$/is;
function checkBranchName(name) {
	if (name.split("/").every((part) => PART.test(part)) && Buffer.byteLength(name) <= LONGEST && !OTHER.test(name)) return;
	throw new GateError("state-branch-invalid", `${JSON.stringify(name.slice(0, LONGEST))} cannot be the name of a branch for the state`, "Use letters, digits, `_` and `-`, with single dots and slashes between them, and at most 200 bytes. `HEAD`, `refs/…` and what looks like a commit are refused. Or leave `state-branch` at its default, `image-gate-state`.");
}

// src/forge/connect.ts
function connector({ forge, words }, read) {
	return once(async () => {
		if (forge === void 0) return {};
		const { token = "", offline } = read();
		const why = `\`offline\` forbids asking ${words.name}`;
		if (offline) return {
			why,
			level: "info",
			remedy: "Leave `offline` out on this trigger"
		};
		return forge(token);
	});
}
function capability(forge, pick, { lacking: why }, level = "warning") {
	return "why" in forge ? forge : pick(forge) ?? {
		why,
		level
	};
}
async function stateBranch(name, forge) {
	const state = "why" in forge ? forge : forge.state;
	if (state === void 0 || !("why" in state)) return state?.(name);
	checkBranchName(name);
	const { why, remedy = "Name a folder with `state-dir`" } = state;
	const what = `The state on ${labelOf(name)} cannot be read: ${why}`;
	const fail = () => Promise.reject(new GateError("state-token-missing", what, `${remedy}.`));
	return {
		label: labelOf(name),
		readOnlyBecause: async () => why,
		read: fail,
		write: fail
	};
}
function decideComment(mode, answer, forge, { change: { problem, noConversation }, words }) {
	const comments = capability(forge, (server) => server.comments, words, "info");
	const lacking = "why" in comments ? comments : void 0;
	if (mode === "never") return {
		level: "info",
		why: "the input `comment` is `never`"
	};
	if (lacking?.level === "info") return lacking;
	if (problem !== void 0) return {
		level: "warning",
		why: asClause(problem)
	};
	if (noConversation !== void 0) return {
		level: "info",
		why: noConversation
	};
	return "why" in comments ? comments : {
		comments,
		create: mode === "always" || answer !== "pass"
	};
}
function decideSending(page, nothing, signal) {
	if (signal.aborted) return {
		level: "info",
		why: "the run was cancelled"
	};
	if ("why" in page) return page;
	if (nothing !== void 0) return {
		level: "info",
		why: nothing
	};
	const { about } = page;
	return "why" in about ? about : {
		page,
		about
	};
}

// src/domain/collections.ts
function addTo(lists, key, value) {
	const list = lists.get(key);
	if (list === void 0) lists.set(key, [value]);
	else list.push(value);
}
function distinct(values) {
	return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
function unique(values) {
	return [...new Set(values)];
}

// src/actions/input-facts.ts
const facts = registry();
function input(field, more) {
	const row = field.clone();
	facts.add(row, {
		...factsOf(field),
		...more
	});
	return row;
}
function inputs(fields, more) {
	return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, input(field, more)]));
}
function factsOf(field) {
	return (field && facts.get(field)) ?? {};
}
function namesWhere(shape, isTrue) {
	return Object.keys(shape).filter((name) => isTrue(factsOf(shape[name])));
}
function factMistakes(shape, data) {
	const isGiven = (name) => data[name] !== void 0 && data[name].length !== 0;
	return Object.keys(shape).filter(isGiven).flatMap((name) => {
		const { needs: [needed = "", because] = [], notBeside: [other = "", why] = [] } = factsOf(shape[name]);
		const mistakes = [];
		if (other !== "" && isGiven(other)) mistakes.push(`\`${name}\` has no meaning alongside \`${other}\`, ${why}`);
		if (needed !== "" && !isGiven(needed)) mistakes.push(`\`${name}\` needs ${/^[aeiou]/.test(needed) ? "an" : "a"} \`${needed}\`${because}`);
		return mistakes;
	});
}

// src/actions/fields.ts
const MAX_ITEMS = 500;
const MAX_ITEM_LENGTH = 4096;
const LINE_END = /\r?\n|\r/;
const text = string().transform((value) => value.trim());
function wrong(context, message) {
	context.addIssue({
		code: "custom",
		message
	});
	return NEVER;
}
const optional = text.transform((value) => value === "" ? void 0 : value);
function matching(form, must) {
	return optional.refine((value) => value === void 0 || form.test(value), must);
}
function meaning(meaningOf, must) {
	return text.transform((value, context) => {
		if (value === "") return void 0;
		return meaningOf(value) ?? wrong(context, `must be ${must}, not ${shown(value)}`);
	});
}
function withDefault(field, fallback) {
	const filled = text.transform((value) => value === "" ? fallback : value);
	return input(filled.pipe(field).transform((value) => value), { initially: fallback });
}
function required(field, otherwise) {
	const filled = field.transform((value, context) => value ?? wrong(context, otherwise));
	return input(filled, { required: true });
}
const lines = string().transform((value) => linesOf(value)).refine((items) => items.length <= MAX_ITEMS, `has more than ${MAX_ITEMS} lines`).refine((items) => !items.some((item) => /[\u0000-\u001f\u007f]/.test(item)), "has a control character in it").refine((items) => items.every((item) => item.length <= MAX_ITEM_LENGTH), "has a line that is too long");
const uniqueLines = lines.transform(unique);
const skipped = lines.transform((items, context) => {
	const several = items.find((item) => item.includes(","));
	if (several === void 0) return items;
	return wrong(context, `must have each path as its own item: ${split(several, /,/).map((path) => JSON.stringify(path)).join(", then ")}`);
});
function wordList(words, fallback) {
	const field = string().transform((value, context) => {
		const items = split(value, /[,\r\n]+/);
		if (items.length === 0) return fallback;
		const unknown = items.find((item) => !words.some((each) => each === item));
		if (unknown === void 0) return [...new Set(items)];
		return wrong(context, oneOf(unknown, words));
	});
	return fallback.length === 0 ? field : input(field, { initially: fallback.join(",") });
}
function word(words, fallback) {
	return withDefault(text.transform((value, context) => words.find((each) => each === value) ?? wrong(context, oneOf(value, words))), fallback);
}
const optionalSwitch = meaning((value) => /^(?:true|True|TRUE)$/.test(value) || (/^(?:false|False|FALSE)$/.test(value) ? false : void 0), "`true` or `false`");
function switchOr(fallback) {
	return withDefault(optionalSwitch, String(fallback));
}
const MOST_FINDINGS = 999999999;
const limit = meaning((value) => value === "unlimited" ? value : wholeNumber$1(value, 0, MOST_FINDINGS), `a whole number from 0 to ${MOST_FINDINGS}, or \`unlimited\``);
function optionalCount(least, most) {
	return meaning((value) => wholeNumber$1(value, least, most), `a whole number from ${least} to ${most}`);
}
function wholeNumber$1(value, least, most) {
	return /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most ? Number(value) : void 0;
}
function optionalDuration(least, most, examples) {
	return meaning((value) => {
		const total = milliseconds(value);
		return total >= milliseconds(least) && total <= milliseconds(most) ? total : void 0;
	}, `a time such as ${examples}, at least \`${least}\` and at most \`${most}\``);
}
function age(fallback, least) {
	return withDefault(optionalDuration(least, "365d", `\`${fallback}\`, \`36h\` or \`1d12h\``), fallback);
}
function milliseconds(value) {
	const [days = NaN, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value)?.slice(1).map((part) => Number(part ?? 0)) ?? [];
	return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e3;
}
const platforms = lines.refine((items) => items.length === 1 && items[0] === "all" || items.every((item) => /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(item)), "must be platforms such as `linux/arm64` or `linux/arm/v7`, each its own item, or `all` alone").transform(unique);
const sha256 = matching(/^(?:sha256:)?[0-9a-fA-F]{64}$/, "must be a SHA-256: 64 hexadecimal digits").transform((value) => value?.toLowerCase().replace(/^sha256:/, ""));
const version = matching(/^v?\d{1,4}\.\d{1,4}\.\d{1,4}$/, "must be an exact version: three numbers with dots between them");
const mirror = optional.refine((value) => value === void 0 || isMirror(value), "must be the `https://` or `http://` base URL of a mirror, without credentials, query or fragment").transform((value) => value?.replace(/(?<!\/)\/+$/, ""));
const serviceWithLogin = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	try {
		const url = new URL(value);
		const login = urlToHttpOptions(url).auth ?? void 0;
		Object.assign(url, {
			username: "",
			password: ""
		});
		if (isMirror(url.href) && /^[\x20-\x39\x3b-\x7e]+:[\x20-\x7e]*$/.test(login ?? "none:")) return {
			base: url.href.replace(/(?<!\/)\/+$/, ""),
			login
		};
	} catch {}
	return wrong(context, "must be an `https://` or `http://` address, without query or fragment; a login in it is `user:password@`");
});
const httpLogin = matching(/^[\x21-\x7e][\x20-\x7e]*$/, "must be one line of plain ASCII, as an HTTP header needs it");
function repositories(example) {
	return lines.transform((items) => items.flatMap((item) => split(item, /,/))).refine((items) => items.every(isRepository), `must be repositories such as \`${example}\`, one a line, in lower case, without \`https://\``);
}
const databasePlaces = uniqueLines.refine((items) => items.every((item) => /^.+@sha256:[0-9a-fA-F]{64}$/.test(item) || isMirror(item)), "must be base URLs of mirrors (`https://…`, without credentials), or archives with `@sha256:` and 64 hexadecimal digits behind them");
function isMirror(item) {
	const url = URL.canParse(item) ? new URL(item) : void 0;
	return url !== void 0 && /^https?:$/.test(url.protocol) && [
		url.username,
		url.password,
		url.search,
		url.hash
	].join("") === "";
}
function isRepository(item) {
	const match = /^[\w.-]+(?::(\d{1,5}))?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(item);
	return match !== null && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65535;
}
const shortName = matching(/^.{0,200}$/s, "is longer than 200 characters");
function linesOf(value) {
	return split(value, LINE_END);
}
function camelKeys(data) {
	const camel = (name) => name.replace(/-(.)/g, (_, first) => first.toUpperCase());
	return Object.fromEntries(Object.entries(data).map(([name, value]) => [camel(name), value]));
}
function split(value, separator) {
	return value.split(separator).map((item) => item.trim()).filter((item) => item !== "");
}
function oneOf(value, words) {
	const meant = closest(value, words);
	return `must be one of ${words.map((each) => `\`${each}\``).join(", ")}, not ${shown(value)}${meant === void 0 ? "" : ` (did you mean \`${meant}\`?)`}`;
}
function shown(value) {
	const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
	return JSON.stringify(short);
}

// src/actions/input-names.ts
const PREFIX = "INPUT_";
function givenNames(env, known) {
	const given = /* @__PURE__ */ new Map();
	const mistakes = [];
	const byVariable = new Map(Object.keys(known.shape).map((name) => [inputVariable(name), name]));
	for (const [variable, value] of Object.entries(env)) {
		if (value === void 0 || !variable.toUpperCase().startsWith(PREFIX)) continue;
		const name = byVariable.get(variable);
		const mistake = name === void 0 ? unknownVariable(variable, value, known) : loginMistake(name, value, factsOf(known.shape[name]));
		if (mistake !== void 0) mistakes.push(mistake);
		const withheld = name === "offline" ? "***" : "";
		if (name !== void 0) given.set(name, mistake === void 0 ? value : withheld);
	}
	return {
		given,
		mistakes
	};
}
function unknownVariable(variable, value, { shape, replaced }) {
	const name = variable.slice(6).toLowerCase();
	const own = name.replace(/[ _-]+/g, "-");
	if (Object.hasOwn(shape, own)) return `${shown(variable)} is another spelling of \`${own}\`, which the runner spells ${inputVariable(own)}: write \`${own}\` in the step's \`with:\`, and take the variable out of \`env\``;
	const isTyped = name.includes("-");
	if (value === "" && !isTyped) return void 0;
	const hint = isTyped ? "" : ` (or, if the job's \`env\` sets it, set it to \`""\` in this step's)`;
	const [use] = Object.entries(replaced).find(([, names]) => names.split(" ").includes(name)) ?? [];
	if (use !== void 0) return `${shown(name)} is not an input of Image Gate: ${use}${hint}`;
	const meant = closest(name, Object.keys(shape));
	const isNear = meant !== void 0 && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
	if (meant !== void 0 && (isTyped || isNear)) return `${shown(name)} is not an input (did you mean \`${meant}\`?)${hint}`;
	return isTyped ? `${shown(name)} is not an input of Image Gate` : void 0;
}
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)$/;
function loginMistake(name, value, { secret, address = false, words = [] }) {
	return value.split(/[\r\n]+/).some((each) => {
		const line = each.trim();
		const word = words.find((first) => line.startsWith(`${first}:`));
		const text = word === void 0 ? line : line.slice(word.length + 1).trim();
		return hasLogin(text, { isAddress: address && !NO_ADDRESS.test(word ?? line) });
	}) && !secret ? `\`${name}\` has a login in an address, a reference or a name; log, comment and summary would show it. Log in (\`docker login\`), or give a checked-out folder as \`path\`. After a name, an @ may only begin a digest` : void 0;
}

// src/actions/shared-inputs.ts
const DATABASE = "ghcr.io/aquasecurity/trivy-db:2";
const scanners = input(wordList([
	"vuln",
	"secret",
	"misconfig",
	"license"
], ["vuln"]), { often: true });
function limitInput(severity) {
	return `max-${severityName(severity)}`;
}
function limitInputs() {
	const all = SEVERITIES.map((severity, index) => [limitInput(severity), input(limit, { often: index < 3 })]);
	return Object.fromEntries(all);
}
const judging = {
	...limitInputs(),
	"ignore-unfixed": input(optionalSwitch, { often: true }),
	mode: input(word(["enforce", "warn"], "enforce"), { often: true }),
	name: shortName
};
function programInputs(name) {
	const noBinary = { notBeside: [`${name}-binary`, "which is used as it is"] };
	const needs = [`${name}-mirror`, ", to which alone it is sent"];
	const rows = {
		version: input(version, noBinary),
		sha256,
		mirror: input(mirror, {
			...noBinary,
			address: true
		}),
		"mirror-token": input(httpLogin, {
			...noBinary,
			secret: true,
			needs
		}),
		binary: input(optional, { file: true })
	};
	return Object.fromEntries(Object.entries(rows).map(([row, field]) => [`${name}-${row}`, field]));
}
const scanning = {
	token: input(optional, {
		secret: true,
		initially: "${{ github.token }}"
	}),
	...inputs({
		...programInputs("trivy"),
		"db-repository": input(repositories(DATABASE), { address: true }),
		"java-db-repository": input(repositories(DATABASE), { address: true }),
		"max-db-age": age("3d", "1h"),
		timeout: withDefault(optionalDuration("1s", "24h", "`90s`, `10m` or `1h30m`"), "10m"),
		cache: switchOr(true),
		offline: input(switchOr(false), { often: true })
	}, { scans: true })
};
function actionInputs({ shape, replaced, contradictions, page }) {
	const reading = (env) => {
		const { given, mistakes } = givenNames(env, {
			shape,
			replaced
		});
		const wrong = [];
		const values = Object.entries(shape).map(([name, field]) => {
			const { data, error } = parsed(field, given.get(name));
			if (error === void 0) return [name, data];
			wrong.push(...error.issues.map(({ message }) => `\`${name}\` ${message}`));
			const absent = parsed(field, name === "offline" ? "true" : "");
			return [name, absent.success ? absent.data : ""];
		});
		const data = Object.fromEntries(values);
		const together = mistakes.length + wrong.length === 0 ? [...factMistakes(shape, data), ...trueOf(contradictions(data))] : [];
		return {
			inputs: {
				...camelKeys(data),
				limits: limitsOf(data)
			},
			mistakes: [
				...mistakes,
				...wrong,
				...together
			]
		};
	};
	return {
		names: Object.keys(shape),
		read(env) {
			const { inputs, mistakes } = reading(env);
			if (mistakes.length > 0) throw wrongInputs(mistakes, page);
			return inputs;
		},
		readCorrect: (env) => reading(env).inputs
	};
}
function parsed(field, value = "") {
	return field.safeParse(value, { jitless: true });
}
function trueOf(mistakes) {
	return Object.keys(mistakes).filter((each) => mistakes[each]);
}
function wrongInputs(mistakes, page) {
	return new GateError("input-invalid", mistakes.length === 1 ? `An input is wrong: ${mistakes[0]}` : `${mistakes.length} inputs are wrong:\n${mistakes.join(";\n")}`, `Correct the inputs; ${page} of Image Gate lists them all.`);
}
function limitsOf(data) {
	const all = SEVERITIES.map((severity) => [severity, data[limitInput(severity)]]);
	return Object.fromEntries(all.filter(([, value]) => value !== void 0));
}
function programWish(inputs, name = "trivy") {
	const { offline, timeout: timeoutMs } = inputs;
	return {
		version: inputs[`${name}Version`],
		sha256: inputs[`${name}Sha256`],
		mirror: inputs[`${name}Mirror`],
		mirrorToken: inputs[`${name}MirrorToken`],
		binary: inputs[`${name}Binary`],
		offline,
		timeoutMs
	};
}

// src/actions/scan-with.ts
const MATCH = "grype-match";
const otherScanners = inputs({
	"scan-with": wordList([...SCANNER_NAMES, MATCH], []),
	...programInputs("grype"),
	"grype-db": databasePlaces
}, { scans: true });
function scanWithMistakes(data) {
	const { "scan-with": words, scanners } = data;
	const isMatch = words.includes(MATCH);
	const isGrype = isMatch || words.includes("grype");
	const isGiven = (name) => (data[name]?.length ?? 0) > 0;
	const { "scan-with": _, ...own } = otherScanners;
	const vain = Object.keys(own).map((name) => {
		return [`\`${name}\` has no meaning without \`scan-with: grype\``, !isGrype && isGiven(name)];
	});
	const left = ["skip-dirs", "skip-files"].map((name) => {
		return [`\`${name}\` has no meaning with \`scan-with: grype\`, which reads whole images`, isGrype && !isMatch && isGiven(name)];
	});
	return {
		...Object.fromEntries([...vain, ...left]),
		"`scan-with: grype-match` has no meaning alongside `grype`, which reads the image itself": isMatch && words.includes("grype"),
		[`\`scanners: ${scanners.join(", ")}\` does not fit \`scan-with: grype\`, which knows \`vuln\` alone`]: isGrype && (words.length === 1 ? scanners.some((each) => each !== "vuln") : !scanners.includes("vuln"))
	};
}

// src/actions/run-record.ts
function beginRun(inputs, platform, world) {
	const forge = connector(platform, () => run.inputs);
	const policy = {
		policy: EMPTY_POLICY,
		source: {
			from: "workspace",
			isUnread: true
		},
		change: void 0
	};
	const run = {
		now: world.now(),
		inputs,
		forge,
		policy
	};
	return run;
}
function viewOfRun(verdict, { now, policy, inputs }, { action, change }) {
	return {
		verdict,
		mode: inputs.mode,
		today: dayOf(now),
		now,
		policy: {
			...policy.source,
			count: policy.policy.count
		},
		policyChange: policy.change,
		commit: change.commit,
		runUrl: change.runUrl,
		stamp: change.stamp,
		pages: action.pages
	};
}
async function openCache({ cache, offline }, run, { sharedCache }) {
	run.cache = cache && !offline ? await sharedCache?.() : void 0;
	return run.cache;
}
function exitCodeOf(answer, mode) {
	return answer === "pass" || answer === "fail" && mode === "warn" ? 0 : 1;
}

// src/actions/gate/foreign-inputs.ts
const REPLACED = {
	"use `image`": "image-ref image-reference tarball",
	"use `image`, one a line": "images",
	"use `image`, which takes `docker save` tars and OCI layout folders as well": "input",
	"use `path`, `repository` or `sbom`": "scan-ref",
	"name the target by its kind: `image`, `path`, `repository` or `sbom`": "scan-type",
	[`set ${SEVERITIES.map((severity) => `\`max-${severityName(severity)}\``).join(", ")}`]: "severity severity-cutoff severity_threshold only-severities exit-on fail-on-severity",
	"a broken limit always fails the step; set `mode: warn` to report only, and `max-*` for the limits": "exit-code",
	"use `mode: enforce` or `mode: warn`": "fail-build warn-only",
	"use `ignore-unfixed`": "only-fixed",
	"use `reports`, lines of `format: path` such as `sarif: image-gate.sarif`; the JSON reports are in the outputs `report` and `trivy-report`": "format output template output-format output-file sarif-file acs-report-enable",
	"use `scanners`": "security-checks",
	"write exceptions into the policy file; `image-gate policy import FILE` converts an ignore file": "ignore-policy trivyignores allow-ghsas",
	"write `count: introduced` into the policy file": "ignore-unchanged",
	"a configuration file could switch the gate off: use the inputs and the policy file": "trivy-config",
	"use `policy`": "config-file",
	"use `dockerfile`": "dockerfile-path",
	"use `vex`": "vex-location",
	"use `baseline`": "to",
	"use `token`": "github-pat github-token github_token",
	"log in first (`docker login`); the runner's Docker login is used": "registry-username registry-password registry-user dockerhub-user dockerhub-password username password",
	"set the environment variable DOCKER_HOST": "docker-host",
	"use `trivy-version`": "version",
	"use `trivy-binary`": "skip-setup-trivy",
	"use `cache`": "cache-db",
	"use `comment`": "write-comment",
	"it is not needed, leave it out": "annotations command"
};

// src/actions/gate/inputs.ts
const shape = {
	image: input(lines, {
		target: true,
		address: true
	}),
	"image-source": input(wordList([
		"docker",
		"containerd",
		"podman",
		"remote"
	], []), { scans: true }),
	...inputs({ path: lines }, { target: true }),
	repository: input(lines, {
		target: true,
		address: true
	}),
	...inputs({
		sbom: lines,
		"trivy-report": lines,
		"scan-report": lines
	}, { target: true }),
	"max-report-age": optionalDuration("1h", "365d", "`1d`, `36h` or `7d`"),
	platform: input(platforms, {
		often: true,
		scans: true,
		needs: ["image", ""]
	}),
	baseline: input(withDefault(optional, "auto"), {
		often: true,
		file: true
	}),
	"base-image": input(optional, { address: true }),
	"base-image-candidates": input(uniqueLines, { address: true }),
	dockerfile: input(optional, { file: true }),
	vex: input(uniqueLines, {
		file: true,
		words: ["repo"]
	}),
	...inputs({
		"skip-dirs": skipped,
		"skip-files": skipped,
		scanners
	}, { scans: true }),
	...otherScanners,
	policy: input(optional, {
		often: true,
		file: true
	}),
	"policy-from": word([
		"workspace",
		"base",
		"default-branch"
	], "workspace"),
	...judging,
	comment: word([
		"always",
		"on-failure",
		"never"
	], "always"),
	summary: switchOr(true),
	reports: input(lines, {
		often: true,
		words: [...[
			"sarif",
			"gitlab",
			"gitlab-code-quality",
			"gitlab-sbom",
			"gitlab-annotations",
			"junit",
			"csv"
		], ...[
			"markdown",
			"html",
			"verdict",
			"cyclonedx",
			"spdx-json"
		]]
	}),
	"upload-sarif": switchOr(false),
	"dependency-graph": switchOr(false),
	...scanning
};
const known = {
	shape,
	replaced: REPLACED,
	contradictions,
	page: "docs/inputs.md"
};
const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs(known);
function contradictions(data) {
	const targets = namesWhere(shape, ({ target }) => target);
	return {
		[`there is nothing to judge: ${targets.map((name) => `\`${name}\``).join(", ")} are all missing or empty; name what to scan, for example \`image: ghcr.io/acme/app:1.2\``]: targets.every((name) => data[name].length === 0),
		...scanWithMistakes(data),
		[`\`policy-from: ${data["policy-from"]}\` asks the platform's API, which \`offline\` forbids`]: data.offline && data["policy-from"] !== "workspace",
		"`max-report-age` needs a `scan-report` or a `trivy-report`": data["max-report-age"] !== void 0 && data["trivy-report"].length + data["scan-report"].length === 0
	};
}

// src/actions/gate/named-targets.ts
const reportReaders = async (isOwn = false) => isOwn ? [await ownReader()] : (await import("./scanners.readers.entry.js")).REPORT_READERS;
async function namedTargets(inputs, world) {
	const { resolveTargets } = await import("./scan.targets.entry.js");
	const { trivyReport, scanReport = [] } = inputs;
	return resolveTargets(inputs, trivyReport.length + scanReport.length > 0 ? await reportReaders(scanReport.length === 0) : [], world);
}

// src/actions/gate/plan-files.ts
async function planFiles(plan, { inputs, targets }, { defaultReports: defaults }, world) {
	const given = linesOf(world.env.INPUT_REPORTS ?? "").filter((line) => !hasLogin(line.replace(/^[^:]*:/, "")));
	const lines = plan === "planAnyway" ? given.slice(0, 500) : inputs.reports;
	if (lines.length === 0 && defaults === void 0) return void 0;
	const reports = await import("./reports.js");
	const named = namedThings(world.env);
	const matching = plan === "planReports" ? [] : named.flatMap((each) => globSync(each, { cwd: world.workspace }));
	const read = [
		...targets.map(({ input }) => input),
		DEFAULT_POLICY,
		...named,
		...matching
	];
	return reports[plan]({
		lines,
		defaults
	}, targets, world, read);
}
function namedThings(env) {
	return Object.entries(env).filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS").flatMap(([, value = ""]) => linesOf(value)).map((line) => line.replace(/^repo:(.*)$/s, "$1/index.json"));
}

// src/domain/reason.ts
const MOST = 5;
const MOST_REMEDIES = 3;
function reasonOf(targets, exceptions) {
	return oneLine([...errorPart(targets), ...judgedParts(targets, exceptions)].join("; "));
}
function reasonAndRemedies({ reason, targets, exceptions }) {
	const judged = oneLine(judgedParts(targets, exceptions).join("; "));
	const errors = judged === "" ? reason : reason.slice(0, -`; ${judged}`.length);
	const remedies = new Set(targets.flatMap((target) => target.answer === "error" ? [target.error.remedy] : []));
	return [
		`${errors}.`,
		...[...remedies].slice(0, MOST_REMEDIES),
		judged
	].join(" ").trimEnd();
}
function errorPart(targets) {
	const texts = targets.filter((target) => target.answer === "error").map((target) => failureOf(target, targets.length));
	return texts.length === 0 ? [] : [`error: ${listed(texts, "could not be judged")}`];
}
function judgedParts(targets, exceptions) {
	const judged = targets.filter((target) => target.answer !== "error");
	const fails = judged.filter((target) => target.answer === "fail");
	const notes = notesOn(fails, exceptions);
	const parts = [];
	if (fails.length > 0) parts.push(`fail: ${listed(fails.map(brokenLimits), "fails", "fail")}`);
	else if (judged.length === targets.length) parts.push(`pass: ${listed(judged.map(keptLimits), "passes", "pass")}`);
	if (notes !== "") parts.push(notes);
	return parts;
}
function failureOf({ error, target }, targets) {
	const named = targets === 1 || error.what.includes(target.label);
	return `[${error.code}] ${error.what}${named ? "" : ` (${target.label})`}`;
}
function brokenLimits({ rows, exploitRows = [], target }) {
	return `${[...rows, ...exploitRows].filter((row) => row.broken).map(countOf).join(", ")} in ${target.label}`;
}
function keptLimits({ rows, exploitRows = [], target, coverage }) {
	const limited = [...rows, ...exploitRows].filter((row) => row.limit !== "unlimited").map(countOf);
	const sum = (what) => rows.reduce((total, row) => total + row[what], 0);
	const [open, accepted, notCounted] = [
		sum("open"),
		sum("accepted"),
		sum("notCounted")
	];
	const gaps = coverage?.gaps.length ?? 0;
	return [
		`${limited.length > 0 ? limited.join(", ") : `${open} open (no limit)`} in ${target.label}`,
		...accepted > 0 ? [`${accepted} accepted`] : [],
		...notCounted > 0 ? [`${notCounted} not counted`] : [],
		...gaps > 0 ? [`${gaps} accepted gap${gaps === 1 ? "" : "s"} in coverage`] : []
	].join(", ");
}
function countOf(row) {
	return `${row.open} ${"severity" in row ? row.severity : exploitWords(row)} (limit ${row.limit})`;
}
function exploitWords({ kind, above }) {
	return kind === "exploited" ? "exploited" : `with EPSS above ${above}`;
}
function notesOn(fails, exceptions) {
	const failed = fails.flatMap(failing);
	const fixable = failed.filter(({ finding }) => finding.fixedVersions.length > 0).length;
	const fresh = failed.filter(({ change }) => change === "new").length;
	const ended = exceptions.filter((use) => use.state === "ended" && use.open > 0).length;
	return [
		...fresh > 0 ? [`${fresh} new`] : [],
		...fixable > 0 ? [`${fixable} fixable`] : [],
		...ended > 0 ? [`${ended} exception${ended === 1 ? "" : "s"} ended`] : []
	].join(", ");
}
function listed(texts, one, several = one) {
	const more = texts.length - MOST;
	if (more <= 0) return texts.join("; ");
	return [...texts.slice(0, MOST), counted(more, `more target ${one}`, `more targets ${several}`)].join("; ");
}

// src/job/annotate.ts
const KEPT_FREE = 2;
const LEVELS = [
	"error",
	"warning",
	"notice"
];
function annotate(log, annotations) {
	for (const level of LEVELS) {
		const all = annotations.filter((annotation) => annotation.level === level);
		const room = log.annotationsLeft(level) - 2;
		const shown = all.length > room ? all.slice(0, Math.max(0, room - 1)) : all;
		for (const { message, file, line } of shown) log.annotate(level, message, file === void 0 ? void 0 : {
			file,
			line: line ?? 1
		});
		const left = all.length - shown.length;
		if (left > 0) log.annotate(level, `${left} more like these: see the job summary.`);
	}
}

// src/steps/deliver.ts
async function deliver(channels, platform, world) {
	await attempt(world, "log-not-written", () => channels.log());
	const shown = await channels.show();
	await attempt(world, "log-not-written", () => channels.annotations && annotate(world.log, channels.annotations()));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(channels.outputs(shown)));
	await attempt(world, "log-not-written", () => {
		const last = channels.last();
		if (last !== void 0) world.log.annotate(last.level, last.message);
	});
	await attempt(world, "run-not-tidied", () => channels.afterwards?.());
	clearRunFolder(world);
}
async function writeSummary$1(isWanted, render, { summary }, world) {
	if (isWanted && summary !== void 0) await attempt(world, "summary-not-written", () => summary.write(render(summary.mostBytes)));
}
function mistakesOf(failure) {
	if (failure?.code !== "policy-invalid") return [];
	const { file, mistakes } = failure;
	return mistakes.map(({ line, message }) => ({
		level: "error",
		message,
		file,
		line
	}));
}
function lastAnnotation({ verdict, mode }) {
	const { answer, reason } = verdict;
	if (answer === "pass") return void 0;
	if (answer === "error") return {
		level: "error",
		message: reasonAndRemedies(verdict)
	};
	return {
		level: mode === "warn" ? "warning" : "error",
		message: reason
	};
}
async function attempt({ log }, code, act) {
	try {
		return await act();
	} catch (thrown) {
		const why = oneLine(thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
		log.warning(`[${code}] ${why}. The verdict is unaffected; see whether the disk is full, or something removed its files.`);
		return;
	}
}
function clearRunFolder(world) {
	const { runFolder } = world;
	tryOr(() => {
		removeProgramFolders(world);
		for (const entry of readdirSync(runFolder)) if (!/\.(?:jsonl?|md)$/.test(entry)) rmSync(join(runFolder, entry), {
			recursive: true,
			force: true
		});
	}, void 0);
}

// src/actions/gate/gate-run.ts
function gateRun(world, platform) {
	return Object.assign(beginRun(readCorrect(world.env), platform, world), {
		targets: [],
		scans: NO_SCANS
	});
}

// src/render/json/results.ts
const UNKNOWN_COUNTS = perSeverityName(() => null);
function resultOf(target, more) {
	const gaps = (target.coverage?.gaps ?? []).map(({ gap, accepted }) => ({
		code: gap.code,
		path: gap.path,
		accepted: accepted?.expires ?? null
	}));
	const base = {
		target: target.target.label,
		verdict: target.answer,
		gaps,
		...more
	};
	if (target.answer === "error") return {
		...base,
		code: target.error.code,
		counts: UNKNOWN_COUNTS,
		accepted: null,
		digest: "",
		indexDigest: ""
	};
	return {
		...base,
		counts: perSeverityName((severity) => openCount(target, severity)),
		accepted: acceptedCount(target),
		digest: target.scan.artifact.digest ?? "",
		indexDigest: target.scan.artifact.index?.digest ?? ""
	};
}
function openCount(target, severity) {
	return target.rows.find((row) => row.severity === severity)?.open ?? 0;
}
function acceptedCount(target) {
	return target.rows.reduce((total, row) => total + row.accepted, 0);
}
function harmlessJson(value) {
	const escaped = (text) => text.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
	return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?<=##)\[/gu, escaped);
}

// src/actions/outputs.ts
function actionOutputs(outputs) {
	const rows = Object.entries(outputs);
	return {
		names: rows.map(([name]) => name),
		outputsOf: (...answer) => Object.fromEntries(rows.map(([name, make]) => [name, make(...answer) ?? ""]))
	};
}

// src/actions/gate/outputs.ts
const { names: OUTPUT_NAMES, outputsOf } = actionOutputs({
	verdict: ({ verdict }) => verdict.answer,
	reason: ({ verdict }) => plain(verdict.reason),
	...perSeverityName((severity) => ({ verdict }) => sum(verdict, (target) => openCount(target, severity))),
	accepted: ({ verdict }) => sum(verdict, acceptedCount),
	results: ({ verdict }, { reportFileOf }) => harmlessJson(verdict.targets.map((each) => resultOf(each, { trivyReport: reportFileOf.get(each.target) ?? "" }))),
	report: (_, { reportFile }) => reportFile,
	"report-digest": (_, { reportDigest }) => reportDigest,
	"trivy-report": (_, { reportFiles }) => reportFiles.join("\n"),
	"image-digest": ({ verdict }) => singleImage(verdict)?.digest,
	"index-digest": ({ verdict }) => singleImage(verdict)?.index?.digest,
	"trivy-version": (_, { scannerVersions }) => scannerVersions?.get(SCANNER.name),
	"grype-version": (_, { scannerVersions }) => scannerVersions?.get("Grype"),
	"db-updated-at": (_, { databaseUpdatedAt }) => databaseUpdatedAt,
	"db-age-hours": ({ now }, { databaseUpdatedAt }) => wholeHours(databaseUpdatedAt, now),
	"comment-url": (_, { commentUrl }) => commentUrl
});
function wholeHours(since, now) {
	return since && String(Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 36e5)));
}
function singleImage({ targets }) {
	const [only] = targets;
	return targets.length !== 1 || only === void 0 || only.answer === "error" ? void 0 : only.scan.artifact;
}
function sum({ answer, targets }, countOf) {
	const judged = targets.filter((target) => target.answer !== "error");
	if (answer === "error" || judged.length < targets.length) return void 0;
	return String(judged.reduce((total, target) => total + countOf(target), 0));
}

// src/steps/write-report.ts
function writeReport(view, render, beside, { runFolder }) {
	const path = join(runFolder, "report.json");
	const files = view.verdict.answer === "pass" ? hashedFiles(runFolder, beside) : void 0;
	const bytes = createHash("sha256");
	writePieces(path, render(view, files), { onPiece: (piece) => bytes.update(piece) });
	return {
		path,
		digest: `sha256:${bytes.digest("hex")}`
	};
}
function hashedFiles(folder, { scannerReports, written = [] }) {
	const fileAt = (path) => tryOr(() => ({
		path: isWithin(folder, path) ? relative(folder, path) : path,
		sha256: hashed({ path })
	}), void 0);
	return new Map([...scannerReports].map(([target, path]) => {
		const sbom = written.find((each) => each.format === "cyclonedx" && each.target === target);
		return [target, {
			scannerReport: fileAt(path),
			cyclonedx: sbom && fileAt(sbom.path)
		}];
	}));
}

// src/actions/gate/show.ts
async function show(view, delivery) {
	const { run, world } = delivery;
	const { reports, scans } = run;
	const { renderReport } = await import("./render.answer.entry.js");
	const written = reports && await attempt(world, "report-file-not-written", () => writeReports(reports, view, delivery));
	const beside = {
		scannerReports: scans.reportFileOf,
		written
	};
	const { path: reportFile, digest: reportDigest } = await attempt(world, "report-not-written", () => writeReport(view, renderReport, beside, world)) ?? {};
	const files = {
		reportFile,
		written
	};
	const whole = once(() => attempt(world, "whole-report-not-written", () => keepWhole(view, files, delivery)));
	await attempt(world, "summary-not-written", () => writeSummary(view, whole, delivery));
	return {
		reportFile,
		reportDigest,
		commentUrl: await send(view, whole, delivery)
	};
}
async function send(view, whole, delivery) {
	const { run, platform, world } = delivery;
	const { forge, inputs } = run;
	const { uploadSarif, dependencyGraph } = inputs;
	const [commentUrl] = await Promise.all([
		attempt(world, "comment-not-written", () => writeComment(view, whole, delivery)),
		uploadSarif && attempt(world, "sarif-not-uploaded", async () => {
			await (await import("./reports.upload-sarif.js")).uploadSarif(view, await forge(), platform, world);
		}),
		dependencyGraph && attempt(world, "dependency-snapshot-not-made", async () => {
			const { submitPackages } = await import("./reports.submit-packages.js");
			await submitPackages(view, await forge(), platform, world);
		})
	]);
	return commentUrl;
}
async function writeReports(reports, view, { run: { sboms }, platform, world }) {
	const files = await import("./reports.js");
	const { pageOf } = platform.defaultReports ?? {};
	return files.writeReports(reports, view, {
		...files.reportFacts(view, platform, world),
		sboms,
		pageOf
	}, world);
}
async function fitted(render, wholeOf) {
	const { text, isWhole } = render();
	const whole = isWhole ? void 0 : await wholeOf();
	return whole === void 0 ? text : render(whole).text;
}
async function writeSummary(view, whole, { run, platform: { summary } }) {
	if (!run.inputs.summary || summary === void 0) return;
	const { fitSummary } = await import("./render.documents.entry.js");
	await summary.write(await fitted((link) => fitSummary(view, link, summary.mostBytes), whole));
}
async function keepWhole(view, { reportFile, written = [] }, { run, platform, world }) {
	if (world.signal.aborted) return void 0;
	const { linksTo } = await import("./reports.js");
	const page = linksTo(written.filter(({ target }) => target === void 0), { pageOf: platform.defaultReports?.pageOf }, world).at(-1);
	if (page !== void 0) return {
		url: page.url,
		as: "a page"
	};
	const { keepWholeReport } = await import("./reports.keep-full-report.js");
	const { wholeReportName } = await import("./baseline.artifact-name.entry.js");
	const { offline } = run.inputs;
	return keepWholeReport(view, {
		reportFile,
		offline,
		name: wholeReportName(view.name),
		platform
	}, world);
}
async function writeComment(view, whole, { run: { inputs, forge }, platform, world: { log, signal } }) {
	if (signal.aborted) return void 0;
	const { answer } = view.verdict;
	const decision = decideComment(inputs.comment, answer, await forge(), platform);
	if ("why" in decision) {
		log[decision.level](`No comment: ${decision.why}.`);
		return;
	}
	const { fitComment, marker } = await import("./render.documents.entry.js");
	const { comments, create } = decision;
	const { mostUnits, measuredIn } = comments;
	const shownAs = {
		measuredIn,
		dialect: platform.markdown
	};
	const body = await fitted((link) => fitComment(view, link, mostUnits, shownAs), whole);
	if (signal.aborted) return void 0;
	return comments.write({
		marker: marker(view.name),
		stamp: view.stamp,
		create,
		body
	});
}

// src/actions/gate/view.ts
async function viewOf(verdict, run, platform, world) {
	const { change, words } = platform;
	const tags = await savedTags(verdict.targets, async (target) => {
		const { savedTag } = await import("./scan.saved-tag.js");
		return savedTag(target, world);
	}).catch(() => void 0);
	return {
		name: run.inputs.name ?? defaultName(withSavedTags(verdict.targets, tags), change.commits),
		savedTags: tags,
		...viewOfRun(verdict, run, platform),
		...run.around,
		lookedUpOn: change.lookedUpOn,
		words
	};
}

// src/actions/gate/run.ts
async function gate(world, platform, take) {
	const run = gateRun(world, platform);
	const verdict = await verdictOf(run, platform, world);
	const view = await viewOf(verdict, run, platform, world);
	const { renderLog, annotationsOf } = await import("./render.answer.entry.js");
	await deliver({
		log: () => take ? take(view) : world.log.show((look) => renderLog(view, look)),
		show: () => show(view, {
			run,
			platform,
			world
		}),
		annotations: () => [...mistakesOf(run.failure), ...annotationsOf(view)],
		outputs: (shown) => outputsOf(view, {
			...run.scans,
			...shown
		}),
		last: () => lastAnnotation(view),
		afterwards: () => finish(run, platform, world)
	}, platform, world);
	return exitCodeOf(verdict.answer, run.inputs.mode);
}
async function verdictOf(run, platform, world) {
	try {
		if (world.unusable) throw world.unusable;
		run.inputs = readInputs(world.env);
		const { decide } = await import("./actions.gate.decide.entry.js");
		return await decide(run.inputs, run, platform, world);
	} catch (thrown) {
		return brokenOff(thrown, run, platform, world);
	}
}
async function brokenOff(thrown, run, platform, world) {
	const failure = asGateError(thrown);
	Object.assign(run, {
		failure,
		scans: NO_SCANS,
		around: void 0
	});
	if (run.targets.length === 0) run.targets = await namedTargets(run.inputs, world).catch(() => []);
	run.reports ??= await attempt(world, "report-file-not-written", () => planFiles("planAnyway", run, platform, world));
	return undecided(failure, run.targets, run.inputs.name);
}
async function finish({ keptAs, cache }, { keepReport }, world) {
	if (keptAs !== void 0 && keepReport !== void 0) {
		const { artifactName } = await import("./baseline.artifact-name.entry.js");
		await keepReport({
			name: artifactName(keptAs),
			file: join(world.runFolder, "report.json")
		});
	}
	await cache?.settle();
}

// src/domain/run-stamp.ts
const END = " -->";
function stamped(marker, stamp) {
	if (stamp === void 0) return marker;
	const { run, number, attempt, event, commit } = stamp;
	const words = `run=${run} number=${number} attempt=${attempt} event=${event}`;
	return `${marker.slice(0, -4)} ${words}${commit === void 0 ? "" : ` commit=${commit}`}${END}`;
}
function readStamped(line, marker) {
	if (line === marker) return {};
	const start = `${marker.slice(0, -4)} `;
	if (!line.startsWith(start) || !line.endsWith(END)) return void 0;
	const text = line.slice(start.length, -4);
	if (!/^[a-z]+=[\w.-]+(?: [a-z]+=[\w.-]+)*$/.test(text)) return void 0;
	const words = new Map(text.split(" ").map((word) => word.split("=", 2)));
	const [run, number, attempt] = [
		"run",
		"number",
		"attempt"
	].map((name) => wholeNumber(words.get(name)));
	const event = words.get("event");
	if (run === void 0 || number === void 0 || attempt === void 0 || event === void 0) return {};
	return { stamp: {
		run,
		number,
		attempt,
		event,
		commit: /^[0-9a-f]{40,64}$/.exec(words.get("commit") ?? "")?.[0]
	} };
}
function wholeNumber(text) {
	return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : void 0;
}
function serverRun(stamp, runUrl) {
	if (stamp === void 0 || runUrl === void 0 || !URL.canParse(runUrl)) return void 0;
	return {
		server: new URL(runUrl).host,
		number: stamp.run
	};
}
function isOlderRun(one, other) {
	return one !== void 0 && other !== void 0 && one.server === other.server && one.number < other.number;
}

// src/job/github/kinds.ts
const GITHUB = {
	words: {
		name: "GitHub",
		lacking: "this run is outside of GitHub",
		mayRead: "Give the job `contents: read` and leave `token` at its default",
		changeRequest: "pull request",
		workflow: "workflow"
	},
	name: "GitHub",
	disturbances: "https://www.githubstatus.com tells of disturbances",
	pageSize: { per_page: 100 },
	runPage: ["GITHUB_RUN_ID", ""],
	artifacts: "kept",
	isOwnServer: false,
	isComplete: true
};
const ENTERPRISE = {
	...GITHUB,
	artifacts: "none",
	isOwnServer: true
};
const FORGEJO = {
	words: {
		...GITHUB.words,
		name: "Forgejo or Gitea",
		lacking: "Image Gate does not do this on Forgejo and Gitea",
		mayRead: "Leave `token` at its default, or give it one that may read the repository"
	},
	name: "the server",
	disturbances: "ask those who run the server if it stays",
	pageSize: { limit: 50 },
	runPage: ["GITHUB_RUN_NUMBER", "?by_index=1"],
	artifacts: "replaced",
	isOwnServer: true,
	isComplete: false
};
function kindOf({ apiUrl = "", serverUrl }) {
	if (/\/api\/v1\/*$/.test(apiUrl)) return FORGEJO;
	const url = serverUrl || "https://github.com";
	const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
	return /^github\.com$|\.ghe\.com$|\.localhost$/.test(host) ? GITHUB : ENTERPRISE;
}
function kindIn(env) {
	return kindOf({
		apiUrl: env.GITHUB_API_URL,
		serverUrl: env.GITHUB_SERVER_URL
	});
}

// src/job/github/payload-file.ts
const MAX_BYTES = 100 << 20;
function readPayload(path) {
	requirePayload(path);
	return readFileSync(path, "utf8");
}
function requirePayload(path) {
	const status = statusOf(path);
	if (status !== void 0 && !(status.isFile() && status.size <= MAX_BYTES)) throw new Error("the payload is not a regular file, or too large");
}

// src/job/http-url.ts
function httpUrl(text) {
	if (!text || !URL.canParse(text)) return void 0;
	const { protocol, username, password, search, hash } = new URL(text);
	return username === "" && password === "" && search === "" && hash === "" && /^https?:$/.test(protocol) ? text.replace(/(?<!\/)\/+$/, "") : void 0;
}

// src/job/may-write.ts
const WRITING = /* @__PURE__ */ new Set([
	"schedule",
	"push",
	"workflow_dispatch",
	"web"
]);
function readOnlyBecause({ noun, trigger, problem, branch, defaultBranch }) {
	if (problem !== void 0) return asClause(problem);
	if (!WRITING.has(trigger)) return `a ${noun} on \`${trigger}\` does not write it`;
	if (branch === void 0) return `this ${noun} is on no branch`;
	if (defaultBranch === void 0) return "it is not known which branch is the default one";
	if (branch === defaultBranch) return void 0;
	return `this ${noun} is on ${JSON.stringify(branch)} and only ${noun}s of the default branch, ${JSON.stringify(defaultBranch)}, write it`;
}

// src/job/github/event.ts
const ONCE = { jitless: true };
const UNPRIVILEGED = /* @__PURE__ */ new Set([
	"",
	"create",
	"delete",
	"merge_group",
	"pull_request",
	"pull_request_review",
	"pull_request_review_comment",
	"push",
	"registry_package",
	"release",
	"repository_dispatch",
	"schedule",
	"workflow_dispatch"
]);
function repositoryOf(fullName) {
	return /^[A-Za-z0-9_-]+\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/.exec(fullName ?? "")?.[0];
}
function addresses(env) {
	const serverUrl = env.GITHUB_SERVER_URL ? httpUrl(env.GITHUB_SERVER_URL) : "https://github.com";
	if (serverUrl === void 0) return void 0;
	const usual = serverUrl === "https://github.com" ? "https://api.github.com" : `${serverUrl}/api/v3`;
	const apiUrl = env.GITHUB_API_URL ? httpUrl(env.GITHUB_API_URL) : usual;
	return apiUrl === void 0 ? void 0 : {
		serverUrl,
		apiUrl
	};
}
function toPullRequest(pull) {
	return {
		number: pull.number,
		headSha: pull.head.sha,
		baseRef: pull.base.ref,
		fork: pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase()
	};
}
function payloadOf(trigger, env, branch, readFile) {
	try {
		const payload = JSON.parse(readFile(env.GITHUB_EVENT_PATH ?? ""));
		const { repository } = commonSchema.parse(payload, ONCE);
		const isOfBranch = trigger === "push" && branch !== void 0;
		return {
			defaultBranch: repository?.default_branch,
			lookup: isOfBranch && env.GITHUB_SHA ? {
				by: "commit",
				sha: env.GITHUB_SHA
			} : void 0,
			...DETAILS[trigger]?.parse(payload, ONCE)
		};
	} catch (thrown) {
		const missing = thrown.issues?.[0]?.path.map(String).join(".");
		const why = missing ? `\`${missing}\` is missing or not what it should be` : "it is not readable JSON";
		return { problem: `The payload of the event ${JSON.stringify(trigger)} (GITHUB_EVENT_PATH) cannot be used: ${why}` };
	}
}
function readEvent(env, readFile) {
	const trigger = env.GITHUB_EVENT_NAME ?? "";
	const place = addresses(env);
	const { serverUrl, apiUrl } = place ?? {
		serverUrl: "https://github.com",
		apiUrl: "https://api.github.com"
	};
	const runSha = env.GITHUB_SHA || void 0;
	const branch = /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? "")?.[1];
	const isRead = place !== void 0 && trigger !== "";
	const said = isRead ? payloadOf(trigger, env, branch, readFile) : {};
	const { pullRequest, lookup, mergeInto, commit = runSha } = said;
	const repository = isRead ? repositoryOf(env.GITHUB_REPOSITORY) : void 0;
	const [variable, query] = kindOf({ apiUrl }).runPage;
	const isNumbered = /^\d+$/.test(env[variable] ?? "");
	const defaultBranch = said.defaultBranch ?? (trigger === "schedule" ? branch : void 0);
	const problem = place ? said.problem : "GITHUB_API_URL or GITHUB_SERVER_URL is not an http or https URL";
	return {
		trigger,
		apiUrl,
		serverUrl,
		repository,
		runUrl: repository && isNumbered ? `${serverUrl}/${repository}/actions/runs/${env[variable]}${query}` : void 0,
		commit,
		runSha,
		commits: [runSha, commit].flatMap((sha) => sha || []),
		stamp: stampOf(env, trigger, commit),
		branch,
		defaultBranch,
		pullRequest,
		lookup,
		mergeInto,
		lookedUpOn: lookup && trigger,
		noConversation: pullRequest || lookup ? void 0 : `this run (${trigger}) has no pull request`,
		hasBase: pullRequest !== void 0 || mergeInto !== void 0,
		privileged: !UNPRIVILEGED.has(trigger),
		problem,
		readOnlyBecause: trigger === "" ? void 0 : readOnlyBecause({
			noun: "run",
			trigger,
			problem,
			branch,
			defaultBranch
		})
	};
}
const OF_THE_HEAD = /^(?:pull_request(?:_target|_review|_review_comment)?|push|workflow_run)$/;
function stampOf(env, event, commit = "") {
	const run = wholeNumber(env.GITHUB_RUN_ID);
	if (run === void 0 || !/^[a-z_]{1,50}$/.test(event)) return void 0;
	return {
		run,
		number: wholeNumber(env.GITHUB_RUN_NUMBER) ?? 1,
		attempt: wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1,
		event,
		commit: OF_THE_HEAD.test(event) && /^[0-9a-f]{40,64}$/.test(commit) ? commit : void 0
	};
}
const number = int().positive();
const sha = string().regex(/^[0-9a-f]{40,64}$/);
const repositoryName = object({ full_name: string() });
const pullRequestSchema = object({
	number,
	head: object({
		sha,
		repo: repositoryName.nullish()
	}),
	base: object({
		ref: string().min(1),
		repo: repositoryName
	})
});
const commonSchema = object({ repository: object({ default_branch: string().min(1).optional() }).optional() });
const ofPullRequest = object({ pull_request: pullRequestSchema }).transform((payload) => {
	const pullRequest = toPullRequest(payload.pull_request);
	return {
		pullRequest,
		commit: pullRequest.headSha
	};
});
const DETAILS = {
	pull_request: ofPullRequest,
	pull_request_target: ofPullRequest,
	pull_request_review: ofPullRequest,
	pull_request_review_comment: ofPullRequest,
	issue_comment: object({ issue: object({
		number,
		pull_request: looseObject({}).nullish()
	}) }).transform(({ issue }) => issue.pull_request ? { lookup: {
		by: "number",
		number: issue.number
	} } : {}),
	merge_group: object({ merge_group: object({
		head_sha: sha,
		head_ref: string(),
		base_ref: string().min(1)
	}) }).transform(({ merge_group: { head_sha: headSha, head_ref: queue, base_ref: base } }) => {
		const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-([1-9]\d{0,14})-[0-9a-f]{40,64}$/.exec(queue)?.[1];
		const mergeInto = base.replace(/^refs\/heads\//, "");
		const pull = {
			number: Number(number),
			headSha,
			baseRef: mergeInto,
			fork: false
		};
		return {
			commit: headSha,
			mergeInto,
			...number !== void 0 && { pullRequest: pull }
		};
	}),
	workflow_run: object({ workflow_run: object({
		head_sha: sha,
		head_branch: string().nullish(),
		head_repository: repositoryName.nullish()
	}) }).transform(({ workflow_run: { head_sha: commit, head_branch: branch, head_repository: repository } }) => {
		const owner = repositoryOf(repository?.full_name)?.split("/")[0];
		return {
			commit,
			lookup: {
				by: "commit",
				sha: commit,
				head: owner && branch ? `${owner}:${branch}` : void 0
			}
		};
	})
};

// src/job/github/platform.ts
function githubPlatform(world, event = readEvent(world.env, readPayload)) {
	const { env } = world;
	const kind = kindOf(event);
	return {
		words: kind.words,
		change: event,
		action: actionOf(env, event.serverUrl, kind),
		workflowFile: workflowOf(env),
		summary: env.GITHUB_STEP_SUMMARY ? SUMMARY : void 0,
		outputs: env.GITHUB_OUTPUT ? async (values) => (await import("./job.github.runner-files.js")).setOutputs(values) : void 0,
		sharedCache: async () => (await import("./job.github.cache.shared-cache.js")).sharedCache(world),
		forge: event.trigger === "" ? void 0 : async (token) => (await import("./forge.github.forge.js")).githubForge(event, token, world),
		keepReport: async (report) => (await import("./job.github.artifacts.keep.js")).keepReport(report, event, world),
		runFiles: {
			keep: async (name, file) => (await import("./job.github.artifacts.keep.js")).keepForRun(name, file, world),
			fetch: async (name) => (await import("./job.github.artifacts.keep.js")).fetchFromRun(name, world)
		},
		keepFiles: kind.artifacts === "replaced" ? void 0 : async (files) => (await import("./job.github.artifacts.keep.js")).keepFiles(files, event.runUrl, world)
	};
}
const SUMMARY = {
	mostBytes: 1e6,
	write: async (markdown) => (await import("./job.github.runner-files.js")).writeSummary(markdown)
};
function actionOf(env, serverUrl, kind) {
	const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) => /^[\w-]+\/[\w.-]+$/.test(name ?? ""));
	const url = `${serverUrl}/${repository ?? ""}`;
	const pages = repository === env.GITHUB_ACTION_REPOSITORY && /^\w[\w./-]*$/.test(env.GITHUB_ACTION_REF ?? "") && kind.isComplete ? `${url}/blob/${env.GITHUB_ACTION_REF}` : void 0;
	return {
		name: "Image Gate",
		version: VERSION,
		url,
		pages
	};
}
function workflowOf({ GITHUB_WORKFLOW_REF: reference = "", GITHUB_REPOSITORY: own }) {
	const [, repository, file] = /^([^/]+\/[^/]+)\/(\.github\/workflows\/[^@]+)@/.exec(reference) ?? [];
	return own === void 0 || own === "" || repository?.toLowerCase() === own.toLowerCase() ? file : void 0;
}

export { ADVICE_MS, DEFAULT_POLICY, EMPTY_POLICY, GIVEN_REPORT, GIVEN_REPORT_NAME, INPUT_NAMES, MATCH, OUTPUT_NAMES, TARGET_KINDS, actionInputs, actionOutputs, addDays, addTo, age, andMore, attempt, beginRun, breaks, capability, checkBranchName, clearRunFolder, codePoint, codedLetters, compareAnswers, counted, countedUnder, dayOf, daysBefore, daysBetween, decideSending, defaultName, deliver, distinct, distinct$1, exitCodeOf, exploitWords, factsOf, failing, fallsUnder, foreign, gate, githubPlatform, harmlessJson, hasLogin, httpUrl, imageOf, input, inputs, isAbsolutePath, isCommit, isDay, isOlderRun, isSbomFormat, isoSeconds, joined, judgedAmong, judging, kindIn, kindOf, labelOf, lastAnnotation, lastingName, limitInputs, listSome, matching, mistakesOf, namedFile, namedTargets, namesWhere, noCommand, number$1 as number, once, openCache, opinionsIn, optional, optionalCount, otherScanners, pathEnd, plain, planFiles, programWish, pullRequestSchema, readOnlyBecause, readStamped, reasonAndRemedies, reasonOf, reportReaders, requirePayload, required, resultOf, scanWithMistakes, scanners, scannersOf, scanning, serverRun, serviceWithLogin, sha256, shorten, someLines, spanWords, stamped, stateBranch, switchOr, toPullRequest, undecided, unique, uniqueLines, unreadable, viewOfRun, visible, wholeNames, wholeNumber, withDefault, withSavedTags, withoutCommits, withoutLogin, withoutRunnerPath, word, worstAnswer, writeSummary$1 as writeSummary };