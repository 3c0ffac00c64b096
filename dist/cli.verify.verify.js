import { EXIT_CODES } from "./actions.verify.inputs.js";
import { verify } from "./actions.verify.run.js";
import { inputOptions, worldWithInputs } from "./cli.inputs.js";

// src/cli/verify/verify.ts
const command = {
	words: "[IMAGE]",
	options: inputOptions("verify", ["image"]),
	examples: [{
		line: "image-gate verify ghcr.io/acme/app:1.2 --cosign-key cosign.pub",
		about: "Standard output gets one line if the image may be deployed: repository@sha256:…"
	}],
	async run({ words, options }, { world, platform, terminal, spoken }) {
		const inputs = new Map([...options, ["image", words[0] ?? ""]]);
		const answer = await verify(worldWithInputs("verify", inputs, {
			...world,
			log: spoken
		}), platform);
		if (answer.verdict !== "pass" && options.get("quiet") === "true") world.log.error(answer.reason);
		if (answer.verdict === "pass") terminal.out.write(`${answer.pinned}\n`);
		return EXIT_CODES[answer.verdict];
	}
};

export { command };