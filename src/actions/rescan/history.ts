import { resolve } from "node:path";
import { mergeRun } from "../../domain/history/merge.ts";
import type { RunSeen } from "../../domain/history/running.ts";
import { serverRun } from "../../domain/run-stamp.ts";
import { type Connect, stateBranch } from "../../forge/connect.ts";
import type { Platform, RunChange } from "../../job/job.ts";
import { SCANNER } from "../../scanners/list.ts";
import { stateFolder } from "../../state/folder.ts";
import { type LoadedState, loadState } from "../../state/load.ts";
import { type SavedState, saveState } from "../../state/save.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import type { History, RescanRun } from "./rescan-run.ts";

const NO_STATE: LoadedState = {
  snapshot: { files: new Map() },
  records: new Map(),
  whole: new Map(),
  notes: [],
  sbom: () => undefined,
};

/** The store of the history: a folder, otherwise a branch. */
async function storeOf(
  { stateDir, stateBranch: branch }: Inputs,
  connect: Connect,
  platform: Platform,
  world: World,
): Promise<History["store"]> {
  const { words, change } = platform;
  const { trigger, readOnlyBecause } = change;
  // A machine that keeps the folder may run workflows of every branch.
  if (stateDir !== undefined && readOnlyBecause !== undefined) return { none: readOnlyBecause };
  if (stateDir !== undefined) return stateFolder(resolve(world.workspace, stateDir), world);
  const none = { none: `${words.lacking}, and \`state-dir\` names no folder` };
  if (trigger === "") return none;
  return (await stateBranch(branch, await connect())) ?? none;
}

/** Reads the history, also into the record. If it cannot be read, the scan is reported all the same. */
export async function loadHistory(
  inputs: Inputs,
  run: Pick<RescanRun, "now" | "forge" | "history">,
  platform: Platform,
  world: World,
): Promise<History> {
  const store = await storeOf(inputs, run.forge, platform, world);
  const state = "none" in store ? NO_STATE : await loadState(store, run.now.toISOString());
  run.history = { ...state, store };
  return run.history;
}

/**
 * Merges this run's results into the history, and writes it. If it is not written, the answer has the reason. A run
 * that broke off has no results: merging them would call every image gone.
 */
export async function saveHistory(
  { failure, history, now, rescanned, sources, sboms }: RescanRun,
  { stamp, runUrl }: Pick<RunChange, "stamp" | "runUrl">,
): Promise<SavedState> {
  if (failure !== undefined || history === undefined) return { changes: [], notWritten: { why: "nothing was judged" } };
  const unreadSources = unreadOf(sources, history.records);
  const seen: RunSeen = { now: now.toISOString(), images: rescanned, unreadSources, usualScanner: SCANNER.name };
  const notWritten = (why: string) => ({ changes: mergeRun(history.records, seen), notWritten: { why } });
  if ("none" in history.store) return notWritten(history.store.none);
  // This also stops a clock far ahead, with which every database is too old, from moving the history's time.
  if (rescanned.every(({ verdict }) => verdict.answer === "error")) return notWritten("no image could be judged");
  return saveState(history.store, history, { seen, run: serverRun(stamp, runUrl), sboms });
}

/**
 * The lines of `discover` that could not be read. Images of former lines are then not gone either: the unread line may
 * have replaced the former ones.
 */
function unreadOf(sources: RescanRun["sources"], records: LoadedState["records"]): readonly string[] {
  const unread = sources.filter(({ error }) => error !== undefined).map(({ source }) => source);
  if (unread.length === 0) return [];
  const asked = new Set(sources.map(({ source }) => source));
  const places = [...records.values()].flatMap(({ running }) => running.flatMap(({ where }) => where));
  return [...new Set([...unread, ...places.map(({ source }) => source).filter((source) => !asked.has(source))])];
}

/**
 * Why this run must not touch issues, as a clause. It needs the right to write the history, wherever that is kept, and
 * the newest run that wrote it has the last word.
 */
export async function mayKeepIssues(
  { history }: Pick<RescanRun, "history">,
  { supersededBecause }: SavedState,
): Promise<string | undefined> {
  if (history === undefined) return "nothing was judged";
  if (supersededBecause !== undefined) return `the history says that ${supersededBecause}`;
  if ("none" in history.store) return history.store.none;
  return history.store.readOnlyBecause().catch((thrown) => asGateError(thrown).what);
}
