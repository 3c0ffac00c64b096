import { O as closest } from "./shared.js";

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
		const sound = bySound.get(soundOf(variable.slice(6)));
		if (name !== void 0) given.set(name, value);
		else if (sound !== void 0) mistakes.push(otherSpelling(variable, sound));
		else if (value === "" && !variable.includes("-")) others.push(variable);
		else {
			const mistake = unknownInput(variable.slice(6).toLowerCase(), known);
			if (mistake === void 0) others.push(variable);
			else mistakes.push(mistake);
		}
	}
	return {
		given,
		mistakes,
		others
	};
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