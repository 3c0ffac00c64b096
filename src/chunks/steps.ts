// What a run needs once its inputs are in order: one chunk of the bundle, so that a run that ends before starts faster.
export { claimNotes } from "../domain/image/claimed-names.ts";
export { judge } from "../domain/judge.ts";
export { sharedCache } from "../github/shared-cache.ts";
export { loadPolicy } from "../load-policy.ts";
export { DEFAULT_POLICY } from "../policy/read.ts";
export { ruleSource } from "../rule-source.ts";
export { beginSboms } from "../sboms.ts";
export { scanTargets } from "../scan-targets.ts";
export { prepareLooking } from "../surroundings.ts";
export { expandPlatforms } from "../trivy/every-platform.ts";
export { installTrivy } from "../trivy/install.ts";
export { savedTag } from "../trivy/saved-tag.ts";
export { resolveTargets } from "../trivy/targets.ts";
export { beginWeighing } from "../weigh.ts";
