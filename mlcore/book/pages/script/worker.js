// @ts-check
// The worker: loads Python, says how much of it is there, and does one task after another.

/** @type {any} */ let pyodide, bench;

const say = (kind, content) => postMessage({ kind, ...content });
const plain = content => content.toJs({ dict_converter: Object.fromEntries });

/** Say how much has been fetched, each time some more has. */
function countFetched(sizes) {
  const fetchUncounted = self.fetch;
  const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  let fetched = 0, told = 0;
  const tell = more => {
    fetched += more;
    if (performance.now() < told + 100) return; // a tenth of a second is soon enough
    told = performance.now();
    const words = `${(fetched / 1e6).toFixed(1)}${all ? ` of ${(all / 1e6).toFixed(1)}` : ""} MB`;
    say("loading", { words: `Python is loading: ${words}`, share: all ? fetched / all : undefined });
  };
  const count = async response => {
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) tell(part.value.length);
  };
  self.fetch = async (asked, ...how) => {
    const name = new Request(asked).url.split("/").pop() ?? "";
    // Pyodide itself would wait for ever for what does not come.
    const response = await fetchUncounted(asked, ...how).catch(error => {
      say("failed", { words: `${name} did not come` });
      throw error;
    });
    // What is kept here is here at once; to read it twice takes longer than it is worth.
    if (await self.caches?.match(response.url)) tell(sizes[name] ?? 0);
    else count(response.clone()).catch(() => {}); // the one who asked is told what went wrong
    return response;
  };
  return () => { self.fetch = fetchUncounted; };
}

async function start({ pyodide: address, lock, sizes }) {
  const stopCounting = countFetched(sizes);
  const { loadPyodide } = await import(`${address}pyodide.mjs`);
  pyodide = await loadPyodide({ lockFileURL: lock, packages: ["numpy", "mlbyhand"] });
  stopCounting();
  say("loading", { words: "Python is starting" });
  bench = pyodide.pyimport("mlcore.book.pages.workbench");
  say("ready");
}

/** Load what the cells import, and say so. */
async function load(cells, source) {
  const wanted = bench.packages(pyodide.toPy(cells), source).toJs();
  const names = wanted.filter(name => !pyodide.loadedPackages[name]);
  if (names.length) {
    say("loading", { words: `Loading ${names.join(", ")}` });
    await pyodide.loadPackage(names, { messageCallback: () => {} });
    say("loading", { words: "Running" });
  }
  bench.stand_in();
}

const tasks = {
  async check({ name, answer, others, cells }) {
    await load(cells, [...Object.values(others), answer].join("\n"));
    say("begun");
    const verdict = bench.check(name, answer, pyodide.toPy(others), pyodide.toPy(cells));
    return plain(verdict);
  },
  async run({ cells }) {
    await load(cells.slice(0, -1), cells.at(-1));
    bench.run(pyodide.toPy(cells), (kind, content) => say(kind, plain(content)));
  },
  solution: async ({ name }) => bench.solution(name),
};

self.onmessage = async ({ data }) => {
  if (!pyodide) start(data).catch(({ message }) => say("failed", { words: message }));
  else {
    await tasks[data.kind](data).then(
      value => say("done", { value }), error => say("refused", { words: String(error) }));
  }
};
