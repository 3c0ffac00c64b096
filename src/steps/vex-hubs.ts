import { existsSync, realpathSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { listSome } from "../domain/list-some.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import type { ScanResult } from "../domain/target.ts";
import { invalidChange, type VexPair, vexChanges } from "../enrichment/vex/changes.ts";
import { BadVex } from "../enrichment/vex/claim.ts";
import {
  type HubIndex,
  INDEX_FILE,
  MAX_INDEX_BYTES,
  neededDocuments,
  presentIn,
  readHubIndex,
} from "../enrichment/vex/hub.ts";
import { MAX_VEX_BYTES, type VexFile } from "../enrichment/vex/read.ts";
import { GateError, tryOr } from "../system/errors.ts";
import { isWithin, readGivenFile, realGivenPath, repositoryPath } from "../system/given-files.ts";
import { atATime } from "../system/pool.ts";
import type { World } from "../system/world.ts";
import { type Asked, FILES_AT_ONCE, type Loaded, loadRuleFile, notesOf, type Sides, sidesOf } from "./rule-file.ts";
import type { RuleSource } from "./rule-source.ts";

/** A hub whose index applies. */
export interface Hub {
  /** Its folder, as the input names it. */
  readonly folder: string;
  readonly index: Loaded;
  /** What the index lists: in the version that applies, in the base, and in the pull request. */
  readonly lists: { readonly applied: HubIndex; readonly base: HubIndex; readonly head: HubIndex };
  /** The pull request's index is not valid, and another one applies. */
  readonly isHeadInvalid: boolean;
}

/** What a run needs of its hubs, after the scan. */
export interface HubDocuments {
  readonly files: readonly VexFile[];
  readonly changes: readonly PolicyChange[];
  readonly notes: readonly string[];
}

/** Most documents that a run reads of its hubs. An image with 2,000 packages needs some dozens. */
const MOST_DOCUMENTS = 500;
const NONE: ReadonlySet<string> = new Set();
const NO_INDEX: HubIndex = { entries: [], unknown: [] };

/** The file to ask for, if the input names a hub's folder. */
export function indexOf(folder: string, world: World): Asked {
  const name = posix.join(folder, INDEX_FILE);
  return vexFile({ what: "index of the VEX repository", name, maxBytes: MAX_INDEX_BYTES }, folder, world);
}

/** @param folder of its hub, if it is in one */
export function vexDocument(name: string, folder: string | undefined, world: World): Asked {
  return vexFile({ what: "VEX document", name, maxBytes: MAX_VEX_BYTES }, folder, world);
}

/** A link must not lead to a file that the repository's publisher did not put there. */
function vexFile(asked: Omit<Asked, "read">, folder: string | undefined, world: World): Asked {
  const { what, name: path, maxBytes } = asked;
  const read = () => {
    const within = folder === undefined ? "/" : realGivenPath({ what: "VEX repository", path: folder }, world);
    if (folder === undefined || isWithin(within, realGivenPath({ what, path }, world)))
      return readGivenFile({ what, path, maxBytes }, world);
    throw new GateError(
      "vex-repository-invalid",
      `The ${what} ${JSON.stringify(path)} is a link that leads out of the VEX repository ${JSON.stringify(folder)}`,
      "Check the repository out anew; its files must lie in its folder.",
    );
  };
  return { ...asked, read };
}

/** @throws GateError `vex-repository-invalid` */
export function hubOf(folder: string, index: Loaded): Hub {
  const applied = indexIn(index.bytes);
  if (applied instanceof BadVex)
    throw new GateError(
      "vex-repository-invalid",
      `The index of the VEX repository ${JSON.stringify(index.name)} ${applied.message}`,
      "It must be the `index.json` of the VEX Repository Specification 0.1, with at most 50,000 packages, and every `location` a relative path in the repository's folder.",
      { cause: applied },
    );
  const sides = sidesOf(index);
  const [base, head] = [sides.base, sides.head].map((bytes) => (bytes === index.bytes ? applied : indexIn(bytes)));
  const listed = (side: typeof base) => (side === undefined || side instanceof BadVex ? NO_INDEX : side);
  const lists = { applied, base: listed(base), head: listed(head) };
  return { folder, index, lists, isHeadInvalid: head instanceof BadVex };
}

function indexIn(bytes: Buffer | undefined): HubIndex | BadVex {
  try {
    return bytes === undefined ? NO_INDEX : readHubIndex(bytes);
  } catch (error) {
    if (error instanceof BadVex) return error;
    throw error;
  }
}

/** A document that at least one side's index lists for a package of the run's targets. */
interface Needed {
  readonly hub: Hub;
  readonly asked: Asked;
  /** The products that it may speak of on each side. Empty: that side does not list it. */
  readonly about: { readonly [Side in keyof Hub["lists"]]: ReadonlySet<string> };
}

/**
 * Reads the documents about the packages and images of the targets, by the rules for all files that act like a policy.
 * @param pairs the run's other VEX documents, which can contradict those of a hub
 * @throws GateError `file-…`, `base-policy-unreadable`, `vex-repository-invalid`, `vex-too-large`; `vex-invalid` if
 * compared
 */
export async function readHubs(
  hubs: readonly Hub[],
  scans: readonly ScanResult[],
  pairs: readonly VexPair[],
  { source, world }: { readonly source: RuleSource; readonly world: World },
): Promise<HubDocuments> {
  const needed = neededOf(hubs, scans, world);
  const read = await atATime(FILES_AT_ONCE, needed, async (each) => {
    const loaded = each.about.applied.size > 0 ? await load(each, source, world) : undefined;
    return { ...each, loaded, sides: await sidesAt(each, loaded, source, world) };
  });
  // Of a hub that is elsewhere, the index has a note.
  const loaded = read.flatMap(({ hub: { index }, loaded: own }) =>
    own === undefined || (index.isElsewhere && own.isElsewhere) ? [] : [own],
  );
  const ofHubs = read.map(({ asked: { name }, about, sides }): VexPair => ({ name, about, ...sides }));
  const invalid = hubs.flatMap(({ index, isHeadInvalid }) => (isHeadInvalid ? [invalidChange(index.name)] : []));
  return {
    files: filesOf(read),
    changes: [...invalid, ...vexChanges([...ofHubs, ...pairs], world.now())],
    notes: [...notesOf(loaded, source), ...hubs.flatMap(hubNotes)],
  };
}

function filesOf(read: readonly (Needed & { readonly loaded: Loaded | undefined })[]): VexFile[] {
  const files = read.flatMap(({ hub, asked: { name }, about, loaded }): VexFile[] =>
    loaded?.bytes === undefined ? [] : [{ name, hub: hub.folder, bytes: loaded.bytes, about: about.applied }],
  );
  const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (size > MAX_VEX_BYTES) throw tooMuch(`have ${size} bytes about them`);
  return files;
}

function neededOf(hubs: readonly Hub[], scans: readonly ScanResult[], world: World): Needed[] {
  const present = presentIn(scans);
  const sides = (["applied", "base", "head"] as const).map((side) =>
    neededDocuments(
      hubs.map(({ lists }) => lists[side]),
      present,
    ),
  );
  const all = hubs.flatMap((hub, at) => {
    const locations = new Set(sides.flatMap((side) => [...(side[at]?.keys() ?? [])]));
    return [...locations].map((location): Needed => {
      const [applied = NONE, base = NONE, head = NONE] = sides.map((side) => side[at]?.get(location));
      const asked = vexDocument(posix.join(hub.folder, location), hub.folder, world);
      return { hub, about: { applied, base, head }, asked };
    });
  });
  if (all.length > MOST_DOCUMENTS) throw tooMuch(`list ${all.length} documents about them`);
  return all;
}

/**
 * A hub that no commit has was put there by the job. If it is a checkout of its own, so were all its documents. Else
 * the job may have made an index of documents that are the repository's.
 */
function load({ hub, asked }: Needed, source: RuleSource, world: World): Promise<Loaded | undefined> {
  return loadRuleFile(asked, hub.index.isElsewhere && isOwnCheckout(hub.folder, world) ? undefined : source, world);
}

/** Git keeps no file called `.git`, so no pull request brings one. */
function isOwnCheckout(folder: string, { workspace }: World): boolean {
  const path = resolve(workspace, folder);
  return existsSync(join(path, ".git")) && realpathSync(path) !== realpathSync(workspace);
}

function tooMuch(what: string): GateError {
  return new GateError(
    "vex-too-large",
    `The VEX repositories ${what}; of all packages and images of a run, at most ${MOST_DOCUMENTS} documents with 64 MiB are read`,
    "Judge fewer targets in one run, or name single documents instead of a repository.",
  );
}

/** What the base and the pull request say in a document, if they list it. */
async function sidesAt({ asked, about }: Needed, loaded: Loaded | undefined, source: RuleSource, world: World) {
  const { base, head } = loaded ? sidesOf(loaded) : await unlistedSides(asked, source, world);
  return { base: about.base.size > 0 ? base : undefined, head: about.head.size > 0 ? head : undefined };
}

/** Of a document that the index in force does not list. */
async function unlistedSides(asked: Asked, source: RuleSource, world: World): Promise<Sides> {
  const found = await source.read("comparison", { ...asked, path: repositoryPath(asked.name, world.workspace) });
  return { base: "text" in found ? found.text : undefined, head: tryOr(asked.read, undefined) };
}

function hubNotes({ folder, lists: { applied } }: Hub): string[] {
  if (applied.unknown.length === 0) return [];
  return [
    `The VEX repository ${folder} lists packages that cannot be told, as they have no package URL, and accepts nothing in them: ${listSome(applied.unknown, 1)}.`,
  ];
}
