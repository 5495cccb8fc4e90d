import {
  DriverAdapterError,
  type Error as DriverCause,
  type SqlQuery,
  type SqlResultSet,
} from "@prisma/driver-adapter-utils";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** What a thread needs to know at its start. */
export type WorkerSettings = Readonly<{ url: string }>;

export type WorkerRequest = Readonly<{ method: "queryRaw" | "executeRaw"; query: SqlQuery }>;

export type WorkerAnswer = Readonly<
  { result: SqlResultSet } | { count: number } | { cause: DriverCause } | { message: string }
>;

/** How long a thread is kept that has nothing to do, in milliseconds: at rest there is none. */
const keptIdleMs = 30_000;

/** The threads that run long statements on SQLite: started when they are needed, one statement at a time on each. */
export class SqliteWorkers {
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();

  /**
   * @param file - the built `sqlite-worker.ts`
   * @param url - of the database
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

  /** Ends every thread, each after the statement that it is at. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => this.#dismiss(thread)));
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    const thread = this.#idle.pop() ?? this.#start();
    clearTimeout(thread.leave);
    // A thread that fails here has ended, and is not used again.
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
  /** Runs while it is idle. */
  leave: NodeJS.Timeout | undefined;

  constructor(file: string, settings: WorkerSettings) {
    this.#worker = new Worker(file, { workerData: settings });
    this.#worker.on("message", (answer: WorkerAnswer) => this.#pending?.resolve(answer));
    this.#worker.on("error", (error) => this.#pending?.reject(error));
    this.ended = once(this.#worker, "exit").then(
      () => this.#pending?.reject(new Error("The database's thread has ended")),
      // An event `error` came first; the exit follows it.
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

  /** Ends it after what it is at. */
  end(): Promise<void> {
    this.#worker.postMessage("close");
    return this.ended;
  }
}

function fail(answer: WorkerAnswer): never {
  if ("cause" in answer) throw new DriverAdapterError(answer.cause);
  throw new Error("message" in answer ? answer.message : "The database's thread answered something else");
}
