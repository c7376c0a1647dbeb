// A stand-in for the Rust core behind `window.__TAURI_INTERNALS__`, for the tests and the gallery.

/** Runs in the page before its own scripts. An answer is a value, {reject: problem}, {sequence: [...]} or "pending". */
export function standIn({ state, answers }) {
  const core = { state, answers, calls: [], listeners: new Map(), events: new Map(), waiting: [] };
  window.__core = core;
  const take = (answer) => (answer?.sequence ? (answer.sequence.length > 1 ? answer.sequence.shift() : answer.sequence[0]) : answer);
  let callbacks = 0;
  window.__TAURI_EVENT_PLUGIN_INTERNALS__ = { unregisterListener: () => undefined };
  window.__TAURI_INTERNALS__ = {
    transformCallback(callback) {
      const id = ++callbacks;
      core.listeners.set(id, callback);
      return id;
    },
    unregisterCallback: (id) => core.listeners.delete(id),
    invoke(command, args) {
      if (command === "plugin:event|listen") {
        core.events.set(args.event, args.handler);
        return Promise.resolve(args.handler);
      }
      if (command === "plugin:event|unlisten") return Promise.resolve();
      core.calls.push({ command, args: args ?? {} });
      const answer = command === "app_state" && !(command in core.answers) ? core.state : take(core.answers[command]);
      if (answer === "pending") return new Promise((resolve, reject) => core.waiting.push({ command, resolve, reject }));
      if (answer?.reject) return Promise.reject(answer.reject);
      if (answer === undefined) return Promise.reject(`the test gave no answer for ${command}`);
      return Promise.resolve(answer);
    },
  };
  core.emit = (event, payload) => core.listeners.get(core.events.get(event))({ event, id: core.events.get(event), payload });
  // The app freezes the prototypes (tauri.conf.json: freezePrototype).
  Object.freeze(Object.prototype);
}
