import { M as closest, rt as hasLogin } from "./shared.js";

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
	return value.split(/[\r\n]+/).some((line) => hasLoginIn(name, line.trim())) ? `\`${name}\` has a login in an address, a reference or a name, which log, comment, summary and outputs would show: log in by docker/login-action, or check a repository out by actions/checkout and give its folder as \`path\`` : void 0;
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
	const byVariable = new Map(known.names.map((name) => [variableOf(name), name]));
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
function variableOf(name) {
	return `${PREFIX}${name.replaceAll(" ", "_").toUpperCase()}`;
}
function soundOf(name) {
	return name.toLowerCase().replace(/[ _-]+/g, "-");
}
function otherSpelling(variable, name) {
	return `${shown(variable)} is another spelling of \`${name}\`, which the runner spells ${variableOf(name)}: write \`${name}\` in the step's \`with:\`, and take the variable out of \`env\``;
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

export { givenNames as t };