import type { Platform, RunChange } from "../../src/platforms/platform.ts";

/** A push to the default branch. */
const PUSH: RunChange = {
  trigger: "push",
  commit: "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b",
  commits: [],
  hasBase: false,
  defaultBranch: "main",
  privileged: false,
};

/** A platform of which only that may be asked which a test gives: anything else is thrown. */
export function fakePlatform(given: Partial<Platform> = {}): Platform {
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
    ruleReader: unexpected("ruleReader"),
    keptReports: { find: unexpected("keptReports.find"), keep: unexpected("keptReports.keep") },
    state: unexpected("state"),
    annotate: unexpected("annotate"),
    comments: { mostUnits: 65_000, decide: unexpected("comments.decide"), write: unexpected("comments.write") },
    alerts: { decide: unexpected("alerts.decide"), send: unexpected("alerts.send") },
    packages: {
      decide: unexpected("packages.decide"),
      jobFor: unexpected("packages.jobFor"),
      send: unexpected("packages.send"),
    },
    issues: unexpected("issues"),
    keepFiles: unexpected("keepFiles"),
    ...given,
  };
}
