import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Bed, startBed } from "../../__tests__/support/bed.ts";
import { buildImage, type Image } from "../../__tests__/support/oci.ts";
import {
  type DebianPackage,
  debianBase,
  npmPackage,
  pythonPackage,
  SITE_PACKAGES,
} from "../../__tests__/support/packages.ts";
import { runAction } from "../../__tests__/support/runner.ts";
import type { TarEntry } from "../../__tests__/support/tar.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { inTurn, type Line, type line } from "./measure.ts";

const IMAGES = 10;
const WORDS =
  "the scanner reads each line of every file and holds it against its rules const return import value".split(" ");

/** Source text that packs as such text does; the same numbers give the same text. */
function text(seed: number, bytes: number): string {
  let state = seed + 1;
  let made = "";
  while (made.length < bytes) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    made += `${WORDS[state % WORDS.length]}${state % 7 === 0 ? `_${state.toString(36)}\n` : " "}`;
  }
  return made;
}

function files(folder: string, count: number, bytes: number): TarEntry[] {
  return Array.from({ length: count }, (_, at) => ({ path: `${folder}/${at % 20}/${at}.js`, data: text(at, bytes) }));
}

/** Debian packages, a runtime, and one service's own code: the layers but the last are the same in all of them. */
export function images(): Image[] {
  const packages = Array.from(
    { length: 400 },
    (_, at): DebianPackage => [`bulk-${String(at).padStart(4, "0")}-0`, "1.0-1"],
  );
  const shared = [
    { createdBy: "ADD rootfs.tar / ", files: [...debianBase(packages), ...files("opt/system", 1_000, 20_000)] },
    {
      createdBy: "RUN pip install -r requirements.txt",
      files: [
        pythonPackage("requests", "2.31.0"),
        pythonPackage("Jinja2", "3.1.2"),
        ...files(`${SITE_PACKAGES}/big`, 1_000, 20_000),
      ],
    },
  ];
  return Array.from({ length: IMAGES }, (_, at) => {
    const own = files(`app/service-${at}`, 200, 20_000);
    return buildImage([...shared, { createdBy: "COPY . /app ", files: [npmPackage("lodash", "4.17.20"), ...own] }]);
  });
}
