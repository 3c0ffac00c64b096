import { expect, it } from "vitest";
import type { Exception } from "../../../src/domain/exception.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import { matcherOf } from "../../../src/domain/policy/exception-matcher.ts";

const exception = (id: string): Exception =>
  ({ id, reason: "because", expires: "2027-01-01" }) as Partial<Exception> as Exception;
const finding: Pick<Finding, "id" | "aliases" | "package" | "path"> = {
  id: "CVE-2099-1",
  aliases: ["GHSA-aaaa-bbbb-cccc"],
};

// Proves: exception-one-several-cves
it("an exception for an alias of a finding matches it as one for its id does, in the policy's order", () => {
  const exceptions = [exception("ghsa-AAAA-bbbb-cccc"), exception("CVE-2099-2"), exception("CVE-2099-1")];
  const matcher = matcherOf(exceptions);
  expect(matcher.matches(finding)).toEqual([exceptions[0], exceptions[2]]);
  expect(matcher.matches({ ...finding, aliases: undefined })).toEqual([exceptions[2]]);
  expect(matcher.matches({ ...finding, id: "CVE-2099-3", aliases: ["CVE-2099-4"] })).toEqual([]);
});
