import { Worker } from "node:worker_threads";
import { repeatedKey } from "../domain/json-keys.ts";

/** Both are shared with the thread. `answer` has two 32-bit numbers: 1 when it is done, and the offset, or -1. */
export interface KeyCheckRequest {
  readonly text: SharedArrayBuffer;
  readonly answer: SharedArrayBuffer;
}

/** The bundle has the thread's program beside itself, the sources one folder up. */
const PROGRAM = new URL(import.meta.url.endsWith(".ts") ? "../key-check.ts" : "./key-check.js", import.meta.url);
/** Bytes. Starting a thread takes longer than looking through fewer. */
const LARGE = 4 * 1024 * 1024;
/** Hundreds of megabytes take less. */
const PATIENCE_MS = 10_000;

/** A search that runs beside the parsing of the same text. */
export interface KeySearch extends Disposable {
  /** Waits for the end. The offset of the second key, as {@link repeatedKey} has it. */
  found(): number | undefined;
}

/**
 * Begins to look for a key that stands twice in one object. Large texts are looked through in a thread of their own; where
 * that does not answer, here.
 */
export function beginKeySearch(json: Buffer): KeySearch {
  if (json.length < LARGE) return { found: () => repeatedKey(json), [Symbol.dispose]() {} };
  const text = new SharedArrayBuffer(json.length);
  json.copy(Buffer.from(text));
  const answer = new SharedArrayBuffer(8);
  const workerData: KeyCheckRequest = { text, answer };
  // Nothing of the job's.
  const thread = new Worker(PROGRAM, { workerData, env: {}, argv: [], execArgv: [] });
  thread.on("error", () => {});
  thread.unref();
  return {
    found() {
      const state = new Int32Array(answer);
      // Blocks this thread, which has nothing else to do by then.
      if (Atomics.wait(state, 0, 0, PATIENCE_MS) === "timed-out") return repeatedKey(json);
      const offset = Atomics.load(state, 1);
      return offset === -1 ? undefined : offset;
    },
    [Symbol.dispose]() {
      void thread.terminate();
    },
  };
}
