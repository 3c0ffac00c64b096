import type { RealImage } from "../build-image.ts";
import { debianImage } from "./debian.ts";
import { goImage } from "./go.ts";
import { javaImage } from "./java.ts";
import { nodeImage } from "./node.ts";
import { pythonImage } from "./python.ts";

/** The six genuine images. */
export const realImages = (): RealImage[] => [
  debianImage("bookworm"),
  debianImage("trixie"),
  pythonImage(),
  nodeImage(),
  javaImage(),
  goImage(),
];
