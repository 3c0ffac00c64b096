import { requirePayload } from "../job/github/payload-file.ts";
import { authorityBundle, withAuthorities } from "../system/authorities.ts";
import { FinalError, TooLongError } from "../system/http.ts";
import { ReportingError } from "./api-failure.ts";
import type { Exchange, Reply } from "./client.ts";

/** Works like the global `fetch`. */
type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** A server's API, and the login for it. */
export interface ApiPlace {
  /** The API's address, without a final slash. */
  readonly baseUrl: string;
  /** The token as Octokit's login. */
  readonly auth?: string;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers of a request for a file's bytes. */
  readonly headersOfFiles?: Readonly<Record<string, string>>;
  /** How many redirects are followed, all of them within the API's origin. */
  readonly maxRedirects: number;
  /** A file of authorities that may have signed the server's certificate, in addition to the usual ones. */
  readonly authorityFile?: string | undefined;
}

/** Bytes of one answer, decompressed. The largest ones that we request are pages of 100 comments. */
const MAX_ANSWER = 64 << 20;

/**
 * Octokit, which sends one try of each request, obeys the proxy variables, and sends the token to the API's own origin
 * alone. It and its HTTP client are loaded here, since that takes longer than our whole start-up, and many runs never
 * need them.
 * @throws ReportingError `github-client-broken`
 */
export async function openConnection(place: ApiPlace): Promise<Exchange> {
  const { baseUrl, auth, authorityFile, headers, headersOfFiles } = place;
  const { Agent, fetch, GitHub, getProxyUrl, ProxyAgent } = await toolkit();
  const tls = authorityFile ? { ca: authorityBundle(authorityFile) } : {};
  const proxy = getProxyUrl(new URL(baseUrl))?.href;
  const dispatcher = proxy ? new ProxyAgent({ uri: proxy, requestTls: tls }) : new Agent({ connect: tls });
  const throughProxy = ((url, options) =>
    withAuthorities(() => fetch(url, { ...options, dispatcher } as never) as Promise<unknown>)) as Fetch;
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const octokit = new GitHub({ baseUrl, userAgent: "image-gate", log, ...(auth && { auth }) });
  return async ({ route, parameters, maxBytes, as }, signal) => {
    const answer = (await octokit.request(route, {
      ...parameters,
      headers: { ...headers, ...(as === "bytes" && headersOfFiles) },
      request: {
        signal,
        fetch: wholeWithin(maxBytes, withinOrigin(place, throughProxy, as === "archive")),
        parseSuccessResponseBody: as === undefined,
      },
    })) as Reply;
    if (as === undefined) return answer;
    return { ...answer, data: Buffer.from(await new Response(answer.data as ReadableStream).arrayBuffer()) };
  };
}

async function toolkit() {
  try {
    // The toolkit reads and parses it when it is imported.
    requirePayload(process.env.GITHUB_EVENT_PATH ?? "");
    return await import("./octokit.ts");
  } catch (cause) {
    const what = "The client for GitHub's API could not be started";
    const remedy = "See whether GITHUB_EVENT_PATH names a readable JSON file.";
    throw new ReportingError({ code: "github-client-broken", what, remedy }, undefined, { cause });
  }
}

/**
 * Keeps a token on its own server: every request and every followed redirect stays within the origin of `baseUrl`.
 * GitHub redirects the API of a renamed repository to `/repositories/<id>` and expects the same method
 * (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects); `fetch`
 * alone would turn a POST into a GET.
 * @param isArchive the answer redirects to a signed address anywhere, which gets no header of ours
 * @throws FinalError from the returned function
 */
function withinOrigin({ baseUrl, maxRedirects }: ApiPlace, fetch: Fetch, isArchive: boolean): Fetch {
  const { origin } = new URL(baseUrl);
  return async (first, options) => {
    let url = first;
    for (let step = 0; ; step++) {
      if (isArchive && step > 0) return fetch(url, { redirect: "follow", signal: options.signal ?? null });
      const target = new URL(url);
      if (target.origin !== origin || step > maxRedirects)
        throw new FinalError(`it redirects to ${target.host}, which does not get the token`);
      const response = await fetch(url, { ...options, redirect: "manual" });
      const location = response.headers.get("location");
      if (![301, 302, 307, 308].includes(response.status) || location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url).href;
    }
  };
}

/**
 * Reads an answer as a whole, since Octokit hides that it breaks off. A compressed body of a few MB can decompress to
 * any length, so that the bytes behind that are limited.
 * @throws TooLongError from the returned function
 */
function wholeWithin(maxBytes = MAX_ANSWER, fetch: Fetch): Fetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > maxBytes) throw new TooLongError(maxBytes);
      pieces.push(piece);
    }
    const { status, statusText, headers } = response;
    return new Response(size === 0 ? null : Buffer.concat(pieces), { status, statusText, headers: [...headers] });
  };
}
