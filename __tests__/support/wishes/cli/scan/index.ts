import { INPUT_NAMES } from "../../actions/gate/inputs.ts";
import { gate } from "../../actions/gate/run.ts";
import type { CommandEntry } from "../command.ts";

/** The gate at a terminal. Its reason is the answer, its log says the rest. */
export const scan: CommandEntry = {
  name: "scan",
  load: async () => ({
    usage: "node dist/image-gate.js scan IMAGE… [--INPUT=VALUE…]",
    wrongUse: 2,
    inputNames: INPUT_NAMES,
    inputOf: () => "image",
    takesLists: true,
    run(world, platform, { out }) {
      const outputs = async ({ reason }: Readonly<Record<string, string>>) => void out.write(`${reason}\n`);
      return gate(world, { ...platform, outputs });
    },
  }),
};
