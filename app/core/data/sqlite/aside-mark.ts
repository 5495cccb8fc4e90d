/** Marks a statement that the SQLite adapter runs on a thread of its own (`aside.server.ts`). */
export const asideMark = "/* aside */";
