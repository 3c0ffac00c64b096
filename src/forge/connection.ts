import { requirePayload } from "../job/github/payload-file.ts";
import { authorityBundle, withAuthorities } from "../system/authorities.ts";
import { FinalError, TooLongError } from "../system/http.ts";
import { ReportingError } from "./api-failure.ts";
import type { Request, Sent } from "./client.ts";

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
  /** How many redirects are followed, all of them within the API's origin. */
  readonly maxRedirects: number;
  /** A file of authorities that the server's certificate may be of, in addition to the usual ones. */
  readonly authorityFile?: string | undefined;
}

/** How one request differs from the usual one. */
interface Trying {
  /** The answer's bytes are wanted, not its JSON. */
  readonly isRaw?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** `manual`: a redirect is the answer. */
  readonly redirect?: "manual";
  readonly signal: AbortSignal;
}

/** Octokit, as one server is asked by it. Each call is one try. */
export interface Connection {
  request(request: Pick<Request, "route" | "parameters" | "maxBytes">, trying: Trying): Promise<Sent>;
  query(text: string, signal: AbortSignal): Promise<unknown>;
  /** The bytes at an address that the server gave. It is signed, so no token is sent. */
  download(url: string, maxBytes: number | undefined, signal: AbortSignal): Promise<Buffer>;
}

/** Bytes of one answer, decompressed. The largest ones that we request are pages of 100 comments. */
const MAX_ANSWER = 64 << 20;

/**
 * A connection that obeys the proxy variables, and sends the token to the API's own origin alone. Octokit and its HTTP
 * client are loaded here, since that takes longer than our whole start-up, and many runs never need them.
 * @throws ReportingError `github-client-broken`
 */
export async function openConnection(place: ApiPlace): Promise<Connection> {
  const { baseUrl, auth, authorityFile, headers: usual } = place;
  const { Agent, fetch, GitHub, getProxyUrl, ProxyAgent } = await toolkit();
  const tls = authorityFile ? { ca: authorityBundle(authorityFile) } : {};
  const proxy = getProxyUrl(new URL(baseUrl))?.href;
  const dispatcher = proxy ? new ProxyAgent({ uri: proxy, requestTls: tls }) : new Agent({ connect: tls });
  const throughProxy = ((url, options) =>
    withAuthorities(() => fetch(url, { ...options, dispatcher } as never) as Promise<unknown>)) as Fetch;
  const toApi = withinOrigin(place, throughProxy);
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const octokit = new GitHub({ baseUrl, userAgent: "image-gate", log, ...(auth && { auth }) });
  return {
    request({ route, parameters, maxBytes }, { isRaw = false, headers, redirect, signal }) {
      const ask = async (fetch: Fetch): Promise<Sent> => {
        const request = { signal, redirect, fetch, parseSuccessResponseBody: !isRaw };
        const answer: Sent = await octokit.request(route, {
          ...parameters,
          headers: { ...usual, ...headers },
          request,
        });
        if (!isRaw) return answer;
        return { ...answer, data: Buffer.from(await new Response(answer.data as ReadableStream).arrayBuffer()) };
      };
      return withinLimit(toApi, ask, maxBytes);
    },
    query: (text, signal) => withinLimit(toApi, (fetch) => octokit.graphql(text, { request: { signal, fetch } })),
    download(url, maxBytes, signal) {
      const load = async (fetch: Fetch) => {
        const response = await fetch(url, { redirect: "follow", signal });
        if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
        return Buffer.from(await response.arrayBuffer());
      };
      return withinLimit(throughProxy, load, maxBytes);
    },
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
 * alone would turn a POST into a GET. With `redirect: "manual"` the redirect itself is the answer.
 * @throws FinalError from the returned function
 */
function withinOrigin({ baseUrl, maxRedirects }: ApiPlace, fetch: Fetch): Fetch {
  const { origin } = new URL(baseUrl);
  return async (first, options) => {
    let url = first;
    for (let step = 0; ; step++) {
      const target = new URL(url);
      if (target.origin !== origin || step > maxRedirects)
        throw new FinalError(`it redirects to ${target.host}, which does not get the token`);
      const response = await fetch(url, { ...options, redirect: "manual" });
      const location = response.headers.get("location");
      const asked = options.redirect === "manual";
      if (asked || ![301, 302, 307, 308].includes(response.status) || location === null) return response;
      await response.body?.cancel();
      url = new URL(location, url).href;
    }
  };
}

/**
 * Sends one request and limits the decompressed size of its answer. A compressed body of a few MB can decompress to any
 * length, and the libraries keep all of it in memory.
 * @throws TooLongError, even if the reader of the answer ignores the broken stream
 */
async function withinLimit<T>(fetch: Fetch, send: (fetch: Fetch) => Promise<T>, maxBytes = MAX_ANSWER): Promise<T> {
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
