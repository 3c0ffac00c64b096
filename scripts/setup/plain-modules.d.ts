declare module "*/installed.mjs" {
  /** True if npm has installed what the lock file of a folder names. */
  export function isInstalled(folder: string): boolean;
}
