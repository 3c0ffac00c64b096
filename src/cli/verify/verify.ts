import { EXIT_CODES } from "../../actions/verify/answer.ts";
import { verify } from "../../actions/verify/run.ts";
import type { Command } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";

/** Prints the pinned image after a pass, and nothing otherwise. */
export const command: Command = {
  words: "[IMAGE]",
  options: inputOptions("verify", ["image"]),
  examples: [
    {
      line: "image-gate verify ghcr.io/acme/app:1.2 --cosign-key cosign.pub",
      about: "Standard output gets one line if the image may be deployed: repository@sha256:…",
    },
  ],
  async run({ words, options }, { world, platform, terminal, spoken }) {
    const inputs = new Map([...options, ["image", words[0] ?? ""] as const]);
    const answer = await verify(worldWithInputs("verify", inputs, { ...world, log: spoken }), platform);
    // The log has said why, unless `--quiet` hides it.
    if (answer.verdict !== "pass" && options.get("quiet") === "true") world.log.error(answer.reason);
    if (answer.verdict === "pass") terminal.out.write(`${answer.pinned}\n`);
    return EXIT_CODES[answer.verdict];
  },
};
