import diagnostics from "node:diagnostics_channel";
import { readdirSync, statSync } from "node:fs";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";

/** Bytes that have gone over sockets of HTTP requests, in either direction, since this was called. */
function countTraffic(): () => number {
  let gone = 0;
  const open = new Set<Socket>();
  const bytesOf = (socket: Socket) => socket.bytesRead + socket.bytesWritten;
  diagnostics.subscribe("http.client.request.created", (message) => {
    (message as { request: ClientRequest }).request.once("socket", (socket) => {
      if (open.has(socket)) return;
      open.add(socket);
      socket.once("close", () => {
        open.delete(socket);
        gone += bytesOf(socket);
      });
    });
  });
  return () => [...open].reduce((sum, socket) => sum + bytesOf(socket), gone);
}

/** Sizes of the files in the folders of `temp`: there is one folder, with the archive in it, once there is an archive. */
function archiveSize(temp: string): number | undefined {
  try {
    const folders = readdirSync(temp);
    const files = folders.flatMap((name) => readdirSync(join(temp, name)).map((file) => join(temp, name, file)));
    return folders.length === 0 ? undefined : files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    // It is being moved away.
    return undefined;
  }
}

export interface Watch {
  /** The library's folder for temporary files, empty at first. */
  readonly temp: string;
  /** Bytes that were unpacked so far. */
  unpacked(): number;
  /** The library has begun with an archive, which has so many bytes by now. */
  onArchive(bytes: number): void;
  /** Something has moved since the last time. */
  onMoved(): void;
}

/** Looks several times a second whether anything moves: over sockets, into the archive, out of it. */
export function watchProgress({ temp, unpacked, onArchive, onMoved }: Watch, everyMs = 100): void {
  const traffic = countTraffic();
  let last = 0;
  const look = () => {
    const archive = archiveSize(temp);
    if (archive !== undefined) onArchive(archive);
    const now = traffic() + unpacked() + (archive ?? 0);
    if (now !== last) onMoved();
    last = now;
  };
  setInterval(look, everyMs).unref();
}
