import { INPUT_NAMES } from "../../actions/verify/inputs.ts";
import { verify } from "../../actions/verify/run.ts";
import type { Command } from "../command.ts";

const USAGE = `node dist/verify.js IMAGE [--INPUT=VALUE…]
  IMAGE              what is to be deployed: ghcr.io/acme/app:1.2, or with a digest
  --INPUT=VALUE      any input of verify/: --cosign-key=cosign.pub --max-age=7d --tlog=false
Standard output gets one line if the image may be deployed: repository@sha256:… Everything else goes to standard error.
Exit codes: 0 it may be deployed, 1 it is rejected, 2 an error`;

/** Prints the pinned image after a pass, and nothing otherwise. */
export const verifyCommand: Command = {
  usage: USAGE,
  wrongUse: 2,
  inputNames: INPUT_NAMES,
  inputOf: () => "image",
  async run(world, platform, { out }) {
    const { code, answer } = await verify(world, platform);
    if (answer.verdict === "pass") out.write(`${answer.pinned}\n`);
    return code;
  },
};
