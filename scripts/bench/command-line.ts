import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { debian12, saveImage } from "../../__tests__/support/images/images.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { finish } from "../setup/command.ts";
import { root } from "../setup/tools.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, costOfChildren, inTurn } from "./measure.ts";
import { profileEnvironment } from "./profile.ts";
import { action, PASSES } from "./small-images.ts";

/**
 * The command and the action on the same image, each with what its own first run has stored. The command is not waited
 * for as `timeCommand` does: the registry that serves its database is in this process.
 */
export async function* commandLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "command");
  mkdirSync(folder);
  await using bed = await startBed();
  const image = saveImage(join(folder, "image.tar"), debian12());
  const inputs = { ...bed.inputs, ...PASSES };
  const options = Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: join(folder, "caches") };
  const command = async (): Promise<Cost> => {
    const args = [join(root, "dist/image-gate.js"), image, ...options];
    const started = () => finish(process.execPath, args, { cwd: folder, env: { ...env, ...profileEnvironment() } });
    const { result, cost } = await costOfChildren(started);
    if (result.code !== 0) throw new Error(`${result.stdout}${result.stderr}`);
    return cost;
  };
  const compared = await inTurn(5, command, () => action(folder, { ...inputs, image }, "pass"));
  yield ratioLine("small image that passes, warm: whole command ÷ whole action", compared, 1.15);
}
