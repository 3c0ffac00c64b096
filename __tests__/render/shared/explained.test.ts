import { expect, test } from "vitest";
import { htmlLine } from "../../../src/render/print/html.ts";
import { textLine } from "../../../src/render/print/text.ts";
import { explained } from "../../../src/render/shared/explained.ts";

const PAGES = "https://github.com/OWNER/image-gate/blob/0123456789abcdef0123456789abcdef01234567";

test("an error leads to its entry in the pages of the version that ran", () => {
  const url = `${PAGES}/docs/errors.md#image-not-found`;
  expect(textLine(explained("image-not-found", PAGES))).toBe(`More about this error (${url}).`);
  expect(htmlLine(explained("image-not-found", PAGES))).toContain(`<a href="${url}" rel=`);
});

test("without the address of the pages, the file in the repository is named", () => {
  expect(textLine(explained("image-not-found"))).toBe("See docs/errors.md#image-not-found of Image Gate.");
});

test("a code that is not ours, as a given report may have one, leads nowhere", () => {
  expect(htmlLine(explained('x"><script>', PAGES))).toBe("More about this error.");
});
