import { expect, test } from "vitest";
import { withoutSecrets } from "../../../src/job/github/library-process.ts";

// Proves: cache-s-token-stays
test("no signature of an address and no token is left in a text", () => {
  const address = "https://a.blob.core.windows.net/c/b.tzst?sv=2025&sig=abc%2Fdef&se=1";
  expect(withoutSecrets(`GET ${address} 403, "sig=abc", Bearer tok.en`, "tok.en")).toBe(
    'GET https://a.blob.core.windows.net/c/b.tzst?… 403, "sig=…", Bearer ***',
  );
  expect(withoutSecrets("plain", undefined)).toBe("plain");
});
