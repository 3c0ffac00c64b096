export interface Reply {
  readonly status: number;
  /** JSON, or bytes as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request to a part of the fake, below the repository's address. */
export interface Asked {
  /** `GET /issues`. */
  readonly at: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}
