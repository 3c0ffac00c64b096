import packageJson from "../../package.json" with { type: "json" };
import type { World } from "../system/world.ts";

/** This action, as reports for other tools name it. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** The page of the repository that the action was taken from. */
  readonly url: string;
}

/** The runner names the action's repository in GITHUB_ACTION_REPOSITORY; a local action has none but the workflow's. */
export function toolOf(env: World["env"]): Tool {
  const server = env.GITHUB_SERVER_URL || "https://github.com";
  const repository = [env.GITHUB_ACTION_REPOSITORY, env.GITHUB_REPOSITORY].find((name) =>
    /^[\w-]+\/[\w.-]+$/.test(name ?? ""),
  );
  const page = URL.canParse(server) ? new URL(repository ?? "", `${server.replace(/\/+$/, "")}/`).href : undefined;
  return { name: "Image Gate", version: packageJson.version, url: page ?? "https://github.com" };
}
