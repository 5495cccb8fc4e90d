/**
 * The `Link` header of a page of a list (RFC 8288): first, prev, next and last, as far as there is one.
 *
 * @param url - the address of the request, whose other parameters are kept
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
    .map(([relation, at]) => {
      const query = new URLSearchParams(url.searchParams);
      query.set("limit", String(limit));
      query.set("offset", String(at));
      return `<${origin}${url.pathname}?${query.toString()}>; rel="${relation}"`;
    })
    .join(", ");
}
