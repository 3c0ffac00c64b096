export { type EndedImageScan, makeStored } from "./make.ts";
export { OldVersion, type StoredSettings, scanStored } from "./scan.ts";
export { Unfit } from "./stored-sbom.ts";
