import type { Zippable } from 'fflate';

/** Something to put into an archive; `path` has forward slashes. */
export type ZipEntry =
  | { kind: 'file'; path: string; executable: boolean; bytes: Uint8Array }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'folder'; path: string };

const UNIX = 3;
/** The earliest that the format knows, in local time as it wants it: times never count. */
const NO_TIME = new Date(1980, 0, 1);
const LEVEL = 4;

/** A zip archive that keeps executable bits and links; the same entries give the same bytes. */
export async function zipOf(entries: readonly ZipEntry[]): Promise<Uint8Array> {
  const { zipSync, strToU8 } = await import('fflate');
  const inOrder = entries.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const tree: Zippable = {};
  for (const entry of inOrder) {
    if (entry.kind === 'folder') tree[`${entry.path}/`] = [new Uint8Array(), attributes(0o040755)];
    else if (entry.kind === 'link') tree[entry.path] = [strToU8(entry.target), attributes(0o120777)];
    else tree[entry.path] = [entry.bytes, attributes(entry.executable ? 0o100755 : 0o100644)];
  }
  return zipSync(tree, { level: LEVEL, mtime: NO_TIME });
}

/** File type and permissions as Info-ZIP keeps them: the upper half of the external attributes. */
function attributes(mode: number) {
  return { os: UNIX, attrs: mode * 0x10000, mtime: NO_TIME };
}
