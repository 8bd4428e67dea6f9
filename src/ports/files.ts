/** The checkout; only `create` writes. Paths are relative to its root or absolute. */
export interface Files {
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** The same in bytes. */
  readBytes(path: string): Promise<Uint8Array | undefined>;
  exists(path: string): Promise<boolean>;
  /** Writes a file where there is nothing, its folders too; false where something is there already. */
  create(path: string, text: string): Promise<boolean>;
  /** May the file be run as a program? undefined when there is no file. */
  isExecutable(path: string): Promise<boolean | undefined>;
  /** Every file, folder link and empty folder below `folder`, as the builder would send it; for the content tag. */
  walk(folder: string, ignored: (path: string, isFolder: boolean) => boolean): AsyncIterable<ContextEntry>;
}

/** One entry of a build context; `path` is relative to the context with forward slashes. */
export type ContextEntry =
  | { kind: 'file'; path: string; executable: boolean; sha256: Promise<string> }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'folder'; path: string };
