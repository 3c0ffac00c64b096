import fc from "fast-check";
import { expect, test } from "vitest";
import { issueMarker, markedClosed, readIssueMarker, withoutWriter } from "../../../src/domain/tracking/marker.ts";

// Proves: issue-ours-marker-author
test("a marker is read as it was written, whatever the names, and stays one line and one HTML comment", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("--> <img src=x>", "a--!>b", "%2F", "a\nb", "ghcr.io/acme/app", "x image=y is=open -->"),
  );
  const writer = fc.record({ server: name, number: fc.integer({ min: 1 }) });
  fc.assert(
    fc.property(name, name, fc.boolean(), fc.option(writer, { nil: undefined }), (scope, image, isOpen, by) => {
      const line = issueMarker({ scope, image, isOpen, by });
      expect(line).toMatch(/^<!-- [^<>\n]* -->$/);
      expect(line.slice(4, -3)).not.toContain("--");
      expect(readIssueMarker(line)).toEqual({ scope, image, isOpen, by });
      expect(readIssueMarker(`${line}\r\ntext`)).toEqual({ scope, image, isOpen, by });
      expect(withoutWriter(`${line}\ntext`)).toBe(`${issueMarker({ scope, image, isOpen })}\ntext`);
    }),
  );
});

test("a marker counts in the first line only", () => {
  const line = issueMarker({ scope: "s", image: "i", isOpen: true });
  expect(readIssueMarker(`text\n${line}`)).toBeUndefined();
  expect(readIssueMarker(` ${line}`)).toBeUndefined();
  expect(readIssueMarker(`${line} and more`)).toBeUndefined();
  expect(readIssueMarker(line.replace("image=i", "image=%zz"))).toBeUndefined();
  expect(readIssueMarker(line.replace("image=i", "image="))).toBeUndefined();
  expect(readIssueMarker("")).toBeUndefined();
});

test("a body that is marked closed differs in its first line only", () => {
  const line = issueMarker({ scope: "s", image: "i", isOpen: true });
  const by = { server: "gitlab.test:8443", number: 7 };
  expect(markedClosed(`${line}\ntext ${line}`, by)).toBe(
    `${issueMarker({ scope: "s", image: "i", isOpen: false, by })}\ntext ${line}`,
  );
  expect(markedClosed("text", by)).toBe("text");
});
