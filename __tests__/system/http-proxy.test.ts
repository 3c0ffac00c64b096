import type { RequestListener } from "node:http";
import { expect, it } from "vitest";
import { startInternet } from "../support/network/internet.ts";
import { askAt } from "../support/runs/ask-at.ts";

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
