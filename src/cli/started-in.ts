import { existsSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { GateError } from "../system/errors.ts";
import type { Given } from "./command.ts";

/** Options that name what is read. */
const READ = [
  "config",
  "image",
  "path",
  "sbom",
  "trivy-report",
  "scan-report",
  "policy",
  "baseline",
  "vex",
  "dockerfile",
];

/**
 * A job can start the command in a folder below its project's, in which all paths begin. What was typed there must not
 * be looked for, or found, elsewhere: another file of that name would be judged.
 * @throws GateError `path-elsewhere`
 */
export function refuseElsewhere({ words, options }: Given, startedIn: string, workspace: string): void {
  if (resolve(startedIn) === resolve(workspace) || real(startedIn) === real(workspace)) return;
  const typed = [...words, ...READ.flatMap((name) => options.get(name)?.split("\n") ?? [])];
  for (const item of typed) {
    const path = item.replace(/ as .*$/, "").trim();
    const here = resolve(startedIn, path);
    if (path === "" || here === resolve(workspace, path) || !existsSync(here)) continue;
    throw new GateError(
      "path-elsewhere",
      `${JSON.stringify(path)} is in the folder ${JSON.stringify(startedIn)}, where the command was started, but paths begin in the project's, ${JSON.stringify(workspace)}`,
      `Name ${JSON.stringify(join(relative(real(workspace), real(startedIn)), path))}, or start the command in the project's folder.`,
    );
  }
}

/** Without links: the project's folder may be named by one. */
function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return resolve(folder);
  }
}
