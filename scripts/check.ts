import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { finish } from "./setup/command.ts";
import { ensureActionlint } from "./setup/go-tools.ts";
import { ensureZizmor } from "./setup/tools.ts";
import { documentationPages } from "./site/pages.ts";
import { workflowsOf, writeWorkflows } from "./site/workflows.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const workflows = [".github/workflows", "docs/examples"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name)),
);

/** The examples as their users have them: with a commit in place of `<commit>`. Of a folder, zizmor would read none. */
const copies = mkdtempSync(join(tmpdir(), "image-gate-examples-"));
process.on("exit", () => rmSync(copies, { recursive: true, force: true }));
const examples = workflows
  .filter((path) => !path.startsWith(".github/"))
  .map((path) => {
    const copy = join(copies, path.replaceAll("/", "-"));
    writeFileSync(copy, readFileSync(join(root, path), "utf8").replaceAll("@<commit>", `@${"0".repeat(40)}`));
    return copy;
  });

/** The workflows that pages show, and parts of workflows with what is missing around them. */
const ofPages = writeWorkflows(
  root,
  ["README.md", ...documentationPages(root)].flatMap((page) => workflowsOf(root, page)),
  join(copies, "pages"),
);

/**
 * Circumstances that the build must not depend on. The committed bundle was built in others: another folder, time, time
 * zone, language and number of threads.
 */
const ELSEWHERE = { TZ: "Pacific/Kiritimati", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", RAYON_NUM_THREADS: "1" };

/** Everything that must hold alongside the tests: a name, and a command that fails where it does not. */
const checks: readonly (readonly [string, string, readonly string[], NodeJS.ProcessEnv?])[] = [
  ["types", "tsc", ["-p", "."]],
  ["types of the HTML report's script", "tsc", ["-p", "src/render/html/page"]],
  ["types of its tests", "tsc", ["-p", "__tests__/render/html"]],
  ["types of the script of the page with the numbers", "tsc", ["-p", "src/render/rescan/page/browser"]],
  ["linter and format", "biome", ["ci", "--error-on-warnings", "."]],
  ["prose of pages, comments and titles of tests", process.execPath, ["scripts/prose.ts"]],
  ["unused code and dependencies", "knip", ["--config", "scripts/knip.json"]],
  ["dist is what the sources build", process.execPath, ["scripts/build.ts", "--check"], ELSEWHERE],
  ["generated files are current", process.execPath, ["scripts/generate.ts", "--check"]],
  ["the demo ends with the verdicts that it shows", process.execPath, ["scripts/demo.ts"]],
  ["workflows: actionlint", await ensureActionlint(), workflows],
  ["workflows of pages: actionlint", await ensureActionlint(), ofPages],
  ["workflows: zizmor", await ensureZizmor(), ["--offline", "--no-progress", ".github", "action.yml"]],
  ["examples: zizmor", await ensureZizmor(), ["--offline", "--no-progress", ...examples]],
];

/** The output of a check that fails; undefined if all is well. */
async function mistakes([, command, args, more]: (typeof checks)[number]): Promise<string | undefined> {
  const env = { ...process.env, ...more };
  const { code, stdout, stderr } = await finish(command, args, { cwd: root, env }).catch((error: Error) => ({
    code: 1,
    stdout: "",
    stderr: error.message,
  }));
  return code === 0 ? undefined : `${stdout}${stderr}`;
}

let passed = 0;
const waiting = [...checks];
/** One check after another, and as many alongside each other as there are processors. */
async function work(): Promise<void> {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const wrong = await mistakes(check);
    if (wrong === undefined) passed++;
    console.log(`${wrong === undefined ? "ok  " : "FAIL"} ${check[0]}${wrong === undefined ? "" : `\n${wrong}`}`);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
console.log(`${passed} passed, ${checks.length - passed} failed`);
process.exitCode = passed === checks.length ? 0 : 1;
