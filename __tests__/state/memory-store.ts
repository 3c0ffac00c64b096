import type { StateChange, StateSnapshot, StateStore } from "../../src/forge/forge.ts";
import { sha256 } from "../../src/state/documents.ts";

/** A state in memory that behaves as a branch does: a write on an outdated base is refused. */
export interface MemoryStore extends StateStore {
  files: ReadonlyMap<string, Buffer>;
  readonly changes: readonly StateChange[];
  /** Done once, before the next write: the work of another run meanwhile. */
  meanwhile: (() => Promise<unknown>) | undefined;
}

function revisionOf(files: ReadonlyMap<string, Buffer>): string | undefined {
  const index = files.get("index.json");
  return index && sha256(index);
}

export function memoryStore(): MemoryStore {
  const changes: StateChange[] = [];
  return {
    label: "the memory",
    files: new Map(),
    changes,
    meanwhile: undefined,
    readOnlyBecause: async () => undefined,
    async read(): Promise<StateSnapshot> {
      return { revision: revisionOf(this.files), files: this.files };
    },
    async write(change) {
      const { meanwhile } = this;
      this.meanwhile = undefined;
      await meanwhile?.();
      if (change.base.revision !== revisionOf(this.files)) return { moved: true };
      const files = new Map([...this.files, ...change.put]);
      for (const path of change.remove) files.delete(path);
      this.files = files;
      changes.push(change);
      return { revision: revisionOf(files), at: "memory" };
    },
  };
}
