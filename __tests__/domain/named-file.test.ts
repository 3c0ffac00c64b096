import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namedFile } from "../../src/domain/image/target-names.ts";
import { cpuMs } from "../support/runs/patience.ts";

describe("a line that names a file", () => {
  it.each([
    ["app.tar", "app.tar", undefined],
    ["app.tar as ghcr.io/acme/app:1.2", "app.tar", "ghcr.io/acme/app:1.2"],
    ["out/my app.tar \t as   ghcr.io/acme/app", "out/my app.tar", "ghcr.io/acme/app"],
    ["same as before.tar as app:1", "same as before.tar", "app:1"],
    ["app.tar as", "app.tar as", undefined],
    ["as app:1", "as app:1", undefined],
    ["app.tar as two words", "app.tar as two words", undefined],
    ["app.tar AS app:1", "app.tar AS app:1", undefined],
    ["bias app:1", "bias app:1", undefined],
  ])("%j is %j, called %j", (line, input, as) => {
    expect(namedFile(line)).toEqual(as === undefined ? { input } : { input, as });
  });

  it("loses nothing of any line, and is quick", () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const { input, as = "" } = namedFile(line);
        expect(line.startsWith(input)).toBe(true);
        expect(line.endsWith(as)).toBe(true);
      }),
    );
    const began = cpuMs();
    namedFile(`${" as ".repeat(1000)}!`);
    namedFile(`a${" ".repeat(4000)}as`);
    expect(cpuMs() - began).toBeLessThan(1000);
  });
});
