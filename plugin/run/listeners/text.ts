import type { Reporter } from '../../terminal/reporter.js';
import type { Listener } from '../events.js';

/**
 * Prints a run for a person: what is going to be done, steps, what is worth knowing within them, warnings, and what was changed.
 *
 * @param say - prints a line
 */
export const textListener = (reporter: Reporter, say: (line: string) => void): Listener => {
  // A plan may be made twice, and is told once.
  let headline = '';
  return (event) => {
    if (event.type === 'planned' && event.headline !== headline) {
      headline = event.headline;
      say(headline);
    } else if (event.type === 'step-began') reporter.step(event.description);
    else if (event.type === 'progress') reporter.info(event.text);
    else if (event.type === 'warning') reporter.warn(event.text);
    else if (event.type === 'changed') reporter.changed(event.object, event.verb);
    else if (event.type === 'gate-passed' && event.by === 'flag') reporter.info('confirmed by --yes');
  };
};
