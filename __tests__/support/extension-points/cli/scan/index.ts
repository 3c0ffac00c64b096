import { gate } from "../../actions/gate/run.ts";
import type { CommandEntry } from "../command.ts";
import { inputOptions, worldWithInputs } from "../inputs.ts";

/** The gate at a terminal. Its reason is the answer, its log says the rest. */
export const scan: CommandEntry = {
  name: "scan",
  about: "The gate, and its reason alone",
  load: async () => ({
    words: "[IMAGE...]",
    options: inputOptions("gate"),
    examples: [],
    run({ words, options }, { world, platform, terminal }) {
      const outputs = async ({ reason }: Readonly<Record<string, string>>) => void terminal.out.write(`${reason}\n`);
      const inputs = words.length === 0 ? options : new Map([...options, ["image", words.join("\n")] as const]);
      return gate(worldWithInputs("gate", inputs, world), { ...platform, outputs });
    },
  }),
};
