import { GateError, existsSync, inputVariable } from "./shared.start.js";
import { inputs_generated_default } from "./cli.inputs.generated.json.js";
import { resolve } from "node:path";

// src/cli/inputs.ts
const OPTIONS = inputs_generated_default;
function inputOptions(action, without = []) {
	return OPTIONS[action].filter(({ name }) => !without.includes(name));
}
function worldWithInputs(action, options, world) {
	const names = new Set(OPTIONS[action].map(({ name }) => name));
	const given = [...options].filter(([name]) => names.has(name));
	const others = Object.entries(world.env).filter(([variable]) => !/^INPUT_/i.test(variable));
	return {
		...world,
		env: Object.fromEntries([...others, ...given.map(([name, value]) => [inputVariable(name), value])])
	};
}
function itemsOf(words, { workspace, mayRename }) {
	for (const word of words) {
		if (!(word.trim() !== word || /[\r\n]/.test(word)) && !(mayRename && / as /.test(word) && existsSync(resolve(workspace, word)))) continue;
		throw new GateError("name-ambiguous", `${JSON.stringify(word)} would be read as another name: it has a line break, a space at an end, or " as "`, "Rename the file or folder.");
	}
	return [...words];
}

export { inputOptions, itemsOf, worldWithInputs };