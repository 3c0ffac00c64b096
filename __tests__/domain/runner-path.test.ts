import { expect, it } from "vitest";
import { isAbsolutePath, withoutRunnerPath } from "../../src/domain/runner-path.ts";

it("a path is absolute on whichever system it was made", () => {
  for (const path of ["/", "/srv/app", "C:\\work", "c:/work"])
    expect([path, isAbsolutePath(path)]).toEqual([path, true]);
  for (const path of ["", "app", "out/app.tar", "out/", "CC:/x", "1:/x", "C:x", "app C:/x"])
    expect([path, isAbsolutePath(path)]).toEqual([path, false]);
});

it.each([
  ["/home/runner/work/app.tar", "app.tar"],
  ["/home/runner/work/", "work"],
  ["C:\\actions\\work\\app.tar", "app.tar"],
  ["c:/actions/app.tar", "app.tar"],
  ["/", "/"],
  ["out/app.tar", "out/app.tar"],
])("of %s is shown %s: no runner's folders", (path, shown) => {
  expect(withoutRunnerPath(path)).toBe(shown);
});
