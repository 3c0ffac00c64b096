import { sign } from "./actions.sign.run.js";
import { inputOptions, worldWithInputs } from "./cli.inputs.js";

// src/cli/sign/sign.ts
const command = {
	words: "[REPORT]",
	options: inputOptions("sign", ["report"]),
	examples: [{
		line: "image-gate sign report/report.json --report-digest \"$DIGEST\" --cosign-key cosign.key --no-tlog",
		about: "The folder is the one of the gate's --report-dir, and DIGEST the SHA-256 of report.json when the gate had written it. Standard output gets what was signed."
	}],
	async run({ words, options }, { world, platform, terminal, spoken }) {
		const inputs = new Map([...options, ["report", words[0] ?? ""]]);
		const outputs = async ({ signed = "" }) => {
			if (signed !== "") terminal.out.write(`${signed}\n`);
		};
		const failure = await sign(worldWithInputs("sign", inputs, {
			...world,
			log: spoken
		}), {
			...platform,
			outputs
		});
		if (failure === void 0) return 0;
		world.log.error(failure.message);
		return failure.code === "not-a-pass" ? 1 : 2;
	}
};

export { command };