import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { INPUT_NAMES } from "../src/actions/gate/inputs.ts";
import { runCommand } from "./terminal/run-bundle.ts";

const USAGE = `npm run gate -- TARGET… [--INPUT=VALUE…]
  TARGET             an image reference, a docker save tar, an OCI layout folder, a folder or file, or a repository's https URL
  --INPUT=VALUE      any input of the action: npm run gate -- app:1 --max-high=5 --scanners=vuln,secret
                     --platform and other lists may be given several times
  --test-database    the invented advisories of the tests instead of a real database: to try the gate out offline`;

/** The input that a target belongs to, as somebody at a terminal means it. */
function kindOf(target: string, workspace: string): "image" | "path" | "repository" {
  const path = resolve(workspace, target);
  if (/^(?:https?|git|ssh):\/\/.+|^git@.+:.+/.test(target)) return "repository";
  if (!existsSync(path) || /\.(?:tar|tgz|tar\.gz)$/.test(target)) return "image";
  return statSync(path).isDirectory() && existsSync(join(path, "oci-layout")) ? "image" : "path";
}

const gate = {
  name: "gate",
  entry: "index.js",
  usage: USAGE,
  inputNames: INPUT_NAMES,
  inputOf: kindOf,
  nothing: "there is no target",
};

process.exitCode = await runCommand(gate, process.argv.slice(2));
