import { join } from "node:path";
import { root } from "../setup/tools.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, sumOf, timeCommand } from "./measure.ts";
import { profileEnvironment } from "./profile.ts";

/** One start takes some 30 ms of CPU, which the system counts in steps of 10 ms. */
const STARTS = 8;

function starts(args: readonly string[], codes: readonly number[]): Cost {
  // An empty environment: no inputs, no runner's files.
  const options = { env: profileEnvironment(), codes };
  return sumOf(Array.from({ length: STARTS }, () => timeCommand(process.execPath, args, options)));
}

/** The bundle without inputs, which ends with `input-invalid`, and the command's version, against Node's own start. */
export async function startUpLines(): Promise<Line[]> {
  const compared = await inTurn(
    3,
    () => starts([join(root, "dist/index.js")], [1]),
    () => starts(["-e", "0"], [0]),
  );
  const version = await inTurn(
    3,
    () => starts([join(root, "dist/image-gate.js"), "--version"], [0]),
    () => starts(["-e", "0"], [0]),
  );
  return [
    ratioLine("start-up with missing inputs ÷ node -e 0", compared, { cpu: 5, goal: 2.5 }),
    ratioLine("image-gate --version ÷ node -e 0", version, 1.5),
  ];
}
