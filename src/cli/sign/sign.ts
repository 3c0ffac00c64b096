import { sign } from "../../actions/sign/run.ts";
import type { Command } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";

/** Prints the references of what was signed, and nothing if not all of it was. */
export const command: Command = {
  words: "[REPORT]",
  options: inputOptions("sign", ["report"]),
  examples: [
    {
      line: 'image-gate sign report/report.json --report-digest "$DIGEST" --cosign-key cosign.key --no-tlog',
      about:
        "The folder is the one of the gate's --report-dir, and DIGEST the SHA-256 of report.json when the gate had written it. Standard output gets what was signed.",
    },
  ],
  async run({ words, options }, { world, platform, terminal, spoken }) {
    const inputs = new Map([...options, ["report", words[0] ?? ""]] as const);
    const outputs = async ({ signed = "" }: Readonly<Record<string, string>>) => {
      if (signed !== "") terminal.out.write(`${signed}\n`);
    };
    const failure = await sign(worldWithInputs("sign", inputs, { ...world, log: spoken }), {
      ...platform,
      outputs,
    });
    if (failure === undefined) return 0;
    world.log.error(failure.message);
    return failure.code === "not-a-pass" ? 1 : 2;
  },
};
