import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and the folders above it. Node's own recursive mkdir never ends below /proc, where a folder "does not exist"
 * although the one above it does. Rejects with the system's error.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    const above = dirname(folder);
    if (above === folder) throw error;
    if (!(await isFolder(above))) await makeFolder(above);
    await makeOne(folder);
  }
}

/** The folder above is there by now, perhaps by the doing of another: whatever fails once more fails for good. */
async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
