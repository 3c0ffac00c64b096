import { ONLY_IN_PARTS } from "../../actions/rescan/inputs.ts";
import { rescan } from "../../actions/rescan/run.ts";
import { reasonAndRemedies } from "../../domain/reason.ts";
import { renderRescanAnswer } from "../../render/rescan/summary.ts";
import { harmless } from "../../system/harmless-text.ts";
import type { Args, Command, Seat } from "../command.ts";
import { inputOptions, itemsOf } from "../inputs.ts";
import { exitCodeOf, judged, pasted } from "../judged.ts";

/** A terminal is one job, and so there are no parts of a run. */
const ONLY_IN_JOBS = ["part", ...ONLY_IN_PARTS];
/** The images that run on this machine. */
const HERE = "docker";

/** `rescan` at a terminal. Without a source it looks at the containers of this machine. */
export const command: Command = {
  words: "[SOURCE...]",
  options: inputOptions("rescan", ONLY_IN_JOBS),
  formats: ["table", "json", "markdown"],
  examples: [
    {
      line: "image-gate rescan docker --state-dir history",
      about: "Scans what runs here, with its history in a folder.",
    },
    { line: "image-gate rescan file:running.txt --json", about: "The images of a list, one a line." },
  ],
  run,
};

async function run({ words, options }: Args, seat: Seat): Promise<number> {
  const { terminal } = seat;
  const inputs = new Map(options);
  const sources = [
    ...itemsOf(words, { ...seat.world, mayRename: false }),
    ...(inputs.has("discover") ? [inputs.get("discover")] : []),
  ];
  inputs.set("discover", sources.length === 0 ? HERE : sources.join("\n"));
  seat.world.log.info("Looking for running images");
  const { view, show } = await judged("rescan", inputs, rescan, seat);
  const { verdict, mode } = view.gate;
  if (verdict.answer === "error") terminal.err.write(harmless(`${reasonAndRemedies(verdict)}\n`));
  show(() => renderRescanAnswer(view, terminal, pasted("rescan", words, Number.POSITIVE_INFINITY)));
  return exitCodeOf(verdict, mode);
}
