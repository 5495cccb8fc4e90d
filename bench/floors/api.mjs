// The floor of GET /api/tasks: the work that every program must do. Node's own HTTP server and better-sqlite3 without a
// framework: checks the same token, looks up the same session with its user, lists 50 tasks with the total, and writes
// the same JSON. Usage: node api.mjs <database file>; JWT_SECRET_KEY in the environment.
import Database from "better-sqlite3";
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const database = new Database(process.argv[2] ?? "", { readonly: true });
const key = process.env.JWT_SECRET_KEY ?? "";
const priorities = ["low", "medium", "high"];

const findSession = database.prepare(`
  SELECT s.user_id, u.is_active, s.expires_at, s.ends_at
  FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ? AND s.refresh_hash IS NOT NULL`);
const listTasks = database.prepare(`
  SELECT number, user_id, title, description, completed, completed_at, priority, due_date, created_at, updated_at,
         (SELECT COUNT(*) FROM tasks WHERE user_id = ?) AS total
  FROM tasks WHERE user_id = ? ORDER BY created_at DESC, number DESC LIMIT ? OFFSET ?`);

/** The claims of a valid token, otherwise null. */
function verify(token) {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const expected = createHmac("sha256", key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  if (JSON.parse(Buffer.from(header, "base64url").toString()).alg !== "HS256") return null;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  return claims.iss === "holdfast" && claims.exp > Date.now() / 1000 ? claims : null;
}

const time = (value) => (value === null ? null : new Date(value).toISOString());

const toJson = (row) => ({
  id: row.number,
  user_id: row.user_id,
  title: row.title,
  description: row.description,
  completed: row.completed === 1,
  completed_at: time(row.completed_at),
  priority: priorities[row.priority - 1],
  due_date: row.due_date,
  created_at: time(row.created_at),
  updated_at: time(row.updated_at),
});

const server = createServer((req, res) => {
  const claims = verify((req.headers.authorization ?? "").slice("Bearer ".length));
  const session = claims && findSession.get(claims.sid);
  const now = Date.now();
  if (
    session?.user_id !== claims?.sub ||
    session?.is_active !== 1 ||
    Date.parse(session.expires_at) <= now ||
    Date.parse(session.ends_at) <= now
  ) {
    res.writeHead(401).end();
    return;
  }
  const { searchParams } = new URL(req.url ?? "/", "http://localhost");
  const limit = Number(searchParams.get("limit") ?? 50);
  const offset = Number(searchParams.get("offset") ?? 0);
  const rows = listTasks.all(claims.sub, claims.sub, limit, offset);
  const body = JSON.stringify(rows.map(toJson));
  res.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Total-Count": rows[0]?.total ?? 0,
  });
  res.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));
