import { describe, expect, it } from "vitest";
import { historyBaseLayers } from "../../../../src/scanners/trivy/report/report.ts";

const layer = (created_by: string) => ({ created_by });
const empty = (created_by: string) => ({ created_by, empty_layer: true });

const DEBIAN = [layer("/bin/sh -c #(nop) ADD file:5d6 in / "), empty('/bin/sh -c #(nop)  CMD ["/bin/sh"]')];
const OWN = [
  layer("/bin/sh -c apt-get update"),
  layer("/bin/sh -c #(nop) COPY file:1 in / "),
  empty('/bin/sh -c #(nop)  ENTRYPOINT ["e"]'),
  empty('/bin/sh -c #(nop)  CMD ["c"]'),
];

describe("the base's layers by an image's history", () => {
  it("end at the last CMD before the image's own layers, not at the image's own", () => {
    expect(historyBaseLayers([...DEBIAN, ...OWN], 3)).toBe(1);
  });

  it.each(['CMD ["python3"]', "CMD python3", '/bin/sh -c #(nop) CMD ["python3"]'])("are known from %s", (command) => {
    const python = [...DEBIAN, empty("ENV PYTHON_VERSION=3.12"), layer("RUN make"), empty(command)];
    expect(historyBaseLayers([...python, layer("COPY . .")], 3)).toBe(2);
  });

  it("are not known from what only looks like it", () => {
    expect(historyBaseLayers([layer("CMD"), empty("CMDX"), empty("ENV X=CMD"), layer("COPY . .")], 2)).toBeUndefined();
  });

  it("are not known from the image's own command alone, nor from a CMD above nothing", () => {
    expect(historyBaseLayers(DEBIAN, 1)).toBeUndefined();
    expect(historyBaseLayers([empty("CMD x"), layer("COPY . .")], 1)).toBeUndefined();
  });

  it("are not told by a history that has not one entry for each layer", () => {
    expect(historyBaseLayers([...DEBIAN, ...OWN], 2)).toBeUndefined();
    expect(historyBaseLayers([], 2)).toBeUndefined();
    expect(historyBaseLayers([], 0)).toBeUndefined();
  });
});
