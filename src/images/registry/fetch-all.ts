import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { BlobError } from "./blob-error.ts";
import type { BlobFetcher, BlobRequest } from "./blobs.ts";

export interface FetchAllOptions {
  readonly signal: AbortSignal;
  /** Blobs that are fetched at the same time. */
  readonly atATime?: number;
}

const AT_A_TIME = 4;

/**
 * Fetches blobs, several at a time; each file once. The first failure ends the others. What was fetched before stays:
 * it is whole and right.
 * @throws the first failure, see {@link BlobFetcher.fetch}; BlobError `disk-full` before anything is fetched if the
 * sizes do not fit
 */
export async function fetchAll(
  fetcher: BlobFetcher,
  requests: readonly BlobRequest[],
  { signal: run, atATime = AT_A_TIME }: FetchAllOptions,
): Promise<void> {
  const wanted = [...new Map(requests.map((request) => [request.file, request])).values()];
  await requireSpace(wanted);
  const stop = new AbortController();
  const signal = AbortSignal.any([run, stop.signal]);
  const waiting = wanted.values();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    for (const request of waiting) {
      if (signal.aborted) return;
      try {
        await fetcher.fetch(request, signal);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, wanted.length) }, work));
  run.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}

/** Holds the sizes that the manifest names to the free space of the disk. */
async function requireSpace(requests: readonly BlobRequest[]): Promise<void> {
  const [first] = requests;
  if (first === undefined) return;
  const disk = await statfs(dirname(first.file));
  const needed = requests.reduce((sum, { size = 0 }) => sum + size, 0);
  if (needed > disk.bavail * disk.bsize) throw new BlobError("disk-full");
}
