// node hash-bytes.mjs FILE BYTES: SHA-256 of so many bytes of a file, again from its start where it ends, on all cores.
// It is the floor of a run that checks so many bytes. Plain JavaScript, so that Node's start has nothing else in it.
import { createHash } from "node:crypto";
import { fstatSync, openSync, readSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const PIECE = 1 << 18;

function hash({ file, bytes, next }) {
  const descriptor = openSync(file, "r");
  const { size } = fstatSync(descriptor);
  const room = Buffer.allocUnsafeSlow(PIECE);
  const sum = createHash("sha256");
  const pieces = Math.ceil(bytes / PIECE);
  for (let at = Atomics.add(next, 0, 1); at < pieces; at = Atomics.add(next, 0, 1))
    sum.update(room.subarray(0, readSync(descriptor, room, 0, PIECE, (at * PIECE) % Math.max(1, size - PIECE))));
  sum.digest();
}

if (isMainThread) {
  const [file, bytes] = process.argv.slice(2);
  const data = { file, bytes: Number(bytes), next: new Int32Array(new SharedArrayBuffer(4)) };
  // Below 16 MB, a thread starts later than this one ends.
  const others = data.bytes < 16e6 ? 0 : availableParallelism() - 1;
  for (let count = 0; count < others; count++) new Worker(new URL(import.meta.url), { workerData: data });
  hash(data);
} else hash(workerData);
