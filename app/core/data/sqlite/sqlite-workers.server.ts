import {
  DriverAdapterError,
  type Error as DriverCause,
  type SqlQuery,
  type SqlResultSet,
} from "@prisma/driver-adapter-utils";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** What a thread gets at its start. */
export type WorkerSettings = Readonly<{ url: string }>;

export type WorkerRequest = Readonly<{ method: "queryRaw" | "executeRaw"; query: SqlQuery }>;

export type WorkerAnswer = Readonly<
  { result: SqlResultSet } | { count: number } | { cause: DriverCause } | { message: string }
>;

/** How long an idle thread is kept, in milliseconds. */
const keptIdleMs = 30_000;

/**
 * The threads that run long statements on SQLite. A thread starts when it is needed and runs one statement at a time.
 */
export class SqliteWorkers {
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();

  /**
   * @param file - the built `sqlite-worker.ts`
   * @param url - the URL of the database
   */
  constructor(
    private readonly file: string,
    private readonly url: string,
  ) {}

  async queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    const answer = await this.#ask({ method: "queryRaw", query });
    return "result" in answer ? answer.result : fail(answer);
  }

  async executeRaw(query: SqlQuery): Promise<number> {
    const answer = await this.#ask({ method: "executeRaw", query });
    return "count" in answer ? answer.count : fail(answer);
  }

  /** Ends all threads, each after its current statement. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => this.#dismiss(thread)));
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    const thread = this.#idle.pop() ?? this.#start();
    clearTimeout(thread.leave);
    // A thread that throws here has ended and is not reused.
    const answer = await thread.ask(request);
    this.#idle.push(thread);
    thread.leave = setTimeout(() => void this.#dismiss(thread), keptIdleMs).unref();
    return answer;
  }

  #start(): Thread {
    const thread = new Thread(this.file, { url: this.url });
    this.#all.add(thread);
    void thread.ended.then(() => this.#forget(thread));
    return thread;
  }

  #dismiss(thread: Thread): Promise<void> {
    this.#forget(thread);
    return thread.end();
  }

  #forget(thread: Thread): void {
    clearTimeout(thread.leave);
    this.#all.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}

class Thread {
  readonly #worker: Worker;
  #pending: { resolve: (answer: WorkerAnswer) => void; reject: (error: Error) => void } | undefined;
  readonly ended: Promise<void>;
  /** Ends the thread once it has been idle for long enough. */
  leave: NodeJS.Timeout | undefined;

  constructor(file: string, settings: WorkerSettings) {
    this.#worker = new Worker(file, { workerData: settings });
    this.#worker.on("message", (answer: WorkerAnswer) => this.#pending?.resolve(answer));
    this.#worker.on("error", (error) => this.#pending?.reject(error));
    this.ended = once(this.#worker, "exit").then(
      () => this.#pending?.reject(new Error("The database's thread has ended")),
      // An `error` event came before the exit and has already rejected the pending request.
      () => undefined,
    );
    this.#worker.unref();
  }

  ask(request: WorkerRequest): Promise<WorkerAnswer> {
    return new Promise<WorkerAnswer>((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }

  /** Ends the thread after its current statement. */
  end(): Promise<void> {
    this.#worker.postMessage("close");
    return this.ended;
  }
}

function fail(answer: WorkerAnswer): never {
  if ("cause" in answer) throw new DriverAdapterError(answer.cause);
  throw new Error("message" in answer ? answer.message : "The database's thread answered something else");
}
