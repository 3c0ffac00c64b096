import type { RequestListener } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listen } from "../support/network/http.ts";
import { startInternet } from "../support/network/internet.ts";
import { type Authority, createAuthority } from "../support/network/tls.ts";
import { askAt } from "../support/runs/ask-at.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const redirect =
  (location: string): RequestListener =>
  (_, response) =>
    void response.writeHead(307, { location }).end();

it("through a proxy of this machine, redirects lead from one public host to another", async () => {
  await using net = await startInternet({
    "registry.test": redirect("https://storage.test/blob"),
    "storage.test": (_, response) => void response.end("reached"),
  });
  expect(await askAt("https://registry.test/", net.env)).toBe("reached");
  expect(net.connections).toEqual(["registry.test:443", "storage.test:443"]);
});

// Proves: redirect-leads-into-no
it.each([
  "https://169.254.169.254/",
  "https://metadata.google.internal/",
  "https://10.0.0.1/",
  "https://[::1]/",
  "https://localhost/",
  "https://nas.local/",
])("through a proxy, which looks names up by itself, no redirect leads to %s", async (location) => {
  await using net = await startInternet({ "registry.test": redirect(location) });
  expect(await askAt("https://registry.test/", net.env)).toBe("it is redirected into a private network");
  expect(net.connections).toEqual(["registry.test:443"]);
});

describe("an authority", () => {
  const folder = temporaryFolder("authorities");
  let authority: Authority;
  let server: Listening;
  beforeAll(async () => {
    authority = await createAuthority(folder.path);
    const { certificate: cert, key } = await authority.issue(["127.0.0.1"]);
    const away = redirect("http://127.0.0.1:1/");
    const answer: typeof away = (request, response) =>
      request.url === "/plain" ? away(request, response) : void response.end("reached");
    server = await listen(answer, { tls: { cert, key } });
  });
  afterAll(async () => {
    await server.close();
    folder.remove();
  });

  it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("that %s names is trusted", async (name) => {
    expect(await askAt(server.url, { [name]: authority.file })).toBe("reached");
  });

  it("that is not named is not trusted", async () => {
    expect(await askAt(server.url, {})).toMatch(/^(?:UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT)/);
  });

  it("helps no redirect from https to http", async () => {
    const env = { NODE_EXTRA_CA_CERTS: authority.file };
    expect(await askAt(`${server.url}/plain`, env)).toBe("it is redirected from https to http");
  });
});
