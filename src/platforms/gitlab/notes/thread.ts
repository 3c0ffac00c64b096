import { z } from "zod";
import type { Api, Request } from "../api/api.ts";
import { NEEDS, noteSchema, type OwnNote, type Place, pages, pathOf } from "./read.ts";

// GitLab calls a thread a discussion. With "all threads must be resolved" an open one holds up the merge on every tier.

const discussionSchema = z.object({ id: z.string().regex(/^[0-9a-f]{1,64}$/), notes: z.array(noteSchema).min(1) });

/** Opens a thread whose first note is ours. */
export async function openThread(api: Api, place: Place, body: string): Promise<OwnNote> {
  const { data } = await api.call(
    {
      method: "POST",
      path: `${pathOf(place)}/discussions`,
      body: { body },
      failed: `The thread on !${place.iid} could not be opened`,
      needs: NEEDS,
    },
    discussionSchema,
  );
  return data.notes[0] as OwnNote;
}

/**
 * Resolves the thread of a note, or opens it again. A note does not say which thread it is in, so the threads are read.
 * @throws ReportingError if a request fails, as for a token that has not the role Developer
 */
export async function setResolved(api: Api, place: Place, note: number, resolved: boolean): Promise<void> {
  const failed = `The thread on !${place.iid} could not be ${resolved ? "resolved" : "opened again"}`;
  const about = { failed, needs: "the scope `api` and the role Developer" };
  const list: Request = { ...about, method: "GET", path: `${pathOf(place)}/discussions` };
  for await (const discussions of pages(api, list, z.array(discussionSchema))) {
    const found = discussions.find(({ notes }) => notes[0]?.id === note);
    if (found === undefined) continue;
    const path = `${pathOf(place)}/discussions/${found.id}`;
    await api.call({ ...about, method: "PUT", path, body: { resolved } }, z.unknown());
    return;
  }
}
