import type { IncomingMessage } from "node:http";
import type { HttpClient } from "@actions/http-client";
import { authorityBundle, withAuthorities } from "../../../system/authorities.ts";
import { readBody } from "../../../system/http.ts";

/** One request, with everything that the server sees. */
export interface Message {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** The names are in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Sends one request and follows no redirect. */
export type Exchange = (message: Message, maxBytes: number, signal: AbortSignal) => Promise<Answer>;

/** If a server sends nothing for this long, the request has failed. */
const SILENCE_MS = 30_000;

/**
 * A client that obeys the proxy variables, and trusts CI_SERVER_TLS_CA_FILE beside the usual authorities. GitLab's
 * runner names by it the certificates of its own server.
 */
export async function exchanger(authorityFile: string | undefined): Promise<Exchange> {
  const { HttpClient } = await import("@actions/http-client");
  const ca = authorityFile ? authorityBundle(authorityFile) : undefined;
  const trusting = {
    prepareRequest(options: { ca?: string }) {
      if (ca !== undefined) options.ca = ca;
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error("there is no login to add")),
  };
  const client = new HttpClient("image-gate", [trusting as never], {
    allowRedirects: false,
    keepAlive: true,
    socketTimeout: SILENCE_MS,
  });
  return (message, maxBytes, signal) => withAuthorities(() => once(client, message, maxBytes, signal));
}

async function once(
  client: HttpClient,
  { method, url, headers, text }: Message,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const asked = client.request(method, url.href, text ?? null, headers).then(({ message }) => message);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    asked.then((message) => message.destroy()).catch(() => {});
    reject(signal.reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const message: IncomingMessage = await Promise.race([asked, aborted]);
    const body = await readBody(message, maxBytes, signal);
    const named = Object.entries(message.headers).map(([name, value]) => [name, value?.toString()] as const);
    return { status: message.statusCode ?? 0, headers: Object.fromEntries(named), body };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
