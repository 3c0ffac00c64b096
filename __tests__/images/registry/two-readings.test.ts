import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { registryReader } from "../../../src/images/registry/client.ts";
import { documentOf, pinImage } from "../../../src/signing/in-registry.ts";
import { clean, multiArchitecture } from "../../support/images/images.ts";
import type { Artifact } from "../../support/images/oci.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";

let registry: Registry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.close());

/** The same with a second list, which Go's readers use instead of the first. */
function twofold(artifact: Artifact, key: string): Artifact {
  const text = String(artifact.blobs.get(artifact.descriptor.digest)).replace(/\}$/, `,"${key}":[]}`);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return {
    blobs: new Map([...artifact.blobs, [digest, Buffer.from(text)]]),
    descriptor: { ...artifact.descriptor, digest },
  };
}

const options = { credentials: async () => undefined, signal: new AbortController().signal };

describe.each([
  ["a manifest", () => twofold(clean(), "Layers")],
  ["an index", () => twofold(multiArchitecture(), "Manifests")],
])("%s that readers read differently", (_, make) => {
  beforeEach(() => {
    registry.add("acme/app", "1", make());
  });

  it("is neither signed nor verified", async () => {
    const reading = documentOf(registryReader(options), `${registry.host}/acme/app`, "1");
    await expect(reading).rejects.toMatchObject({ code: "image-inconsistent" });
    await expect(pinImage(`${registry.host}/acme/app:1`, options, options)).rejects.toMatchObject({
      code: "image-inconsistent",
    });
  });
});
