// The place where the viewer opens over any room.

/** Shows the viewer while the address names a result. */
export function ViewerHost() {
  return null;
}
