import type { Described } from "../../../domain/verdict.ts";

/** Their API is below `/api/v1`, that of a GitHub Enterprise Server below `/api/v3`. */
export function isForgejo({ apiUrl }: { readonly apiUrl: string }): boolean {
  return apiUrl.endsWith("/api/v1");
}

/** What a failed request says, without naming GitHub: its pages do not tell of disturbances there. */
export function inWordsOfForgejo({ code, what, remedy }: Described): Described {
  const reworded = (text: string) =>
    text
      .replaceAll(/; https:\/\/www\.githubstatus\.com tells of disturbances/g, "")
      .replaceAll(/(^|\. )GitHub\b/g, "$1The server")
      .replaceAll(/\bGitHub\b/g, "the server");
  return { code, what: reworded(what), remedy: reworded(remedy) };
}
