import { statSync } from "node:fs";
import { join } from "node:path";
import { debian12, python, saveImage } from "../../__tests__/support/images/images.ts";
import { log4jJar } from "../../__tests__/support/images/jars.ts";
import { buildImage, type Image } from "../../__tests__/support/images/oci.ts";
import { debianBase } from "../../__tests__/support/images/packages.ts";
import { type Bed, startBed } from "../../__tests__/support/runs/bed.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, sumOf } from "./measure.ts";
import { runAction } from "./profile.ts";
import { sources } from "./several-images.ts";

type Inputs = Readonly<Record<string, string>>;

/** Inputs with which the image passes, and nothing else is scanned. */
export const PASSES: Inputs = { "max-critical": "unlimited", "max-high": "unlimited", baseline: "none" };

/** Measured are 6.7 and 5.3. The goal in time is 4.3. */
const BESIDE_BARE = { cpu: 7.5, wall: 6 };

/** 150 MB of text in one layer, with a jar. */
const textWithJar = (): Image =>
  buildImage([
    { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) },
    { createdBy: "COPY . /", files: [...sources("opt/text", 150), { path: "opt/app/log4j.jar", data: log4jJar() }] },
  ]);

/** The whole action as a runner starts it, which ends with this verdict. */
export async function action(folder: string, inputs: Inputs, verdict: string): Promise<Cost> {
  const result = await runAction({ folder, inputs });
  if (result.outputs.verdict !== verdict) throw new Error(result.log);
  return result.cost;
}

/** The floor of one image: what is checked, and bare Trivy as often as the action starts it. */
interface FloorOf {
  readonly image: string;
  /** Bytes of its layers. They are stored unpacked. */
  readonly checked: number;
  readonly java?: boolean;
  readonly scanners?: string;
  readonly isCold?: boolean;
  readonly scans?: number;
}

function floorOf(folder: string, bed: Bed, { checked, scans = 1, ...more }: FloorOf): Promise<Cost> {
  const bare = () => sumOf(Array.from({ length: scans }, () => bareOf(folder, bed, more)));
  return floor({ trivy: bed.inputs["trivy-binary"] ?? "", checked, bare });
}

/** Bare Trivy on the same image, with the databases of the action. */
function bareOf(folder: string, bed: Bed, { java, ...more }: Omit<FloorOf, "checked" | "scans">): Cost {
  const stored = (name: string) => join(folder, "tools/image-gate", name);
  const trivy = bed.inputs["trivy-binary"] ?? "";
  return bareTrivy({ ...more, folder, trivy, database: stored("db"), java: java ? stored("java-db") : undefined });
}

/** A small image that passes, all in place, and one that fails, whose plan is proven by a second scan. */
export async function* smallImageLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "small");
  await using bed = await startBed();
  const image = saveImage(join(folder, "image.tar"), debian12());
  const checked = statSync(image).size;
  const inputs = { ...bed.inputs, ...PASSES, image };
  await action(folder, inputs, "pass");
  const passing = await inTurn(
    5,
    () => action(folder, inputs, "pass"),
    () => floorOf(folder, bed, { image, checked }),
  );
  const failing = await inTurn(
    5,
    () => action(folder, { ...bed.inputs, baseline: "none", image }, "fail"),
    () => floorOf(folder, bed, { image, checked, scans: 2 }),
  );
  const besideBare = await inTurn(
    9,
    () => action(folder, { ...bed.inputs, baseline: "none", image }, "fail"),
    () => bareOf(folder, bed, { image }),
  );
  yield* [
    ratioLine("small image that passes, warm: whole action ÷ floor", passing, ofFloor(2)),
    ratioLine("small image that fails, its plan proven: whole action ÷ floor with two scans", failing, ofFloor(1.8)),
    ratioLine("small image that fails: whole action ÷ bare Trivy, once", besideBare, BESIDE_BARE),
  ];
}

/** The same with a jar. */
export async function* jarLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "jars");
  await using bed = await startBed();
  const image = saveImage(join(folder, "small.tar"), python({ withNopomJar: true }));
  const inputs = { ...bed.inputs, ...PASSES, image };
  await action(folder, inputs, "pass");
  const compared = await inTurn(
    9,
    () => action(folder, inputs, "pass"),
    () => floorOf(folder, bed, { image, checked: statSync(image).size, java: true }),
  );
  yield* [ratioLine("small image with a jar, warm: whole action ÷ floor", compared, ofFloor(2.1))];
}

/** An image that is mostly text, in which secrets are looked for. */
export async function* textLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "text");
  await using bed = await startBed();
  const image = saveImage(join(folder, "text.tar"), textWithJar());
  const inputs = { ...bed.inputs, ...PASSES, image, scanners: "vuln,secret" };
  await action(folder, inputs, "pass");
  const asked = { image, checked: statSync(image).size, java: true, scanners: "vuln,secret", isCold: true };
  const compared = await inTurn(
    3,
    () => action(folder, inputs, "pass"),
    () => floorOf(folder, bed, asked),
  );
  yield* [ratioLine("150 MB of text with a jar, with secrets: whole action ÷ floor", compared, ofFloor(1.4))];
}
