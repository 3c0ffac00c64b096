import { isOurs, requireOurs, STATE_NAMES } from "../domain/history/state-paths.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { quoted } from "./api-failure.ts";
import type { StateChange, StateSnapshot, StateStore, StateWritten } from "./forge.ts";
import { type GitRepository, openRepository, packedBytes, type Remote, saidIn } from "./git-repository.ts";
import { once } from "./once.ts";
import { checkBranchName, foreign, labelOf, unreadable } from "./state-branch.ts";

/** The platform's words for the branch, and its facts about the run. */
export interface BranchOfState extends Omit<Remote, "address"> {
  /** The repository's address; undefined: it is not known. */
  readonly address: string | undefined;
  /** The reason why facts about the run could not be read. */
  readonly problem?: string | undefined;
  readonly oneAtATime: string;
  /**
   * Why the run must not write, as a clause; undefined if it may.
   * @param now the default branch as the server names it; absent: as far as the run itself knows
   */
  readOnlyBecause(now?: DefaultBranch): string | undefined;
}

/** The default branch, as the server names it. */
export interface DefaultBranch {
  readonly name: string;
  /** Its newest commit. */
  readonly commit: string;
}

/** The repository that the branch is fetched into and pushed from. */
interface Opened {
  readonly repository: GitRepository;
  readonly branch: BranchOfState;
  readonly limits: typeof LIMITS;
  readonly known: DefaultBranch;
}

/**
 * Limits for reading a branch, on which a stranger may have put anything: bytes as they are sent, and bytes and number
 * of all files. A history of 1,000 images with 500 findings each has some 150 MB.
 */
const LIMITS = { packed: 512 << 20, unpacked: 1 << 30, files: 50_000 };
/** Maximum number of bytes of the list of these files. */
const MOST_LISTED = 32 << 20;
const DOWNLOAD_MS = 240_000;
const WRITING_MS = 600_000;
/** Between two looks at the received bytes, in milliseconds. */
const LOOK_MS = 100;
const PUSHES = 3;

/** A reserved address, which no mail reaches (RFC 2606). */
const COMMITTER = "Image Gate <image-gate@noreply.invalid>";
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const READ = "could not be read";

/**
 * The state on a branch that shares no history with the others. Git fetches its newest commit, and pushes one that the
 * server takes only if the branch is still what was read.
 * @throws GateError `state-branch-invalid`
 */
export function stateBranch(branch: BranchOfState, world: World, limits = LIMITS): StateStore {
  const { name, address, problem } = branch;
  checkBranchName(name);
  const opened = once(async (): Promise<Opened> => {
    if (address === undefined) throw unreadable(name, problem ?? "the repository of this run is not known");
    const repository = await openRepository({ ...branch, address }, world);
    const { default: known } = await headsOf(repository);
    if (known.name === name) throw foreign(name, "it is the repository's default branch");
    const format = known.commit.length === 64 ? "sha256" : "sha1";
    await repository.ask(READ, ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`]);
    return { repository, branch, limits, known };
  });
  const mayNotBecause = once(async () => branch.readOnlyBecause() ?? branch.readOnlyBecause((await opened()).known));
  return {
    label: labelOf(name),
    oneAtATime: branch.oneAtATime,
    readOnlyBecause: mayNotBecause,
    async read() {
      const at = await opened();
      return (await headsOf(at.repository)).state === undefined ? { files: new Map() } : snapshotOf(at);
    },
    async write(change) {
      const why = await mayNotBecause();
      // The caller did not ask whether the run may write.
      if (why !== undefined) throw new Error(`this run must not write the state on ${labelOf(name)}: ${why}`);
      requireOurs([...change.put.keys(), ...change.remove]);
      return pushed((await opened()).repository, change);
    },
  };
}

/**
 * The default branch, and the newest commit of the branch of the state. One request. A server that hides the repository
 * refuses it; so a branch that is not listed does not exist.
 */
async function headsOf(repository: GitRepository) {
  const { name, address } = repository.remote;
  const asked = ["ls-remote", "--symref", "--", address, "HEAD", `refs/heads/${name}`];
  const lines = (await repository.ask(READ, asked)).split("\n").map((line) => line.split("\t"));
  const at = (ref: string) => lines.find(([value = "", of]) => of === ref && COMMIT.test(value))?.[0];
  const target = lines.find(([value = "", of]) => of === "HEAD" && value.startsWith("ref: refs/heads/"))?.[0];
  const commit = at("HEAD");
  if (target === undefined || commit === undefined)
    throw unreadable(name, "the server names no default branch that has a commit");
  return { default: { name: target.slice("ref: refs/heads/".length), commit }, state: at(`refs/heads/${name}`) };
}

async function snapshotOf(at: Opened): Promise<StateSnapshot> {
  const { repository, branch } = at;
  await fetchBranch(at);
  const revision = (await repository.ask(READ, ["rev-parse", "--verify", "refs/heads/read"])).trim();
  const files = await filesOf(at, revision);
  if (files.has("index.json")) return { revision, files };
  const top = await repository.ask(READ, ["ls-tree", "-z", "--name-only", revision]);
  const strange = top.split("\0").filter((path) => path !== "" && !STATE_NAMES.has(path));
  if (strange.length === 0) return { revision, files };
  const shown = strange.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 100)));
  throw foreign(branch.name, `it has no index.json, but ${shown.join(", ")}`);
}

/** Fetches only the newest commit. Git has no limit for a server's data, so it is watched. */
async function fetchBranch({ repository, limits }: Opened): Promise<void> {
  const { name, address } = repository.remote;
  const tooLarge = new AbortController();
  const look = () => {
    if (packedBytes(repository.folder) > limits.packed) tooLarge.abort();
  };
  const timer = setInterval(look, LOOK_MS);
  const options = ["--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--force"];
  const args = ["fetch", ...options, "--", address, `refs/heads/${name}:refs/heads/read`];
  try {
    await repository.ask(READ, args, { deadlineMs: DOWNLOAD_MS, signal: tooLarge.signal });
    look();
    tooLarge.signal.throwIfAborted();
  } catch (thrown) {
    if (tooLarge.signal.aborted) throw unreadable(name, `it has more than ${limits.packed} bytes`, thrown);
    throw thrown;
  } finally {
    clearInterval(timer);
  }
}

interface Blob {
  readonly path: string;
  readonly id: string;
  readonly size: number;
}

/** The plain files of a state, and no others. Nothing is checked out. */
async function filesOf({ repository, branch, limits }: Opened, revision: string): Promise<StateSnapshot["files"]> {
  // Without `-r`: a tree can contain itself a million times.
  const args = ["ls-tree", "-z", "-l", revision, "index.json", "images/", "sboms/"];
  const listed = await repository.ask(READ, args, { maxCapture: MOST_LISTED });
  const blobs = listed.split("\0").flatMap((line): Blob | [] => {
    const [, id = "", size, path = ""] = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
    return isOurs(path) ? { path, id, size: Number(size) } : [];
  });
  const isCut = Buffer.byteLength(listed) >= MOST_LISTED || !/^$|\0$/.test(listed);
  if (blobs.length > limits.files || isCut) throw unreadable(branch.name, `it has more than ${limits.files} files`);
  if (blobs.reduce((sum, { size }) => sum + size, 0) > limits.unpacked)
    throw unreadable(branch.name, `its files have more than ${limits.unpacked} bytes`);
  return contentsOf(repository, blobs);
}

/** `git cat-file --batch` answers `<id> blob <size>`, a line feed, the content and another line feed. */
async function contentsOf(repository: GitRepository, blobs: readonly Blob[]): Promise<Map<string, Buffer>> {
  const pieces: Buffer[] = [];
  const stdin = blobs.map(({ id }) => `${id}\n`).join("");
  const onStdout = (piece: Buffer) => void pieces.push(piece);
  await repository.ask(READ, ["cat-file", "--batch"], { stdin, onStdout, deadlineMs: DOWNLOAD_MS });
  const all = Buffer.concat(pieces);
  let at = 0;
  return new Map(
    blobs.map(({ path, id, size }) => {
      const head = `${id} blob ${size}\n`;
      const begin = at + head.length;
      if (all.toString("latin1", at, begin) !== head || begin + size >= all.length)
        throw new Error(`Git did not answer with ${JSON.stringify(head)}.`);
      at = begin + size + 1;
      return [path, all.subarray(begin, begin + size)];
    }),
  );
}

/**
 * Makes one commit on top of the revision that was read. The server takes the push only if the branch is still at that
 * revision. An answer can be lost on its way, so the branch itself is checked for the commit.
 */
async function pushed(repository: GitRepository, change: StateChange): Promise<StateWritten> {
  const { name, address } = repository.remote;
  const parent = change.base.revision;
  const revision = await committed(repository, change);
  const lease = `--force-with-lease=refs/heads/${name}:${parent ?? ""}`;
  const args = ["push", "--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no", lease, "--", address];
  const written = { revision, at: `${name}@${revision}` };
  for (let tried = 1; ; tried++) {
    const result = await repository.call([...args, `${revision}:refs/heads/${name}`], { deadlineMs: WRITING_MS });
    if (result.code === 0) return written;
    const error = repository.failure("could not be written", result);
    // If the branch cannot be read, the push's own failure is reported.
    const now = (await headsOf(repository).catch(() => Promise.reject(error))).state;
    if (now === revision) return written;
    const refusal = /^!\t[^\t]*\t(.*)$/m.exec(result.stdout)?.[1] ?? "";
    if (now === parent && IN_THE_WAY.test(refusal + result.stderr))
      throw foreign(name, "a branch of another name is in its way, as Git cannot store both");
    if (now !== parent || MOVED.test(refusal)) return { moved: true };
    if (refusal.startsWith("[remote rejected]") && !DISTURBED.test(refusal)) {
      throw new GateError(
        "state-protected",
        `The server declined the push to ${labelOf(name)}: ${refusalOf(refusal, result.stderr)}`,
        "Leave the branch out of the rulesets, protected branches or push rules, or let the run's identity or token push to it.",
      );
    }
    if (tried === PUSHES || error.code !== "state-unreachable" || result.timedOut) throw error;
  }
}

/** Git's words, and the server's that it repeats, for a branch that another run has moved meanwhile. */
const MOVED =
  /stale info|fetch first|non-fast-forward|needs force|cannot lock ref|failed to (?:update|lock) ref|reference already exists|incorrect old value/i;

/** Git's words, and GitHub's, for `state/images` if there is a branch `state`: trying again is of no use. */
const IN_THE_WAY = /exists; cannot create|directory file conflict/i;

/** The server's words for its own failure. */
const DISTURBED = /unpacker error|internal (?:server )?error/i;

/** The reason in brackets, and the server's own lines. */
function refusalOf(refusal: string, stderr: string): string {
  const reason = quoted(/\((.*)\)$/.exec(refusal)?.[1] ?? refusal);
  return /^remote: /m.test(stderr) ? `${reason}: ${saidIn(stderr)}` : reason;
}

async function committed(repository: GitRepository, { base, put, remove, message }: StateChange): Promise<string> {
  const text = Buffer.from(`${message}\n\n[skip ci]\n`);
  const seconds = Math.floor(Date.now() / 1000);
  const parts = [
    `commit refs/heads/write\ncommitter ${COMMITTER} ${seconds} +0000\ndata ${text.length}\n`,
    text,
    base.revision === undefined ? "" : `from ${base.revision}\n`,
    ...remove.filter((path) => !put.has(path)).map((path) => `D ${path}\n`),
    ...[...put].flatMap(([path, content]) => [`M 100644 inline ${path}\ndata ${content.length}\n`, content, "\n"]),
    "done\n",
  ];
  const stdin = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  const written = "could not be written";
  await repository.ask(written, ["fast-import", "--quiet", "--done", "--force"], { stdin, deadlineMs: WRITING_MS });
  return (await repository.ask(written, ["rev-parse", "--verify", "refs/heads/write"])).trim();
}
