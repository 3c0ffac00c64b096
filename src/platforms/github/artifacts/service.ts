import { DefaultArtifactClient } from "@actions/artifact";
import { answerOnce } from "../library-process.ts";
import type { ArtifactAnswer, ArtifactRequest } from "./process.ts";

// The process that uploads one artifact to GitHub. src/platforms/github/artifacts/process.ts starts it.

/** The service's message if a name is taken; an uploaded artifact cannot be changed. */
const EXISTS = /\(409\)|already exists/;

async function upload(): Promise<ArtifactAnswer> {
  const { name, files, folder } = JSON.parse(process.argv[2] ?? "") as ArtifactRequest;
  const { size, id } = await new DefaultArtifactClient().uploadArtifact(name, [...files], folder);
  return { outcome: "kept", bytes: size ?? 0, id };
}

await answerOnce(
  upload,
  (reason): ArtifactAnswer => (EXISTS.test(reason) ? { outcome: "exists" } : { outcome: "failed", reason }),
);
