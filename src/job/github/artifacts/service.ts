import { DefaultArtifactClient } from "@actions/artifact";
import type { GivenAnswer } from "../library.ts";
import { answerOnce } from "../library-process.ts";
import type { ArtifactRequest } from "./keep.ts";

// The process that uploads one artifact to GitHub, or fetches one of this run. src/job/github/artifacts/keep.ts starts
// it.

async function move(): Promise<GivenAnswer> {
  const { name, files, folder } = JSON.parse(process.argv[2] ?? "") as ArtifactRequest;
  const client = new DefaultArtifactClient();
  if (files !== undefined) {
    const { id } = await client.uploadArtifact(name, [...files], folder);
    return { outcome: "kept", id };
  }
  const { artifact } = await client.getArtifact(name);
  // Our own code unpacks it: the archive may be another job's.
  await client.downloadArtifact(artifact.id, { path: folder, skipDecompress: true });
  return { outcome: "kept", id: artifact.id };
}

await answerOnce(move);
