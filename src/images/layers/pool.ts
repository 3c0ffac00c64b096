import { rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { atMost } from "../../system/pool.ts";
import { inThread } from "../../system/threads.ts";
import { ImageFault, tooLarge } from "../fault.ts";
import { LAYER_LIMITS, type LayerAnswer, type LayerWork, layerOf, type ReadLayer, readLayer } from "./read-layer.ts";

/** More threads would cost more memory than they save time. */
const MOST_THREADS = 4;
/** A blob of at most this many bytes is read faster than a thread starts, unless it unpacks to more than the second. */
const SMALL = 256 << 10;
const SMALL_UNPACKED = 8 << 20;

export type LayerReader = ReturnType<typeof layerReader>;

/** Reads layers in threads, several at a time. Threads start with the first layer that is not small. */
export function layerReader({ threads = availableParallelism() } = {}) {
  const most = Math.max(1, Math.min(MOST_THREADS, threads));
  const closing = new AbortController();
  const inTurn = atMost(most);
  return {
    /**
     * Reads a layer when a thread is free.
     * @throws ImageFault; the system's error if a file cannot be read or written; the signal's reason
     */
    async read(work: LayerWork, signal?: AbortSignal): Promise<ReadLayer> {
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      either.throwIfAborted();
      const here = await readHere(work);
      if (here !== undefined) return here;
      return inTurn(async () => {
        either.throwIfAborted();
        return readThere(work, either);
      });
    },
    /** Stops all reading, and starts no more. */
    async close(): Promise<void> {
      closing.abort(new Error("layers are read no more"));
    },
  };
}

/** Reads a small layer without a thread; undefined if it needs one. */
async function readHere(work: LayerWork): Promise<ReadLayer | undefined> {
  if ((work.length ?? statSync(work.file).size) > SMALL) return undefined;
  const most = work.limits?.unpackedBytes ?? LAYER_LIMITS.unpackedBytes;
  if (most <= SMALL_UNPACKED) return readLayer(work);
  try {
    return await readLayer({ ...work, limits: { ...work.limits, unpackedBytes: SMALL_UNPACKED } });
  } catch (error) {
    if (error instanceof ImageFault && error.code === "image-too-large") return undefined;
    throw error;
  }
}

async function readThere(work: LayerWork, signal: AbortSignal): Promise<ReadLayer> {
  try {
    return layerOf(await inThread<LayerAnswer>({ program: "layer", data: work }, signal));
  } catch (error) {
    // A thread that is ended leaves its file.
    if (work.output !== work.file) rmSync(work.output, { force: true });
    throw memoryProblem(error);
  }
}

function memoryProblem(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? tooLarge("a layer's names and lists need more memory than there is")
    : error;
}
