import type { Reporter } from '../../terminal/reporter.js';
import type { Listener } from '../events.js';

/** Prints a run for a person: steps, what is worth knowing within them, warnings, and what was changed. */
export const textListener =
  (reporter: Reporter): Listener =>
  (event) => {
    if (event.type === 'step-began') reporter.step(event.description);
    else if (event.type === 'progress') reporter.info(event.text);
    else if (event.type === 'warning') reporter.warn(event.text);
    else if (event.type === 'changed') reporter.changed(event.object, event.verb);
    else if (event.type === 'gate-passed' && event.by === 'flag') reporter.info('confirmed by --yes');
  };
