import type { World } from "../../../system/world.ts";

/** Why this run can keep no artifact, as a clause; undefined: it can. Nothing is asked. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (!isHosted(env.GITHUB_SERVER_URL)) return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

/** As `isGhes` of @actions/artifact has it. */
function isHosted(server: string | undefined): boolean {
  const url = server || "https://github.com";
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  return host === "github.com" || host.endsWith(".ghe.com") || host.endsWith(".localhost");
}
