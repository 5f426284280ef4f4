/** What was dropped, each file with its path within the dropped folder. */
export interface Dropped {
  readonly files: readonly File[];
  /** Paths of files and folders that cannot be read: what is in them is not in `files`. */
  readonly unreadable: readonly string[];
}

/** All files of a drop, with those in folders. Never rejects for what cannot be read. */
export async function droppedFiles(data: DataTransfer): Promise<Dropped> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  // the list is empty once the event is over, so both are read now
  const files = [...data.files];
  if (entries.length === 0) return { files, unreadable: [] };
  return together(await Promise.all(entries.map((entry) => filesIn(entry))));
}

async function filesIn(entry: FileSystemEntry): Promise<Dropped> {
  const path = entry.fullPath.replace(/^\//, '');
  const parts: Dropped[] = [];
  try {
    if (entry.isFile) return { files: [await fileOf(entry as FileSystemFileEntry, path)], unreadable: [] };
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return together(parts);
      for (const each of some) parts.push(await filesIn(each));
    }
  } catch {
    return together([...parts, { files: [], unreadable: [path] }]);
  }
}

async function fileOf(entry: FileSystemFileEntry, path: string): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  if (path !== file.name) Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

function together(parts: readonly Dropped[]): Dropped {
  return {
    files: parts.flatMap(({ files }) => files),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
  };
}
