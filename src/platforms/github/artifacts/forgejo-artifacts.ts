import { z } from "zod";
import type { Api } from "../api/api.ts";
import { type Artifact, listSchema, PERMISSION } from "./listed.ts";

const PER_PAGE = 50;

/**
 * The artifacts of this name, newest first. Gitea lists them oldest first, without links to other pages, so that the
 * last pages are read.
 * @param mostPages pages that are read at most, beside the first one
 */
export async function* listedOnForgejo(api: Api, name: string, mostPages: number): AsyncGenerator<Artifact> {
  const page = async (number: number) => {
    const request = {
      route: "GET /repos/{owner}/{repo}/actions/artifacts",
      parameters: { name, limit: PER_PAGE, page: number },
      failed: "The artifacts of earlier runs could not be listed",
      permission: PERMISSION,
    };
    return (await api.call(request, listSchema)).data;
  };
  const first = await page(1);
  const last = Math.ceil((first.total_count ?? 0) / PER_PAGE);
  for (let number = Math.max(1, last); number > Math.max(0, last - mostPages); number--) {
    const { artifacts } = number === 1 ? first : await page(number);
    yield* artifacts.filter((each) => each.name === name).sort((a, b) => b.id - a.id);
  }
}

/** Whether nothing of a commit is missing on the branch: the comparison has no status, but the number of commits. */
export async function isOnForgejoBranch(api: Api, commit: string, head: string): Promise<boolean> {
  const request = {
    route: "GET /repos/{owner}/{repo}/compare/{basehead}",
    parameters: { basehead: `${head}...${commit}`, verification: false, files: false },
    failed: `The commit ${commit} could not be compared with the default branch`,
    permission: "contents: read",
  };
  return (await api.call(request, z.object({ total_commits: z.int() }))).data.total_commits === 0;
}
