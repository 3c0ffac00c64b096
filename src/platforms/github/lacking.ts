import { type Lacking, offlineBecause } from "../../forge/lacking.ts";
import type { Access } from "../platform.ts";
import type { GitHubEvent } from "./event.ts";

/** Why a run cannot ask GitHub; undefined if it can. */
export function lackingOn({ name }: Pick<GitHubEvent, "name">, access: Access): Lacking | undefined {
  if (name === "") return { why: "this run is outside of GitHub", level: "info" };
  const ofToken = { why: "the input `token` is empty", level: "warning" } as const;
  return offlineBecause(access, "GitHub") ?? (access.token === "" ? ofToken : undefined);
}
