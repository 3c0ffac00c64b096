import type { ImageRecord, Instant } from "../domain/history/record.ts";
import type { ImageChange, RunSeen } from "../domain/history/running.ts";
import type { ServerRun } from "../domain/run-stamp.ts";
import type { StateSnapshot } from "../forge/forge.ts";
import type { GateError } from "../system/errors.ts";

/** The history as a run found it. */
export interface LoadedState {
  readonly snapshot: StateSnapshot;
  /** By image name. */
  readonly records: ReadonlyMap<string, ImageRecord>;
  /** When the last run was that wrote it. Absent: none did. */
  readonly updated?: Instant | undefined;
  /** The newest run that wrote it, if it had a number. */
  readonly run?: ServerRun | undefined;
  /** SHA-256 of each file that is as the index says, by its path. */
  readonly whole: ReadonlyMap<string, string>;
  /** What a reader must know, as sentences: a file was edited, so its history begins anew. */
  readonly notes: readonly string[];
  /** The history of an image was edited or lost, and begins anew. */
  readonly isPartial?: boolean | undefined;
  /** It is damaged, of a newer version, or could not be read. Then there are no records, and it is not written over. */
  readonly problem?: GateError | undefined;
  /** The stored SBOM of a digest, packed by gzip. Undefined if there is none whose SHA-256 is as the index says. */
  sbom(digest: string): Buffer | undefined;
}

/** What a run adds. */
export interface StateUpdate {
  readonly seen: RunSeen;
  /** Absent: the run has no number. */
  readonly run?: ServerRun | undefined;
  /** New SBOMs, packed by gzip, by digest. Stored ones of digests that no longer run are removed. */
  readonly sboms: ReadonlyMap<string, Buffer>;
}

/** What became of it. */
export interface SavedState {
  readonly changes: readonly ImageChange[];
  /**
   * Where it lies now: `branch@commit` or the folder. Absent: it was not written. Both: an image is not part of what
   * was written.
   */
  readonly at?: string | undefined;
  readonly notWritten?: NotWritten | undefined;
  /** A newer run has written it before this one could, as a clause. So this run's answer is not the last word. */
  readonly supersededBecause?: string | undefined;
}

export interface NotWritten {
  /** As a clause. */
  readonly why: string;
  /** What is wrong, and what to do about it. Absent: this run is not one that writes. */
  readonly error?: GateError | undefined;
  /** The history could not even be read: what the changes call new may have been there before. */
  readonly isUnread?: boolean | undefined;
}
