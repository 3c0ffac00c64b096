/** Whether a name is an absolute path, on whichever system it was made. */
export function isAbsolutePath(name: string): boolean {
  return name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name);
}

/** An absolute path's last part, as its folders tell of some runner and change with it; what is none stays as it is. */
export function withoutRunnerPath(name: string): string {
  return isAbsolutePath(name) ? (name.split(/[\\/]/).findLast((part) => part !== "") ?? name) : name;
}
