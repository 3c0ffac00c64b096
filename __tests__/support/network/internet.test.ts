import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { startInternet } from "./internet.ts";

it("the simulated internet refuses a host without a site, and records it", async () => {
  await using net = await startInternet({ "known.test": (_, response) => response.end() });
  const client = connect(Number(new URL(net.env.HTTPS_PROXY ?? "").port), "127.0.0.1");
  client.write("CONNECT stranger.test:443 HTTP/1.1\r\nHost: stranger.test:443\r\n\r\n");
  expect(await text(client)).toMatch(/^HTTP\/1\.1 403 /);
  expect(net.strangers).toEqual(["stranger.test:443"]);
  expect(net.requests).toEqual([]);
});
