import type { NewFile } from './queue';

/** What was dropped or chosen, folders opened, names with their path. */

const readEntries = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function walk(entry: FileSystemEntry): Promise<NewFile[]> {
  if (isFile(entry)) return [{ name: entry.fullPath.replace(/^\//u, ''), file: await fileOf(entry) }];
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const found: NewFile[] = [];
  // A folder gives its entries in portions until one is empty.
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const entries = await readEntries(reader);
    if (entries.length === 0) return found;
    // oxlint-disable-next-line no-await-in-loop
    for (const files of await Promise.all(entries.map(walk))) found.push(...files);
  }
}

const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$)/u;

/** Must be called while the drop event is handled: afterwards the browser forgets what was dropped. */
export async function dropped(transfer: DataTransfer): Promise<NewFile[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = (await Promise.all(entries.map(walk))).flat();
  return found.filter(({ name }) => !HIDDEN.test(name));
}

export const chosen = (files: FileList): NewFile[] =>
  Array.from(files, (file) => ({ name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file })).filter(
    ({ name }) => !HIDDEN.test(name),
  );
