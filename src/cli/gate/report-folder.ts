import { constants, copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { outputPath } from "../../reports/output-path.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";

/**
 * Copies the run's JSON reports into the folder of `--report-dir`. A link in a report's place is replaced, not
 * followed. No link of the workspace may lead the folder elsewhere, since a merge request can bring links.
 * @param from the run's folder
 * @throws GateError `answer-not-written`
 */
export function keepReports(from: string, given: string, world: Pick<World, "workspace" | "temp">): void {
  const to = resolve(world.workspace, given);
  // Its path was typed, so it may lead out.
  const way = outputPath(join(to, "any.json"), { ...world, isAtTerminal: true });
  if ("wrong" in way) throw notWritten(to, `it ${way.wrong}`);
  try {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from).filter((each) => each.endsWith(".json"))) {
      rmSync(join(to, name), { force: true });
      copyFileSync(join(from, name), join(to, name), constants.COPYFILE_EXCL);
    }
  } catch (cause) {
    throw notWritten(to, String((cause as NodeJS.ErrnoException).code), cause);
  }
}

/**
 * The outputs of a run, with the paths at which {@link keepReports} puts its reports, since the run's own folder is
 * removed. The JSON of `results` gets the new paths, too.
 */
export function withKept(values: Readonly<Record<string, string>>, from: string, given: string) {
  const folder = given.replace(/\/+$/, "");
  const texts = (value: string) =>
    value.replaceAll(JSON.stringify(`${from}/`).slice(0, -1), () => JSON.stringify(`${folder}/`).slice(0, -1));
  const lines = (value: string) =>
    value.replace(/^.*$/gm, (line) => (line.startsWith(`${from}/`) ? folder + line.slice(from.length) : line));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, lines(texts(value))]));
}

function notWritten(folder: string, why: string, cause?: unknown): GateError {
  return new GateError(
    "answer-not-written",
    `The folder of \`--report-dir\`, ${JSON.stringify(folder)}, cannot be written (${why})`,
    "Name a folder that can be made, with space left.",
    { cause },
  );
}
