// What `npm start` and `npm test` share: the packages and the pinned Node.
import { childEnvironment, complaintAboutNode, pinnedNode, ROOT, UNAVAILABLE } from './node.mjs';
import { ensurePackages } from './packages.mjs';

/** @typedef {{ readonly node: string, readonly env: NodeJS.ProcessEnv }} Prepared */

/**
 * @param {(line: string) => void} say
 * @returns {Promise<Prepared | number>} what to start children with, or the exit code to stop with
 */
export async function prepare(say) {
  const complaint = complaintAboutNode(ROOT);
  if (complaint !== undefined) {
    console.error(complaint);
    return UNAVAILABLE;
  }
  const code = await ensurePackages(ROOT, say);
  if (code !== 0) return code;
  const node = pinnedNode(ROOT);
  if (node === undefined) return UNAVAILABLE;
  return { node, env: childEnvironment(ROOT, node) };
}
