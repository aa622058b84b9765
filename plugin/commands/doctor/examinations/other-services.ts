import { COLORS, type Color, colorServiceName } from '../../../../charts/names.js';
import { otherServices } from '../../../plan/other-services.js';
import type { Examination, Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { kubectl } from '../remedies.js';

/** Ways to the Pods of one color that no promotion moves. */
export const servicesBeside: Examination = {
  id: 'services-beside',
  what: 'no Service that is not of the release leads to one color alone',
  needs: ['services', 'all-services', 'deployments'],
  examine: (facts) => COLORS.flatMap((color) => beside(facts, color)),
};

function beside(facts: Facts, color: Color): Finding[] {
  // A Service of the other color's name that leads here is told by its selector.
  const own = COLORS.map((one) => colorServiceName(facts.release, one));
  const names = otherServices(facts.services, facts.state, color).alone.filter((name) => !own.includes(name));
  return names.map((name) => ({
    id: 'service-beside',
    severity: 'warning',
    affects: 'promotion',
    object: `service/${name}`,
    what: `service "${name}" is not of the release, and leads to ${color} alone`,
    why: `no promotion moves it: its clients get what is deployed to ${color}, also before it is promoted, and cleanup of ${color} refuses`,
    fix: kubectl(facts, 'describe', `service/${name}`),
  }));
}
