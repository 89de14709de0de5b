// Emscripten gives programs an environment of its own; under node they shall see the real one.
Module['preRun'] = [() => Object.assign(ENV, process.env)];
