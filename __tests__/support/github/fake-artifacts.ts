import { randomUUID } from "node:crypto";

/** An artifact of the run that uploads. */
export interface ArtifactEntry {
  readonly name: string;
  /** The id of its zip among the blobs. */
  readonly id: string;
  readonly number: number;
  /** The zip's hash according to the client: `sha256:…`. */
  hash?: string;
  done: boolean;
}

/** Artifacts v4 (Twirp JSON): a name can be taken once in a run. */
export function artifactService() {
  const entries: ArtifactEntry[] = [];
  return {
    entries: entries as readonly ArtifactEntry[],
    call(method: string, text: string, address: (id: string) => string) {
      const { name = "", hash, version, name_filter: wanted, id_filter: number } = JSON.parse(text);
      const known = entries.find((each) => each.name === name);
      if (method === "FinalizeArtifact") {
        if (known) Object.assign(known, { hash, done: true });
        return { status: 200, body: { ok: known !== undefined, artifact_id: String(known?.number) } };
      }
      if (method === "ListArtifacts") {
        const listed = entries.filter((each) => each.name === wanted || String(each.number) === number);
        return { status: 200, body: { artifacts: listed.filter(({ done }) => done).map(listing) } };
      }
      if (method === "GetSignedArtifactURL" && known) return { status: 200, body: { signed_url: address(known.id) } };
      if (method !== "CreateArtifact") return { status: 404, body: { code: "bad_route", msg: method } };
      // GitHub's own words (actions/upload-artifact#478).
      if (known)
        return {
          status: 409,
          body: { code: "already_exists", msg: "an artifact with this name already exists on the workflow run" },
        };
      if (typeof version !== "number") return { status: 400, body: { code: "invalid_argument", msg: "version" } };
      const made = { name, id: randomUUID(), number: entries.length + 1, done: false };
      entries.push(made);
      return { status: 200, body: { ok: true, signed_upload_url: address(made.id) } };
    },
  };
}

/** In the form of the list of a run's artifacts. */
function listing({ name, number, hash }: ArtifactEntry) {
  const ids = { workflow_run_backend_id: "run-1", workflow_job_run_backend_id: "job-1" };
  return { ...ids, database_id: String(number), name, size: "1000", digest: hash };
}
