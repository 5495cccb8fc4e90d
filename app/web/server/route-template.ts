/**
 * The path with the names of its parameters in place of their values, so that a log line names a route and no
 * particular record.
 */
export function routeTemplate(pathname: string, params: Readonly<Record<string, string | undefined>>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [value, name]));
  return pathname
    .split("/")
    .map((segment) => (names.has(segment) && segment ? `:${names.get(segment) ?? ""}` : segment))
    .join("/");
}
