import { join } from "node:path";
import { INPUT_NAMES } from "../src/actions/rescan/inputs.ts";
import { ONLY_IN_PARTS } from "../src/actions/rescan/part-inputs.ts";
import { SOURCE_FORMS } from "../src/discovery/parse-source.ts";
import { runCommand } from "./terminal/run-bundle.ts";

const USAGE = `npm run rescan -- SOURCE… [--INPUT=VALUE…]
  SOURCE             where to look for running images: ${SOURCE_FORMS}
  --INPUT=VALUE      any input of the action: npm run rescan -- docker --max-high=5 --state-dir=history
                     Without --state-dir the history is kept in out/rescan/state
  --test-database    the invented advisories of the tests instead of a real database: to try it out offline`;

const rescan = {
  name: "rescan",
  entry: "rescan.js",
  usage: USAGE,
  // A terminal is one job.
  inputNames: INPUT_NAMES.filter((name) => name !== "part" && !ONLY_IN_PARTS.some((each) => each === name)),
  inputOf: () => "discover",
  nothing: "there is no source",
  defaults: (_: ReadonlyMap<string, string>, out: string) => ({ "state-dir": join(out, "state") }),
};

process.exitCode = await runCommand(rescan, process.argv.slice(2));
