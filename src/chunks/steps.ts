// What a run needs once its inputs are in order: one chunk of the bundle, so that a run that ends before starts faster.
export { claimNotes } from "../domain/image/claimed-names.ts";
export { judge } from "../domain/judge.ts";
export { loadPolicy } from "../load-policy.ts";
export { sharedCache } from "../platforms/github/cache/shared-cache.ts";
export { DEFAULT_POLICY } from "../policy/read.ts";
export { ruleSource } from "../rule-source.ts";
export { beginSboms } from "../sboms.ts";
export { savedTag } from "../scan/saved-tag.ts";
export { scanTargets } from "../scan/scan-targets.ts";
export { resolveTargets } from "../scan/targets.ts";
export { installTrivy } from "../scanners/trivy/install/install.ts";
export { expandPlatforms } from "../scanners/trivy/scan/every-platform.ts";
export { prepareLooking } from "../surroundings.ts";
export { beginWeighing } from "../weigh.ts";
