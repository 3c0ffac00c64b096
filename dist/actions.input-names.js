import { GateError, inputVariable } from "./shared.start.js";
import { SEVERITIES, closest, hasLogin, severityName } from "./shared.domain.js";
import { NEVER, string } from "./package.zod.js";

// src/actions/fields.ts
const MAX_ITEMS = 500;
const MAX_ITEM_LENGTH = 4096;
const LINE_END = /\r?\n|\r/;
const text = string().transform((value) => value.trim());
const optional = text.transform((value) => value === "" ? void 0 : value);
function textOr(fallback) {
	return text.transform((value) => value === "" ? fallback : value);
}
const lines = string().transform((value) => linesOf(value)).refine((items) => items.length <= MAX_ITEMS, `has more than ${MAX_ITEMS} lines`).refine((items) => !items.some(hasControl), "has a control character in it").refine((items) => items.every((item) => item.length <= MAX_ITEM_LENGTH), "has a line that is too long");
const uniqueLines = lines.transform(unique);
function word(words, fallback) {
	return text.transform((value, context) => {
		if (value === "") return fallback;
		const found = words.find((each) => each === value);
		if (found !== void 0) return found;
		context.addIssue({
			code: "custom",
			message: oneOf(value, words)
		});
		return NEVER;
	});
}
function wordList(words, fallback) {
	return string().transform((value, context) => {
		const items = split(value, /[,\r\n]+/);
		if (items.length === 0) return fallback;
		const wrong = items.find((item) => !words.some((each) => each === item));
		if (wrong === void 0) return [...new Set(items)];
		context.addIssue({
			code: "custom",
			message: oneOf(wrong, words)
		});
		return NEVER;
	});
}
const YES = [
	"true",
	"True",
	"TRUE"
];
const NO = [
	"false",
	"False",
	"FALSE"
];
function wordOrSwitch(words, fallback, { yes, no }) {
	return text.transform((value, context) => {
		if (value === "") return fallback;
		if (YES.includes(value)) return yes;
		if (NO.includes(value)) return no;
		const found = words.find((each) => each === value);
		if (found !== void 0) return found;
		context.addIssue({
			code: "custom",
			message: oneOf(value, words, [
				...words,
				...YES,
				...NO
			])
		});
		return NEVER;
	});
}
const optionalSwitch = text.transform((value, context) => {
	if (value === "") return void 0;
	if (YES.includes(value)) return true;
	if (NO.includes(value)) return false;
	context.addIssue({
		code: "custom",
		message: `must be \`true\` or \`false\`, not ${shown$1(value)}`
	});
	return NEVER;
});
function switchOr(fallback) {
	return optionalSwitch.transform((value) => value ?? fallback);
}
const limit = text.transform((value, context) => {
	if (value === "") return void 0;
	if (value === "unlimited") return "unlimited";
	if (/^\d{1,9}$/.test(value)) return Number(value);
	context.addIssue({
		code: "custom",
		message: `must be a whole number from 0 to 999999999, or \`unlimited\`, not ${shown$1(value)}`
	});
	return NEVER;
});
function optionalCount(least, most) {
	return text.transform((value, context) => {
		if (value === "") return void 0;
		if (/^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
		context.addIssue({
			code: "custom",
			message: `must be a whole number from ${least} to ${most}, not ${shown$1(value)}`
		});
		return NEVER;
	});
}
function count(fallback, most) {
	return optionalCount(0, most).transform((value) => value ?? fallback);
}
function duration(fallback, bounds) {
	return optionalDuration(bounds, fallback).transform((value) => value);
}
function optionalDuration({ least, most, example }, fallback = "") {
	return text.transform((value, context) => {
		if (value === "" && fallback === "") return void 0;
		const total = milliseconds(value === "" ? fallback : value);
		if (total !== void 0 && total >= least && total <= most) return total;
		context.addIssue({
			code: "custom",
			message: `must be a time such as ${example}, not ${shown$1(value)}`
		});
		return NEVER;
	});
}
function milliseconds(value) {
	const match = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value);
	if (match === null || value === "") return void 0;
	const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
	return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e3;
}
const platforms = lines.refine((items) => items.length === 1 && items[0] === "all" || items.every((item) => /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(item)), "must be platforms such as `linux/arm64` or `linux/arm/v7`, one a line, or `all` alone").transform(unique);
const sha256 = optional.refine((value) => value === void 0 || /^(?:sha256:)?[0-9a-fA-F]{64}$/.test(value), "must be a SHA-256: 64 hexadecimal digits").transform((value) => value?.toLowerCase().replace(/^sha256:/, ""));
const version = optional.refine((value) => value === void 0 || /^v?\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(value), "must be an exact version such as `0.76.0`");
const mirror = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	const url = URL.canParse(value) ? new URL(value) : void 0;
	if (url !== void 0 && (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "" && url.search === "" && url.hash === "") return value.replace(/(?<!\/)\/+$/, "");
	context.addIssue({
		code: "custom",
		message: "must be the `https://` or `http://` base URL of a mirror, without credentials, query or fragment"
	});
	return NEVER;
});
const serviceWithLogin = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	const url = URL.canParse(value) ? new URL(value) : void 0;
	const login = url === void 0 ? void 0 : loginOf(url);
	if (url !== void 0 && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && login !== "") {
		url.username = "";
		url.password = "";
		return {
			base: url.href.replace(/(?<!\/)\/+$/, ""),
			login
		};
	}
	context.addIssue({
		code: "custom",
		message: "must be an `https://` or `http://` address, without query or fragment; a login in it is `user:password@`"
	});
	return NEVER;
});
function loginOf({ username, password }) {
	if (username === "" && password === "") return void 0;
	try {
		const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
		return /^[\x20-\x39\x3b-\x7e]+$/.test(user) && /^[\x20-\x7e]*$/.test(secret) ? `${user}:${secret}` : "";
	} catch {
		return "";
	}
}
const httpLogin = optional.refine((value) => value === void 0 || /^[\x21-\x7e][\x20-\x7e]*$/.test(value), "must be one line of plain ASCII, as HTTP's header wants it");
function repositories(example) {
	return lines.transform((items) => items.flatMap((item) => split(item, /,/))).refine((items) => items.every(isRepository), `must be repositories such as \`${example}\`, one a line, in lower case, without \`https://\``);
}
function isRepository(item) {
	const match = /^[\w.-]+(?::(\d{1,5}))?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(item);
	return match !== null && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65535;
}
const shortName = optional.refine((value) => value === void 0 || value.length <= 200, "is longer than 200 characters");
function linesOf(value) {
	return split(value, LINE_END);
}
function firstLinesOf(values) {
	return values.flatMap(linesOf).slice(0, MAX_ITEMS);
}
function camelKeys(data) {
	const camel = (name) => name.replace(/-(.)/g, (_, first) => first.toUpperCase());
	return Object.fromEntries(Object.entries(data).map(([name, value]) => [camel(name), value]));
}
function unique(items) {
	return [...new Set(items)];
}
function split(value, separator) {
	return value.split(separator).map((item) => item.trim()).filter((item) => item !== "");
}
function hasControl(value) {
	return /[\u0000-\u001f\u007f]/.test(value);
}
function oneOf(value, words, taken = words) {
	const meant = closest(value, taken);
	return `must be one of ${words.map((each) => `\`${each}\``).join(", ")}, not ${shown$1(value)}${meant === void 0 ? "" : `; did you mean \`${meant}\`?`}`;
}
function shown$1(value) {
	const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
	return JSON.stringify(short);
}

// src/actions/shared-inputs.ts
const HOUR_MS = 36e5;
const DATABASE = "ghcr.io/aquasecurity/trivy-db:2";
const scanners = wordList([
	"vuln",
	"secret",
	"misconfig",
	"license"
], ["vuln"]);
function limitInput(severity) {
	return `max-${severityName(severity)}`;
}
function limitInputs() {
	const all = SEVERITIES.map((severity) => [limitInput(severity), limit]);
	return Object.fromEntries(all);
}
const judging = {
	...limitInputs(),
	"ignore-unfixed": optionalSwitch,
	mode: word(["enforce", "warn"], "enforce"),
	name: shortName
};
const scanning = {
	token: optional,
	"trivy-version": version,
	"trivy-sha256": sha256,
	"trivy-mirror": mirror,
	"trivy-mirror-token": httpLogin,
	"trivy-binary": optional,
	"db-repository": repositories(DATABASE),
	"java-db-repository": repositories(DATABASE),
	"max-db-age": duration("3d", {
		least: HOUR_MS,
		most: 8760 * HOUR_MS,
		example: "`3d`, `36h` or `1d12h`, at least `1h` and at most `365d`"
	}),
	timeout: duration("10m", {
		least: 1e3,
		most: 24 * HOUR_MS,
		example: "`90s`, `10m` or `1h30m`, at least `1s` and at most `24h`"
	}),
	cache: switchOr(true),
	offline: switchOr(false)
};
function readWith(schema, { given, mistakes: wrongNames }, contradictions, page) {
	const raw = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, given.get(name) ?? ""]));
	const parsed = schema.safeParse(raw, { jitless: true });
	const mistakes = [
		...wrongNames,
		...parsed.success ? [] : parsed.error.issues.map((issue) => `\`${String(issue.path[0])}\` ${issue.message}`),
		...parsed.success ? contradictions(parsed.data) : []
	];
	if (mistakes.length > 0 || !parsed.success) throw new GateError("input-invalid", mistakes.length === 1 ? `An input is wrong: ${mistakes[0]}` : `${mistakes.length} inputs are wrong: ${mistakes.join("; ")}`, `Correct the step's \`with:\`; ${page} of Image Gate lists them all.`);
	return {
		...camelKeys(parsed.data),
		limits: limitsOf(parsed.data)
	};
}
function limitsOf(data) {
	const all = SEVERITIES.map((severity) => [severity, data[limitInput(severity)]]);
	return Object.fromEntries(all.filter(([, value]) => value !== void 0));
}
function scannerContradictions(data) {
	const mistakes = [];
	if (data["trivy-binary"] !== void 0) {
		for (const other of [
			"trivy-version",
			"trivy-mirror",
			"trivy-mirror-token"
		]) if (data[other] !== void 0) mistakes.push(`\`${other}\` has no meaning beside \`trivy-binary\`, which is used as it is`);
	}
	if (data["trivy-mirror-token"] !== void 0 && data["trivy-mirror"] === void 0) mistakes.push("`trivy-mirror-token` needs a `trivy-mirror`, to which alone it is sent");
	return mistakes;
}
function scannerWish(inputs) {
	const { trivyVersion, trivySha256, trivyMirror, trivyMirrorToken, trivyBinary, offline, timeout } = inputs;
	return {
		version: trivyVersion,
		sha256: trivySha256,
		mirror: trivyMirror,
		mirrorToken: trivyMirrorToken,
		binary: trivyBinary,
		offline,
		timeoutMs: timeout
	};
}

// src/actions/logins.ts
const SECRET = /(?:^|-)(?:token|password)$|^pushgateway$/;
const ADDRESS = /^(?:image|base-image|base-image-candidates|promote-to)$|(?:^|-)(?:repository|mirror)$/;
const LINE_WORDS = {
	discover: [
		"file",
		"compose",
		"kubernetes",
		"helm",
		"kubectl",
		"registry",
		"harbor",
		"docker"
	],
	reports: [
		"sarif",
		"gitlab",
		"junit",
		"csv",
		"markdown",
		"html",
		"verdict",
		"cyclonedx",
		"spdx-json"
	],
	vex: ["repo"]
};
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)(?::|$)/;
function loginMistake(name, value) {
	if (SECRET.test(name)) return void 0;
	return value.split(/[\r\n]+/).some((line) => hasLoginIn(name, line.trim())) ? `\`${name}\` has a login in an address, a reference or a name, which log, comment, summary and outputs would show: log in by docker/login-action, or check a repository out by actions/checkout and give its folder as \`path\`; behind a name, an @ is for a digest alone` : void 0;
}
function hasLoginIn(name, line) {
	const isAddress = ADDRESS.test(name) || name === "discover" && !NO_ADDRESS.test(line);
	const word = LINE_WORDS[name]?.find((each) => line.startsWith(`${each}:`));
	return hasLogin(word === void 0 ? line : line.slice(word.length + 1).trim(), { isAddress });
}

// src/actions/input-names.ts
const PREFIX = "INPUT_";
function givenNames(env, known) {
	const given = /* @__PURE__ */ new Map();
	const mistakes = [];
	const others = [];
	const byVariable = new Map(known.names.map((name) => [inputVariable(name), name]));
	const bySound = new Map(known.names.map((name) => [soundOf(name), name]));
	for (const [variable, value] of Object.entries(env)) {
		if (value === void 0 || !variable.toUpperCase().startsWith(PREFIX)) continue;
		const name = byVariable.get(variable);
		if (name !== void 0) {
			const login = loginMistake(name, value);
			if (login !== void 0) mistakes.push(login);
			given.set(name, login === void 0 ? value : withheld(name));
			continue;
		}
		const mistake = unknownVariable(variable, value, bySound, known);
		if (mistake === void 0) others.push(variable);
		else mistakes.push(mistake);
	}
	return {
		given,
		mistakes,
		others
	};
}
function unknownVariable(variable, value, bySound, known) {
	const written = variable.slice(6);
	const sound = bySound.get(soundOf(written));
	if (sound !== void 0) return otherSpelling(variable, sound);
	return value === "" && !variable.includes("-") ? void 0 : unknownInput(written.toLowerCase(), known);
}
function withheld(name) {
	return name === "offline" ? "***" : "";
}
function soundOf(name) {
	return name.toLowerCase().replace(/[ _-]+/g, "-");
}
function otherSpelling(variable, name) {
	return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${inputVariable(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
}
function unknownInput(name, known) {
	const translation = known.translationOf(name);
	const isTyped = name.includes("-");
	const hint = isTyped ? "" : ` (if it is a variable of the job's \`env\`, set it to \`""\` in this step's \`env\`)`;
	if (translation !== void 0) return `${shown(name)} is not an input of Image Gate: ${translation}${hint}`;
	const meant = closest(name, known.names);
	const isNear = meant !== void 0 && meant[0] === name[0] && Math.abs(meant.length - name.length) <= 2;
	if (meant !== void 0 && (isTyped || isNear)) return `${shown(name)} is not an input; did you mean \`${meant}\`?${hint}`;
	return isTyped ? `${shown(name)} is not an input of Image Gate` : void 0;
}
function shown(name) {
	return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

export { camelKeys, count, duration, firstLinesOf, givenNames, judging, limitInputs, lines, linesOf, optional, optionalCount, optionalDuration, platforms, readWith, scannerContradictions, scannerWish, scanners, scanning, serviceWithLogin, sha256, switchOr, textOr, uniqueLines, word, wordList, wordOrSwitch };