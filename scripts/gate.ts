import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { inputVariable } from "../__tests__/support/runner.ts";
import { INPUT_NAMES } from "../src/inputs.ts";
import { cacheFolder, ensureTrivy, fileSha256, root } from "./setup/tools.ts";

const USAGE = `npm run gate -- TARGET… [--INPUT=VALUE…]
  TARGET     an image reference, a docker save tar, an OCI layout folder, a folder or file, or a repository's https URL
  --INPUT    any input of the action: npm run gate -- app:1 --max-high=5 --scanners=vuln,secret
             --platform and other lists may be given several times`;

/** The input that a target belongs to, as somebody at a terminal means it. */
function kindOf(target: string, workspace: string): "image" | "path" | "repository" {
  const path = resolve(workspace, target);
  if (/^(?:https?|git|ssh):\/\/.+|^git@.+:.+/.test(target)) return "repository";
  if (!existsSync(path) || /\.(?:tar|tgz|tar\.gz)$/.test(target)) return "image";
  return statSync(path).isDirectory() && existsSync(join(path, "oci-layout")) ? "image" : "path";
}

function inputsOf(args: readonly string[], workspace: string): Map<string, string> | string {
  const inputs = new Map<string, string>();
  const add = (name: string, value: string): void => {
    inputs.set(name, inputs.has(name) ? `${inputs.get(name)}\n${value}` : value);
  };
  for (const arg of args) {
    const option = /^--([a-z0-9-]+)=(.*)$/s.exec(arg);
    if (option?.[1] !== undefined && INPUT_NAMES.includes(option[1])) add(option[1], option[2] ?? "");
    else if (arg.startsWith("-")) return `${arg} is not an input, or lacks its =VALUE`;
    else add(kindOf(arg, workspace), arg);
  }
  return inputs.size === 0 ? "there is no target" : inputs;
}

/** What a terminal's environment may hand to the bundle: nothing that would make it believe in a runner. */
function terminalEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:INPUT_|GITHUB_|RUNNER_|ACTIONS_|npm_)/.test(name)),
  );
}

async function main(): Promise<number> {
  // npm changes to the package's folder and leaves the caller's here.
  const workspace = process.env.INIT_CWD ?? process.cwd();
  const inputs = inputsOf(process.argv.slice(2), workspace);
  if (typeof inputs === "string") {
    console.error(`${inputs}\n\n${USAGE}`);
    return 2;
  }
  if (![...inputs.keys()].some((name) => name.startsWith("trivy-") && name !== "trivy-report")) {
    const trivy = await ensureTrivy();
    inputs.set("trivy-binary", trivy);
    inputs.set("trivy-sha256", await fileSha256(trivy));
  }
  const temp = mkdtempSync(join(tmpdir(), "image-gate-terminal-"));
  const out = join(root, "out/gate");
  mkdirSync(out, { recursive: true });
  const summary = join(out, "summary.md");
  rmSync(summary, { force: true });
  try {
    const { status } = spawnSync(process.execPath, [join(root, "dist/index.js")], {
      cwd: workspace,
      stdio: "inherit",
      env: {
        ...terminalEnvironment(),
        ...Object.fromEntries([...inputs].map(([name, value]) => [inputVariable(name), value])),
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: temp,
        RUNNER_TOOL_CACHE: join(cacheFolder, "gate"),
      },
    });
    if (existsSync(summary)) console.log(`Summary: ${relative(workspace, summary)}`);
    return status ?? 1;
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

process.exitCode = await main();
