import { z } from "zod";
import type { Api, Request } from "../api/api.ts";
import { noteSchema, type OwnNote, type Place, pages, requestOn } from "./read.ts";

// GitLab calls a thread a discussion. With "all threads must be resolved" an open one holds up the merge on every tier.

const discussionSchema = z.object({ id: z.string().regex(/^[0-9a-f]{1,64}$/), notes: z.array(noteSchema).min(1) });

/** Opens a thread whose first note is ours. */
export async function openThread(api: Api, place: Place, body: string): Promise<OwnNote> {
  const request = requestOn(place, "POST", "discussions", "The thread on %s could not be opened");
  const { data } = await api.call({ ...request, body: { body } }, discussionSchema);
  return data.notes[0] as OwnNote;
}

/**
 * Resolves the thread of a note, or opens it again. A note does not say which thread it is in, so the threads are read.
 * @throws ReportingError if a request fails, as for a token that has not the role Developer
 */
export async function setResolved(api: Api, place: Place, note: number, resolved: boolean): Promise<void> {
  const failed = `The thread on %s could not be ${resolved ? "resolved" : "opened again"}`;
  const asked = (method: Request["method"], below: string): Request => ({
    ...requestOn(place, method, below, failed),
    needs: "the scope `api` and the role Developer",
  });
  for await (const discussions of pages(api, asked("GET", "discussions"), z.array(discussionSchema))) {
    const found = discussions.find(({ notes }) => notes[0]?.id === note);
    if (found === undefined) continue;
    await api.call({ ...asked("PUT", `discussions/${found.id}`), body: { resolved } }, z.unknown());
    return;
  }
}
