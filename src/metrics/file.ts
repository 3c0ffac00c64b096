import { lstatSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isOfTheRun, type OutputPath, outputPath } from "../reports/output-path.ts";
import { tryOr } from "../system/errors.ts";
import { replaceWhole } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

type Surroundings = Pick<World, "workspace" | "temp" | "runnerFiles">;

/**
 * The place of the metrics, and of the page with the numbers. In the workspace and RUNNER_TEMP the rules of reports
 * apply. An absolute path elsewhere is used as it is, since a textfile collector or a web server reads it there. Its
 * folder must exist.
 */
export function metricsPath(given: string, world: Surroundings): OutputPath {
  const path = resolve(world.workspace, given);
  if (isOfTheRun(path, world)) return outputPath(given, world);
  if (!isAbsolute(given)) return { wrong: "leads out of the workspace, and is not absolute" };
  if (/[/\\]\.{0,2}$/.test(given)) return { wrong: "is a folder" };
  // By another name of the workspace, its rules hold: a pull request can make links in it.
  const real = tryOr(() => join(realpathSync(dirname(path)), basename(path)), path);
  if (isOfTheRun(real, world)) return metricsPath(real, world);
  const status = tryOr(() => lstatSync(path, { throwIfNoEntry: false }), undefined);
  if (status !== undefined && !status.isFile()) return { wrong: "is not a regular file" };
  return { path };
}

/** @throws errors of the system; then the old file is as it was */
export function replaceFile(given: string, text: string, world: Surroundings): void {
  const checked = metricsPath(given, world);
  if ("wrong" in checked) throw new Error(`it ${checked.wrong}`);
  if (isOfTheRun(checked.path, world)) mkdirSync(dirname(checked.path), { recursive: true });
  // The collector and the web server are other users.
  replaceWhole(checked.path, [text], { mode: 0o644 });
}
