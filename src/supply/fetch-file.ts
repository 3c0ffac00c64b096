import { createWriteStream, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { FinalError, get, type Request } from "../system/http.ts";

interface WantedFile {
  /** Path of the file to write, which does not exist yet. */
  readonly file: string;
  readonly maxBytes: number;
  /** What is never larger, for the error: `no release of that program`. */
  readonly what: string;
}

/**
 * Fetches a file to the disk, with a limit for its size. After an error nothing of it is left.
 * @throws like `get`; FinalError if it is too large
 */
export async function fetchFile({ file, maxBytes, what }: WantedFile, request: Request): Promise<void> {
  const message = await get(request);
  try {
    await pipeline(message, atMost(maxBytes, what), createWriteStream(file, { flags: "wx" }), request);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function atMost(bytes: number, what: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let length = 0;
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > bytes) throw new FinalError(`it has more than ${bytes} bytes, which ${what} has`);
      yield chunk;
    }
  };
}
