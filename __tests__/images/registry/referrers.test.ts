import { afterEach, expect, it } from "vitest";
import { requireReferrers } from "../../../src/images/registry/referrers.ts";
import { digestOf } from "../../support/images/oci.ts";
import { type Listening, listen } from "../../support/network/http.ts";

const blob = Buffer.from("a bundle");
const manifest = wanting(blob);
const IMAGE = digestOf(Buffer.from("the image"));

/** A registry's content, by the requested digest. The list names the first one. */
function byDigest(...contents: readonly Buffer[]): Map<string, Buffer> {
  return new Map(contents.map((bytes) => [digestOf(bytes), bytes]));
}

function wanting(content: Buffer): Buffer {
  return Buffer.from(JSON.stringify({ annotations: { type: "wanted" }, layers: [{ digest: digestOf(content) }] }));
}

let server: Listening | undefined;
afterEach(async () => server?.close());

/** Reads all referrers of an image in a registry whose list has these headers, and which has these contents. */
async function read(headers: Readonly<Record<string, string>>, held = byDigest(manifest, blob)): Promise<void> {
  server = await listen((request, response) => {
    const path = request.url ?? "";
    const list = JSON.stringify({ manifests: [...held.keys()].slice(0, 1).map((digest) => ({ digest })) });
    const found = held.get(path.slice(path.lastIndexOf("/") + 1));
    if (path === "/v2/") response.end("{}");
    else if (path === `/v2/app/referrers/${IMAGE}`)
      response.writeHead(200, { "content-type": "application/vnd.oci.image.index.v1+json", ...headers }).end(list);
    else response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  const repository = `127.0.0.1:${server.port}/app`;
  const options = { credentials: async () => undefined, signal: new AbortController().signal };
  await requireReferrers({ repository, digest: IMAGE, annotation: ["type", "wanted"] }, options);
}

it("what refers to an image is read, each with its contents", async () => {
  await expect(read({})).resolves.toBeUndefined();
});

it("what is listed and not there is an error", async () => {
  await expect(read({}, byDigest(manifest))).rejects.toThrow("does not have it");
});

// Proves: could-not-look-not
it("a list that goes on is an error, since Cosign reads its first page alone", async () => {
  const link = `</v2/app/referrers/${IMAGE}?page=2>; rel="next"`;
  await expect(read({ link })).rejects.toThrow("sent an unexpected answer");
});

it("contents of more than 32 MiB are an error, however well they fit their digest", async () => {
  const huge = Buffer.alloc(32 * 1024 * 1024 + 1);
  await expect(read({}, byDigest(wanting(huge), huge))).rejects.toThrow();
  await server?.close();
  const largest = huge.subarray(1);
  await expect(read({}, byDigest(wanting(largest), largest))).resolves.toBeUndefined();
});

it("contents that do not match their digest are an error", async () => {
  const other = byDigest(manifest, blob).set(digestOf(blob), Buffer.from("another bundle"));
  await expect(read({}, other)).rejects.toThrow();
});

it.each([
  ["annotations in another spelling", (text: string) => text.replace("annotations", "Annotations")],
  ["layers twice", (text: string) => text.replace(/\}$/, ',"layers":[]}')],
])("an attachment with %s is an error: Cosign may find in it what others do not see", async (_, change) => {
  const respelt = Buffer.from(change(manifest.toString()));
  await expect(read({}, byDigest(respelt, blob))).rejects.toThrow("has a document that can be read in two ways");
});
