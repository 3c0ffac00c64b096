import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { commitOf, VERSION } from "../job/own-version.ts";
import { SCANNER_NAMES, scannerNamed } from "../scanners/list.ts";
import { askProgram } from "../system/ask-program.ts";
import { tryOr } from "../system/errors.ts";
import { findProgram, programPath } from "../system/program-folders.ts";
import { sha256OfBytes } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";

/**
 * This bundle: its version, commit, hash, the scanners that it knows by their hashes, licences.
 * @param folder the bundle's
 */
export async function aboutSelf(folder: string, world: World): Promise<string> {
  const commit = commitOf(folder) ?? (await commitOfCheckout(folder, world)) ?? "not known";
  const lines = [`image-gate ${VERSION}`, `commit ${commit}`, `dist/ sha256 ${hashOf(folder)}`];
  for (const entry of SCANNER_NAMES.map(scannerNamed)) {
    const { default: version, archives = {} } = (await entry?.releases?.()) ?? {};
    const files = Object.entries(archives).flatMap(([each, all = {}]) =>
      Object.entries(all).map((file) => [each, ...file]),
    );
    const known = files.map(([each, file, sha256]) => `${entry?.name} ${each} sha256 ${sha256} ${file}`);
    lines.push(...(known.length > 0 ? known : [`${entry?.name} ${version}, by the signature of its release`]));
  }
  const licences = tryOr(() => readFileSync(join(folder, "licenses.txt"), "utf8"), "");
  const names = [...licences.matchAll(/^-{80}\n.+ \((.+)\)$/gm)].map(([, name = ""]) => name);
  const counts = Object.entries(Object.groupBy(names, (name) => name)).map(([name, all]) => `${name} ${all?.length}`);
  lines.push(`licences Apache-2.0; of ${names.length} packages in dist/licenses.txt: ${counts.sort().join(", ")}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** `find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` in the folder. */
function hashOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const names = files.map((each) => `./${relative(folder, join(each.parentPath, each.name)).replaceAll("\\", "/")}`);
  const lines = names.sort().map((name) => `${sha256OfBytes(readFileSync(join(folder, name)))}  ${name}\n`);
  return sha256OfBytes(Buffer.from(lines.join("")));
}

/** The commit that is checked out around the bundle, and whether the bundle is that commit's. */
async function commitOfCheckout(folder: string, world: World): Promise<string | undefined> {
  const cwd = dirname(folder);
  const name = tryOr(() => JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")).name, undefined);
  const git = name === "image-gate" && existsSync(join(cwd, ".git")) ? findProgram("git", world) : undefined;
  if (git === undefined) return undefined;
  // Git writes no index and starts no hook.
  const env = { PATH: programPath(world), GIT_OPTIONAL_LOCKS: "0" };
  const settings = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
  const ask = (...words: string[]) =>
    askProgram(git, [...settings, ...words], { cwd, env, signal: world.signal, deadlineMs: 10_000 });
  const head = await ask("rev-parse", "HEAD");
  const changed = await ask("status", "--porcelain", "--ignored", "--", folder);
  // Files whose changes `status` leaves out.
  const hidden = await ask("ls-files", "-v", "--", folder);
  if ([head, changed, hidden].some(({ code }) => code !== 0)) return undefined;
  const isSame = changed.stdout === "" && !/^[a-zS]/m.test(hidden.stdout);
  return head.stdout.trim() + (isSame ? "" : ", but dist/ is changed");
}
