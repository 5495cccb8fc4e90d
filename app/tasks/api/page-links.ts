import type { TaskCursor } from "~/tasks/domain/task";
import { encodeCursor } from "~/tasks/domain/task-cursor";

/**
 * The `Link` header of a numbered page of a list (RFC 8288): first, prev, next and last, where they exist.
 *
 * @param url - the URL of the request, whose other parameters are kept
 * @param origin - the site's own origin
 */
export function pageLinks(
  url: URL,
  { limit, offset, total }: { limit: number; offset: number; total: number },
  origin: string,
): string {
  const lastOffset = total === 0 ? 0 : Math.floor((total - 1) / limit) * limit;
  const places: [string, number][] = [["first", 0]];
  if (offset > 0) places.push(["prev", Math.max(0, Math.min(offset - limit, lastOffset))]);
  if (offset + limit < total) places.push(["next", offset + limit]);
  places.push(["last", lastOffset]);
  return places
    .map(([relation, at]) => link(url, origin, relation, { limit: String(limit), offset: String(at) }))
    .join(", ");
}

/**
 * The `Link` header of a page that is addressed by a cursor: first, and next if there is a next page.
 *
 * @param next - the cursor after the page's last task
 */
export function cursorLinks(
  url: URL,
  { limit, next }: { limit: number; next: TaskCursor | null },
  origin: string,
): string {
  const places: [string, string][] = [["first", ""]];
  if (next) places.push(["next", encodeCursor(next)]);
  return places.map(([relation, cursor]) => link(url, origin, relation, { limit: String(limit), cursor })).join(", ");
}

function link(url: URL, origin: string, relation: string, parameters: Record<string, string>): string {
  const query = new URLSearchParams(url.searchParams);
  for (const [name, value] of Object.entries(parameters)) query.set(name, value);
  return `<${origin}${url.pathname}?${query.toString()}>; rel="${relation}"`;
}
