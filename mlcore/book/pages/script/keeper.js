// @ts-check
// Keeps what the reader has written, in this browser: one entry for each answer or cell, so that
// two windows do not overwrite each other. Each version of the book has entries of its own, and
// begins with what there is of older ones, which stay.
//
// An entry has a place, such as 02_losses/mse, and holds the `source`; of an answer also its
// `verdict` as HTML, the source that was `judged`, whether it was `accepted`, or `stopped` because
// it would not end; and `when` it was written, in milliseconds.

/** @typedef {{ source: string, when?: number, verdict?: string, judged?: string, accepted?: boolean }} Kept */

const BOOK = "mlcore";

export class Keeper {
  constructor(version) {
    this.version = version;
    this.works = true;
    try {
      if (!localStorage.getItem(`${BOOK} ${version}`)) this.takeOver();
    } catch {
      this.works = false;
    }
  }

  /** Begin with the newest entry of the older versions. */
  takeOver() {
    for (const key of Object.keys(localStorage)) {
      const [book, , place] = key.split(" ");
      if (book === BOOK && place) this.newest(place, JSON.parse(localStorage[key]));
    }
    localStorage.setItem(`${BOOK} ${this.version}`, new Date().toISOString());
  }

  newest(place, entry) {
    const there = this.get(place);
    if (!there || (there.when ?? 0) < (entry.when ?? 0)) this.put(place, entry);
  }

  /** @returns {Kept | undefined} */
  get(place) {
    if (!this.works) return undefined;
    return JSON.parse(localStorage.getItem(`${BOOK} ${this.version} ${place}`) ?? "null") ?? undefined;
  }

  put(place, entry) {
    const key = `${BOOK} ${this.version} ${place}`;
    try {
      if (entry) localStorage.setItem(key, JSON.stringify(entry));
      else localStorage.removeItem(key);
    } catch {
      this.works = false; // no room, or no leave
    }
    dispatchEvent(new CustomEvent("kept"));
  }

  /** All entries, by their places. */
  all() {
    const before = `${BOOK} ${this.version} `;
    const keys = this.works ? Object.keys(localStorage).filter(key => key.startsWith(before)) : [];
    return Object.fromEntries(
      keys.sort().map(key => [key.slice(before.length), JSON.parse(localStorage[key])]));
  }

  /** Bring back what was taken along; of two answers the newer one stays. */
  bring(text) {
    const { book, entries } = JSON.parse(text);
    if (book !== BOOK) throw new Error("this file is none of this book");
    for (const [place, entry] of Object.entries(entries)) this.newest(place, entry);
  }

  /** All of it as a file to take along. */
  file() {
    const told = { book: BOOK, version: this.version, entries: this.all() };
    return new Blob([JSON.stringify(told, null, 1)], { type: "application/json" });
  }

  /** What belongs to a chapter. */
  chapter(stem) {
    return {
      get: name => this.get(`${stem}/${name}`),
      put: (name, entry) => this.put(`${stem}/${name}`, entry && { ...entry, when: Date.now() }),
    };
  }
}

/** @typedef {ReturnType<Keeper["chapter"]>} Keep */
