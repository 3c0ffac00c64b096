import { closest } from "./shared.domain.js";
import { INPUT_NAMES, verify } from "./actions.verify.run.js";
import { rmSync } from "node:fs";

// src/actions/verify/command.ts
const USAGE = `node dist/verify.js IMAGE [--INPUT=VALUE…]
  IMAGE              what is to be deployed: ghcr.io/acme/app:1.2, or with a digest
  --INPUT=VALUE      any input of verify/: --cosign-key=cosign.pub --max-age=7d --tlog=false
Standard output gets one line if the image may be deployed: repository@sha256:… Everything else goes to standard error.
Exit codes: 0 it may be deployed, 1 it is refused, 2 nobody could tell`;
function parseWords(words) {
	if (words.some((word) => word === "--help" || word === "-h")) return { help: true };
	const inputs = /* @__PURE__ */ new Map();
	for (const word of words) {
		const [, option, value = ""] = /^--([a-z0-9-]+)=(.*)$/s.exec(word) ?? [];
		if (option === void 0 && word.startsWith("-")) return { mistake: notAnInput(word) };
		const name = option ?? "image";
		if (!INPUT_NAMES.includes(name)) return { mistake: notAnInput(word) };
		if (inputs.has(name)) return { mistake: `\`${name}\` is there twice` };
		inputs.set(name, option === void 0 ? word : value);
	}
	return { inputs: Object.fromEntries(inputs) };
}
function notAnInput(word) {
	const name = word.replace(/^-+/, "").replace(/=.*$/s, "");
	if (INPUT_NAMES.includes(name)) return `${JSON.stringify(word)} lacks its value: --${name}=VALUE`;
	const meant = closest(name, INPUT_NAMES);
	return `${JSON.stringify(word)} is not an option${meant === void 0 ? "" : `; did you mean --${meant}=…?`}`;
}
async function runCommand(words, { world, platform, terminal: { out, err } }) {
	try {
		const asked = parseWords(words);
		if ("help" in asked) {
			out.write(`${USAGE}\n`);
			return 0;
		}
		if ("mistake" in asked) {
			err.write(`${asked.mistake}\n\n${USAGE}\n`);
			return 2;
		}
		const others = Object.entries(world.env).filter(([name]) => !/^INPUT_/i.test(name));
		const given = Object.entries(asked.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
		const log = {
			...world.log,
			annotate: () => {}
		};
		const { code, answer } = await verify({
			...world,
			log,
			env: Object.fromEntries([...others, ...given])
		}, platform);
		if (answer.verdict === "pass") out.write(`${answer.pinned}\n`);
		return code;
	} finally {
		rmSync(world.runFolder, {
			recursive: true,
			force: true
		});
	}
}

export { runCommand };