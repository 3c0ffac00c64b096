import { AnswerTooLargeError, type Fetch } from "./transport.ts";

/**
 * The bytes at an address that GitHub has given: signed, so that nothing else goes there, no token least of all.
 * @throws AnswerTooLargeError; Error where the server does not give them
 */
export async function download(
  url: string,
  fetch: Fetch,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<Buffer> {
  const response = await fetch(url, { redirect: "follow", signal });
  const { host } = new URL(url);
  if (!response.ok || response.body === null) throw new Error(`${host} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLargeError(`${host} gave more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
