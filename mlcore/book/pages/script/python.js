// @ts-check
// Python, which lives in a worker, so that the page never waits for it, and whatever does not
// end is ended with the worker. It starts when it is first wanted.

export class Stopped extends Error {}

export class Python {
  constructor(site) {
    this.site = site;
    /** What is asked: a task, with the seconds after which it is stopped, and who waits for it.
     * @type {any[]} */
    this.queue = [];
    this.watchers = new Set();
    /** @type {"asleep" | "loading" | "ready" | "failed"} */
    this.state = "asleep";
    /** What it does, in words. */
    this.words = "";
    /** How much of it is there, from 0 to 1; undefined if nobody knows. @type {number | undefined} */
    this.share = undefined;
  }

  /** Begin to load, unless it has begun. */
  start() {
    if (this.state === "loading" || this.state === "ready") return;
    this.tell("loading", "Python is loading", 0);
    const { pyodide, lock, sizes } = this.site;
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = event => {
      event.preventDefault();
      this.fail(event.message || "its worker could not be started");
    };
    this.worker.postMessage({
      pyodide: new URL(pyodide, location.href).href, lock: new URL(lock, location.href).href, sizes,
    });
  }

  /** Do something in Python. */
  ask(task) {
    return new Promise((resolve, reject) => {
      this.queue.push({ task, resolve, reject });
      if (this.state === "failed") this.state = "asleep";
      this.start();
      this.next();
    });
  }

  /** Give the worker the first task of the queue, if it has none. */
  next() {
    if (this.state !== "ready" || this.busy || !this.queue.length) return;
    this.busy = true;
    const { show, seconds, ...told } = this.queue[0].task;
    this.worker?.postMessage(told);
  }

  hear({ kind, ...content }) {
    const first = this.queue[0];
    if (kind === "loading") {
      this.tell(this.state, content.words, content.share);
    } else if (kind === "ready") {
      this.tell("ready", "", 1);
      this.next();
    } else if (kind === "begun") {
      const { seconds } = first.task;
      if (seconds) this.clock = setTimeout(() => this.stop(), 1000 * seconds);
    } else if (kind === "done" || kind === "refused") {
      this.finish();
      if (kind === "done") first.resolve(content.value);
      else first.reject(new Error(content.words));
      this.next();
    } else if (kind === "failed") {
      this.fail(content.words);
    } else {
      first.task.show?.(kind, content);
    }
  }

  /** The task is over. */
  finish() {
    clearTimeout(this.clock);
    this.busy = false;
    this.queue.shift();
    this.tell(this.state, "", 1);
  }

  /** End the worker and what it does, and begin with a new one. */
  stop() {
    const first = this.queue[0];
    this.worker?.terminate();
    if (this.busy) {
      this.finish();
      first.reject(new Stopped());
    }
    this.state = "asleep";
    this.start();
  }

  fail(words) {
    this.worker?.terminate();
    clearTimeout(this.clock);
    this.busy = false;
    const reason = navigator.onLine ? words : "there is no network";
    this.tell("failed", `Python could not be loaded: ${reason}.`, undefined);
    for (const { reject } of this.queue.splice(0)) reject(new Error(this.words));
  }

  tell(state, words, share) {
    [this.state, this.words, this.share] = [state, words, share];
    for (const watcher of this.watchers) watcher();
  }
}
