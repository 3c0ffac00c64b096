import { ReleaseFault } from "./fault.ts";

/** A job's repository, run and token. */
export interface Place {
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
}

export interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly immutable?: boolean;
  readonly html_url: string;
  readonly upload_url: string;
}

export interface Asset {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly digest?: string | null;
}

/** Longer than any answer takes, in milliseconds. An upload has five times as long. */
const TIMEOUT_MS = 60_000;
/** Pages of a hundred that are read of a list. */
const MOST_PAGES = 50;

interface Call {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly bytes?: Buffer;
}

/** Reads a job's environment. @throws ReleaseFault `environment-incomplete` */
export function placeIn(env: NodeJS.ProcessEnv): Place {
  const { GITHUB_REPOSITORY: repository = "", GH_TOKEN: token = env.GITHUB_TOKEN ?? "" } = env;
  if (/^[\w.-]+\/[\w.-]+$/.test(repository) && token !== "")
    return { apiUrl: env.GITHUB_API_URL ?? "https://api.github.com", repository, token };
  throw new ReleaseFault(
    "environment-incomplete",
    "GITHUB_REPOSITORY (owner/name) or GH_TOKEN is missing.",
    "Set both; in a workflow the second one is ${{ github.token }}.",
  );
}

/** GitHub's API for one repository: what a release asks it. Nothing is tried again, since every job can be. */
export class GitHub {
  readonly place: Place;

  constructor(place: Place) {
    this.place = place;
  }

  /** The answer as JSON; undefined for 404, and for an answer without contents. @throws ReleaseFault */
  async ask<T>(path: string, call: Call = {}): Promise<T | undefined> {
    const { apiUrl, repository } = this.place;
    return (await this.#send(`${apiUrl}/repos/${repository}${path}`, call)) as T | undefined;
  }

  /** As {@link ask}, where 404 is a fault, too. */
  async need<T>(path: string, call: Call = {}): Promise<T> {
    const answer = await this.ask<T>(path, call);
    if (answer !== undefined) return answer;
    throw new ReleaseFault(
      "github-not-found",
      `GitHub knows no ${call.method ?? "GET"} ${path}, or hides it from this token.`,
      "Look at the permissions of the job.",
    );
  }

  /** All items of a list. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const some = await this.need<T[]>(`${path}?per_page=100&page=${page}`);
      items.push(...some);
      if (some.length < 100) break;
    }
    return items;
  }

  /** The commit of a tag, also of an annotated one; undefined where there is no such tag. */
  async commitOf(tag: string): Promise<string | undefined> {
    type Ref = { readonly object: { readonly type: string; readonly sha: string } };
    let ref = await this.ask<Ref>(`/git/ref/tags/${tag}`);
    // A tag can name another tag.
    for (let depth = 0; ref?.object.type === "tag" && depth < 5; depth++)
      ref = await this.need<Ref>(`/git/tags/${ref.object.sha}`);
    return ref?.object.type === "commit" ? ref.object.sha : undefined;
  }

  /** Attaches a file to a release. */
  async upload(release: Release, name: string, bytes: Buffer): Promise<void> {
    const address = release.upload_url.replace(/\{.*$/, "");
    await this.#send(`${address}?name=${encodeURIComponent(name)}`, { method: "POST", bytes });
  }

  async #send(url: string, { method = "GET", body, bytes }: Call): Promise<unknown> {
    const type = bytes ? "application/octet-stream" : "application/json";
    const sent = bytes ? new Uint8Array(bytes) : body === undefined ? undefined : JSON.stringify(body);
    const asked = `${method} ${new URL(url).pathname}`;
    const answer = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.place.token}`,
        "user-agent": "image-gate-release",
        "x-github-api-version": "2022-11-28",
        ...(sent !== undefined && { "content-type": type }),
      },
      ...(sent !== undefined && { body: sent }),
      signal: AbortSignal.timeout(bytes ? 5 * TIMEOUT_MS : TIMEOUT_MS),
    }).catch((thrown: Error) => {
      throw unreachable(asked, thrown);
    });
    const text = await answer.text().catch((thrown: Error) => {
      throw unreachable(asked, thrown);
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw refused(asked, answer.status, text);
    return text === "" ? undefined : JSON.parse(text);
  }
}

function unreachable(asked: string, thrown: Error): ReleaseFault {
  const cause = thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
  return new ReleaseFault(
    "github-unreachable",
    `GitHub did not answer ${asked} (${cause}).`,
    "Start the failed job again: it continues where this one stopped.",
  );
}

function refused(asked: string, status: number, text: string): ReleaseFault {
  let said = "";
  try {
    said = String((JSON.parse(text) as { message?: unknown }).message ?? "");
  } catch {
    // Not JSON: the status says enough.
  }
  const remedy =
    status === 401 || status === 403
      ? "The token lacks a permission, or a rule of the repository forbids it (docs/release.md)."
      : "Look at https://www.githubstatus.com, then start the failed job again.";
  return new ReleaseFault("github-refused", `GitHub answered ${asked} with ${status}${said && ` (${said})`}.`, remedy);
}
