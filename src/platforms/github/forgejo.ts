import type { Platform, PlatformWords } from "../platform.ts";

// Forgejo and Gitea run workflows of GitHub's kind, and set GitHub's variables. Of GitHub's API they have what their
// own descriptions name (Gitea, templates/swagger): comments, branches, commits and files. They lack GraphQL, check
// runs, code scanning and the dependency graph, and cannot write objects of Git.

const WORDS: Pick<PlatformWords, "name" | "lacking" | "mayRead"> = {
  name: "Forgejo or Gitea",
  lacking: "Image Gate does not do this on Forgejo and Gitea",
  mayRead: "Leave `token` at its default, or give it one that may read the repository",
};

/**
 * The platform in their words. Files are not kept: an artifact replaces one of the same name, and so one leg of a
 * matrix another leg's.
 */
export function onForgejo(platform: Platform): Platform {
  const { keepFiles: _, ...kept } = platform;
  return { ...kept, words: { ...platform.words, ...WORDS } };
}
