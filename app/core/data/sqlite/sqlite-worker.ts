/**
 * A thread with a connection of its own, on which statements run that take long (see `aside.server.ts`). Bundled by
 * itself; the thread ends when it is told to.
 */
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import { parentPort, workerData } from "node:worker_threads";
import { lockPatienceMs } from "./lock-patience";
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from "./sqlite-workers.server";


const { url } = workerData as WorkerSettings;
// This thread may be held up by a lock.
const adapter = await new PrismaBetterSqlite3({ url, timeout: lockPatienceMs }).connect();
// What runs here is repeated after a crash, so it need not wait for the disk each time.
await adapter.executeScript("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");

async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    if (request.method === "queryRaw") return { result: await adapter.queryRaw(request.query) };
    return { count: await adapter.executeRaw(request.query) };
  } catch (error) {
    return error instanceof DriverAdapterError ? { cause: error.cause } : { message: String(error) };
  }
}

parentPort?.on("message", (request: WorkerRequest | "close") => {
  if (request === "close") void adapter.dispose().then(() => parentPort?.close());
  else void answer(request).then((message) => parentPort?.postMessage(message));
});
