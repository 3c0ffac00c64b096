/** A request was about to leave the API's own origin. */
export class ElsewhereError extends Error {
  override readonly name = "ElsewhereError";
}

/** An answer was longer than any of GitHub's. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";
}

/** As the global one. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

const MAX_REDIRECTS = 3;

/**
 * Keeps a token at its own server: each request and each redirect that it follows stays within the origin of
 * `baseUrl`. GitHub redirects the API of a renamed repository to `/repositories/<id>`, with the method to be kept
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects); `fetch` by
 * itself would turn a POST into a GET. With `redirect: "manual"` the redirect itself is the answer.
 * @throws ElsewhereError from the returned function.
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
 * Bytes of one answer, unpacked. GitHub's largest that we ask for is a page of a hundred comments of 64 KiB characters; a
 * file of a repository in the form `raw` has at most 100 MB, and those that we read far less.
 */
const MAX_ANSWER = 64 << 20;

/**
 * Sends one request whose answer ends at the limit, however it is packed: a body of some MB can be unpacked to any length,
 * and the libraries keep all of it in memory.
 * @throws AnswerTooLargeError, also where whoever reads the answer takes its end for no error
 */
export async function withinLimit<T>(
  fetch: Fetch,
  send: (fetch: Fetch) => Promise<T>,
  maxBytes = MAX_ANSWER,
): Promise<T> {
  let excess: AnswerTooLargeError | undefined;
  const limited: Fetch = async (url, options) => {
    const response = await fetch(url, options);
    if (response.body === null) return response;
    let size = 0;
    const limit = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        size += piece.length;
        if (size <= maxBytes) return controller.enqueue(piece);
        excess = new AnswerTooLargeError(`it has more than ${maxBytes} bytes`);
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
