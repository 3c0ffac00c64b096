import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { faultsOf } from "./release/check-tag.ts";
import { faultLine, ReleaseFault } from "./release/fault.ts";
import { GitHub, placeIn } from "./release/github.ts";
import { moveMajor } from "./release/move-major.ts";
import { releaseNotes, sectionOf } from "./release/notes.ts";
import { publishPackage } from "./release/npm.ts";
import { discard, publish } from "./release/publish.ts";
import { readVersion, type Version } from "./release/version.ts";

// Tasks of .github/workflows/release.yml, and two for maintainers (`discard`, `settings`). Jobs that may write start this
// file with Node itself: only `settings` needs a package, and so no code of packages sees a token.

const root = fileURLToPath(new URL("..", import.meta.url));
const { env } = process;
const read = (name: string) => readFileSync(join(root, name), "utf8");

/** The tag that started this run, or the one that was typed. */
const tagOf = (typed?: string): Version => readVersion(typed ?? env.GITHUB_REF?.replace(/^refs\/tags\//, "") ?? "");

function commit(): string {
  if (/^[0-9a-f]{40}$/.test(env.GITHUB_SHA ?? "")) return env.GITHUB_SHA ?? "";
  throw new ReleaseFault("environment-incomplete", "GITHUB_SHA is not a commit.", "Set it to the tag's commit.");
}

const github = () => new GitHub(placeIn(env));

/** A path that was given and exists. */
function made(path: string, what: string): string {
  if (path !== "" && existsSync(path)) return path;
  throw new ReleaseFault(
    "files-missing",
    `${what} ${JSON.stringify(path)} does not exist.`,
    "The job before makes it: look at its artifact.",
  );
}

/** As Git keeps them: for a link that is where it leads, which Git takes for attributes, too. */
function attributes(): Map<string, string> {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
  const paths = git("ls-files", "-z", "--", ":(glob)**/.gitattributes").split("\0").filter(Boolean);
  return new Map(paths.map((path) => [path, git("show", `:${path}`)]));
}

async function check(tag?: string): Promise<void> {
  const files = {
    "package.json": read("package.json"),
    "package-lock.json": read("package-lock.json"),
    "CHANGELOG.md": read("CHANGELOG.md"),
  };
  const version = tagOf(tag);
  const faults = await faultsOf(github(), { version, commit: commit(), files, attributes: attributes() });
  for (const fault of faults) report(fault);
  if (faults.length === 0) console.log(`${version.tag} may be released from ${commit()}.`);
}

async function publishTask(folder = ""): Promise<void> {
  const version = tagOf();
  const source = { repository: env.GITHUB_REPOSITORY ?? "", tag: version.tag, commit: commit() };
  const notes = releaseNotes(sectionOf(read("CHANGELOG.md"), version.text), source);
  const names = readdirSync(made(folder, "The folder of files to attach"));
  const files = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  const release = await publish(github(), { version, commit: commit(), notes, files }, console.log);
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `Released ${release.html_url}\n`);
}

const TASKS: Readonly<Record<string, (...args: string[]) => unknown>> = {
  check,
  publish: publishTask,
  npm: (tarball = "") => console.log(publishPackage(made(tarball, "The package"), tagOf())),
  "move-major": async () => console.log(await moveMajor(github(), tagOf(), commit())),
  discard: async (tag) => console.log(`Drafts that were thrown away: ${await discard(github(), tagOf(tag))}`),
  settings: async (repository = env.GITHUB_REPOSITORY) => {
    const { settingsReport } = await import("./release/settings.ts");
    const { lines, missing } = await settingsReport(new GitHub(placeIn({ ...env, GITHUB_REPOSITORY: repository })));
    for (const line of lines) console.log(line);
    if (missing > 0) process.exitCode = 1;
  },
};

function report(fault: ReleaseFault): void {
  process.exitCode = 1;
  const line = faultLine(fault);
  const escaped = line.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  console.log(env.GITHUB_ACTIONS === "true" ? `::error title=Release::${escaped}` : line);
}

const [name = "", ...args] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (!task) {
  console.error(`npm run release -- ${Object.keys(TASKS).join("|")}`);
  process.exitCode = 2;
} else {
  try {
    await task(...args);
  } catch (thrown) {
    if (!(thrown instanceof ReleaseFault)) throw thrown;
    report(thrown);
  }
}
