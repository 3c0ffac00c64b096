import { afterEach, describe, expect, it } from "vitest";
import { tagDigest } from "../../../src/images/registry/tag-digest.ts";
import { digestOf } from "../../support/images/oci.ts";
import { type Listening, listen } from "../../support/network/http.ts";

const SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const body = JSON.stringify({ schemaVersion: 1, fsLayers: [] });
const digest = digestOf(body);
const errorOf = (code: string) => JSON.stringify({ errors: [{ code, message: "not there" }] });

let server: Listening | undefined;
afterEach(async () => server?.close());

/** Asks a registry that serves the tag only to clients that accept its media type, and gives others this answer. */
async function ask(mediaType: string | undefined, status: number, otherwise: string): Promise<string | undefined> {
  server = await listen((request, response) => {
    const accepted = String(request.headers.accept).split(/,\s*/);
    if (request.url === "/v2/") response.end("{}");
    else if (mediaType !== undefined && accepted.includes(mediaType))
      response.writeHead(200, { "content-type": mediaType }).end(body);
    else response.writeHead(status, { "content-type": "application/json" }).end(otherwise);
  });
  const options = { credentials: async () => undefined, signal: new AbortController().signal, deadlineMs: 60_000 };
  return tagDigest(`127.0.0.1:${server.port}/app`, "1", options);
}

describe("a tag of a registry", () => {
  // Proves: no-tag-overwritten
  it.each([SCHEMA_1, "application/vnd.oci.image.index.v1+json", "*/*"])(
    "has a digest if something is under it that only those get who accept %s",
    async (mediaType) => {
      expect(await ask(mediaType, 404, errorOf("MANIFEST_UNKNOWN"))).toBe(digest);
    },
  );

  it.each(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NOT_FOUND"])("is free if the registry says %s", async (code) => {
    expect(await ask(undefined, 404, errorOf(code))).toBeUndefined();
  });

  // Proves: no-tag-overwritten
  it.each([
    [404, "", "an unexpected answer"],
    [404, "<html>not found</html>", "an unexpected answer"],
    [404, errorOf("UNSUPPORTED"), "an unexpected answer"],
    [404, JSON.stringify({ errors: [] }), "an unexpected answer"],
    [406, errorOf("MANIFEST_UNKNOWN"), "HTTP 406"],
    [403, errorOf("DENIED"), "wants a login"],
  ])("is not known to be free after a status of %i with %j", async (status, answer, why) => {
    await expect(ask(undefined, status, answer)).rejects.toThrow(why);
  });
});
