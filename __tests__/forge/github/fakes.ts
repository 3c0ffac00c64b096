import { afterEach, expect } from "vitest";
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from "../../support/github/fake-github.ts";

/**
 * Starts fake GitHubs for the tests of a file, and closes each after its test. Every request must follow GitHub's own
 * description.
 */
export function fakes(): (prepare?: (github: FakeGitHub) => void, options?: FakeGitHubOptions) => Promise<FakeGitHub> {
  const started: FakeGitHub[] = [];
  afterEach(async () => {
    const all = started.splice(0);
    await Promise.all(all.map((github) => github.close()));
    expect(all.flatMap(({ problems }) => problems)).toEqual([]);
  });
  return async (prepare, options) => {
    const github = await startFakeGitHub(options);
    started.push(github);
    prepare?.(github);
    return github;
  };
}
