import { realpathSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { listSome } from "../domain/list-some.ts";
import type { ScanResult } from "../domain/target.ts";
import { BadVex } from "../enrichment/vex/document.ts";
import {
  type HubIndex,
  INDEX_FILE,
  MAX_INDEX_BYTES,
  neededDocuments,
  presentIn,
  readHubIndex,
} from "../enrichment/vex/hub.ts";
import { MAX_VEX_BYTES, type VexFile } from "../enrichment/vex/read.ts";
import type { RunChange } from "../job/job.ts";
import { GateError } from "../system/errors.ts";
import { isWithin, readGivenFile, realGivenPath, statusOf } from "../system/given-files.ts";
import type { World } from "../system/world.ts";

/** A VEX repository, which the job has checked out. */
export interface Hub {
  /** As the input names it. */
  readonly folder: string;
  readonly index: HubIndex;
  /** The file in the notes on files of which it is unknown if the pull request changes them. */
  readonly file: { readonly what: "index of the VEX repository"; readonly name: string; readonly isElsewhere: true };
}

/** @throws GateError `vex-repository-invalid`, `file-…` */
export function loadHub(folder: string, change: RunChange, world: World): Hub {
  requireOwnCheckout(folder, change, world);
  const name = posix.join(folder, INDEX_FILE);
  const file = { what: "index of the VEX repository", name, isElsewhere: true } as const;
  const bytes = readInHub({ what: file.what, path: name, maxBytes: MAX_INDEX_BYTES }, folder, world);
  try {
    return { folder, index: readHubIndex(bytes), file };
  } catch (cause) {
    if (!(cause instanceof BadVex)) throw cause;
    throw invalid(
      `The index of the VEX repository ${JSON.stringify(name)} ${cause.message}`,
      "It must be the `index.json` of the VEX Repository Specification 0.1, with at most 50,000 packages, and every `location` a relative path in the repository's folder.",
      cause,
    );
  }
}

/**
 * A pull request could change a hub that is in the repository, or its index alone. Git keeps no folder called `.git`,
 * so no pull request brings a checkout; a submodule has a file of this name. But a stranger who causes a privileged run
 * may have chosen the contents of the workspace.
 */
function requireOwnCheckout(folder: string, { trigger, privileged }: RunChange, world: World): void {
  const real = realGivenPath({ what: "VEX repository", path: folder }, world);
  const workspace = realpathSync(world.workspace);
  const isOutside = !isWithin(workspace, real) && !isWithin(world.workspace, resolve(world.workspace, folder));
  // At a terminal, the user has checked out everything.
  if (trigger === "" || isOutside) return;
  const isOwn = statusOf(join(real, ".git"))?.isDirectory() === true && real !== workspace;
  if (isOwn && !privileged) return;
  throw invalid(
    `The VEX repository ${JSON.stringify(folder)} ${isOwn ? "is in the workspace of a run that a stranger may cause" : "is not its own checkout, so the judged change could change it"}`,
    "Check it out into the folder for temporary files, or in a run that no stranger causes into a folder of the workspace, with its `.git`. Documents that are part of this repository are named by themselves.",
  );
}

function invalid(what: string, remedy: string, cause?: unknown): GateError {
  return new GateError("vex-repository-invalid", what, remedy, { cause });
}

/** A link must not lead to a file that the repository's publisher did not put there. */
function readInHub(given: Parameters<typeof readGivenFile>[0], folder: string, world: World): Buffer {
  const within = realGivenPath({ what: "VEX repository", path: folder }, world);
  if (isWithin(within, realGivenPath(given, world))) return readGivenFile(given, world);
  throw invalid(
    `The ${given.what} ${JSON.stringify(given.path)} is a link that leads out of the VEX repository ${JSON.stringify(folder)}`,
    "Check out the repository again; its files must be in its folder.",
  );
}

/**
 * Reads the documents about the packages and images of the targets.
 * @throws GateError `file-…`, `vex-repository-invalid`, `vex-too-large`
 */
export function hubDocuments(hubs: readonly Hub[], scans: readonly ScanResult[], world: World) {
  const indexes = hubs.map(({ index }) => index);
  const needed = neededDocuments(indexes, presentIn(scans)).flatMap((documents, at) => {
    const hub = hubs[at]?.folder ?? "";
    return [...documents].map(([location, about]) => ({ name: posix.join(hub, location), hub, about }));
  });
  let size = 0;
  return needed.map((each) => {
    const given = { what: "VEX document", path: each.name, maxBytes: MAX_VEX_BYTES };
    const bytes = readInHub(given, each.hub, world);
    size += bytes.length;
    if (size > MAX_VEX_BYTES)
      throw new GateError(
        "vex-too-large",
        "The VEX repositories have more than 64 MiB of documents about the packages and images of this run",
        "Judge fewer targets in one run, or name single documents instead of a repository.",
      );
    return { ...each, bytes } satisfies VexFile;
  });
}

export function hubNotes({ folder, index: { unknown } }: Hub): string[] {
  const note = `The VEX repository ${folder} lists packages without a package URL, which cannot be identified, and accepts nothing in them: ${listSome(unknown, 1)}.`;
  return unknown.length === 0 ? [] : [note];
}
