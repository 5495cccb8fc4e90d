/** How the adapter for SQLite tells a statement that runs on a thread of its own (`aside.server.ts`). */
export const asideMark = "/* aside */";
