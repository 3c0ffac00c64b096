// What a run needs once its inputs are in order: one chunk of the bundle, so that a run that ends before starts faster.
export { claimNotes } from "../domain/image/claimed-names.ts";
export { judge } from "../domain/judge.ts";
export { sharedCache } from "../platforms/github/cache/shared-cache.ts";
export { DEFAULT_POLICY } from "../policy/read.ts";
export { beginSboms } from "../reports/sboms.ts";
export { savedTag } from "../scan/saved-tag.ts";
export { scanTargets } from "../scan/scan-targets.ts";
export { resolveTargets } from "../scan/targets.ts";
export { installTrivy } from "../scanners/trivy/install/install.ts";
export { expandPlatforms } from "../scanners/trivy/scan/every-platform.ts";
export { prepareLooking } from "../steps/attribute.ts";
export { beginWeighing } from "../steps/enrich.ts";
export { loadPolicy } from "../steps/load-policy.ts";
export { ruleSource } from "../steps/rule-source.ts";
