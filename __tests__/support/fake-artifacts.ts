import { randomUUID } from "node:crypto";

/** An artifact of the run that uploads. */
export interface ArtifactEntry {
  readonly name: string;
  /** Of its zip among the blobs. */
  readonly id: string;
  readonly number: number;
  /** What the client says of the zip: `sha256:…`. */
  hash?: string;
  done: boolean;
}

/** Artifacts v4 (Twirp JSON): a name can be taken once in a run. */
export function artifactService() {
  const entries: ArtifactEntry[] = [];
  return {
    entries: entries as readonly ArtifactEntry[],
    call(method: string, text: string, address: (id: string) => string) {
      const { name = "", hash, version } = JSON.parse(text);
      const known = entries.find((each) => each.name === name);
      if (method === "FinalizeArtifact") {
        if (known) Object.assign(known, { hash, done: true });
        return { status: 200, body: { ok: known !== undefined, artifact_id: String(known?.number) } };
      }
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
