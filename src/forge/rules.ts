import { posix } from "node:path";
import { asGateError } from "../system/errors.ts";
import type { Log } from "../system/world.ts";
import type { BaseUse, FileAtBase, RuleFile, RuleReader } from "./forge.ts";

/** Reads files of one commit. */
export type FileReader = (file: RuleFile) => Promise<FileAtBase>;

/** A commit to read from: named by the server itself, or the newest one of a branch. */
export interface WantedCommit {
  readonly commit?: string | undefined;
  /** Undefined, as the commit: the default branch. */
  readonly branch?: string | undefined;
  /** The server has just returned it, so that it need not be checked. */
  readonly isRead?: boolean;
}

/** Facts about a run that decide which commit has its rules. */
interface RunOfRules {
  /** `This run (push)`. */
  readonly label: string;
  /** A stranger can start it. */
  readonly privileged: boolean;
  readonly problem?: string | undefined;
  /** The commit that the run is on. */
  readonly commit?: string | undefined;
  /** The branch to merge into; absent: there is none. */
  readonly target?: string | undefined;
  /** The commit that the change is compared with, if the server names one. */
  compared(): Promise<WantedCommit | undefined>;
  /** The commit that stands in for the target's newest one if that cannot be had. */
  readonly parting?: string | undefined;
}

/**
 * The commit that has the rules. Undefined: the run has none of this kind.
 * - The base is the target branch as it is now. A payload can lag behind, and exceptions may have been revoked since
 *   the branches parted.
 * - A change is compared with the commit that is merged into the checked-out one, or where the branches parted. So a
 *   commit of another author that came in meanwhile does not count as the change's.
 * - A privileged run is judged by the default branch, where its workflow comes from: a stranger may choose the target.
 */
async function wantedCommit(use: BaseUse, run: RunOfRules): Promise<WantedCommit | undefined> {
  const { privileged, problem, commit, target: branch } = run;
  if (use === "run") return commit === undefined ? undefined : { commit };
  if (use === "default-branch") return {};
  // If the run's change cannot be read, its target may be unknown.
  if (problem !== undefined && !privileged) return undefined;
  if (use === "comparison") return branch === undefined ? undefined : ((await run.compared()) ?? { branch });
  return privileged ? {} : { branch };
}

/** The path from the repository's root; undefined if it leads out of the repository. */
function pathInRepository(path: string): string | undefined {
  if (posix.isAbsolute(path) || /[\p{Cc}\\]/u.test(path) || /^[A-Za-z]:/.test(path)) return undefined;
  const normal = posix.normalize(path);
  return normal === "." || normal === ".." || normal.startsWith("../") || normal.endsWith("/") ? undefined : normal;
}

/** An error as the reason why something is unreadable. */
function reasonOf(thrown: unknown): string {
  const { what, remedy } = asGateError(thrown);
  return `${what}. ${remedy}`.replace(/\.$/, "");
}

/**
 * Reads a run's rule files at another commit than the one that is checked out, and never from the work tree. A file is
 * `absent` only if its commit could be read; a file that cannot be read is not absent.
 * @param readerAt called once for each use, when its first file is read; it checks that the commit can be read, since
 * every file would seem absent otherwise
 * @returns a function that never throws
 */
export function rulesBy(
  run: RunOfRules,
  readerAt: (wanted: WantedCommit) => Promise<FileReader>,
  log: Pick<Log, "notice">,
): RuleReader {
  const readers = new Map<BaseUse, Promise<FileReader>>();
  const readerOf = async (use: BaseUse): Promise<FileReader> => {
    const wanted = await wantedCommit(use, run);
    if (wanted === undefined) return async () => ({ unreadable: run.problem ?? `${run.label} has no base` });
    try {
      return await readerAt(wanted);
    } catch (thrown) {
      const { parting: commit } = run;
      if (use !== "base" || run.privileged || commit === undefined) throw thrown;
      const older = await readerAt({ commit }).catch(() => Promise.reject(thrown));
      log.notice(`The base's rules are read at the commit where the branches parted. ${reasonOf(thrown)}.`);
      return older;
    }
  };
  return async (use, file) => {
    const path = pathInRepository(file.path);
    if (path === undefined)
      return { unreadable: `The ${file.what} ${JSON.stringify(file.path)} is outside of the repository` };
    try {
      const found = readers.get(use) ?? readerOf(use);
      readers.set(use, found);
      return await (await found)({ ...file, path });
    } catch (thrown) {
      return { unreadable: reasonOf(thrown) };
    }
  };
}
