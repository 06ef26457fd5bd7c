// @ts-check
// Python, which lives in a worker, so that the page never waits for it, and whatever does not
// end is ended with the worker. It starts when it is first wanted.

const SECONDS = 5;

export class Stopped extends Error {}

export class Python {
  constructor(site) {
    this.site = site;
    this.queue = []; // what is asked: a task, and who waits for it
    this.watchers = new Set();
    this.state = "asleep"; // or loading, ready, failed
    this.words = ""; // what it does
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

  /** Do something in Python; what it shows meanwhile goes to the `show` of the task. */
  ask(task) {
    return new Promise((resolve, reject) => {
      this.queue.push({ task, resolve, reject });
      this.start();
      this.next();
    });
  }

  /** Give the worker the first task of the queue, if it has none. */
  next() {
    if (this.state !== "ready" || this.busy || !this.queue.length) return;
    this.busy = true;
    const { show, ...told } = this.queue[0].task;
    this.worker?.postMessage(told);
  }

  hear({ kind, words, share, value, ...content }) {
    if (kind === "loading") this.tell(this.state, words, share);
    else if (kind === "ready") this.tell("ready", "", 1);
    else if (kind === "begun") this.clock = setTimeout(() => this.stop(), 1000 * SECONDS);
    else if (kind === "done") this.finish().resolve(value);
    else if (kind === "refused") this.finish().reject(new Error(words));
    else if (kind === "failed") this.fail(words);
    else this.queue[0].task.show(kind, content);
    this.next();
  }

  /** The first task is over; who waited for it is told. */
  finish() {
    clearTimeout(this.clock);
    this.busy = false;
    this.tell(this.state, "", 1);
    return this.queue.shift();
  }

  /** End the worker and what it does, and begin with a new one. */
  stop() {
    this.worker?.terminate();
    this.state = "asleep";
    this.finish().reject(new Stopped(
      `It was still running after ${SECONDS} seconds, and was stopped. Is there a loop that never ends?`));
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
    Object.assign(this, { state, words, share });
    for (const watcher of this.watchers) watcher();
  }
}
