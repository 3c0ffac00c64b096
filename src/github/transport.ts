/** A request was about to leave the API's own origin. */
export class ElsewhereError extends Error {
  override readonly name = "ElsewhereError";
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
