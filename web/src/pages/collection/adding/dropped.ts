import type { Chosen } from "../../../api/delivery";

/** The files of a drop, folders with all that is in them. Call it in the event itself: later the browser has forgotten. */
export async function dropped(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return chosenOf([...transfer.files]);
  const found = await Promise.all(entries.map((entry) => inside(entry)));
  return found.flat().filter(wanted);
}

/** The files of a file chooser; those of a folder keep their path in it. */
export function chosenOf(files: readonly File[]): Chosen[] {
  return files.map((file) => ({ file, name: file.webkitRelativePath || file.name })).filter(wanted);
}

// What systems put into folders for themselves.
function wanted({ name }: Chosen): boolean {
  const own = name.split("/").at(-1) ?? name;
  return !own.startsWith(".") && own !== "Thumbs.db" && own !== "desktop.ini";
}

async function inside(entry: FileSystemEntry): Promise<Chosen[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, name: entry.fullPath.replace(/^\//, "") }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and nothing when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    all.push(...some);
  }
  return (await Promise.all(all.map((one) => inside(one)))).flat();
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
