import { startFakeGitHub } from "./fake-github.ts";

export type FakeReleases = Awaited<ReturnType<typeof startFakeReleases>>;

/** Starts GitHub for `acme/image-gate`: releases, tags and settings, which are its `state` here. */
export async function startFakeReleases() {
  const { releases: state, url, problems, fault, close } = await startFakeGitHub({ repository: "acme/image-gate" });
  return {
    ...{ state, url, problems, fault, close, changes: state.changes, addRelease: state.addRelease },
    /** Names and texts of a release's assets. */
    assetsOf(tag: string): Record<string, string> {
      const assets = state.releases.find(({ tag_name }) => tag_name === tag)?.assets.values() ?? [];
      return Object.fromEntries([...assets].map(({ name, bytes }) => [name, bytes.toString()]));
    },
    [Symbol.asyncDispose]: close,
  };
}
