import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { ensureCosign } from "../setup/go-tools.ts";
import { findProgram } from "../setup/system.ts";
import { ensureTrivy, fileSha256, root } from "../setup/tools.ts";

/** An option of the clone alone: the tests' invented advisories are the database, to try something out offline. */
const TEST_DATABASE = "--test-database";

/** Commands without a scanner, which do not take its options. */
const WITHOUT_SCANNER =
  /^(?:sign|verify|explain|policy|clean|completion|report|migrate|help|db status|--version|-V|--self)(?: |$)/;

/**
 * Starts a command of the committed bundle from the clone, with the arguments of this process. The clone brings what an
 * installed command would download: Trivy for those that scan, Cosign for `verify`.
 * @returns its exit code
 */
export async function runCommand(command: readonly string[], needs: "trivy" | "cosign"): Promise<number> {
  const words = process.argv.slice(2);
  const args = words.filter((word) => word !== TEST_DATABASE);
  const isAsking = [...command, ...args].length === 0 || args.some((word) => word === "--help" || word === "-h");
  const line = [...command, ...args];
  // Invented advisories never meet real ones. `explain` finds the report of a run with them.
  const cache = words.includes(TEST_DATABASE) ? join(root, ".cache", "test-database") : undefined;
  if (isAsking || (needs === "trivy" && WITHOUT_SCANNER.test(line.join(" ")))) return start(line, cache);
  if (needs === "cosign") return start([...command, ...args, ...(await cosign(args))]);
  const tools = args.some((word) => /^--trivy-(?!report)/.test(word)) ? [] : await trivy();
  if (cache === undefined) return start([...command, ...args, ...tools]);
  await using bed = await startBed();
  const databases = ["db-repository", "java-db-repository"].map((name) => `--${name}=${bed.inputs[name]}`);
  console.error("With the invented advisories of the tests: the verdict says nothing about the image.");
  return await start([...command, ...args, ...tools, ...databases], cache);
}

async function trivy(): Promise<string[]> {
  const binary = await ensureTrivy();
  return [`--trivy-binary=${binary}`, `--trivy-sha256=${await fileSha256(binary)}`];
}

async function cosign(args: readonly string[]): Promise<string[]> {
  const isThere = findProgram("cosign") !== undefined || args.some((word) => word.startsWith("--cosign-binary"));
  return isThere ? [] : [`--cosign-binary=${await ensureCosign()}`];
}

/** @param cache a cache folder in place of the user's */
async function start(args: readonly string[], cache = process.env.XDG_CACHE_HOME): Promise<number> {
  const child = spawn(process.execPath, [join(root, "dist/image-gate.js"), ...args], {
    // npm changes to the package's folder and leaves the caller's here.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    env: { ...process.env, ...(cache !== undefined && { XDG_CACHE_HOME: cache }) },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "close");
  return typeof code === "number" ? code : 2;
}
