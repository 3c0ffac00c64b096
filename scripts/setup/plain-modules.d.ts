declare module "*/installed.mjs" {
  /** Whether npm has installed what the lock file of a folder names. */
  export function isInstalled(folder: string): boolean;
}
