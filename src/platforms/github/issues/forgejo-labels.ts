import { z } from "zod";
import type { Api } from "../api/api.ts";

// Forgejo and Gitea take the labels of an issue by their numbers, and have no route for a label of a name.

const label = z.object({ id: z.int(), name: z.string() });

/** How a request about labels is made: its route and parameters, and what its failure says. */
type Asked = (
  route: string,
  failed: string,
  parameters: Readonly<Record<string, unknown>>,
) => Parameters<Api["call"]>[0];

const PER_PAGE = 50;
/** 1,000 labels. */
const MAX_PAGES = 20;

/** The repository's labels: their numbers, by their names in lower case. */
export async function labelNumbers(api: Api, asked: Asked): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const parameters = { limit: PER_PAGE, page };
    const request = asked("GET /repos/{owner}/{repo}/labels", "The repository's labels could not be read", parameters);
    const { data, more } = await api.call(request, z.array(label));
    for (const { id, name } of data) found.set(name.toLowerCase(), id);
    if (!more) return found;
  }
  return found;
}
