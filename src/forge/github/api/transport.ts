import { TooLongError } from "../../../system/http.ts";
import { ElsewhereError } from "../../sender.ts";

/** Works like the global `fetch`. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

const MAX_REDIRECTS = 3;

/**
 * Keeps a token on its own server: every request and every followed redirect stays within the origin of `baseUrl`.
 * GitHub redirects the API of a renamed repository to `/repositories/<id>` and expects the same method
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects); `fetch`
 * alone would turn a POST into a GET. With `redirect: "manual"` the redirect itself is the answer.
 * @throws ElsewhereError from the returned function
 */
export function withinOrigin(baseUrl: string, fetch: Fetch): Fetch {
  const { origin } = new URL(baseUrl);
  return async (first, options) => {
    let url = first;
    for (let step = 0; ; step++) {
      const target = new URL(url);
      if (target.origin !== origin) throw new ElsewhereError(target.host);
      const response = await fetch(url, { ...options, redirect: "manual" });
      const location = response.headers.get("location");
      const asked = options.redirect === "manual";
      if (asked || ![301, 302, 307, 308].includes(response.status) || location === null || step === MAX_REDIRECTS)
        return response;
      await response.body?.cancel();
      url = new URL(location, url).href;
    }
  };
}

/**
 * Bytes of one answer, decompressed. The largest answer that we request is a page of 100 comments with 64 KiB
 * characters each. GitHub sends files of up to 100 MB in the form `raw`; those that we read are far smaller.
 */
const MAX_ANSWER = 64 << 20;

/**
 * Sends one request and limits the decompressed size of its answer. A compressed body of a few MB can decompress to any
 * length, and the libraries keep all of it in memory.
 * @throws TooLongError, even if the reader of the answer ignores the broken stream
 */
export async function withinLimit<T>(
  fetch: Fetch,
  send: (fetch: Fetch) => Promise<T>,
  maxBytes = MAX_ANSWER,
): Promise<T> {
  let excess: TooLongError | undefined;
  const limited: Fetch = async (url, options) => {
    const response = await fetch(url, options);
    if (response.body === null) return response;
    let size = 0;
    const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        size += piece.length;
        if (size <= maxBytes) return controller.enqueue(piece);
        excess = new TooLongError(maxBytes);
        controller.error(excess);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limit), { status, statusText, headers: [...headers] });
  };
  try {
    const sent = await send(limited);
    if (excess === undefined) return sent;
  } catch (error) {
    if (excess === undefined) throw error;
  }
  throw excess;
}
