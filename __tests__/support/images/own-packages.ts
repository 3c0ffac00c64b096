import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/setup/tools.ts";

/** Files below `from` at another place: links to the same bytes where the file system allows it, otherwise copies. */
export function copied(from: string, names: readonly string[], to: string): void {
  const copy = (...how: string[]) =>
    execFileSync("env", ["-C", from, "cp", "-a", ...how, "--parents", ...names, to], { stdio: "pipe" });
  try {
    copy("--link");
  } catch {
    copy("--force");
  }
}

/**
 * The parts of node_modules that a build needs, as paths below the root: the bundle's packages, packages that build it,
 * and npm's list of installed packages.
 */
export function packagesOfTheBuild(): string[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const entries = Object.entries<{ dev?: boolean; link?: boolean }>(lock.packages);
  const needed = entries.filter(
    ([path, { dev, link }]) => !link && (!dev || /^node_modules\/@?(?:rolldown|oxc-project)\b/.test(path)),
  );
  // A package that is nested in another one comes with it. Node itself is provided.
  const outer = needed
    .map(([path]) => path)
    .filter((path) => path.split("node_modules/").length === 2 && !path.includes("/node-linux-"));
  return [...outer, "node_modules/.package-lock.json"].filter((path) => existsSync(join(root, path)));
}
