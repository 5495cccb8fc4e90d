/**
 * A thread with a connection of its own, which runs statements that take long (see `aside.server.ts`). Built as a
 * separate file. The thread ends on request.
 */
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { DriverAdapterError } from "@prisma/driver-adapter-utils";
import { parentPort, workerData } from "node:worker_threads";
import { lockPatienceMs } from "./lock-patience";
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from "./sqlite-workers.server";


const { url } = workerData as WorkerSettings;
// A lock may block this thread, which serves no requests.
const adapter = await new PrismaBetterSqlite3({ url, timeout: lockPatienceMs }).connect();
// The work here is repeated after a crash, so it need not wait for the disk each time.
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
