/** Toxiproxy answers a live API call within milliseconds; one that takes longer hangs (a known trap of its toxics). */
const CALL_DEADLINE = 2_000;

/**
 * Deletes every proxy whose name starts so, whoever made it, and answers their names.
 * `undefined`: Toxiproxy did not answer, so that no proxy of it can be reached.
 */
export async function deleteProxies(toxiproxyUrl: string, prefix: string): Promise<readonly string[] | undefined> {
  const call = (path: string, method: 'GET' | 'DELETE') =>
    fetch(`${toxiproxyUrl}${path}`, { method, signal: AbortSignal.timeout(CALL_DEADLINE) });
  try {
    const proxies: unknown = await (await call('/proxies', 'GET')).json();
    const names = Object.keys(Object(proxies)).filter((name) => name.startsWith(prefix));
    await Promise.all(names.map((name) => call(`/proxies/${encodeURIComponent(name)}`, 'DELETE')));
    return names;
  } catch {
    return undefined;
  }
}
