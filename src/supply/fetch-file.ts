import { createWriteStream, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { FinalError, get, type Request } from "../system/http.ts";

interface WantedFile {
  /** Path of the file to write, which does not exist yet. */
  readonly file: string;
  readonly maxBytes: number;
  /** What is never larger, for the error: `no release of that program`. */
  readonly what: string;
  /** Called as bytes come. `of`: how many there are, as the server says. Must not throw. */
  readonly onBytes?: ((done: number, of: number | undefined) => void) | undefined;
}

/**
 * Fetches a file to the disk, with a limit for its size. After an error nothing of it is left.
 * @throws like `get`; FinalError if it is too large
 */
export async function fetchFile({ file, onBytes, ...wanted }: WantedFile, request: Request): Promise<void> {
  const message = await get(request);
  const of = Number(message.headers["content-length"]) || undefined;
  const counted = atMost(wanted, (done) => onBytes?.(done, of));
  try {
    await pipeline(message, counted, createWriteStream(file, { flags: "wx" }), request);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function atMost({ maxBytes, what }: Pick<WantedFile, "maxBytes" | "what">, onBytes: (done: number) => void) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let length = 0;
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > maxBytes) throw new FinalError(`it has more than ${maxBytes} bytes, which ${what} has`);
      onBytes(length);
      yield chunk;
    }
  };
}
