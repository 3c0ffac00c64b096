import type { Forge } from "../../src/forge/forge.ts";
import type { Platform, RunChange } from "../../src/job/job.ts";

/** A push to the default branch. */
const PUSH: RunChange = {
  trigger: "push",
  commit: "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b",
  commits: [],
  hasBase: false,
  defaultBranch: "main",
  privileged: false,
};

/** The parts of a platform and of its server that a test supplies. */
export type FakePlatform = Partial<Omit<Platform, "forge">> & { readonly forge?: Forge };

/** A platform with only the parts that a test supplies. Any other call throws. */
export function fakePlatform({ forge, ...given }: FakePlatform = {}): Platform {
  const unexpected = (name: string) => () => {
    throw new Error(`The platform's \`${name}\` was not expected to be asked.`);
  };
  return {
    words: {
      name: "GitHub",
      lacking: "this run is outside of GitHub",
      mayRead: "Give the job its rights",
      changeRequest: "pull request",
      workflow: "workflow",
    },
    change: PUSH,
    action: { name: "Image Gate", version: "1.2.3", url: "https://github.com/acme/image-gate" },
    sharedCache: unexpected("sharedCache"),
    forge: async () => ({
      rules: unexpected("rules"),
      keptReports: unexpected("keptReports"),
      state: unexpected("state"),
      comments: { mostUnits: 65_000, write: unexpected("comments.write") },
      issues: unexpected("issues"),
      ...forge,
    }),
    keepReport: unexpected("keepReport"),
    keepFiles: unexpected("keepFiles"),
    ...given,
  };
}
