import type { Change, Platform } from "../../src/platforms/platform.ts";

/** A push to the default branch. */
const PUSH: Change = {
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
    change: PUSH,
    action: { name: "Image Gate", version: "1.2.3", url: "https://github.com/acme/image-gate" },
    sharedCache: unexpected("sharedCache"),
    ruleReader: unexpected("ruleReader"),
    keptReports: unexpected("keptReports"),
    stateBranch: unexpected("stateBranch"),
    annotate: unexpected("annotate"),
    decideComment: unexpected("decideComment"),
    comment: unexpected("comment"),
    decideAlerts: unexpected("decideAlerts"),
    sendAlerts: unexpected("sendAlerts"),
    decidePackages: unexpected("decidePackages"),
    submittingJob: unexpected("submittingJob"),
    sendPackages: unexpected("sendPackages"),
    issues: unexpected("issues"),
    keep: unexpected("keep"),
    keepReport: unexpected("keepReport"),
    ...given,
  };
}
